"""Loses a branch in each of the ways that the real git knows, seen and unseen.

Where somebody looked before and after, every commit outlives the strictest clean-up, whatever the logs had kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.journal.observed import observe
from tests.recovery.verdicts import context, listed, names, opened, row_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scenario import Scenario

HEX = "c0ffee" * 6 + "c0ff"


def look(story: Scenario) -> None:
    story.clock.tick()
    with opened(story) as repo:
        observe(repo, context(story))


def unlogged(story: Scenario, subject: str, parent: str = "main") -> str:
    """Makes a commit that no log knows of."""
    story.clock.tick()
    return story.git("commit-tree", "-m", subject, "-p", parent, "main^{tree}")


class Way:
    """One row of the table: what happens before the first look, and how the branch then goes."""

    def __init__(
        self,
        prepare: Callable[[Scenario], object],
        lose: Callable[[Scenario], object],
        *,
        lost: str = "x",
        kind: str = "deleted",
        name: str = "x",
    ) -> None:
        self.prepare, self.lose, self.lost, self.kind, self.name = prepare, lose, lost, kind, name


def on_x(story: Scenario) -> Scenario:
    return story.branch("x").commit("x1").commit("x2").checkout("main")


def victim(story: Scenario) -> Scenario:
    return on_x(story).branch("y").commit("y1").checkout("main")


def in_linked(story: Scenario) -> Scenario:
    story.worktree_add("linked", "-b", "x").inside("linked").commit("x1")
    return story


def stashed(story: Scenario) -> Scenario:
    for number in range(2):
        story.write({"base.txt": f"{number}", f"new{number}.txt": "n"}).stash(f"stash {number}")
    return story


def with_remote(story: Scenario) -> Scenario:
    on_x(story).remote().push("origin", "main", "x").fetch()
    return story.delete_branch("x")


WAYS = {
    "checked out, left, branch -D": Way(on_x, lambda s: s.delete_branch("x")),
    "branch x <sha>, branch -D": Way(
        lambda s: s.branch("x", unlogged(s, "dangling")), lambda s: s.delete_branch("x")
    ),
    "advanced by branch -f after it was left": Way(
        lambda s: on_x(s).move_branch("x", unlogged(s, "later", "x")), lambda s: s.delete_branch("x")
    ),
    "advanced by fetch after it was left": Way(
        lambda s: on_x(s).branch("y", unlogged(s, "later", "x")).fetch(".", "y:x").delete_branch("y"),
        lambda s: s.delete_branch("x"),
    ),
    "linked worktree": Way(in_linked, lambda s: (s.inside("linked").checkout("--detach"), s.delete_branch("x"))),
    "linked worktree, removed": Way(in_linked, lambda s: s.worktree_remove("linked").delete_branch("x")),
    "rebase main x": Way(
        lambda s: on_x(s).commit("m1").rebase("main", "x").git("symbolic-ref", "HEAD", "refs/heads/main"),
        lambda s: s.reset("main").delete_branch("x"),
    ),
    "renamed while current": Way(
        lambda s: on_x(s).checkout("x").rename_branch("x", "z").checkout("main"),
        lambda s: s.delete_branch("z"), lost="z", name="z",
    ),
    "branch -M over a victim": Way(
        victim, lambda s: s.rename_branch("y", "x", force=True), kind="overwritten"
    ),
    "checkout -B x main": Way(on_x, lambda s: s.checkout("-B", "x", "main"), kind="overwritten"),
    "branch -f": Way(on_x, lambda s: s.move_branch("x", "main"), kind="overwritten"),
    "merged, fast-forward": Way(on_x, lambda s: s.merge("x").delete_branch("x", force=False)),
    "merged by a commit": Way(
        lambda s: on_x(s).commit("m1"), lambda s: s.merge("x", "--no-ff").delete_branch("x", force=False)
    ),
    "merged, and the merge thrown away": Way(
        lambda s: on_x(s).commit("m1"), lambda s: s.merge("x", "--no-ff").delete_branch("x").reset("HEAD~1")
    ),
    "update-ref -d of the current branch": Way(
        lambda s: on_x(s).checkout("x"), lambda s: s.git("update-ref", "-d", "refs/heads/x")
    ),
    "its file removed by hand": Way(on_x, lambda s: (s.common_dir / "refs/heads/x").unlink()),
    "remote branch deleted": Way(
        with_remote, lambda s: s.push("origin", "--delete", "x"), lost="origin/x", name="origin/x"
    ),
    "remote branch deleted, looked at before": Way(
        lambda s: with_remote(s).checkout("origin/x").checkout("main"),
        lambda s: s.push("origin", "--delete", "x"), lost="origin/x", name="origin/x",
    ),
}  # fmt: skip
ways = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)


@ways
def test_seen_going_it_outlives_everything_under_its_name(story: Scenario, way: Way) -> None:
    way.prepare(story)
    tip, commits = story.tip(way.lost), story.git("rev-list", way.lost).split()
    look(story)
    way.lose(story)
    look(story)
    before = row_of(story, way.name, way.kind) if way.kind == "deleted" else None
    story.expire_all()
    look(story)
    for commit in commits:
        assert story.exists(commit)
    if story.git("for-each-ref", "--contains", tip, "refs/heads", "refs/remotes") and way.kind == "overwritten":
        return
    row = row_of(story, way.name, way.kind)
    assert (row.tip, row.state, row.pinned or row.unique_commits == 0) == (tip, "recoverable", True)
    assert before is None or before.tip == tip


@ways
def test_never_seen_the_commits_are_listed_by_name_or_without(story: Scenario, way: Way) -> None:
    way.prepare(story)
    tip = story.tip(way.lost)
    way.lose(story)
    rows = listed(story, everything=True)
    held = {row.tip for row in rows} | {earlier.tip for row in rows for earlier in row.earlier}
    reached = story.git("for-each-ref", "--contains", tip, "refs/heads", "refs/remotes")
    assert tip in held or reached


@pytest.mark.parametrize("how", ["drop", "drop the older", "pop", "clear"])
def test_stashes_seen_going_outlive_everything(story: Scenario, how: str) -> None:
    stashed(story)
    tips = story.git("rev-list", "--walk-reflogs", "refs/stash").split()
    look(story)
    words = {"drop": ["drop"], "drop the older": ["drop", "stash@{1}"], "pop": ["pop"], "clear": ["clear"]}[how]
    gone = {"drop": tips[:1], "drop the older": tips[1:], "pop": tips[:1], "clear": tips}[how]
    story.git("stash", *words, "--quiet") if how != "clear" else story.git("stash", *words)
    look(story)
    story.expire_all() if how == "clear" else story.git("gc", "--quiet", "--prune=now")
    for tip in gone:
        assert story.git("stash", "show", "-p", "--include-untracked", tip)
    rows = [row for row in listed(story, everything=True) if row.kind == "stash"]
    assert {row.tip for row in rows} == set(gone)
    assert all(row.pinned for row in rows)


TO = ["to", "from", "main-2", HEX, HEX[:7], "a/b/c", "HEAD-1", "größe/日本語", "to/main", "1", "x~y".replace("~", "-")]


@pytest.mark.parametrize("name", TO)
def test_word_after_to_counts_once_the_name_is_seen_to_be_left(story: Scenario, name: str) -> None:
    """``moving from main to NAME`` is only as typed; ``moving from NAME`` makes it a branch's."""
    story.branch(name).commit("on it").checkout("main").checkout(f"refs/heads/{name}").checkout("main")
    tip = story.tip(f"refs/heads/{name}")
    story.switch(name)
    story.commit("more")
    tip = story.tip()
    story.switch("main").delete_branch(name)
    row = row_of(story, name)
    assert (row.tip, row.evidence, row.unique_commits) == (tip, "left", 2)
    assert names(listed(story, everything=True)) == [name]


