"""Nothing that stands in a repository acts on a terminal, and what is shown reads well."""

from __future__ import annotations

import io

import pytest

from jupyter_mlgit.cli.screen import Screen, visible, wants_colour
from jupyter_mlgit.cli.wording import ago, count, size


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("exp/lr-3e4", "exp/lr-3e4"),
        ("gr\u00fc\u00df \u5b9f\u9a13 \U0001f600", "gr\u00fc\u00df \u5b9f\u9a13 \U0001f600"),
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("a\r\nb\tc\x7f\x9b", "a\\x0d\\x0ab\\x09c\\x7f\\x9b"),
        ("a\u202eb\u2066c\u200bd\ufeff", "a\\u202eb\\u2066c\\u200bd\\ufeff"),
        ("a\u2028b\u2029c", "a\\u2028b\\u2029c"),
        ("a\udcffb\U000e0041", "a\\udcffb\\U000e0041"),
    ],
)
def test_what_would_act_on_a_terminal_is_made_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_colour_is_for_terminals_and_for_those_who_want_it() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    assert wants_colour(Terminal(), {})
    assert wants_colour(Terminal(), {"NO_COLOR": ""})
    assert not wants_colour(Terminal(), {"NO_COLOR": "1"})
    assert not wants_colour(Terminal(), {"TERM": "dumb"})
    assert not wants_colour(io.StringIO(), {})


def test_colours_stay_around_visible_text() -> None:
    coloured, plain = Screen(colour=True), Screen(colour=False)
    assert coloured.paint("a\x1bb", "bold", "red") == "\x1b[1;31ma\\x1bb\x1b[0m"
    assert plain.paint("a\x1bb", "bold", "red") == "a\\x1bb"


def test_columns_stand_below_each_other_with_and_without_colour() -> None:
    rows = [("a", "bb", "c"), ("aaa", "", "c")]
    plain, coloured = Screen(colour=False), Screen(colour=True)
    plain.columns(rows, "bold")
    coloured.columns(rows, "bold")
    assert plain.text() == "a    bb  c\naaa      c\n"
    assert coloured.text() == "\x1b[1ma\x1b[0m    bb  c\n\x1b[1maaa\x1b[0m      c\n"


def test_numbers_and_times_are_words() -> None:
    assert [count(0, "commit"), count(1, "commit"), count(1200, "branch", "branches")] == [
        *("0 commits", "1 commit", "1,200 branches"),
    ]
    assert [size(None), size(0), size(1_200), size(3_400_000), size(5 * 10**15)] == [
        *("n/a", "0 bytes", "1.2 kB", "3.4 MB", "5000.0 TB"),
    ]
    assert ago(None) == ""
    assert ago("2020-01-01T00:00:00+00:00").endswith("years ago")
