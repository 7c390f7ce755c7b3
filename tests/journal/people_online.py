"""What people do to one repository at once while a server runs: tabs that act, editors that save, and a terminal.

Each takes down in the ledger what was acknowledged to it. What git itself throws away by a command, and what an editor
saves in just the moment in which git goes over that file, is nobody's promise: the first is looked at by the product
before git forgets it, and for the second there is a lock between terminal and editors, which the product does not have.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
from typing import TYPE_CHECKING, Any

from tests.scenario import Clock, isolated_environment

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from pathlib import Path

    from tests.journal.ledger import Ledger
    from tests.journal.running_server import Server

FILES = 4
"""How many files each editor has at a time; two of the first are committed, and two are nobody's."""
BRANCHES = ("main", "exp/one", "packed", "side")
RESET, SWITCH, UNDO, BACKUP = "reset", "branches/switch", "operations/undo", "recovery/backup"
FOUND = "recovery/deleted-branches"

EXPECTED = frozenset({
    "state-changed", "index-locked", "ref-locked", "repository-busy", "would-overwrite", "no-undo",
    "unfinished-operation", "branch-exists", "branch-not-found", "branch-checked-out", "bad-revision", "tip-gone",
    "protected-branch",
})  # fmt: skip
"""How an act may be refused here; anything else is a fault."""


class Tab:
    """Somebody at a panel: looks, thinks, acts."""

    def __init__(self, server: Server, ledger: Ledger, seed: int) -> None:
        """Takes whom to ask, where to take down what is answered, and how to choose."""
        self.server, self.ledger = server, ledger
        self._name = f"tab{seed}"
        self._chosen = random.Random(seed)  # noqa: S311 -- nothing is kept secret with it

    def run(self) -> None:
        """Acts until it is over."""
        while not self.ledger.is_over.is_set():
            state = self._read("status")["stateToken"]
            # One act in four is about a repository that has long changed, one in five never looked.
            if self._chosen.random() < 0.25:
                self.ledger.is_over.wait(self._chosen.random())
            verb, body = self._choose()
            answer = self.server.ask(verb, body, state=state if self._chosen.random() < 0.8 else None)
            self.ledger.answered(verb, answer)
            if answer.code and answer.code not in EXPECTED:
                self.ledger.fault(f"{verb} {body}: {answer}")
            if answer.problem.get("interrupted"):
                self.settle()

    def settle(self) -> None:
        """Settles what could not be taken back at once, since somebody held a lock."""
        finish = self._chosen.random() < 0.5
        body = {"finish": True} if finish else {"rollBack": True}
        self.ledger.answered("operations/unfinished", self.server.ask("operations/unfinished", body))

    def _read(self, path: str, **query: Any) -> dict[str, Any]:
        answer = self.server.ask(path, **query)
        assert answer.status == 200, (path, answer)  # nothing that is under way may stop anybody from looking
        return answer.body

    def _choose(self) -> tuple[str, dict[str, Any]]:
        chosen, mine = self._chosen, f"{self._name}/{self._chosen.randrange(3)}"
        some = chosen.choice(["HEAD", "HEAD~1", *BRANCHES])
        acts: list[tuple[int, Callable[[], tuple[str, dict[str, Any]]]]] = [
            (5, lambda: (RESET, {"rev": some, "hard": True, "allowPushed": True})),
            (2, lambda: (RESET, {"rev": "HEAD~1", "mixed": True, "allowPushed": True})),
            (2, lambda: (RESET, {"rev": "HEAD~1", "soft": True, "allowPushed": True})),
            (4, lambda: (SWITCH, {"name": chosen.choice(BRANCHES)})),
            (1, lambda: (SWITCH, {"name": some, "detach": True})),
            (3, lambda: ("files/discard", {"paths": [chosen.choice([".", "e0", "e1", "term"])]})),
            (2, lambda: ("branches/create", {"name": mine, "start": some, "force": chosen.random() < 0.5})),
            (2, lambda: ("branches/delete", {"name": chosen.choice([mine, "side"])})),
            (2, self._restore),
            (5, lambda: (UNDO, {})),
            (3, lambda: ("operations/redo", {})),
            (2, self._back_by_several),
            (2, lambda: (BACKUP, {})),
            (2, self._bring_back),
        ]
        ((_, one),) = chosen.choices(acts, [weight for weight, _ in acts])
        return one()

    def _restore(self) -> tuple[str, dict[str, Any]]:
        rows = [one for one in self._read(FOUND)["branches"] if one["state"] == "recoverable"]
        if not rows:
            return BACKUP, {}
        name = f"back/{self._chosen.randrange(1000)}"
        return f"{FOUND}/restore", {"branch": self._chosen.choice(rows)["id"], "as": name}

    def _back_by_several(self) -> tuple[str, dict[str, Any]]:
        rows = self._read("operations", n=6)["operations"]
        return UNDO, {"to": self._chosen.choice(rows)["id"]} if rows else {}

    def _bring_back(self) -> tuple[str, dict[str, Any]]:
        rows = self._read("recovery/backups")["backups"]
        if not rows:
            return BACKUP, {}
        body = {"id": self._chosen.choice(rows)["id"], "filesOnly": self._chosen.random() < 0.5}
        return "recovery/backups/restore", body


