"""Refuses names from a commit that could reach outside the working files or into ``.git`` on any file system.

Whoever pushes a branch chooses its file names; Windows and macOS read some of them as others (CVE-2014-9390,
CVE-2019-1353), so their rules hold everywhere.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from dulwich.index import validate_path_element_default, validate_path_element_hfs, validate_path_element_ntfs

from jupyter_mlgit.git.tree_changes import SYMLINK
from jupyter_mlgit.problems import BadName, UnsupportedRepository

if TYPE_CHECKING:
    from collections.abc import Iterable


def require_safe_path(path: bytes, mode: int) -> None:
    """Checks one file's name.

    Args:
        path: the name in the commit, folders included.
        mode: the file's mode there; git follows its own ``.gitmodules``, which therefore must not be a link.

    Raises:
        BadName: naming it.
    """
    elements = path.replace(b"\\", b"/").split(b"/")
    if not all(map(_is_safe, elements)):
        raise _not_safe(path)
    if mode == SYMLINK and elements[-1].lower() == b".gitmodules":
        raise _not_safe(path)


def require_told_apart(made: Iterable[bytes], others: Iterable[bytes]) -> None:
    """Checks that a file system that folds upper and lower case sees as many files as git does.

    Args:
        made: the files that are to be made.
        others: all files that are there before or after.

    Raises:
        UnsupportedRepository: naming two that it would take for one.
    """
    spelled: dict[str, set[bytes]] = {}
    for path in others:
        for part in _parts(path):
            spelled.setdefault(_folded(part), set()).add(part)
    for path in made:
        for part in _parts(path):
            twins = sorted(spelled.get(_folded(part), set()) | {part})
            if len(twins) > 1:
                shown = " and ".join(twin.decode("utf-8", "replace") for twin in twins[:2])
                raise UnsupportedRepository(
                    f"{shown} differ only in a way that this repository's file system does not tell apart "
                    "(core.ignoreCase).",
                    "Use 'git switch' in a terminal.",
                )


def _parts(path: bytes) -> list[bytes]:
    names = path.split(b"/")
    return [b"/".join(names[:count]) for count in range(1, len(names) + 1)]


def _folded(part: bytes) -> str:
    return unicodedata.normalize("NFC", part.decode("utf-8", "surrogateescape")).casefold()


@lru_cache(4096)
def _is_safe(element: bytes) -> bool:
    """Tells whether one part of a name is safe; the same folders come again and again."""
    return (
        element not in (b"", b".", b"..")
        and b"\0" not in element
        and validate_path_element_default(element)
        and validate_path_element_ntfs(element)
        and (not _is_text(element) or validate_path_element_hfs(element))
    )


def _is_text(element: bytes) -> bool:
    try:
        element.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _not_safe(path: bytes) -> BadName:
    return BadName(
        f"This commit holds a file with a name that is not safe: {path.decode('utf-8', 'replace')!a}.",
        "Do not check this commit out; whoever made it may want to harm you.",
    )