@pytest.mark.parametrize("name", TO)
def test_word_after_to_counts_when_a_rebase_comes_back_to_it(story: Scenario, name: str) -> None:
    ref = f"refs/heads/{name}"
    story.branch(name).commit("on it").checkout("main").commit("m1")
    story.git("reflog", "expire", "--expire=all", "HEAD")
    story.switch(name)
    story.rebase("main")
    tip = story.tip()
    story.git("symbolic-ref", "HEAD", "refs/heads/main")
    story.git("update-ref", "-d", ref)
    row = row_of(story, name)
    assert (row.tip, row.evidence) == (tip, "rebased")


@pytest.mark.parametrize("name", TO)
def test_word_after_to_alone_names_nothing(story: Scenario, name: str) -> None:
    """A tag, or a commit's id: HEAD was detached there, and work that was done there has no name."""
    story.commit("c1").tag(name, "HEAD~1").checkout(f"refs/tags/{name}").commit("aside")
    aside = story.tip()
    story.checkout("main").git("tag", "-d", name)
    rows = listed(story, everything=True)
    assert [(row.kind, row.name, row.tip) for row in rows] == [("lost", None, aside)]


def test_branch_called_like_a_commit_and_the_commit_are_told_apart(story: Scenario) -> None:
    """``from`` is a branch's name or a commit's; forty digits that are not the commit that was left are a branch's."""
    other = story.commit("c1").tip()
    story.git("update-ref", f"refs/heads/{other}", unlogged(story, "on the branch"))
    story.git("symbolic-ref", "HEAD", f"refs/heads/{other}")
    story.git("reset", "--hard", "--quiet")
    story.commit("more")
    tip = story.tip()
    story.checkout("main").checkout("--detach", other).commit("aside")
    aside = story.tip()
    story.checkout("main")
    story.git("update-ref", "-d", f"refs/heads/{other}")
    rows = {(row.kind, row.name): row.tip for row in listed(story, everything=True)}
    assert rows == {("deleted", other): tip, ("lost", None): aside}


