"""Finds the other files of a jupytext pair: a notebook and the text that jupytext writes beside it, or in its place.

jupytext writes both when either is saved, and takes the sources from the text: who changes one of them has to think of
the other. What belongs together stands in the metadata of the notebook or of the text, or else in jupytext's
configuration in the folder or above it. Read are JSON and TOML, without jupytext; a form of the setting that is not
known here (a YAML configuration, a folder that leads upwards) means no pair.

Measured with jupytext 1.19.6: the text's sources always count, and a notebook that is more than a second newer than a
text with other sources is not opened at all. An act writes in the order of the names, so of a pair that was committed
out of step, in folders that take longer than that to write, jupytext asks which half is meant.
"""

from __future__ import annotations

import json
import re
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jupyter_mlgit.git.folder import Folder

NOTEBOOK = b".ipynb"

_TEXTS = frozenset(
    b".md .markdown .Rmd .py .coco .R .r .jl .cpp .ss .clj .scm .sh .ps1 .q .m .wolfram .pro .js .ts .scala .rs"
    b" .robot .resource .cs .fsx .fs .sos .java .groovy .sage .ml .hs .tcl .mac .gp .do .sas .jenner .xsh .lgt"
    b" .logtalk .lua .go .qmd .myst .mystnb .mnb".split()
)
"""The endings that jupytext knows for texts; a file with another one is never read."""

_CONFIGURATIONS = (
    b"jupytext", b"jupytext.toml", b"jupytext.json", b".jupytext", b".jupytext.toml", b".jupytext.json",
    b"pyproject.toml",
)  # fmt: skip

_IN_TEXT = re.compile(
    rb"^[^\w\n]*jupytext:[ \t]*\r?\n(?:[^\n]*\n){0,3}?"
    rb"[^\w\n]*formats:[ \t]*['\"]?([^'\"\r\n]+?)['\"]?[ \t]*\r?$",
    re.MULTILINE,
)
_HEAD = 4096
"""Bytes at the beginning of a text in which its metadata stand."""

LARGEST = 50 * 10**6
"""Bytes of a notebook that is looked into."""


class _Form(NamedTuple):
    """Where one of the files lies, relative to what all of them have in common."""

    root: bytes
    folder: bytes
    prefix: bytes
    suffix: bytes
    ending: bytes

    def common(self, path: bytes) -> tuple[bytes, bytes, bytes] | None:
        """Gives what this file has in common with the others; None where the path has another form."""
        end = self.suffix + self.ending
        above, _, name = path.rpartition(b"/")
        if not name.endswith(end) or not name.startswith(self.prefix) or len(name) <= len(self.prefix + end):
            return None
        if self.folder:
            if not (b"/" + above).endswith(b"/" + self.folder):
                return None
            above = above[: -len(self.folder)].rstrip(b"/")
        below = b""
        if self.root:
            left, found, below = (b"/" + above + b"/").rpartition(b"/" + self.root + b"/")
            if not found:
                return None
            above = left.strip(b"/")
        return above, below.strip(b"/"), name[len(self.prefix) : len(name) - len(end)]

    def path(self, above: bytes, below: bytes, name: bytes) -> bytes:
        """Gives the file of this form."""
        parts = (above, self.root, below, self.folder, self.prefix + name + self.suffix + self.ending)
        return b"/".join(part for part in parts if part)


