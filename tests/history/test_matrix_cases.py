"""Holds resets, switches and discards against git where repository, settings or files are out of the ordinary."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.history.discard import DiscardRequest, discard
from jupyter_mlgit.history.reset import ResetRequest, reset
from jupyter_mlgit.history.switch import SwitchRequest, switch_branch
from jupyter_mlgit.journal.undo import RedoRequest, UndoRequest, redo, undo
from jupyter_mlgit.problems import BadRevision, NoUndo, Problem
from tests.git.twins import ours
from tests.history.matrix import differing, marks, seen, whole
from tests.history.matrix_cases import STORIES, Story, base
from tests.history.pictures import everything, same_zone, working_files
from tests.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

zone = pytest.fixture(autouse=True)(same_zone)

ACTS: dict[str, tuple[list[str], Callable[..., Any], object]] = {
    "soft": (["reset", "--quiet", "--soft", "x"], reset, ResetRequest(rev="x", soft=True)),
    "mixed": (["reset", "--quiet", "x"], reset, ResetRequest(rev="x")),
    "hard": (["reset", "--quiet", "--hard", "x"], reset, ResetRequest(rev="x", hard=True)),
    "here": (["reset", "--quiet", "--hard"], reset, ResetRequest(hard=True)),
    "switch": (["switch", "--quiet", "x"], switch_branch, SwitchRequest(name="x")),
    "discard": (["restore", "--ignore-unmerged", "."], discard, DiscardRequest(paths=["."])),
}
CASES = [(story, act) for story in STORIES for act in story.acts.split()]


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Flushes nothing to the disk: that is tried elsewhere."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """Gives the two branches, to be copied."""
    return base(tmp_path_factory.mktemp("base") / "work")


@pytest.fixture(scope="module")
def told(built: Scenario) -> Callable[[Story], Scenario]:
    """Tells a story once; what comes of it is to be copied."""
    known: dict[str, Scenario] = {}

    def tell(story: Story) -> Scenario:
        if story.name not in known:
            known[story.name] = copied(built, built.root.with_name(story.name))
            known[story.name].git("update-index", "-q", "--refresh")
            story.tell(known[story.name])
        return known[story.name]

    return tell


def copied(template: Scenario, root: Path) -> Scenario:
    twin = template.twin()
    twin.root.rename(root)
    return Scenario(root, clock=twin.clock)


@pytest.mark.parametrize(("story", "act"), CASES, ids=[f"{story.name}-{act}" for story, act in CASES])
def test_same_as_git(told: Callable[[Story], Scenario], tmp_path: Path, story: Story, act: str) -> None:
    s = copied(told(story), tmp_path / "ours")
    s.try_git("update-index", "-q", "--refresh")
    twin = s.twin()
    twin.try_git("update-index", "-q", "--refresh")
    before, untouched = seen(s), everything(s.root)
    words, verb, request = ACTS[act]
    twin.clock.tick()
    theirs = twin.try_git(*words)
    if theirs.returncode or story.refused:
        assert not (theirs.returncode and story.refused), "git refuses as well"
        with pytest.raises(Problem) as refusal:
            ours(s, verb, request)
        assert story.refused in (None, refusal.value.code)
        assert everything(s.root) == untouched
        return
    done = ours(s, verb, request)
    assert not differing(whole(s), whole(twin))
    if done.operation is not None:
        ours(s, undo, UndoRequest())
        assert not differing(seen(s), before)
        ours(s, redo, RedoRequest())
        assert working_files(s.path) == working_files(twin.path)
        assert s.git("ls-files", "--stage", "-t") == twin.git("ls-files", "--stage", "-t")
    s.fsck()


REVISIONS = [
    ":/two  blanks", ":/seco", "x", "HEAD", "HEAD@{1}", "@{1}", "main@{0}", "@{-1}", "ORIG_HEAD", "v2", "v2^{}",
    "x^{commit}", "x^{/base}", ":/other", "@", "x~1", "x^0", "refs/heads/x", "heads/main~0", "HEAD^{/b}",
]  # fmt: skip
NO_COMMITS = ["x^{tree}", "x:a", ":a", "-", "nowhere", "HEAD@{99}", "main..x", "x -- a", "blob", "tree"]


def test_what_a_reset_goes_to_is_what_git_means(built: Scenario, tmp_path: Path) -> None:
    """Tags are followed, and the logs say what was typed."""
    s = copied(built, tmp_path / "ours")
    s.tag("v1", "x", "--annotate", "--message", "tagged").tag("v2", "v1", "--annotate", "--message", "again")
    s.tag("blob", "x:a").tag("tree", "x^{tree}")
    s.commit("two  blanks in it", {"blanks": "1\n"})
    twin = s.twin()
    for rev in REVISIONS:
        twin.clock.tick()
        twin.git("reset", "--quiet", "--soft", rev)
        ours(s, reset, ResetRequest(rev=rev, soft=True))
        assert not differing({"marks": marks(s)}, {"marks": marks(twin)}), rev
    for rev in NO_COMMITS:
        assert twin.try_git("reset", "--quiet", "--soft", rev, "--").returncode
        with pytest.raises(BadRevision):
            ours(s, reset, ResetRequest(rev=rev, soft=True))
    assert not differing(whole(s), whole(twin))


def test_a_reset_in_a_bisection_is_undone_when_that_is_over(built: Scenario, tmp_path: Path) -> None:
    s = copied(built, tmp_path / "ours")
    s.git("bisect", "start", "HEAD", "HEAD~1")
    before = seen(s)
    ours(s, reset, ResetRequest(rev="x", hard=True))
    with pytest.raises(NoUndo):
        ours(s, undo, UndoRequest())
    s.git("bisect", "reset")
    ours(s, undo, UndoRequest())
    assert not differing(seen(s), before)