def test_log_of_one_linked_worktree_is_enough_and_goes_with_it(story: Scenario) -> None:
    """Three worktrees: what only one of them saw is known until that one is removed."""
    for number in range(3):
        story.worktree_add(f"linked{number}", "--detach")
    linked = story.inside("linked1")
    linked.branch("größe/x").commit("x1")
    tip = linked.tip()
    linked.checkout("--detach", "main")
    story.delete_branch("größe/x").worktree_remove("linked0")
    assert row_of(story, "größe/x").tip == tip
    assert row_of(story.inside("linked2"), "größe/x").tip == tip
    story.worktree_remove("linked1")
    assert names(listed(story)) == []
    assert row_of(story, None, "lost", everything=True).tip == tip


def test_worktree_that_is_removed_while_somebody_looks_costs_nothing(story: Scenario) -> None:
    look(story)
    story.worktree_add("linked", "-b", "x")
    linked = story.inside("linked").commit("x1")
    linked.branch("between").commit("b1")
    between = linked.tip()
    linked.checkout("x").git("branch", "-D", "between")
    look(story)
    aside = linked.checkout("--detach").commit("aside").tip()
    tip = story.tip("x")
    look(story)
    story.worktree_remove("linked").delete_branch("x")
    look(story)
    rows = {(row.kind, row.name): row.tip for row in listed(story, everything=True)}
    assert rows[("lost", None)] == aside
    story.expire_all()
    assert {row.name: row.tip for row in listed(story, everything=True)} == {
        "x": tip, "between": between, None: aside
    }  # fmt: skip


def test_detached_work_that_is_left_is_kept_and_that_which_goes_on_is_not_pinned(story: Scenario) -> None:
    look(story)
    story.checkout("--detach").commit("d1")
    look(story)
    story.commit("d2")
    look(story)
    assert not story.git("for-each-ref", "refs/mlgit")
    tip = story.tip()
    story.checkout("main")
    look(story)
    story.expire_all()
    (row,) = listed(story, everything=True)
    assert (row.kind, row.tip, row.pinned) == ("lost", tip, True)
    story.checkout("--detach").commit("d3").branch("kept", "HEAD").checkout("main")
    look(story)
    assert len(story.git("for-each-ref", "refs/mlgit").splitlines()) == 1