class Pairs:
    """Knows the pairs of one worktree as they are on disk."""

    def __init__(self, top: Folder) -> None:
        """Begins without having read anything."""
        self._top = top
        self._configured: dict[bytes, list[str]] = {}
        self._names: dict[bytes, set[bytes] | None] = {}

    def others(self, path: bytes, content: bytes | None = None) -> list[bytes]:
        """Gives the other files of this file's pair that are there; none for a file that stands alone.

        Args:
            path: the file.
            content: what it holds, if that is known.
        """
        ending = _ending(path)
        if ending not in _TEXTS and ending != NOTEBOOK:
            return []
        named = [self._in_file(path) if content is None else _formats(path, content)]
        folder, _, name = path.rpartition(b"/")
        if ending != NOTEBOOK and self._may_have(folder, name[: -len(ending)] + NOTEBOOK):
            named.append(self._in_file(path[: -len(ending)] + NOTEBOOK))
        for formats in [*filter(None, named), *self._configuration(folder)]:
            found = _paths(path, formats)
            if found:
                return [one for one in found if self._is_file(one)]
        return []

    def _is_file(self, path: bytes) -> bool:
        try:
            with self._top.reading(path):
                return True
        except OSError:
            return False

    def _may_have(self, folder: bytes, name: bytes) -> bool:
        """Tells whether a folder, which is listed once, has a name; one that cannot be listed may have any."""
        if folder not in self._names:
            try:
                self._names[folder] = self._top.names(folder)
            except OSError:
                self._names[folder] = None
        names = self._names[folder]
        return names is None or name in names

    def _in_file(self, path: bytes) -> str | None:
        try:
            with self._top.reading(path) as (stream, size):
                if path.endswith(NOTEBOOK):
                    return None if size > LARGEST else _formats(path, stream.read())
                return _formats(path, stream.read(_HEAD))
        except OSError:
            return None

    def _configuration(self, folder: bytes) -> list[str]:
        """Gives the formats that jupytext's configuration says for this folder."""
        if folder not in self._configured:
            found = None
            for name in _CONFIGURATIONS:
                if not self._may_have(folder, name):
                    continue
                found = _configured(name, self._content(folder + b"/" + name if folder else name))
                if found is not None:
                    break
            if found is None:
                found = self._configuration(folder.rpartition(b"/")[0]) if folder else []
            self._configured[folder] = found
        return self._configured[folder]

    def _content(self, path: bytes) -> bytes | None:
        try:
            return self._top.content(path)
        except OSError:
            return None


def _formats(path: bytes, content: bytes) -> str | None:
    """Gives the formats that a file itself names."""
    if path.endswith(NOTEBOOK):
        return _of_notebook(content)
    # Nearly every text is without, and the expression takes its time to say so.
    found = _IN_TEXT.search(content[:_HEAD]) if content.find(b"jupytext:", 0, _HEAD) >= 0 else None
    return found[1].decode("utf-8", "replace") if found else None


def _of_notebook(content: bytes) -> str | None:
    if b'"jupytext"' not in content:
        return None
    try:
        formats = json.loads(content)["metadata"]["jupytext"]["formats"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    return formats if isinstance(formats, str) else None


def _configured(name: bytes, content: bytes | None) -> list[str] | None:
    """Gives what one configuration says; None where it is not there or says nothing of jupytext."""
    if content is None:
        return None
    try:
        if name.endswith(b".json"):
            found = json.loads(content)
        else:
            found = _toml(content.decode())
            if name == b"pyproject.toml":
                found = found["tool"]["jupytext"]
        return list(_groups(found.get("formats") or found.get("default_jupytext_formats")))
    except (ValueError, LookupError, TypeError, AttributeError, ImportError, RecursionError):
        return None


def _toml(content: str) -> Any:  # noqa: ANN401 -- whatever stands there
    # Python 3.10 has none of its own; jupytext brings one along.
    return import_module("tomllib" if sys.version_info >= (3, 11) else "tomli").loads(content)


def _groups(formats: Any) -> Iterable[str]:  # noqa: ANN401 -- whatever stands there
    """Turns each way of writing the setting into that of the metadata; each group is a kind of pairs of its own."""
    if isinstance(formats, str):
        yield from formats.split(";")
    elif isinstance(formats, dict):
        yield ",".join(f"{folder.removesuffix('/')}///{form}" if folder else form for folder, form in formats.items())
    else:
        for one in formats or ():
            yield from _groups(one)


def _paths(path: bytes, formats: str) -> list[bytes]:
    """Gives the other files of a pair, by the formats that it has; none where the path is none of them."""
    forms = [_form(one.strip()) for one in formats.split(",") if one.strip()]
    known = [one for one in forms if one is not None]
    for form in known:
        common = form.common(path)
        if common is not None:
            return [one for one in dict.fromkeys(other.path(*common) for other in known) if one != path]
    return []


def _form(text: str) -> _Form | None:
    """Reads one format, such as ``notebooks///ipynb``, ``scripts//py:percent`` or ``.nb.py``."""
    prefix, _, rest = text.rpartition("/")
    ending = rest.partition(":")[0]
    suffix, dot, last = ending.rpartition(".")
    root, _, within = prefix.rpartition("//")
    folder, _, start = within.rpartition("/")
    if ".." in (folder + root).split("/") or not last or last == "auto":
        return None
    return _Form(
        root.strip("/").encode(),
        folder.strip("/").encode(),
        start.encode(),
        (suffix if dot and suffix else "").encode(),
        b"." + last.encode(),
    )


def _ending(path: bytes) -> bytes:
    name = path.rpartition(b"/")[2]
    return name[name.rfind(b".") :] if b"." in name else b""
