"""Decodes commits from their raw form, as leniently as git does.

dulwich refuses a commit with an odd time stamp or header; git shows it, so whoever lost it can have it back.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from itertools import dropwhile, takewhile
from typing import Final, NewType

from jupyter_mlgit.problems import DamagedRepository

Oid = NewType("Oid", bytes)
"""An object's name as git prints it: 40 or 64 lower-case hexadecimal digits in ASCII."""

LONGEST_TIME = 18
"""Digits of a time stamp that is believed; a longer one is nobody's clock."""

_ZONE: Final = re.compile(rb"([+-])([0-9]{2})([0-9]{2})\Z")
_DAY: Final = 24 * 60
_TEXT_ENCODING: Final = re.compile(
    rb"(?:iso[-_]?8859[-_]?|latin[-_]?|windows[-_]?|cp|koi8[-_]|euc[-_]|big5|gb|shift[-_]?jis|sjis|us-ascii|utf[-_]?16)"
    rb"[A-Za-z0-9_-]{0,12}\Z",
    re.IGNORECASE,
)
"""Names of encodings that a person's editor writes; Python knows others, some of them slow on purpose."""


@dataclass(frozen=True)
class Signature:
    """Who and when, as a commit's author or committer line says it."""

    name: bytes
    email: bytes
    time: int
    """Seconds since the epoch, UTC."""
    zone: int
    """Minutes east of UTC."""


@dataclass(frozen=True)
class Commit:
    """A commit, decoded from its raw form; its texts are UTF-8 where it says in which other encoding they are."""

    id: Oid
    tree: Oid
    parents: tuple[Oid, ...]
    author: Signature
    committer: Signature
    message: bytes

    @property
    def subject(self) -> bytes:
        """The message's first paragraph on one line, as git's ``%s`` gives it."""
        lines = (line.rstrip() for line in self.message.split(b"\n"))
        begun = dropwhile(lambda line: line == b"", lines)
        return b" ".join(takewhile(lambda line: line != b"", begun))


def parse_signature(line: bytes) -> Signature:
    """Decodes ``Name <email> seconds zone``; what is missing or malformed becomes empty or zero."""
    person, closed, stamp = line.rpartition(b">")
    name, _, email = (person if closed else line).partition(b"<")
    seconds, _, offset = stamp.strip().partition(b" ")
    time = int(seconds) if seconds.removeprefix(b"-").isdigit() and len(seconds) <= LONGEST_TIME else 0
    return Signature(name.strip(), email, time, parse_zone(offset))


def parse_zone(text: bytes) -> int:
    """Decodes ``+0200`` to minutes east of UTC; what no clock shows is zero."""
    found = _ZONE.match(text)
    minutes = int(found[2]) * 60 + int(found[3]) if found else 0
    if minutes >= _DAY:
        return 0
    return -minutes if text.startswith(b"-") else minutes


def parse_commit(oid: Oid, data: bytes) -> Commit:
    """Decodes a raw commit; as for git, parents stand right behind the tree, and what else is odd does not matter.

    Raises:
        DamagedRepository: if it has no tree line.
    """
    head, _, message = data.partition(b"\n\n")
    first, *lines = head.split(b"\n")
    tree = first.removeprefix(b"tree ")
    if tree == first:
        raise damaged_object(oid)
    number = next((place for place, line in enumerate(lines) if not line.startswith(b"parent ")), len(lines))
    parents = tuple(Oid(line.removeprefix(b"parent ")) for line in lines[:number])
    headers = {key: value for key, _, value in (line.partition(b" ") for line in lines[number:])}
    encoding = headers.get(b"encoding", b"")
    author, committer = (parse_signature(_utf8(headers.get(key, b""), encoding)) for key in (b"author", b"committer"))
    return Commit(oid, Oid(tree), parents, author, committer, _utf8(message, encoding))


def _utf8(text: bytes, encoding: bytes) -> bytes:
    """Gives a text of that encoding in UTF-8; where it is none of it, or none that is known, as it is."""
    if text.isascii() or not _TEXT_ENCODING.match(encoding):
        return text
    try:
        return codecs.decode(text, encoding.decode("ascii")).encode("utf-8")
    except (LookupError, ValueError):
        return text


def damaged_object(oid: bytes) -> DamagedRepository:
    """Makes the problem for an object whose content is not what its kind promises."""
    return DamagedRepository(
        f"The object {oid.decode('ascii', 'replace')} of this repository is damaged.",
        "Run 'git fsck' in a terminal to see what else is damaged, and fetch it again from a remote or a backup.",
    )
