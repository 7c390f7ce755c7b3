"""Keeps requests inside the folders that the server may show.

Two questions, both answered on real paths with ``commonpath``: does the asked folder lie inside
(:func:`resolve_folder`), and do all parts of the repository found there (:func:`check_repository`)? A ``.git``
file, ``commondir``, ``objects/info/alternates`` or a link in the git directory can each lead somewhere else, and
are followed only while they stay inside. The surprise: a name that means nothing here, such as ``%2e%2e``, is
refused too, because the next program that it is handed to might decode it once more.

Source: the server's threat model; CVE-2026-35397 was a prefix comparison, ``/data`` against ``/data-secret``.
"""

from __future__ import annotations

import os
import re
import unicodedata
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from jupyter_core.paths import is_hidden

from jupyter_mlgit.problems import BadRequest, NotARepository, OutsideServerRoot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONGEST = 4096
"""Characters of a path; Linux takes no more bytes than that."""

_DRIVE = re.compile(r"^[A-Za-z]:")
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://")
_POINTER_SIZE = 65_536
_ALTERNATES_DEPTH = 5
_MOST_FOLDERS = 1000
_MOST_NAMED = 20


def is_inside(path: Path, roots: Sequence[Path]) -> bool:
    """Tells whether a real path is one of the roots or lies below one. All paths are absolute and resolved."""
    for root in roots:
        try:
            if os.path.commonpath([path, root]) == str(root):
                return True
        except ValueError:
            continue
    return False


def resolve_folder(asked: str, root: Path, roots: Sequence[Path], *, allow_hidden: bool) -> Path:
    """Turns the path of a request into a real path.

    Args:
        asked: the path relative to the server's root, with ``/``; decoded once, by the server.
        root: the server's root folder, resolved.
        roots: that and the other folders that may be shown, resolved.
        allow_hidden: whether names that begin with a dot may be shown.

    Raises:
        BadRequest: for what cannot be a path at all.
        OutsideServerRoot: if it leads out, or is written like something that would.
        NotARepository: if it is hidden.
    """
    if "\0" in asked or len(asked) > LONGEST or not _encodable(asked):
        raise BadRequest("The repository's path is not one.", "Give a path below the server's root folder.")
    if any(_leads_out(spelling) for spelling in _spellings(asked)):
        raise _outside()
    lexical = root / asked
    try:
        real = Path(os.path.realpath(lexical))
    except (OSError, ValueError) as error:
        raise _not_found(asked) from error
    if not is_inside(real, roots):
        raise _outside()
    hidden = is_hidden(str(lexical), str(root)) or (is_inside(real, [root]) and is_hidden(str(real), str(root)))
    if (hidden and not allow_hidden) or ".git" in real.parts:
        raise _not_found(asked)
    return real


def find_top(folder: Path, roots: Sequence[Path]) -> Path:
    """Gives the nearest folder, from ``folder`` up to the highest root, that has a ``.git``, or is a bare repository.

    Raises:
        NotARepository: if there is none below the roots.
    """
    here = folder
    while is_inside(here, roots):
        if _is_marked(here / ".git"):
            return here
        if here == here.parent:
            break
        here = here.parent
    if (folder / "HEAD").exists() and (folder / "objects").is_dir():
        return folder
    raise NotARepository(
        "This folder is not in a git repository below the server's root folder.",
        "Open a folder that is one, or run 'git init' in a terminal to make one. If the repository begins above "
        "the server's root, start JupyterLab there or add that folder to JupyterMLGit.allowed_roots.",
        repositories=_repositories_in(folder),
    )


def _repositories_in(folder: Path) -> list[str]:
    """Names the repositories that lie right in a folder, as people keep them side by side."""
    try:
        with os.scandir(folder) as entries:
            folders = (
                entry.name
                for entry in entries
                if not entry.name.startswith(".") and _encodable(entry.name) and entry.is_dir(follow_symlinks=False)
            )
            names = [name for name in islice(folders, _MOST_FOLDERS) if _is_marked(folder / name / ".git")]
    except OSError:
        return []
    return sorted(names)[:_MOST_NAMED]


