"""Writes files as git does on their way out, with git's own checkout as the judge of every byte."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jupyter_mlgit.git.conversions import Conversions
from jupyter_mlgit.git.repository import open_repository
from jupyter_mlgit.git.smudging import AS_STORED, CannotConvert, Smudging, smudged, to_convert
from tests.git.test_cleaning import POINTER
from tests.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_mlgit.git.smudging import WayOut

LONG = os.environ.get("MLGIT_EXAMPLES")

pieces = st.sampled_from(
    [
        b"a\n", b"b\r\n", b"\r\n", b"\n", b"\r", b"\0", b"\x01", b"\x1a", b"\x7f", b"x" * 200, b"$", b"$I", b"$Id",
        b"$Id$", b"$Id:$", b"$Id: $", b"$Id: x $", b"$Id: x y $", b"$Id: \tx$", b"$Id: x\0 $", b"$Id:x", b"$Id: no\n",
        b"end$", b"$$Id$", b"$Idx$Id: ab $", b"\xc3\xa9", b"\xe2\x82\xac", b"\xf0\x9f\x98\x80", b"\xef\xbb\xbf",
        b"\xff",
    ]
)  # fmt: skip
contents = st.lists(pieces, max_size=6).map(b"".join)
words = st.lists(
    st.sampled_from(
        ["text", "-text", "text=auto", "text=input", "text=other", "!text", "eol=lf", "eol=crlf", "crlf", "-crlf",
         "crlf=input", "crlf=auto", "ident", "ident", "-ident", "binary", "filter=none", "filter=same",
         "filter=cleans", "working-tree-encoding=UTF-8", "working-tree-encoding=UTF-16",
         "working-tree-encoding=utf16", "working-tree-encoding=UTF-16LE", "working-tree-encoding=UTF-16BE",
         "working-tree-encoding=UTF-16LE-BOM", "working-tree-encoding=UTF-32", "working-tree-encoding=utf-32le",
         "working-tree-encoding=latin1", "working-tree-encoding=latin-1", "working-tree-encoding=ISO-8859-15",
         "working-tree-encoding=windows-1252", "working-tree-encoding=SHIFT-JIS", "working-tree-encoding=KOI8-R"]
    ),
    max_size=3,
).map(" ".join)  # fmt: skip
files = st.lists(st.tuples(contents, words), min_size=1, max_size=12)

FILTERS = '[filter "same"]\n\tclean = cat\n\tsmudge = cat\n[filter "cleans"]\n\tclean = cat\n'


def ways(scenario: Scenario, *paths: str) -> dict[str, WayOut]:
    """Gives what the product does to files, by the attributes that lie in the working tree and beside it."""
    repo = open_repository(scenario.path)

    def in_folder(folder: bytes) -> bytes | None:
        path = scenario.path / os.fsdecode(folder) / ".gitattributes"
        return path.read_bytes() if path.is_file() else None

    smudging = Smudging(repo, Conversions(repo, in_folder))
    found = {path: smudging.way_out(path.encode()) for path in paths}
    repo.close()
    return found


def stored(scenario: Scenario, contents: Mapping[str, bytes]) -> dict[str, bytes]:
    """Puts contents into the index as they are; gives their names."""
    scenario.write({f".git/stored/{path}": content for path, content in contents.items()})
    told = "".join(f".git/stored/{path}\n" for path in contents)
    names = scenario.git("hash-object", "-w", "--no-filters", "--stdin-paths", stdin=told).split()
    scenario.git("read-tree", "--empty")
    lines = "".join(f"100644 {name}\t{path}\n" for path, name in zip(contents, names, strict=True))
    scenario.git("update-index", "--add", "--index-info", stdin=lines)
    return {path: name.encode() for path, name in zip(contents, names, strict=True)}


def require_same(scenario: Scenario, told: Mapping[str, tuple[bytes, str]]) -> None:
    """Lets git check files out and demands that the product gives the same bytes."""
    scenario.write({".git/info/attributes": "".join(f"{path} {one[1]}\n" for path, one in told.items())})
    names = stored(scenario, {path: one[0] for path, one in told.items()})
    scenario.git("checkout-index", "--force", "--all")
    for path, way in ways(scenario, *told).items():
        assert way.refused is None
        content = to_convert([told[path][0]], way)
        if content is None:
            assert told[path][0] == (scenario.path / path).read_bytes(), (path, told[path], way)
            continue
        try:
            ours = smudged(content, names[path], way)
        except CannotConvert:
            # git complains, and writes it as it is in that encoding.
            ours = smudged(content, names[path], replace(way, encoding=None))
        assert ours == (scenario.path / path).read_bytes(), (path, told[path], way)


@settings(max_examples=int(LONG or 60), derandomize=not LONG)
@given(
    told=files,
    auto=st.sampled_from(["", "true", "false", "input", "INPUT", "0"]),
    eol=st.sampled_from(["", "lf", "crlf", "native", "CRLF"]),
)
@example(told=[(b"$Idx$Id: ab $", "ident"), (b"$$Id$", "ident"), (b"$$Id$", "ident text=auto")], auto="", eol="")
@example(told=[(b"$Id: a b $Id$", "ident"), (b"$Id: a b $Id$", "ident filter=same")], auto="", eol="")
def test_same_bytes_as_git(
    tmp_path_factory: pytest.TempPathFactory, told: list[tuple[bytes, str]], auto: str, eol: str
) -> None:
    scenario = Scenario(tmp_path_factory.getbasetemp() / "smudging")
    config = FILTERS + "[core]\n\trepositoryFormatVersion = 0\n"
    config += (f"\tautocrlf = {auto}\n" if auto else "") + (f"\teol = {eol}\n" if eol else "")
    scenario.write({".git/config": config})
    require_same(scenario, {f"f{number}": one for number, one in enumerate(told)})


ATTRIBUTES = [
    "", "text", "text=auto", "-text", "binary", "eol=lf", "eol=crlf", "text eol=lf", "text eol=crlf",
    "text=auto eol=lf", "text=auto eol=crlf", "-text eol=crlf", "crlf", "-crlf", "crlf=input", "ident",
    "ident eol=crlf", "ident text=auto", "working-tree-encoding=UTF-16", "working-tree-encoding=UTF-16LE-BOM eol=crlf",
]  # fmt: skip
KINDS = {
    "unix": b"one\ntwo\n", "windows": b"one\r\ntwo\r\n", "mixed": b"one\ntwo\r\n", "lone": b"one\rtwo\n",
    "nul": b"one\n\0two\n", "empty": b"", "end": b"one\n\x1a", "control": b"\x01\n", "long": b"x" * 300 + b"\x01\n",
    "keyword": b"$Id$\n$Id: old $\n$Id: of another $\n",
}  # fmt: skip


@pytest.mark.parametrize("eol", ["", "lf", "crlf", "native"])
@pytest.mark.parametrize("auto", ["", "true", "false", "input"])
def test_every_kind_of_line_ends(scenario: Scenario, auto: str, eol: str) -> None:
    for name, value in (("autocrlf", auto), ("eol", eol)):
        if value:
            scenario.git("config", f"core.{name}", value)
    told = {f"{kind}.{number}": (KINDS[kind], one) for kind in KINDS for number, one in enumerate(ATTRIBUTES)}
    require_same(scenario, told)


@pytest.mark.parametrize(
    ("config", "refused"),
    [
        ({}, False),
        ({"smudge": "cat"}, False),
        ({"smudge": "tr a b"}, True),
        ({"smudge": "cat", "process": "some-program"}, True),
        ({"clean": "nbstripout"}, False),
        ({"clean": "nbstripout", "smudge": "cat", "required": "true"}, False),
        ({"clean": "nbstripout", "required": "true"}, True),
        ({"clean": "nbstripout", "required": "false"}, False),
    ],
)
def test_which_filters_are_refused(scenario: Scenario, config: Mapping[str, str], *, refused: bool) -> None:
    scenario.write({".gitattributes": "*.ipynb filter=f\n"})
    for name, value in config.items():
        scenario.git("config", f"filter.f.{name}", value)
    found = ways(scenario, "a.ipynb", "a.txt")
    assert found["a.ipynb"].refused == ("the filter 'f'" if refused else None)
    assert found["a.txt"] == AS_STORED


@pytest.mark.parametrize(
    ("value", "refused"),
    [
        ("=no-such", "the encoding 'no-such'"),
        ("=UTF-32LE-BOM", "the encoding 'UTF-32LE-BOM'"),
        ("=CP1255", "the encoding 'CP1255'"),
        ("=UTF-7", "the encoding 'UTF-7'"),
        ("", "an encoding that its attribute does not name"),
        ("=utf8", None),
        ("=", None),
    ],
)
def test_which_encodings_are_refused(scenario: Scenario, value: str, refused: str | None) -> None:
    scenario.write({".gitattributes": f"f working-tree-encoding{value}\n"})
    assert ways(scenario, "f")["f"].refused == refused


@pytest.mark.parametrize("content", ["\N{EURO SIGN}".encode(), b"\xff"])
def test_what_has_no_bytes_in_an_encoding_is_not_written(scenario: Scenario, content: bytes) -> None:
    scenario.write({".gitattributes": "f working-tree-encoding=latin1\n"})
    with pytest.raises(CannotConvert, match="latin1"):
        smudged(content, b"0" * 40, ways(scenario, "f")["f"])


def test_what_is_too_large_is_not_converted(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jupyter_mlgit.git.smudging.LARGEST", 4)
    scenario.write({".gitattributes": "f text=auto eol=crlf\n"})
    way = ways(scenario, "f")["f"]
    assert to_convert([b"12", b"\0", b"45\n"], way) is None, "it stays as it is, however large"
    assert to_convert([b"12", b"3\n"], way) == b"123\n"
    with pytest.raises(CannotConvert, match="to be converted"):
        to_convert([b"12", b"345\n"], way)


@pytest.mark.parametrize("name", ["process", "smudge"])
def test_pointers_of_large_files_stay(scenario: Scenario, name: str) -> None:
    scenario.write({".gitattributes": "* filter=lfs\n"}).git("config", f"filter.lfs.{name}", "git-lfs something")
    scenario.git("config", "filter.lfs.required", "true")
    scenario.git("config", "core.autocrlf", "true")
    way = ways(scenario, "f")["f"]
    assert (way.lfs, way.refused) == (True, None)
    assert smudged(POINTER, b"0" * 40, way) == POINTER
    assert to_convert([POINTER], replace(way, line_ends="keep")) is None
    assert smudged(b"no pointer\n", b"0" * 40, way) == b"no pointer\r\n"
    assert ways(scenario.write({".gitattributes": "* filter=other\n"}), "f")["f"].refused is None
