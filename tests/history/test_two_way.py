"""Goes through the cases of git-read-tree(1)'s two-tree merge, one path at a time, with git on a twin as the judge.

Each case is four signs: what the commit that is left has, what the other one has, what the index has and what is on
disk. Where both switch, everything is compared, and what is done is undone and redone.
"""

from __future__ import annotations

import shutil
from itertools import product
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.journal.undo import RedoRequest, UndoRequest, redo, undo
from jupyter_mlgit.problems import WouldOverwrite
from tests.history.pictures import everything, picture, same_zone, switched, without_logs
from tests.journal.carried import act
from tests.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path

zone = pytest.fixture(autouse=True)(same_zone)

PATH = "d/p"
NONE, PROGRAM, LINK, FOLDER, IGNORED = "-xldi"
PAIRS = ["-1", "-l", "-d", "1-", "12", "1x", "1l", "l1", "1d", "d1"]
INDEX, DISK = "-123l", "-123xldi"


def put(s: Scenario, sign: str) -> None:
    """Puts what a sign stands for in the place of the path."""
    place = s.path / PATH
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)
    if sign == FOLDER:
        s.write({f"{PATH}/inside": "inside\n"})
    elif sign == LINK:
        place.symlink_to("other")
    elif sign != NONE:
        s.write({PATH: {PROGRAM: "1", IGNORED: "3"}.get(sign, sign) + "\n"})
        place.chmod(0o755 if sign == PROGRAM else 0o644)


def branches(root: Path, pair: str) -> Scenario:
    """Makes ``main`` with the first sign and ``x`` with the second."""
    s = Scenario(root).commit("base", {"d/other": "other\n", "other": "other\n"})
    for branch, sign in zip(("main", "x"), pair, strict=True):
        if branch == "x":
            s.branch("x")
        put(s, sign)
        s.commit(f"sign {sign}", {})
    return s.checkout("main")


def states(s: Scenario, index: str, disk: str) -> None:
    """Gives index and working file their states."""
    s.git("rm", "-r", "--quiet", "--cached", "--ignore-unmatch", PATH)
    if index != NONE:
        put(s, index)
        s.git("add", "--", PATH)
    put(s, disk)
    s.git("status")  # so that the index knows the times of the file
    if disk == IGNORED:
        (s.common_dir / "info").mkdir(exist_ok=True)
        (s.common_dir / "info/exclude").write_text("p\n")


def case(template: Scenario, root: Path, index: str, disk: str) -> str:
    """Tries one state; gives what came out of it."""
    copy = template.twin()
    copy.root.rename(root)
    ours = Scenario(root, copy.path.name, clock=copy.clock)
    states(ours, index, disk)
    theirs = ours.twin()
    ours.clock.tick()
    theirs.clock.tick()
    was = without_logs(ours)
    before = everything(ours.root)
    if theirs.try_git("switch", "--quiet", "x").returncode:
        with pytest.raises(WouldOverwrite) as refusal:
            switched(ours, "x")
        assert any(one.startswith(PATH) for one in refusal.value.details["files"])
        assert everything(ours.root) == before
        return "refused"
    told = switched(ours, "x", dry_run=True)
    assert everything(ours.root) == before
    assert switched(ours, "x").files == told.files
    after = picture(ours)
    assert after == picture(theirs)
    act(ours, undo, UndoRequest())
    assert without_logs(ours) == was
    act(ours, redo, RedoRequest())
    assert without_logs(ours) == {name: part for name, part in after.items() if name != "logs"}
    ours.fsck()
    return "switched"


@pytest.mark.parametrize("pair", PAIRS)
def test_same_as_git(pair: str, tmp_path: Path) -> None:
    template = branches(tmp_path / "template", pair)
    seen = set()
    for index, disk in product(INDEX, DISK):
        if disk == IGNORED and index != NONE:
            continue  # what is tracked is not ignored
        seen.add(case(template, tmp_path / f"{index}{disk}", index, disk))
    assert seen == {"refused", "switched"}
