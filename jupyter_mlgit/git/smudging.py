"""Does to a file's bytes what git does on their way out: ``$Id$``, line ends, encoding (gitattributes(5)).

The counterpart of ``cleaning.py``. Nothing is started here: a file whose filter has a command for the way out is
refused. Git LFS is the exception, since its pointers may lie in the working tree as they are.

The surprise: git has two ways of filling in ``$Id$``, one for a content that it holds as a whole and one for a stream,
and they differ where dollar signs follow each other. Which of them is at work depends on the other conversions.
"""

from __future__ import annotations

import codecs
import os
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from jupyter_mlgit.git.cleaning import is_pointer, looks_binary
from jupyter_mlgit.git.config import as_flag

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jupyter_mlgit.git.conversions import Attributes, Conversions, Value
    from jupyter_mlgit.git.repository import Repository

LARGEST = 128 * 2**20
"""Bytes of a file that is converted; it is held several times over meanwhile."""

_HARMLESS = (b"", b"cat")
_FOREIGN = re.compile(rb"\$Id: [^\0]*?[ \t\n\r](?!\$)")

_BIG_FIRST = sys.platform == "darwin"
"""Whether the system's iconv, which git asks, writes UTF-16 with the high byte first."""

_UTF = re.compile(rb"utf-?(16|32)(le-bom|le|be)?", re.IGNORECASE)
_TABLE = re.compile(
    rb"(?:iso-?8859-(?:[1-9]|1[013456])|(?:cp|windows-)125[0-467]|cp(?:437|850|866)|koi8-[ru]|latin-?1|(?:us-)?ascii"
    rb"|shift[-_]jis|euc-jp|gbk)",
    re.IGNORECASE,
)
"""Encodings in which Python and glibc's iconv agree about every character that Python knows there."""


class CannotConvert(Exception):
    """A content that its encoding has no bytes for, or that is too large to be converted; says which."""


@dataclass(frozen=True)
class WayOut:
    """What is done to one file, in this order."""

    ident: Literal["keep", "whole", "stream"] = "keep"
    line_ends: Literal["keep", "guess", "crlf"] = "keep"
    encoding: str | None = None
    """Python's name for it."""
    mark: bytes = b""
    """The byte order mark that comes first."""
    lfs: bool = False
    """Whether a pointer stays one."""
    refused: str | None = None
    """What is not done here, in words."""


AS_STORED = WayOut()
"""For a file that is written as the commit has it."""


class Smudging:
    """The way out for one repository's files."""

    def __init__(self, repo: Repository, conversions: Conversions) -> None:
        """Takes where the attributes come from."""
        self._config = repo.config
        self._conversions = conversions
        auto = (self._config.get("core", "autocrlf") or b"false").lower()
        native = (self._config.get("core", "eol") or b"").lower()
        self._auto = "input" if auto == b"input" else "crlf" if as_flag(auto) else "keep"
        wants_crlf = native == b"crlf" or (os.linesep == "\r\n" and native != b"lf")
        self._text_is_crlf = self._auto == "crlf" or (self._auto == "keep" and wants_crlf)

    def way_out(self, path: bytes) -> WayOut:
        """Says what is done to a file."""
        found = self._conversions.attributes(path)
        if not found:
            return WayOut(line_ends="guess") if self._auto == "crlf" else AS_STORED
        has_filter, lfs, refused = self._filter(found.get(b"filter"))
        encoding, mark, unknown = _encoding(found.get(b"working-tree-encoding"))
        line_ends, is_guess = self._line_ends(found)
        whole = has_filter or encoding is not None or is_guess
        return WayOut(
            ident="keep" if found.get(b"ident") is not True else "whole" if whole else "stream",
            line_ends=line_ends,
            encoding=encoding,
            mark=mark,
            lfs=lfs,
            refused=refused or unknown,
        )

    def _filter(self, driver: Value) -> tuple[bool, bool, str | None]:
        """Tells whether git holds the content as a whole for a filter, whether it is Git LFS, and what is refused."""
        if not isinstance(driver, bytes):
            return False, False, None
        clean, smudge, process, required = (
            self._config.get("filter", name, driver) for name in ("clean", "smudge", "process", "required")
        )
        has_filter = bool(process) or smudge is not None or clean is not None
        if driver == b"lfs" and (process or smudge or b"").split()[:1] == [b"git-lfs"]:
            return has_filter, True, None
        if process or (smudge or b"") not in _HARMLESS or (as_flag(required or b"false") and not smudge):
            return has_filter, False, f"the filter '{driver.decode('utf-8', 'replace')}'"
        return has_filter, False, None

    def _line_ends(self, found: Attributes) -> tuple[Literal["keep", "guess", "crlf"], bool]:
        """Gives what is done to line ends, and whether git looks at the whole content for that."""
        text = _text(found.get(b"text"))
        text = _text(found.get(b"crlf")) if text is None else text
        eol = found.get(b"eol")
        if text == "keep":
            return "keep", False
        if eol == b"lf":
            return "keep", False
        if eol == b"crlf":
            return ("guess", True) if text == "guess" else ("crlf", False)
        if text == "text":
            return ("crlf" if self._text_is_crlf else "keep"), False
        if text == "guess":
            return ("guess" if self._text_is_crlf else "keep"), True
        return ("guess", True) if text is None and self._auto == "crlf" else ("keep", False)


