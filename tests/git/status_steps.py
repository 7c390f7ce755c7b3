"""Random work in a working tree: what people, editors and git itself do to files, the index and the settings."""

from __future__ import annotations

import contextlib
import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from pathlib import Path

    from tests.scenario import Scenario

NAMES = [
    "a", "b.txt", "c.ipynb", "A", "d/a", "d/b.txt", "d/e/f", "d/e/g.log", "d", "d/e", "x/y/z", "x/y/w.txt", "x", "ü/ö",
    "sub", "new/1", "new/2", "new/deep/3", "build/out", "s p a c e",
]  # fmt: skip
LATIN = os.fsdecode(b"caf\xe9")
CONTENTS = [
    "",
    "1\n",
    "2\n",
    "one\ntwo\nthree\nfour\n",
    "one\ntwo\nthree\nfive\n",
    "one\r\ntwo\r\nthree\r\nfour\r\n",
    "x" * 100 + "\n",
]
RULES = ["*.log\n", "build/\n", "new/*\n!new/1\n", "/x\n", "d/e\n", "*\n!*/\n!a\n", "\n"]
ATTRIBUTES = ["* text=auto\n", "*.txt text eol=crlf\n", "*.txt -text\n", "* ident\n", "\n"]
SETTINGS = [
    ("core.fileMode", ("true", "false")),
    ("core.autocrlf", ("true", "false", "input")),
    ("status.renames", ("true", "false")),
    ("core.ignoreCase", ("false", "false", "true")),
    ("core.symlinks", ("true", "true", "false")),
]


