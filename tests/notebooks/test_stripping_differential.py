"""Every flag on every odd notebook: the same bytes as nbstripout's own, or none where it fails."""

from __future__ import annotations

import os
import random
import re
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.notebooks.stripping import stripping
from tests.notebooks.hostile import hostile, written

if TYPE_CHECKING:
    from tests.notebooks.conftest import ByProgram

LONG = os.environ.get("MLGIT_EXAMPLES")
EXAMPLES = 10_000 if LONG else 400
PARTS = 4
TURNS = 1 if LONG else 6
"""Of so many odd notebooks each flag sees one."""

FLAGS = (
    "--keep-output", "--keep-count", "--keep-id", "--drop-empty-cells", "--strip-init-cells", "--unix-newlines", "-t",
    "--force", "--drop-tagged-cells scratch", "--drop-tagged-cells 'keep_output x'", "--max-size 0", "--max-size 3",
    "--max-size 1k", "--max-size 1M", "--extra-keys 'metadata.kernelspec.z cell.metadata.a.b'",
    "--extra-keys 'cell.metadata.tags metadata.x nonsense cell.source'", "--extra-keys cell.id",
    "--keep-metadata-keys 'cell.metadata.collapsed metadata.widgets'", "--keep-metadata-keys metadata.signature",
    "--drop-output-type error stream:stderr", "--keep-output-type stream", "--keep-output-type error stream:stdout",
    "--keep-output --drop-output-type stream", "--keep-output --keep-count --keep-id",
)  # fmt: skip
HOSTILE = dict(hostile())


def ours(words: str, content: bytes) -> bytes | None:
    return stripping(lambda _: None)(f"nbstripout {words}".encode(), b"n.ipynb", content)


def without_ids(content: bytes | None) -> bytes | None:
    return None if content is None else re.sub(rb'"id": "[0-9a-f]{8}"', b"", content)


def hold_same(by_program: ByProgram, words: str, content: bytes, name: str) -> None:
    wanted, found = by_program(words, content), ours(words, content)
    if wanted != found and wanted != by_program(words, content):
        # Ids that are missing, or stand there twice, the program makes up anew each time.
        wanted, found = without_ids(wanted), without_ids(found)
    assert found == wanted, f"{name}, {words}"


@pytest.mark.parametrize("words", ["", *FLAGS])
def test_odd_notebooks(by_program: ByProgram, words: str) -> None:
    turn = FLAGS.index(words) % TURNS if words else 0
    for number, (name, content) in enumerate(HOSTILE.items()):
        if not words or number % TURNS == turn:
            hold_same(by_program, words, content, name)


@pytest.mark.parametrize("part", range(PARTS))
def test_random_notebooks_and_flags(by_program: ByProgram, part: int) -> None:
    for seed in range(part, EXAMPLES, PARTS):
        chance = random.Random(seed)  # noqa: S311 -- the same in every run
        words = " ".join(chance.sample(FLAGS, chance.randrange(5)))
        hold_same(by_program, words, written(seed), f"notebook {seed}")
