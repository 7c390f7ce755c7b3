"""Does to a file's bytes what git does on their way in: filters, encoding, line ends, ``$Id$`` (gitattributes(5)).

Nothing is started here. A filter's command may come from a repository that nobody trusts, so it is done in this
process by whoever knows how (:data:`Filter`), or not at all: then it is not known what git would make of the file, and
the answer is None. Git LFS needs no such help, since its clean side is no more than a checksum.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from jupyter_mlgit.git.config import as_flag

if TYPE_CHECKING:
    from jupyter_mlgit.git.conversions import Attributes, Conversions, Value
    from jupyter_mlgit.git.repository import Repository

Filter = Callable[[bytes, bytes, bytes], bytes | None]
"""Does what a filter's command would do; takes the command, the path and the bytes, and gives None if it can't."""

LARGEST = 512 * 2**20
"""Bytes of a file that are converted; git itself takes larger ones as they are (``core.bigFileThreshold``)."""

LARGEST_POINTER = 1024
"""Bytes below which Git LFS takes a file for a pointer."""

_LINE_ENDS = Literal["keep", "guess", "text"]
_POINTER = b"version https://git-lfs.github.com/spec/v1\n"
_IDENT = re.compile(rb"\$Id:[^$\n]*\$")
_CONTROLS = bytes(code for code in range(32) if code not in b"\b\t\x1b\x0c\r\n") + b"\x7f"
_BOMS_16 = (codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)
_BOMS_32 = (codecs.BOM_UTF32_BE, codecs.BOM_UTF32_LE)


@dataclass(frozen=True)
class Steps:
    """What is done to one file, in this order."""

    command: bytes | None = None
    lfs: bool = False
    encoding: bytes | None = None
    line_ends: _LINE_ENDS = "keep"
    ident: bool = False

    @property
    def only_checksum(self) -> bool:
        """Whether all that is stored is a checksum, so that a file need not be held as a whole."""
        return self.lfs and self.encoding is None and not self.ident


PLAIN = Steps()
"""For a file that goes in as it is."""


class Cleaning:
    """The way in for one repository's files."""

    def __init__(
        self,
        repo: Repository,
        conversions: Conversions,
        staged: Callable[[bytes], bytes | None],
        run: Filter | None = None,
    ) -> None:
        """Takes where the attributes come from.

        Args:
            repo: the repository.
            conversions: the attributes.
            staged: gives the content that the index has under a name; where it has CRLF, a guess leaves CRLF alone.
            run: knows filters that can be done in this process.
        """
        self._config = repo.config
        self._conversions = conversions
        self._staged = staged
        self._run = run
        auto = (self._config.get("core", "autocrlf") or b"false").lower()
        self._auto: _LINE_ENDS = "guess" if auto == b"input" or as_flag(auto) else "keep"

    def steps(self, path: bytes) -> Steps:
        """Says what is done to a file."""
        found = self._conversions.attributes(path)
        if not found:
            return PLAIN if self._auto == "keep" else Steps(line_ends=self._auto)
        command, lfs = self._filter(found.get(b"filter"))
        return Steps(
            command=command,
            lfs=lfs,
            encoding=_encoding(found.get(b"working-tree-encoding")),
            line_ends=self._line_ends(found),
            ident=found.get(b"ident") is True,
        )

    def clean(self, path: bytes, content: bytes, steps: Steps) -> bytes | None:
        """Gives what git would store; None when only a program that is not started could tell."""
        if steps.lfs:
            content = lfs_pointer(content)
        elif steps.command is not None:
            made = self._run(steps.command, path, content) if self._run else None
            if made is None:
                return None
            content = made
        if steps.encoding is not None and content:
            content = _as_utf8(content, steps.encoding)
        if steps.line_ends != "keep" and b"\r\n" in content and self._converts(path, content, steps.line_ends):
            content = content.replace(b"\r\n", b"\n")
        return _IDENT.sub(b"$Id$", content) if steps.ident else content

    def _converts(self, path: bytes, content: bytes, line_ends: _LINE_ENDS) -> bool:
        if line_ends == "text":
            return True
        if looks_binary(content):
            return False
        staged = self._staged(path)
        return not staged or b"\r\n" not in staged or looks_binary(staged)

    def _filter(self, driver: Value) -> tuple[bytes | None, bool]:
        """Gives the command of a filter, and whether it is Git LFS."""
        if not isinstance(driver, bytes):
            return None, False
        process = self._config.get("filter", "process", driver)
        command = process or self._config.get("filter", "clean", driver)
        if command in (None, b"", b"cat"):
            # Without a command a required filter fails: git refuses, and so it is for nobody to say.
            required = as_flag(self._config.get("filter", "required", driver) or b"false")
            return (b"" if required and not command else None), False
        return command, driver == b"lfs" and (command or b"").split()[:1] == [b"git-lfs"]

    def _line_ends(self, found: Attributes) -> _LINE_ENDS:
        action = _text(found.get(b"text"))
        if action is None:
            action = _text(found.get(b"crlf"))
        if action == "keep":
            return action
        if found.get(b"eol") in (b"lf", b"crlf"):
            return "guess" if action == "guess" else "text"
        return self._auto if action is None else action