def to_convert(blocks: Iterable[bytes], way: WayOut) -> bytes | None:
    """Puts together what is to be converted; None, as early as that is known, for what is written as it is.

    Raises:
        CannotConvert: where it is too large; git itself has no limit.
    """
    if (way.ident, way.line_ends, way.encoding) == ("keep", "keep", None):
        return None
    guesses = (way.ident, way.line_ends, way.encoding) == ("keep", "guess", None)
    found = bytearray()
    for block in blocks:
        if guesses and (b"\0" in block or b"\r" in block):
            return None
        found += block
        if len(found) > LARGEST:
            raise CannotConvert(f"it has more than {LARGEST >> 20} MiB to be converted")
    return bytes(found)


def smudged(content: bytes, oid: bytes, way: WayOut) -> bytes:
    """Gives what git would write to the working tree.

    Args:
        content: as the commit has it.
        oid: its name.
        way: what is done to it, nothing of which is refused.

    Raises:
        CannotConvert: where git would complain and write it as it is.
    """
    if way.lfs and is_pointer(content):
        return content
    if way.ident == "whole":
        content = _with_ids(content, b"$Id: " + oid + b" $")
    elif way.ident == "stream":
        content = _with_ids_in_a_stream(content, b"$Id: " + oid + b" $")
    if way.line_ends == "crlf" or (way.line_ends == "guess" and b"\r" not in content and not looks_binary(content)):
        content = content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    if way.encoding is None or not content:
        return content
    try:
        return way.mark + content.decode().encode(way.encoding)
    except UnicodeError as error:
        raise CannotConvert(f"it cannot be encoded in {way.encoding}") from error


def _text(value: Value) -> Literal["text", "keep", "guess", "lf"] | None:
    if value is True:
        return "text"
    if value is False:
        return "keep"
    return "lf" if value == b"input" else "guess" if value == b"auto" else None


def _encoding(value: Value) -> tuple[str | None, bytes, str | None]:
    """Gives Python's name of an encoding, the mark that comes first, and what is refused."""
    if value is None or value == b"" or (isinstance(value, bytes) and value.lower() in (b"utf-8", b"utf8")):
        return None, b"", None
    if not isinstance(value, bytes):
        return None, b"", "an encoding that its attribute does not name"  # git gives up there, too
    utf = _UTF.fullmatch(value)
    if utf:
        size, order = utf[1].decode(), (utf[2] or b"").lower().decode()
        if order == "le-bom":
            return ("utf-16-le", codecs.BOM_UTF16_LE, None) if size == "16" else (None, b"", _named(value))
        if order:
            return f"utf-{size}-{order}", b"", None
        order = "be" if _BIG_FIRST else "le"
        return f"utf-{size}-{order}", "\ufeff".encode(f"utf-{size}-{order}"), None
    if _TABLE.fullmatch(value):
        return value.decode().lower(), b"", None
    return None, b"", _named(value)


def _named(encoding: bytes) -> str:
    return f"the encoding '{encoding.decode('utf-8', 'replace')}'"


def _with_ids(content: bytes, filled: bytes) -> bytes:
    """Fills in ``$Id$`` in a content that is held as a whole; what another program has filled in stays."""
    parts: list[bytes] = []
    start = at = 0
    while (dollar := content.find(b"$Id", at)) >= 0:
        at = dollar + 1
        if content[dollar + 3 : dollar + 4] == b"$":
            end = dollar + 3
        elif content[dollar + 3 : dollar + 4] == b":":
            end = content.find(b"$", dollar + 4)
            if end < 0:
                break
            space = content.find(b" ", dollar + 5, end)
            if b"\n" in content[dollar + 4 : end] or 0 <= space < end - 1:
                continue
        else:
            continue
        parts += [content[start:dollar], filled]
        start = at = end + 1
    return b"".join([*parts, content[start:]])


def _with_ids_in_a_stream(content: bytes, filled: bytes) -> bytes:
    """Does the same as git does without looking back: what has been read once begins no ``$Id$``."""
    parts: list[bytes] = []
    start = at = 0
    waiting = -1
    """Where the characters begin that git has read and not written yet."""
    while (dollar := content.find(b"$", at)) >= 0:
        held = waiting if waiting >= 0 and dollar == at else dollar
        waiting = -1
        head = content[dollar : dollar + 4]
        like = next((size for size in (3, 2) if head[:size] == b"$Id"[:size]), 1)
        at = dollar + like + 1
        if like < 3:  # noqa: PLR2004 -- of "$Id"
            continue
        if head[3:] == b"$":
            parts += [content[start:dollar], filled]
            start = at
        elif head[3:] == b":":
            ends = [one for one in (content.find(b"$", at), content.find(b"\n", at)) if one >= 0]
            if not ends:
                break
            at = min(ends) + 1
            if content[at - 1 : at] == b"$" and not _FOREIGN.match(content[held:at]):
                parts += [content[start:held], filled]
                start = at
        else:
            waiting = held
    return b"".join([*parts, content[start:]])