def check_repository(top: Path, roots: Sequence[Path]) -> None:
    """Makes sure that no part of a repository leads out, before anything of it is read.

    Raises:
        OutsideServerRoot: naming the part.
    """
    git_dir = top / ".git" if os.path.lexists(top / ".git") else top
    git_dir = require_inside(git_dir, roots, "its .git")
    if git_dir.is_file():
        target = _pointer(git_dir).removeprefix("gitdir:").strip()
        git_dir = require_inside(git_dir.parent / target, roots, "the folder that its .git file names")
    common_dir = git_dir
    if os.path.lexists(git_dir / "commondir"):
        pointer = require_inside(git_dir / "commondir", roots, "its commondir file")
        common_dir = git_dir / _pointer(pointer).strip()
        common_dir = require_inside(common_dir, roots, "the folder that its commondir file names")
    for folder in {git_dir, common_dir, common_dir / "objects", common_dir / "objects" / "info"}:
        for link in _links(folder):
            require_inside(link, roots, f"its {link.name}")
    _check_alternates(common_dir / "objects", roots, _ALTERNATES_DEPTH)


def _is_marked(dot_git: Path) -> bool:
    """Tells whether git would stop here: it passes over a ``.git`` folder that is no repository."""
    return os.path.lexists(dot_git) and (not dot_git.is_dir() or os.path.lexists(dot_git / "HEAD"))


def _check_alternates(objects: Path, roots: Sequence[Path], depth: int) -> None:
    if depth == 0 or not (objects / "info" / "alternates").is_file():
        return
    pointer = require_inside(objects / "info" / "alternates", roots, "its alternates file")
    for line in _pointer(pointer).splitlines():
        if line.strip() and not line.startswith("#"):
            other = require_inside(objects / line.strip(), roots, "an object store that it borrows from (alternates)")
            _check_alternates(other, roots, depth - 1)


def require_inside(path: Path, roots: Sequence[Path], what: str) -> Path:
    """Gives the real path of a part of a repository.

    Raises:
        OutsideServerRoot: naming the part as ``what`` says it.
    """
    try:
        real = Path(os.path.realpath(path))
    except (OSError, ValueError) as error:
        raise _outside(what) from error
    if not is_inside(real, roots):
        raise _outside(what)
    return real


def _pointer(path: Path) -> str:
    """Reads the small text file with which git points elsewhere."""
    try:
        with path.open("rb") as file:
            text = os.fsdecode(file.read(_POINTER_SIZE))
    except OSError:
        return ""
    return text.replace("\0", "")


def _links(folder: Path) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            found = [Path(entry.path) for entry in entries if entry.is_symlink()]
    except OSError:
        return
    yield from found


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _spellings(asked: str) -> Iterator[str]:
    """Yields the path as it stands and as a careless reader further on might take it."""
    text = asked
    for _ in range(4):
        yield text
        yield unicodedata.normalize("NFKC", text)
        decoded = unquote(text, errors="replace")
        if decoded == text:
            return
        text = decoded


def _leads_out(path: str) -> bool:
    if path.startswith(("/", "\\", "~")) or _DRIVE.match(path) or _SCHEME.match(path) or "\0" in path:
        return True
    parts = re.split(r"[/\\]", path)
    # Windows drops dots and blanks at the end of a name: ".. " and "..." are ".." there.
    return any(part not in ("", ".") and not part.rstrip(". ") for part in parts)


def _outside(what: str = "") -> OutsideServerRoot:
    if what:
        message = f"A part of this repository lies outside the server's root folder: {what}."
    else:
        message = "This path leads outside the server's root folder."
    return OutsideServerRoot(
        message,
        "Only folders below the server's root are shown; whoever runs the server can add others to "
        "JupyterMLGit.allowed_roots.",
    )


def _not_found(asked: str) -> NotARepository:
    return NotARepository(f"There is no repository at {asked!r}.", "Open a folder that is in a git repository.")
