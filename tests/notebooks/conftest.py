"""Lets nbstripout itself strip notebooks, as the judge of what is done in this process."""

from __future__ import annotations

import base64
import json
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

AGAIN_AND_AGAIN = """
import base64, io, json, runpy, sys

class Kept(io.BytesIO):  # the program closes what it has written
    def close(self):
        self.written = self.getvalue()
        super().close()

asked, told = sys.stdin, sys.stdout
for line in asked:
    words, content = json.loads(line)
    sys.argv[1:] = words
    sys.stdin = io.TextIOWrapper(io.BytesIO(base64.b64decode(content)))
    sys.stdout = io.TextIOWrapper(kept := Kept())
    failed = False
    try:
        runpy.run_module("nbstripout", run_name="__main__", alter_sys=True)
    except (Exception, SystemExit):
        failed = True
    sys.stdout.close()
    print(json.dumps(None if failed else base64.b64encode(kept.written).decode()), file=told, flush=True)
"""


class ByProgram(Protocol):
    """Strips as the program does with these words; gives None where it fails."""

    def __call__(self, words: str, content: bytes) -> bytes | None:
        """Strips one notebook."""


@pytest.fixture(scope="session")
def by_program() -> Iterator[ByProgram]:
    """Gives what lets the program do it, in one process for all: its start takes a hundred times as long."""
    command = [sys.executable, "-W", "ignore", "-c", AGAIN_AND_AGAIN]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        asked, told = process.stdin, process.stdout

        def by_program(words: str, content: bytes) -> bytes | None:
            asked.write(json.dumps([shlex.split(words), base64.b64encode(content).decode()]).encode() + b"\n")
            asked.flush()
            stripped: str | None = json.loads(told.readline())
            return None if stripped is None else base64.b64decode(stripped)

        yield by_program
        asked.close()
