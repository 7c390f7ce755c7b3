"""Tests what is read from logs line by line, in the words of today's git and of older ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.git.repository import open_repository
from jupyter_mlgit.journal.evidence import collect, fetched_tips, merged_names

if TYPE_CHECKING:
    from jupyter_mlgit.journal.evidence import Evidences
    from tests.scenario import Scenario

ZERO, A, B, C, D = "0" * 40, "a" * 40, "b" * 40, "c" * 40, "d" * 40
Line = tuple[str, str, str]


def log_of(*lines: Line, step: int = 60) -> str:
    """Writes a log; each line is old, new and the words."""
    return "".join(
        f"{old} {new} Ada <ada@example.org> {1_760_000_000 + number * step} +0200{chr(9) + words if words else ''}\n"
        for number, (old, new, words) in enumerate(lines)
    )


def read(scenario: Scenario, *lines: Line, step: int = 60, **branches: str) -> Evidences:
    """Collects from a HEAD log of these lines and from logs of branches."""
    logs = scenario.common_dir / "logs"
    (logs / "refs/heads").mkdir(parents=True, exist_ok=True)
    (logs / "HEAD").write_text(log_of(*lines, step=step))
    for name, text in branches.items():
        (logs / "refs/heads" / name).write_text(text)
    repo = open_repository(scenario.path)
    found = collect(repo)
    repo.close()
    return found


def seen(found: Evidences, name: str) -> list[tuple[str, str]]:
    """Gives what is known of a name: first digit of the commit and evidence, oldest first."""
    sightings = [one for one in found.sightings if one.name == name.encode()]
    sightings.sort(key=lambda one: (one.time, one.order))
    return [(one.tip.decode()[0], one.evidence) for one in sightings]


def test_only_the_old_column_tells(scenario: Scenario) -> None:
    found = read(scenario, (A, B, "checkout: moving from x to main"))
    assert seen(found, "x") == [("a", "left")]
    (sighting,) = [one for one in found.sightings if one.name == b"x"]
    assert (sighting.time, sighting.zone) == (1_760_000_000, 120)
    assert sighting.why == "checkout: moving from x to main"


def test_word_after_to_is_not_trusted_alone(scenario: Scenario) -> None:
    found = read(
        scenario,
        (A, B, "checkout: moving from main to v1.0"),
        (B, C, "commit: aside"),
        (C, A, f"checkout: moving from {C} to main"),
    )
    assert seen(found, "v1.0") == []
    assert [one.tip.decode()[0] for one in found.detached] == ["c"]


def test_word_after_to_is_trusted_when_it_is_left_later(scenario: Scenario) -> None:
    found = read(
        scenario,
        (A, B, "checkout: moving from main to x"),
        (B, C, "commit: on x"),
        (C, A, "rebase (start): checkout main"),
        (A, D, "rebase (pick): on x"),
        (D, D, "rebase (finish): returning to refs/heads/x"),
        (D, A, "checkout: moving from x to main"),
    )
    assert seen(found, "x") == [("c", "rebased"), ("d", "left")]


@pytest.mark.parametrize(
    "words",
    [
        "rebase (finish): returning to refs/heads/x",
        "rebase (abort): returning to refs/heads/x",
        "rebase -i (finish): returning to refs/heads/x",
        "rebase finished: returning to refs/heads/x",
        "pull --rebase origin main (finish): returning to refs/heads/x",
    ],
)
def test_returning(scenario: Scenario, words: str) -> None:
    assert seen(read(scenario, (A, B, words)), "x") == [("b", "rebased")]


def test_picks_of_a_rebase_are_nobody_s(scenario: Scenario) -> None:
    found = read(
        scenario,
        (A, B, "checkout: moving from x to main"),
        (B, C, "rebase (start): checkout y"),
        (C, D, "rebase (pick): b"),
    )
    assert "d" not in {one.tip.decode()[0] for one in found.sightings}


def test_reset_and_amend_leave_what_was_there(scenario: Scenario) -> None:
    found = read(
        scenario,
        (ZERO, A, "checkout: moving from main to x"),
        (A, B, "commit: b"),
        (B, C, "commit (amend): b"),
        (C, A, "reset: moving to HEAD~1"),
        (A, D, "commit: d"),
        (D, A, "checkout: moving from x to main"),
    )
    assert seen(found, "x") == [("b", "left"), ("c", "left"), ("d", "left")]
    assert [one.amended for one in found.sightings if one.tip == B.encode()] == [True]
    assert not [one for one in found.sightings if one.amended and one.tip != B.encode()]


@pytest.mark.parametrize(
    "words",
    [
        "commit: b",
        "commit (merge): b",
        "commit (cherry-pick): b",
        "cherry-pick: b",
        "revert: b",
        "merge y: Fast-forward",
    ],
)
def test_step_forward_leaves_nothing_behind(scenario: Scenario, words: str) -> None:
    found = read(
        scenario, (C, A, "checkout: moving from x to x"), (A, B, words), (B, C, "checkout: moving from x to main")
    )
    assert ("a", "left") not in seen(found, "x")


def test_renaming_in_the_main_worktree_and_in_a_linked_one(scenario: Scenario) -> None:
    words = "Branch: renamed refs/heads/a to refs/heads/b"
    both = read(scenario, (ZERO, A, ""), (A, ZERO, words), (ZERO, A, words), (A, B, "commit: b"))
    one = read(scenario, (ZERO, A, ""), (ZERO, A, words), (A, B, "commit: b"))
    for found in (both, one):
        assert ("a", "renamed") in seen(found, "a") or ("a", "left") in seen(found, "a")
        assert [renaming.new for renaming in found.renamed[b"a"]][-1] == b"b"


def test_removed_from_under_head_proves_a_branch(scenario: Scenario) -> None:
    found = read(
        scenario,
        (A, A, "checkout: moving from main to x"),
        (A, B, "commit: b"),
        (B, ZERO, ""),
        (ZERO, A, ""),
    )
    assert seen(found, "x")[-1] == ("b", "left")


def test_times_that_go_back_keep_the_order(scenario: Scenario) -> None:
    found = read(
        scenario,
        (A, B, "checkout: moving from x to main"),
        (B, A, "checkout: moving from main to x"),
        (C, B, "checkout: moving from x to main"),
        step=-3600,
    )
    assert seen(found, "x")[-1] == ("c", "left")
    assert {one.time for one in found.sightings} == {1_760_000_000}


def test_branch_made_from_another(scenario: Scenario) -> None:
    made = log_of((ZERO, A, "branch: Created from refs/heads/x"))
    other = log_of((ZERO, B, "branch: Created from y"))
    found = read(scenario, made=made, other=other)
    assert (seen(found, "x"), seen(found, "y")) == ([("a", "created-from")], [("b", "created-from")])


@pytest.mark.parametrize("source", ["HEAD", "HEAD~1", "a1b2c3d", A, "x@{1}", "x^2", "main:file", "@", "-"])
def test_expressions_are_no_names(scenario: Scenario, source: str) -> None:
    found = read(
        scenario, (A, B, f"merge {source}: Fast-forward"), made=log_of((ZERO, A, f"branch: Created from {source}"))
    )
    assert {one.name for one in found.sightings} <= {b"made", b"main"}


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (b"Merge branch 'x'", [b"x"]),
        (b"Merge branch 'x' into y", [b"x"]),
        (b"commit (merge): Merge branch 'a/b' into c", [b"a/b"]),
        (b"Merge branches 'x' and 'y'", [b"x", b"y"]),
        (b"Merge branches 'x', 'y' and 'z' into main", [b"x", b"y", b"z"]),
        (b"Merge branch 'x' of /somewhere/else", []),
        (b"Merge branch 'x' of https://example.org/r into y", []),
        (b"Merge tag 'v1'", []),
        (b"Merge remote-tracking branch 'origin/x'", []),
        (b"commit: Merge the results", []),
        (b"Merge branch ''", []),
    ],
)
def test_names_in_a_merge_s_subject(subject: bytes, expected: list[bytes]) -> None:
    assert merged_names(subject) == expected


def test_what_was_fetched(scenario: Scenario) -> None:
    (scenario.git_dir / "FETCH_HEAD").write_text(
        f"{A}\t\tbranch 'topic' of https://example.org/r\n"
        f"{B}\tnot-for-merge\tbranch 'exp/b' of ../other\n"
        f"{C}\tnot-for-merge\ttag 'v1' of ../other\n"
        f"{D}\t\t../other\n"
        "garbage\n\tbranch 'none' of x\n"
    )
    repo = open_repository(scenario.path)
    assert fetched_tips(repo) == [(b"topic", A.encode()), (b"exp/b", B.encode())]
    repo.close()


def test_lines_that_are_none_are_counted(scenario: Scenario) -> None:
    logs = scenario.common_dir / "logs"
    (logs / "refs/heads").mkdir(parents=True)
    (logs / "HEAD").write_bytes(b"no line\n" + log_of((A, B, "checkout: moving from x to main")).encode() + b"\xff\0")
    (logs / "refs/heads/y").write_bytes(b"neither\nnor\n")
    repo = open_repository(scenario.path)
    found = collect(repo)
    repo.close()
    assert found.skipped == 4
    assert seen(found, "x") == [("a", "left")]
