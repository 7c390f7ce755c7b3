"""What one version of a script or a notebook says, remembered by its content.

The side that is not edited (HEAD, the index) is asked about whenever the other one has changed, and by several readers:
it is parsed and walked once. No syntax tree is kept, since one takes fifty times the room of its source.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlgit.review.extraction import facts_of
from jupyter_mlgit.review.facts import Facts
from jupyter_mlgit.review.outline import Outline
from jupyter_mlgit.review.python_source import EMPTY, Source, parse_cells, parse_script

if TYPE_CHECKING:
    from collections.abc import Sequence

_REMEMBERED = 200
"""Sources of which it is remembered what they say."""
_LONGEST = 100_000
"""Characters of one that is remembered."""


class Said(NamedTuple):
    """What was read out of one version; nobody changes it."""

    source: Source
    """Without its syntax tree."""
    facts: Facts
    texts: frozenset[str]
    """All texts but docstrings, keys, and what stands in what is assigned to."""


NOTHING = Said(EMPTY, Facts(), frozenset())
"""Where there is no file."""


def said_by_script(text: str) -> Said | None:
    """Reads a script; None if it can't be parsed.

    Raises:
        RecursionError: it nests too deeply.
    """
    return _by_script(text) if len(text) <= _LONGEST else _said(parse_script(text))


def said_by_cells(cells: Sequence[tuple[int, str]]) -> Said | None:
    """Reads the code cells of a notebook; None if they are too large.

    Raises:
        RecursionError: one nests too deeply.
    """
    known = sum(len(source) for _, source in cells) <= _LONGEST
    return _by_cells(tuple(cells)) if known else _said(parse_cells(cells))


@lru_cache(maxsize=_REMEMBERED)
def _by_script(text: str) -> Said | None:
    return _said(parse_script(text))


@lru_cache(maxsize=_REMEMBERED)
def _by_cells(cells: tuple[tuple[int, str], ...]) -> Said | None:
    return _said(parse_cells(cells))


def _said(source: Source | None) -> Said | None:
    if source is None:
        return None
    outline = Outline(source.tree)
    facts = facts_of(source.tree, outline)
    return Said(replace(source, tree=EMPTY.tree), facts, frozenset(outline.texts))
