"""The words that are marked in lines that are too long to compare them whole."""

from jupyter_mlgit.textdiff.words import LONGEST, mark_words

LONG = ", ".join(f'"key {number}": {number}' for number in range(4000))


def test_one_word_of_a_very_long_line_is_marked() -> None:
    edited = LONG.replace('"key 2000": 2000', '"key 2000": 2007')
    old, new = mark_words([LONG], [edited])
    assert len(LONG) > LONGEST
    assert [LONG[low:high] for low, high in old[0]] == ["2000"]
    assert [edited[low:high] for low, high in new[0]] == ["2007"]


def test_marks_behind_a_long_beginning_count_as_javascript_does() -> None:
    head = "\N{GRINNING FACE} " * LONGEST
    old, new = mark_words([f"{head}a b"], [f"{head}a c"])
    start = 3 * LONGEST + 2
    assert (old, new) == ([[(start, start + 1)]], [[(start, start + 1)]])


def test_one_word_of_a_very_long_line_without_blanks_is_marked() -> None:
    dense = LONG.replace(" ", "")
    edited = dense.replace(":2000,", ":2.7e-3,")
    old, new = mark_words([dense], [edited])
    assert [dense[low:high] for low, high in old[0]] == ["2000"]
    assert [edited[low:high] for low, high in new[0]] == ["2.7e-3"]


def test_a_word_that_came_is_marked_alone() -> None:
    old, new = mark_words([f"{LONG} end"], [f"{LONG} more end"])
    assert old == [[]]
    assert [f"{LONG} more end"[low:high].strip() for low, high in new[0]] == ["more"]


def test_repeated_words_end_where_one_text_does() -> None:
    text = "a " * LONGEST
    old, new = mark_words([text], [text + "a "])
    assert old == [[]]
    assert sum(high - low for low, high in new[0]) == 2


def test_long_lines_that_differ_everywhere_are_left_whole() -> None:
    assert mark_words([LONG], [LONG.replace("key", "name")]) == ([[]], [[]])