class Worker:
    """Does one thing after the other; each step tells which names it has touched, as a watcher would."""

    def __init__(self, scenario: Scenario, chosen: random.Random) -> None:
        """Takes where, and the luck."""
        self.scenario = scenario
        self.root: Path = scenario.path
        self.chosen = chosen
        self.told: list[str] = []

    def step(self) -> list[str]:
        """Does something; gives the names that it has touched."""
        steps: list[tuple[int, Callable[[], list[str]]]] = [
            (6, self._write), (3, self._delete), (2, self._chmod), (2, self._link), (2, self._move), (2, self._touch),
            (1, self._rules), (1, self._attributes), (1, self._nested), (1, self._pipe), (5, self._add),
            (2, self._add_all), (1, self._intend), (2, self._forget), (1, self._commit), (1, self._reset),
            (1, self._mark), (1, self._setting), (1, self._conflict), (1, self._restore), (1, self._submodule),
            (1, self._split),
        ]  # fmt: skip
        weights = [weight for weight, _ in steps]
        (one,) = self.chosen.choices([work for _, work in steps], weights)
        name = one.__name__.strip("_")
        touched = one()
        self.told.append(f"{name} {touched}")
        return touched

    def _name(self) -> str:
        return self.chosen.choice([*NAMES, LATIN])

    def _there(self) -> str | None:
        found = [
            str(path.relative_to(self.root))
            for path in self.root.rglob("*")
            if ".git" not in path.relative_to(self.root).parts
        ]
        return self.chosen.choice(sorted(found)) if found else None

    def _clear(self, name: str) -> list[str]:
        """Makes room for a name: what stands there goes, and a file that stands where a folder is needed."""
        path, gone = self.root / name, []
        for one in [*reversed(path.parents), path]:
            inside = one.is_relative_to(self.root) and one != self.root
            if inside and (one.is_symlink() or (one.exists() and (one == path or not one.is_dir()))):
                remove(one)
                gone.append(str(one.relative_to(self.root)))
        path.parent.mkdir(parents=True, exist_ok=True)
        return gone

    def _write(self) -> list[str]:
        name = self._name()
        gone = self._clear(name)
        (self.root / name).write_bytes(self.chosen.choice(CONTENTS).encode())
        return [*gone, name]

    def _delete(self) -> list[str]:
        name = self._there()
        if name is None:
            return []
        remove(self.root / name)
        return [name]

    def _chmod(self) -> list[str]:
        name = self._there()
        if name is None or (self.root / name).is_symlink() or not (self.root / name).is_file():
            return []
        (self.root / name).chmod(self.chosen.choice([0o755, 0o644]))
        return [name]

    def _link(self) -> list[str]:
        name = self._name()
        if name in ("a", "x", "sub"):
            return []  # of links to themselves, and of submodules that are links, git makes an error
        gone = self._clear(name)
        (self.root / name).symlink_to(self.chosen.choice(["a", "x/y", "nowhere"]))
        return [*gone, name]

    def _move(self) -> list[str]:
        name, other = self._there(), self._name()
        if name is None or other == name or other.startswith(name + "/") or name.startswith(other + "/"):
            return []
        gone = self._clear(other)
        if not os.path.lexists(self.root / name):
            return gone
        (self.root / name).rename(self.root / other)
        return [*gone, name, other]

    def _touch(self) -> list[str]:
        name = self._there()
        if name is None or (self.root / name).is_symlink():
            return []
        moment = self.chosen.choice([10**18, 2 * 10**18 + 5])
        os.utime(self.root / name, ns=(moment, moment))
        return [name]

    def _rules(self) -> list[str]:
        return self._in_folder(".gitignore", RULES)

    def _attributes(self) -> list[str]:
        return self._in_folder(".gitattributes", ATTRIBUTES)

    def _in_folder(self, name: str, contents: list[str]) -> list[str]:
        folder = self.chosen.choice(["", "", "d/"])
        if folder and not (self.root / "d").is_dir():
            return []
        if self.chosen.random() < 0.3:
            with contextlib.suppress(OSError):
                (self.root / (folder + name)).unlink()
        else:
            gone = self._clear(folder + name)
            (self.root / (folder + name)).write_text(self.chosen.choice(contents))
            return [*gone, folder + name]
        return [folder + name]

    def _nested(self) -> list[str]:
        name = self.chosen.choice(["sub", "new/sub", "d/sub"])
        gone = self._clear(name)
        (self.root / name).mkdir()
        self.scenario.git("init", "--quiet", name)
        if self.chosen.random() < 0.7:
            self.scenario.git("-C", name, "commit", "--quiet", "--allow-empty", "-m", str(self.chosen.random()))
        return [*gone, name]

    def _pipe(self) -> list[str]:
        name = self._name()
        gone = self._clear(name)
        os.mkfifo(self.root / name)
        return [*gone, name]

    def _add(self) -> list[str]:
        return self._git("add", "--force", "--", self._name())

    def _add_all(self) -> list[str]:
        return self._git("add", "--all")

    def _intend(self) -> list[str]:
        return self._git("add", "--intent-to-add", "--", self._name())

    def _forget(self) -> list[str]:
        return self._git("rm", "--quiet", "--cached", "-r", "--ignore-unmatch", "--", self._name())

    def _commit(self) -> list[str]:
        return self._git("commit", "--quiet", "--message", "step")

    def _reset(self) -> list[str]:
        return self._git("reset", "--quiet")

    def _restore(self) -> list[str]:
        self._git("checkout", "--quiet", "--force", "HEAD", "--", ".")
        return [""]  # anything

    def _split(self) -> list[str]:
        return self._git("update-index", self.chosen.choice(["--split-index", "--no-split-index"]))

    def _mark(self) -> list[str]:
        marks = ["--assume-unchanged", "--no-assume-unchanged", "--skip-worktree", "--no-skip-worktree", "--chmod=+x"]
        return self._git("update-index", self.chosen.choice(marks), "--", self._name())

    def _setting(self) -> list[str]:
        name, values = self.chosen.choice(SETTINGS)
        return self._git("config", name, self.chosen.choice(values))

    def _conflict(self) -> list[str]:
        """Leaves some of the three stages of a name in the index.

        Its file is like no other: git takes a file in conflict for one that came, and if it finds a deleted file that
        is like it, calls that renamed and shows it no more.
        """
        name = self.chosen.choice(["m/1", "m/2", "m/3"])
        gone = self._clear(name)
        if self.chosen.random() < 0.8:
            (self.root / name).write_text("".join(f"{self.chosen.random()}\n" for _ in range(9)))
        blob = self.scenario.git("hash-object", "-w", "--stdin", stdin="side\n")
        stages = self.chosen.sample([1, 2, 3], self.chosen.choice([1, 2, 3]))
        lines = [f"0 {'0' * len(blob)}\t{name}", *(f"100644 {blob} {stage}\t{name}" for stage in stages)]
        self.scenario.try_git("update-index", "--index-info", stdin="\n".join(lines) + "\n")
        return [*gone, name]

    def _submodule(self) -> list[str]:
        head = self.scenario.try_git("rev-parse", "--verify", "HEAD").stdout.strip()
        return self._git("update-index", "--add", "--replace", "--cacheinfo", f"160000,{head},sub") if head else []

    def _git(self, *words: str) -> list[str]:
        self.scenario.clock.tick()
        self.scenario.try_git(*words)
        return []


def remove(path: Path) -> None:
    """Removes whatever stands there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
