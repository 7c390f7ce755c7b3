"""Puts every combination of disk, index, HEAD and target into one repository, a path for each.

A path is called by its signs: what stands on disk, what the index has, what HEAD has, what the commit to go to has. So
one act of git tells of hundreds of cases. What refuses for one path cannot be tried like this: see ``test_two_way``.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

from tests.history.pictures import working_files

if TYPE_CHECKING:
    from pathlib import Path

    from tests.scenario import Scenario

NONE, EMPTY, PROGRAM, LINK, FOLDER, MODULE = "-0xlds"
IGNORED, IGNORED_FOLDER, VOID, NOWHERE = "ijvn"
DISK = "-0123xldijvn"
"""On disk there are also ignored files, ignored folders, empty folders and links to nowhere."""
STAGED = "-012xlds"
COMMITTED = "-1xds"
TARGETS = "-012xlds"
STAGES = "ABCDEFG"
"""Conflicts, by the stages that are there: A is stage 1 alone, B 2 alone, C 1 and 2, … G all three."""

_CONTENTS = {EMPTY: "", "1": "one\n", "2": "two\n", "3": "three\n", PROGRAM: "one\n", IGNORED: "three\n"}


def grid(s: Scenario, disk: str, staged: str, committed: str, targets: str) -> Scenario:
    """Builds it: ``main`` has what HEAD has, ``x`` what the target has; index and disk are as the signs say.

    All of disk, index and target meet; HEAD's signs take turns, which asks for numbers of signs without a common part.
    """
    names = ["".join(signs) for signs in product(disk, staged, committed, targets)][:: len(committed)]
    # Of a link in the place of a submodule git's own status is an error.
    names = [one for one in names if not (one[0] in (LINK, NOWHERE) and MODULE in one[1:])]
    blobs = {sign: s.git("hash-object", "-w", "--stdin", stdin=_CONTENTS[sign]) for sign in (EMPTY, "1", "2", "3")}
    blobs[LINK] = s.git("hash-object", "-w", "--stdin", stdin="other")
    s.commit("module", {"other": "other\n"})
    blobs[MODULE] = s.tip()
    blobs[PROGRAM] = blobs[FOLDER] = blobs["1"]
    for branch, place in (("x", 3), ("main", 2)):
        _stage(s, blobs, {name: name[place] for name in names})
        s.clock.tick()
        commit = s.git("commit-tree", "-p", blobs[MODULE], "-m", branch, s.git("write-tree"))
        s.git("update-ref", f"refs/heads/{branch}", commit)
    _stage(s, blobs, {name: name[1] for name in names})
    (s.common_dir / "info").mkdir(exist_ok=True)
    (s.common_dir / "info/exclude").write_text("pi*\npj*\n")
    for name in names:
        _put(s.path / f"p{name}", name[0])
    s.git("config", "status.renames", "false")  # all contents are alike
    s.try_git("update-index", "-q", "--refresh")
    return s


def _stage(s: Scenario, blobs: dict[str, str], signs: dict[str, str]) -> None:
    s.git("read-tree", "--empty")
    s.git("add", "other")
    lines = []
    for name, sign in signs.items():
        if sign in STAGES:
            stages = STAGES.index(sign) + 1
            lines += [f"100644 {blobs[str(one)]} {one}\tp{name}" for one in (1, 2, 3) if stages >> (one - 1) & 1]
        elif sign != NONE:
            mode = {PROGRAM: "100755", LINK: "120000", MODULE: "160000"}.get(sign, "100644")
            lines.append(f"{mode} {blobs[sign]} 0\tp{name}{'/inside' if sign == FOLDER else ''}")
    s.git("update-index", "--index-info", stdin="\n".join(lines) + "\n")


def _put(place: Path, sign: str) -> None:
    if sign in (FOLDER, IGNORED_FOLDER):
        (place / "deeper").mkdir(parents=True)
        (place / "inside").write_text("inside\n")
        (place / "deeper/mine").write_text("mine\n")
    elif sign == VOID:
        (place / "empty").mkdir(parents=True)
    elif sign in (LINK, NOWHERE):
        place.symlink_to("other" if sign == LINK else "nowhere")
    elif sign != NONE:
        place.write_text(_CONTENTS[sign])
        place.chmod(0o755 if sign == PROGRAM else 0o644)


def seen(s: Scenario) -> dict[str, Any]:
    """Gives all that git and a person see, without the logs."""
    status = s.git("status", "--porcelain=v2", "--branch", "-z", "--untracked-files=all", "--ignored=matching")
    return {
        "files": working_files(s.path),
        "index": s.git("ls-files", "--stage", "-z").split("\0"),
        "flags": s.git("ls-files", "-t", "-v", "-z").split("\0"),
        "status": status.split("\0"),
        "head": (s.git_dir / "HEAD").read_bytes(),
        "refs": s.git("for-each-ref", "refs/heads", "refs/tags", "refs/remotes", "refs/stash").splitlines(),
    }


def whole(s: Scenario) -> dict[str, Any]:
    """Gives as well what git keeps beside the refs, and the folders, for one may be where a submodule belongs."""
    found = [str(path.relative_to(s.path)) for path in s.path.rglob("*") if path.is_dir() and not path.is_symlink()]
    return seen(s) | {"folders": sorted(name for name in found if ".git" not in name.split("/")), "marks": marks(s)}


def marks(s: Scenario) -> dict[str, bytes]:
    """Gives what git keeps beside the refs: the logs, and the small files with names of commits."""
    found = {}
    for top in {s.git_dir, s.common_dir}:
        for path in sorted((top / "logs").rglob("*")):
            if path.is_file() and "mlgit" not in path.parts:
                found[str(path.relative_to(top))] = path.read_bytes()
    for path in sorted(s.git_dir.iterdir()):
        if path.name.isupper() and path.is_file() and path.name != "COMMIT_EDITMSG":
            found[path.name] = path.read_bytes()
    for path in s.git_dir.glob("sequencer/*"):
        found[f"sequencer/{path.name}"] = path.read_bytes()
    return found


def differing(mine: dict[str, Any], git: dict[str, Any]) -> dict[str, Any]:
    """Gives the parts that differ, of long lists and tables only the lines."""
    found: dict[str, Any] = {}
    for name, one in mine.items():
        other = git[name]
        if one == other:
            continue
        if isinstance(one, list):
            found[name] = {
                "ours": [line for line in one if line not in other][:20],
                "git": [line for line in other if line not in one][:20],
            }
        elif isinstance(one, dict):
            keys = [key for key in sorted(one.keys() | other.keys()) if one.get(key) != other.get(key)]
            found[name] = {key: (one.get(key), other.get(key)) for key in keys[:20]}
        else:
            found[name] = (one, other)
    return found
