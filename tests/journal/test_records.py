"""Reads the operation log while it grows, is cut off, and is written anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.journal import records
from jupyter_mlgit.journal.records import append_lines, encode, read_lines
from jupyter_mlgit.values import Value

if TYPE_CHECKING:
    from pathlib import Path


class Line(Value):
    """One line."""

    text: str


def told(path: Path) -> list[str]:
    return [one.text for one in read_lines(path, Line)]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log.jsonl"


def test_what_is_added_is_read(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(log) == []
    decoded: list[bytes] = []
    decode = records.decode

    def counted(line: bytes, kind: type[Line]) -> Any:
        decoded.append(line)
        return decode(line, kind)

    monkeypatch.setattr(records, "decode", counted)
    for number in range(5):
        append_lines(log, encode(Line(text=str(number))))
        assert told(log) == told(log) == [str(one) for one in range(number + 1)]
    assert len(decoded) == 5


def test_a_list_that_was_given_stays_as_it_was(log: Path) -> None:
    append_lines(log, encode(Line(text="a")))
    before = read_lines(log, Line)
    append_lines(log, encode(Line(text="b")))
    assert told(log) == ["a", "b"]
    assert [one.text for one in before] == ["a"]


def test_a_line_that_is_cut_off_is_passed_over_until_it_is_whole(log: Path) -> None:
    line = encode(Line(text="b"))
    for end in range(1, len(line) + 1):
        log.write_bytes(encode(Line(text="a")) + line[:end])
        assert told(log) == (["a", "b"] if end >= len(line) - 1 else ["a"]), end
    append_lines(log, encode(Line(text="c")))
    assert told(log) == ["a", "b", "c"]


def test_what_is_written_anew_is_read_anew(log: Path) -> None:
    log.write_bytes(encode(Line(text="a")) + encode(Line(text="b")))
    assert told(log) == ["a", "b"]
    log.write_bytes(encode(Line(text="x")) + encode(Line(text="b")) + encode(Line(text="c")))
    assert told(log) == ["x", "b", "c"]
    log.write_bytes(encode(Line(text="c")))
    assert told(log) == ["c"]
    log.write_bytes(b"no json\n" + encode(Line(text="d")))
    assert told(log) == ["d"]
    log.unlink()
    assert told(log) == []