class Editor:
    """Saves unique contents beside and over its files or in place.

    A file that somebody has taken is never saved again: what was saved there last has to come back, or be kept.
    """

    def __init__(self, path: Path, ledger: Ledger, moving: threading.Lock, seed: int) -> None:
        """Takes the working tree, where to take down, the terminal's lock and how to choose."""
        self._path, self._ledger, self._moving = path, ledger, moving
        self._name = f"e{seed}"
        self._chosen = random.Random(seed)  # noqa: S311 -- as above
        self._names = [f"{self._name}/{number}" for number in range(FILES)]
        self._last: dict[str, str] = {}
        self._count = 0

    def run(self) -> None:
        """Saves until it is over, and then says what is no longer there."""
        # A person does not save all the time, and acts are to have a chance.
        while not self._ledger.is_over.wait(self._chosen.random() * 0.6):
            with self._moving:
                self._save(self._chosen.randrange(FILES))
        for name in self._names:
            self._look(name)

    def _look(self, name: str) -> bool:
        """Tells whether a file has what was saved there last; if not, that has to be found elsewhere."""
        wanted = self._last.get(name)
        if wanted is None or _now(self._path / name) == wanted:
            return True
        self._ledger.took(name, wanted)
        return False

    def _save(self, place: int) -> None:
        self._count += 1
        if not self._look(self._names[place]):
            self._names[place] = f"{self._name}/{place}-{self._count}"
        name = self._names[place]
        content = f"{name} {self._count} {self._chosen.random()}\n"
        save = _beside if self._chosen.random() < 0.5 else _in_place
        try:
            is_saved = save(self._path / name, content)
        except (FileNotFoundError, NotADirectoryError, FileExistsError):
            is_saved = False
        if is_saved:
            self._last[name] = content
            self._ledger.count("save")
        else:
            self._last.pop(name, None)  # what was there before may have been cut off by this


def _now(path: Path) -> str | None:
    try:
        return path.read_text()
    except OSError:
        return None


def _beside(path: Path, content: str) -> bool:
    path.parent.mkdir(exist_ok=True)
    temporary = path.with_name(f".~{path.name}-{os.getpid()}.log")
    temporary.write_text(content)
    temporary.replace(path)
    return True


def _in_place(path: Path, content: str) -> bool:
    """Gives whether the file still has its name when all is written; otherwise nobody could read what was saved."""
    path.parent.mkdir(exist_ok=True)
    with path.open("w") as stream:
        stream.write(content)
        stream.flush()
        written = os.fstat(stream.fileno())
    return os.path.samestat(path.stat(), written)


class Terminal:
    """Somebody who runs git without pause."""

    def __init__(self, server: Server, path: Path, ledger: Ledger, moving: threading.Lock) -> None:
        """Takes the server, which looks before git forgets, the working tree, the ledger and the editors' lock."""
        self._server, self._path, self._ledger, self._moving = server, path, ledger, moving
        self._environment = isolated_environment(Clock())
        for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
            self._environment.pop(name)
        self._number = 0

    def run(self) -> None:
        """Works until it is over, always in the same order."""
        steps: list[Callable[[], object]] = [
            self._stage, self._commit, lambda: self._moves("checkout", "--quiet", "-b", f"t{self._number}"),
            self._commit, lambda: self._moves("checkout", "--quiet", "main"), self._branch, self._edit,
            lambda: self._moves("stash", "push", "--quiet"), self._commit,
            lambda: self._moves("stash", "pop", "--quiet", "--index"), lambda: self._git("pack-refs", "--all"),
            self._amend, lambda: self._moves("checkout", "--quiet", "--detach"), self._commit, self._collect,
            lambda: self._moves("checkout", "--quiet", "side"), self._edit,
            lambda: self._git("commit", "--quiet", "--all", "--message", f"all {self._number}"), self._forget,
        ]  # fmt: skip
        while not self._ledger.is_over.is_set():
            self._number += 1
            steps[self._number % len(steps)]()

    def _git(self, *words: str) -> subprocess.CompletedProcess[str]:
        # What is packed is not unpacked by chance in the middle: that is what 'gc' is there for.
        command = ["git", "-c", "core.abbrev=40", "-c", "gc.auto=0", *words]
        done = subprocess.run(
            command, cwd=self._path, env=self._environment, capture_output=True, check=False, text=True
        )
        if done.returncode == 0:
            self._ledger.count(f"git {words[0]}")
        elif done.returncode not in (1, 128, 255):
            self._ledger.fault(f"git {words} gave {done.returncode}: {done.stderr}")
        return done

    def _moves(self, *words: str) -> None:
        with self._moving:
            self._git(*words)

    def _edit(self) -> None:
        for name in ("staged", "changed"):
            path = self._path / "term" / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"{name} {self._number}\n")

    def _stage(self) -> None:
        self._edit()
        self._git("add", "--all")

    def _commit(self, *more: str) -> None:
        message = f"work {self._number}"
        done = self._git("commit", "--allow-empty", "--message", message, *more)
        # What is committed on no branch, git forgets with its log, and the product sees it only while it is there.
        told = re.match(r"\[(?!detached).* ([0-9a-f]{40})\]", done.stdout)
        if done.returncode == 0 and told:
            self._ledger.told(f"git commit {message}", told[1])

    def _amend(self) -> None:
        self._commit("--amend")

    def _branch(self) -> None:
        self._git("branch", "--quiet", "-D", f"t{self._number - 3}")
        self._git("branch", "--quiet", "side", "exp/one")

    def _collect(self) -> None:
        self._git("gc", "--quiet", "--prune=now")

    def _forget(self) -> None:
        """Forgets logs of HEAD and branches after the product has seen what they tell of."""
        answer = self._server.ask("branches/create", {"name": "looked", "force": True})
        if self._ledger.answered("branches/create", answer):
            self._git("reflog", "expire", "--expire=now", "--expire-unreachable=now", "HEAD", "main", "side")
        self._collect()