def _text(value: Value) -> _LINE_ENDS | None:
    if value is True or value == b"input":
        return "text"
    if value is False:
        return "keep"
    return "guess" if value == b"auto" else None


def _encoding(value: Value) -> bytes | None:
    if not isinstance(value, bytes) or not value or value.lower() in (b"utf-8", b"utf8"):
        return None
    return value


def _as_utf8(content: bytes, encoding: bytes) -> bytes:
    """Encodes anew; what is not valid in that encoding stays as it is, as in git."""
    name = encoding.lower().replace(b"_", b"-")
    name = name if name.startswith(b"utf-") else name.replace(b"utf", b"utf-", 1)
    name = b"utf-16" if name == b"utf-16le-bom" else name
    has_16, has_32 = content.startswith(_BOMS_16), content.startswith(_BOMS_32)
    if (name in (b"utf-16be", b"utf-16le") and has_16) or (name in (b"utf-32be", b"utf-32le") and has_32):
        return content
    if (name == b"utf-16" and not has_16) or (name == b"utf-32" and not has_32):
        return content
    try:
        return content.decode(name.decode("ascii")).encode()
    except (UnicodeError, LookupError, ValueError):
        return content


def looks_binary(content: bytes) -> bool:
    """Guesses as git does before it touches line ends: a NUL, a lone CR, or too many control characters."""
    if b"\0" in content or content.count(b"\r") != content.count(b"\r\n"):
        return True
    odd = len(content) - len(content.translate(None, _CONTROLS)) - content.endswith(b"\x1a")
    ends = content.count(b"\r") + content.count(b"\n")
    # An end-of-file mark is neither counted as odd nor as printable.
    printable = len(content) - ends - odd - content.endswith(b"\x1a")
    return printable >> 7 < odd


def lfs_pointer(content: bytes) -> bytes:
    """Gives what Git LFS stores in place of a file; of a pointer, which was never filled, itself."""
    return pointer_for([content])


def pointer_for(blocks: Iterable[bytes]) -> bytes:
    """Gives what :func:`lfs_pointer` gives, for a file that is read in pieces."""
    digest, size, head = hashlib.sha256(), 0, b""
    for block in blocks:
        digest.update(block)
        size += len(block)
        head += block[: LARGEST_POINTER - len(head)]
    if not size or is_pointer(head):
        return head
    return _POINTER + b"oid sha256:%s\nsize %d\n" % (digest.hexdigest().encode(), size)


def is_pointer(content: bytes) -> bool:
    """Tells whether this is what Git LFS stores in place of a file."""
    return len(content) < LARGEST_POINTER and content.startswith(_POINTER)
