"""Gives logs times that no clock should: from the future, before 1970, of hundreds of digits; the order decides."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.git.reflog import parse_log
from jupyter_mlgit.journal.stretches import in_order
from tests.journal.test_evidence import A, B, C, D
from tests.journal.test_observed import look, pinned, pins
from tests.recovery.verdicts import listed, row_of, skipped

if TYPE_CHECKING:
    from tests.scenario import Scenario

NOW = int(time.time())
YEAR = 366 * 86_400


def line(old: str, new: str, stamp: str, words: str = "commit: b") -> bytes:
    return f"{old} {new} Ada <ada@example.org> {stamp}\t{words}\n".encode()


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ([10, 20, 30], [10, 20, 30]),
        ([10, 5, 30], [10, 10, 30]),
        ([10, NOW + YEAR, 30], [10, 10, 30]),
        ([NOW + YEAR, 10], [0, 10]),
        ([10, 10**30, 10, 11], [10, 10, 10, 11]),
        ([NOW, NOW + 3600], [NOW, NOW + 3600]),
    ],
)
def test_order_of_the_lines_is_the_order_in_time(times: list[int], expected: list[int]) -> None:
    log = parse_log(b"".join(line(A, B, f"{when} +0000") for when in times))
    assert [entry.time for entry in in_order(log.entries)] == expected


def test_long_lines_and_many_lines_are_read_to_the_end() -> None:
    long = line(A, B, "1 +0000", "x" * 10_000_000)
    log = parse_log(b"\0" * 100_000 + b"\n" + long + line(C, D, "2 +0000"))
    assert [entry.new for entry in log.entries] == [B.encode(), D.encode()]
    assert log.skipped == 1


def rewrite(story: Scenario, number: int, stamp: str) -> None:
    """Gives one line of HEAD's log another time."""
    path = story.git_dir / "logs/HEAD"
    lines = path.read_bytes().splitlines(keepends=True)
    head, _, words = lines[number].partition(b"\t")
    lines[number] = head.rpartition(b"> ")[0] + b"> " + stamp.encode() + b"\t" + words
    path.write_bytes(b"".join(lines))


STAMPS = [
    # With a name: processes that run a part of the tests each have a time of their own.
    pytest.param(f"{NOW + 20 * YEAR} +0200", id="in twenty years"),
    "99999999999 +0200",
    "9" * 19 + " +0000",
    "9" * 400 + " +0000",
    "0 +0000",
    "1760000000 +9999",
    "1760000000 -9999",
]


@pytest.mark.parametrize("stamp", STAMPS, ids=lambda stamp: str(stamp)[:30])
def test_line_of_an_odd_time_neither_wins_nor_costs_anything(story: Scenario, stamp: str) -> None:
    """The clock was wrong as the first ``x`` was left; the second one is still the newer of the two."""
    story.branch("x").commit("first")
    first = story.tip()
    story.checkout("main")
    rewrite(story, -1, stamp)
    story.delete_branch("x").branch("x").commit("second")
    second = story.tip()
    story.delete_branch("x")
    row = row_of(story, "x")
    assert (row.tip, [earlier.tip for earlier in row.earlier]) == (second, [first])
    assert skipped(story) == 0


@pytest.mark.parametrize("stamp", STAMPS, ids=lambda stamp: str(stamp)[:30])
def test_branch_between_two_looks_is_pinned_whatever_its_log_says_of_the_time(story: Scenario, stamp: str) -> None:
    look(story)
    story.branch("x").commit("x1")
    tip = story.tip()
    story.delete_branch("x")
    rewrite(story, -1, stamp)
    look(story)
    # A clock that was put back gives the line the time of the one before it, and so no line is too old to count.
    assert tip in pinned(story)
    story.expire_all()
    assert story.exists(tip)


@pytest.mark.parametrize(
    "when",
    ["9" * 400, pytest.param(f"{NOW + 20 * YEAR}", id="in twenty years"), "0", "-5", "1e400", "nan", "x"],
    ids=lambda when: str(when)[:12],
)
def test_note_of_the_hook_with_an_odd_time(story: Scenario, when: str) -> None:
    """A pin is read at every look and every listing, so one bad time must not stay for ever."""
    tip = story.tip("exp/one")
    look(story)
    story.delete_branch("exp/one")
    (story.git_dir / "mlgit/hook.log").write_text(f"{when} {tip} refs/heads/exp/one - - deleted\n")
    look(story)
    assert {one.tip for one in pins(story)} == {tip}
    assert all(0 <= one.when <= story.clock.now for one in pins(story))
    assert row_of(story, "exp/one").tip == tip
    story.branch("exp/one", "main").checkout("exp/one").commit("again")
    again = story.tip()
    story.delete_branch("exp/one")
    look(story)
    assert row_of(story, "exp/one").tip == again


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e400", "-5", "0"])
@pytest.mark.parametrize("name", ["observed.json", "pins.jsonl"])
def test_memory_with_an_odd_time_is_no_end_of_memory(story: Scenario, name: str, value: str) -> None:
    look(story)
    story.delete_branch("packed")
    look(story)
    path = story.git_dir / "mlgit" / name
    path.write_text(re.sub(r'"(when|seen)": [0-9.]+', rf'"\1": {value}', path.read_text()))
    tip = story.tip("exp/one")
    story.delete_branch("exp/one")
    look(story)
    story.commit("m2")
    look(story)
    assert "packed" in [row.name for row in listed(story)]
    assert row_of(story, "exp/one").tip == tip


def test_clock_that_was_ahead_as_we_looked_hides_nothing_afterwards(story: Scenario) -> None:
    story.clock.tick(20 * YEAR)
    look(story)
    story.branch("y", "packed").delete_branch("y")
    look(story)
    story.clock.tick(-20 * YEAR)
    story.branch("x").commit("x1")
    tip = story.tip()
    story.delete_branch("x")
    look(story)
    assert tip in pinned(story)


def test_pin_of_a_clock_that_was_ahead_does_not_win_for_ever(story: Scenario) -> None:
    first = story.tip("exp/one")
    story.clock.tick(20 * YEAR)
    look(story)
    story.git("update-ref", "-d", "refs/heads/exp/one")
    look(story)
    story.clock.tick(-20 * YEAR)
    story.branch("exp/one").commit("again")
    again = story.tip()
    look(story)
    story.delete_branch("exp/one")
    look(story)
    story.expire_all()
    row = row_of(story, "exp/one")
    assert (row.tip, [earlier.tip for earlier in row.earlier]) == (again, [first])
