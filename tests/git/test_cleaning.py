"""Cleans files on their way in, with ``git add`` as the judge of what is stored."""

from __future__ import annotations

import os
import re
import stat
import subprocess
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_mlgit.git.cleaning import Cleaning, Filter, lfs_pointer, pointer_for
from jupyter_mlgit.git.conversions import Conversions
from jupyter_mlgit.git.repository import open_repository
from tests.scenario import Scenario, isolated_environment

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

LONG = os.environ.get("MLGIT_EXAMPLES")
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"a" * 64 + b"\nsize 5\n"

pieces = st.sampled_from(
    [
        b"a\n", b"b\r\n", b"\r\n", b"\r", b"\0", b"\x01", b"\x1a", b"\x7f", b"$Id$", b"$Id: x y $", b"$Id: no\nend$",
        b"$", b"\xc3\xa9", b"\xff\xfe", b"\xfe\xff", b"x" * 200, b"\t\x1b",
    ]
)  # fmt: skip
contents = st.lists(pieces, max_size=6).map(b"".join)
attributes = st.lists(
    st.sampled_from(
        ["text", "-text", "text=auto", "text=input", "text=other", "!text", "eol=lf", "eol=crlf", "crlf", "-crlf",
         "crlf=input", "ident", "-ident", "binary", "filter=none", "filter=same", "working-tree-encoding=UTF-16LE",
         "working-tree-encoding=latin1", "working-tree-encoding=utf-16", "working-tree-encoding=UTF-8"]
    ),
    max_size=3,
).map(" ".join)  # fmt: skip


def cleaned(scenario: Scenario, content: bytes, run: Filter | None = None) -> bytes | None:
    """Gives what the product takes for the stored content of the file ``f``."""
    repo = open_repository(scenario.path)

    def in_folder(folder: bytes) -> bytes | None:
        path = scenario.path / os.fsdecode(folder) / ".gitattributes"
        return path.read_bytes() if path.is_file() else None

    def staged(path: bytes) -> bytes | None:
        found = scenario.try_git("rev-parse", "--verify", f":{os.fsdecode(path)}")
        return repo.objects.raw(found.stdout.strip().encode())[1] if found.returncode == 0 else None

    cleaning = Cleaning(repo, Conversions(repo, in_folder), staged, run)
    result = cleaning.clean(b"f", content, cleaning.steps(b"f"))
    repo.close()
    return result


def stored(scenario: Scenario, content: bytes) -> bytes:
    """Lets git stage the file and gives what it has stored."""
    scenario.write({"f": content}).git("add", "f")
    return blob(scenario)


def blob(scenario: Scenario) -> bytes:
    """Gives what is staged, byte for byte."""
    words = ["git", "cat-file", "blob", ":f"]
    return subprocess.run(
        words, cwd=scenario.path, env=isolated_environment(scenario.clock), capture_output=True, check=True
    ).stdout


@settings(max_examples=int(LONG or 60), derandomize=not LONG)
@given(
    content=contents,
    before=st.one_of(st.none(), contents),
    words=attributes,
    auto=st.sampled_from(["", "true", "false", "input", "INPUT", "0"]),
    eol=st.sampled_from(["", "lf", "crlf"]),
)
def test_same_bytes_as_git(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, before: bytes | None, words: str, auto: str, eol: str
) -> None:
    place = tmp_path_factory.getbasetemp() / "cleaning"
    scenario = Scenario(place)
    config = '[filter "same"]\n\tclean = cat\n\tsmudge = cat\n[core]\n\trepositoryFormatVersion = 0\n'
    config += (f"\tautocrlf = {auto}\n" if auto else "") + (f"\teol = {eol}\n" if eol else "")
    scenario.write({".git/config": config, ".gitattributes": ""})
    scenario.try_git("rm", "--quiet", "--cached", "--ignore-unmatch", "f")
    if before is not None:
        scenario.write({".git/before": before})
        name = scenario.git("hash-object", "-w", "--no-filters", ".git/before")
        scenario.git("update-index", "--add", "--cacheinfo", f"100644,{name},f")
    scenario.write({".gitattributes": f"f {words}\n", "f": content})
    ours = cleaned(scenario, content)
    scenario.write({"f": content})
    done = scenario.try_git("add", "f")
    if done.returncode == 0:
        assert ours == blob(scenario)
    else:
        # git refuses to store what does not fit its encoding; the comparison for a status takes it as it is.
        assert re.search("BOM|encode", done.stderr)
        assert ours == content or b"$Id" in content or b"\r\n" in content


def test_a_filter_is_done_by_whoever_knows_it(scenario: Scenario) -> None:
    scenario.write({".gitattributes": "f filter=strip\n"}).git("config", "filter.strip.clean", "tr a-z A-Z")
    asked = []

    def run(command: bytes, path: bytes, content: bytes) -> bytes | None:
        asked.append((command, path))
        return content.upper()

    assert cleaned(scenario, b"some\r\ntext", run) == stored(scenario, b"some\r\ntext")
    assert asked == [(b"tr a-z A-Z", b"f")]
    assert cleaned(scenario, b"text", lambda *_: None) is None
    assert cleaned(scenario, b"text") is None, "nothing is started for it"


def test_a_required_filter_without_a_command_is_not_known(scenario: Scenario) -> None:
    scenario.write({".gitattributes": "f filter=strip\n", "f": "x"}).git("config", "filter.strip.required", "true")
    assert scenario.try_git("add", "f").returncode != 0
    assert cleaned(scenario, b"x") is None


def test_large_files_are_stored_as_pointers(scenario: Scenario, tmp_path: Path) -> None:
    """Git LFS need not be installed: a script that does what its specification says stands in for it."""
    program = tmp_path / "git-lfs"
    script = 'cat > "$0.in"; echo "version https://git-lfs.github.com/spec/v1"\n'
    script += 'echo "oid sha256:$(sha256sum < "$0.in" | cut -d" " -f1)"; echo "size $(wc -c < "$0.in")"\n'
    program.write_text("#!/bin/sh\n" + script)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    scenario.write({".gitattributes": "f filter=lfs -text\n", "f": "weights\r\n" * 9})
    scenario.git("config", "filter.lfs.clean", "git-lfs clean -- %f")
    scenario.git("add", "f", env={"PATH": f"{tmp_path}:{os.environ['PATH']}"})
    assert cleaned(scenario, b"weights\r\n" * 9) == blob(scenario)
    assert cleaned(scenario, POINTER) == POINTER
    assert lfs_pointer(b"") == b""
    assert pointer_for([POINTER[:9], POINTER[9:]]) == POINTER
    assert pointer_for([POINTER, b"x" * 1024, b"y"]) == lfs_pointer(POINTER + b"x" * 1024 + b"y") != POINTER
