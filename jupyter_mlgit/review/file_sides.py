"""Gives one file as it is on both sides of a comparison: what a view needs to show them beside each other."""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from jupyter_mlgit.git.objects import MissingObject
from jupyter_mlgit.journal.status_cache import status_cache
from jupyter_mlgit.notebooks.document import read_document
from jupyter_mlgit.notebooks.outputs import output_content
from jupyter_mlgit.notebooks.text_form import as_text
from jupyter_mlgit.problems import NotebookInvalid, TooLarge
from jupyter_mlgit.review.checking import Checker
from jupyter_mlgit.review.diff import (
    LARGEST_NOTEBOOK,
    DiffRequest,
    FileDiff,
    FileReader,
    commit_line,
    with_warnings,
)
from jupyter_mlgit.review.pairing import Pairing
from jupyter_mlgit.review.sides import Comparison, find_sides, read_version
from jupyter_mlgit.values import Value, argument, visible

if TYPE_CHECKING:
    from jupyter_mlgit.git.diff import FilePair, Version
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context

LARGEST_IMAGE = 10 * 2**20
"""Bytes of an image that is shown."""
LARGEST_OUTPUT = 10 * 2**20
"""Characters of an output that is shown."""

# What a browser draws without running anything in it; an SVG may hold a script, so it is text.
_IMAGES = {
    b"png": "image/png", b"jpg": "image/jpeg", b"jpeg": "image/jpeg", b"gif": "image/gif", b"webp": "image/webp",
    b"bmp": "image/bmp",
}  # fmt: skip


class FileSidesRequest(Comparison, kw_only=True):
    """Asks for one file."""

    path: Annotated[str, Meta(description="The file.", extra=argument(flag="--path", is_path=True))]
    form: Annotated[
        Literal["cells", "text", "raw"],
        Meta(description="A notebook's cells, its text as jupytext writes it, or the JSON that it is."),
    ] = "cells"
    noise: Annotated[bool, Meta(description="Compare metadata too that programs write by themselves.")] = False


class CellText(Value):
    """A cell of a notebook, without its outputs."""

    kind: Literal["code", "markdown", "raw"]
    source: str
    id: str | None


class Image(Value):
    """A picture."""

    mime: str
    data: str
    """In base64."""


class FileSide(Value):
    """A file on one side; everything is null where it can't be shown."""

    text: str | None = None
    cells: tuple[CellText, ...] | None = None
    """All cells of a notebook."""
    image: Image | None = None
    language: str | None = None
    """The language of a notebook's code; null where it doesn't say, and for other files."""


class FileSides(Value):
    """A file on both sides."""

    old: str
    """``index``, ``empty`` or a commit's id."""
    new: str
    """``working files``, ``index`` or a commit's id."""
    diff: FileDiff | None
    """Null where the file no longer differs."""
    old_side: FileSide | None
    """Null where it is not there."""
    new_side: FileSide | None


class OutputRequest(Comparison, kw_only=True):
    """Asks for the content of one output."""

    path: Annotated[str, Meta(description="The notebook.", extra=argument(flag="--path", is_path=True))]
    side: Annotated[Literal["old", "new"], Meta(description="Of which side.")]
    cell: Annotated[int, Meta(ge=0, description="The cell's place, from 0.")]
    n: Annotated[int, Meta(ge=1, description="The output's number in its cell, from 1.")]
    mime: Annotated[str, Meta(description="Which of its forms.")]


class OutputContent(Value):
    """An output."""

    mime: str
    content: str | None
    """Text as it is, images in base64; null where the notebook has changed and has no such output any more."""
    truncated: bool
    """Whether there is more of it."""


def show_file(repo: Repository, request: FileSidesRequest, context: Context) -> FileSides:
    """Gives a file as it is on both sides.

    Raises:
        BadRevision: if a revision names no commit.
        BadRequest: if the words of the request contradict each other.
        DamagedRepository: if something that is needed is missing from the repository.
    """
    del context
    status = status_cache(repo)
    sides = find_sides(repo, status, request)
    pair = _pair(sides.pairs, request.path)
    if pair is None:
        return FileSides(old=sides.old, new=sides.new, diff=None, old_side=None, new_side=None)
    wanted = DiffRequest(
        revisions=request.revisions,
        staged=request.staged,
        untracked=request.untracked,
        form=request.form,
        noise=request.noise,
        outputs=True,
        words=True,
    )
    checker = Checker(repo, status, sides.pairs)
    pairing = Pairing(repo, status, sides.new)
    reader = FileReader(repo, status, wanted, alone=True, checker=checker, pairing=pairing)
    read = reader.read(pair)
    found = with_warnings([reader.compare(read)], checker)[0] if read else None

    def side(version: Version | None, content: bytes) -> FileSide | None:
        if version is None:
            return None
        return FileSide() if found is None or found.truncated else _side(repo, found, version, content, request.form)

    return FileSides(
        old=sides.old,
        new=sides.new,
        diff=found,
        old_side=side(pair.old, read.old if read else b""),
        new_side=side(pair.new, read.new if read else b""),
    )


def show_output(repo: Repository, request: OutputRequest, context: Context) -> OutputContent:
    """Gives the content of one output of a notebook, or why there is none any more.

    Raises:
        BadRevision: if a revision names no commit.
        BadRequest: if the words of the request contradict each other.
    """
    del context
    try:
        content = _output(repo, request)
    except (MissingObject, NotebookInvalid, OSError, TooLarge):
        content = None
    if content is None:
        return OutputContent(mime=request.mime, content=None, truncated=False)
    return OutputContent(mime=request.mime, content=content[:LARGEST_OUTPUT], truncated=len(content) > LARGEST_OUTPUT)


def _output(repo: Repository, request: OutputRequest) -> str | None:
    status = status_cache(repo)
    pair = _pair(find_sides(repo, status, request).pairs, request.path)
    version = None if pair is None else pair.old if request.side == "old" else pair.new
    if version is None:
        return None
    cells = read_document(read_version(repo, status, version, LARGEST_NOTEBOOK)[0]).cells
    return output_content(cells[request.cell].outputs, request.n, request.mime) if request.cell < len(cells) else None


def _pair(pairs: list[FilePair], path: str) -> FilePair | None:
    name = os.fsencode(path)
    return next((pair for pair in pairs if pair.path == name), None)


def _side(repo: Repository, found: FileDiff, version: Version, content: bytes, form: str) -> FileSide:
    """Gives a file's content in the form that it was compared in."""
    if found.kind == "notebook" and form == "text" and found.note is None:
        return FileSide(text=as_text(content), language=read_document(content).language)
    if found.counts is not None:
        document = read_document(content)
        cells = tuple(CellText(kind=cell.kind, source=cell.source, id=cell.id) for cell in document.cells)
        return FileSide(cells=cells, language=document.language)
    if found.kind == "submodule":
        return FileSide(text=visible(commit_line(repo, version)))
    if found.kind == "image" and found.added is None:
        mime = _IMAGES.get(version.path.rpartition(b".")[2].lower())
        shown = mime is not None and len(content) <= LARGEST_IMAGE
        return FileSide(image=Image(mime=mime, data=base64.b64encode(content).decode()) if mime and shown else None)
    return FileSide(text=None if found.kind == "binary" else visible(content))
