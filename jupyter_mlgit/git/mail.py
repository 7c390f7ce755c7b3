"""Writes a commit as a message that ``git am`` takes (git-format-patch(1), git-mailinfo(1)).

``git am`` takes carriage returns from the ends of lines and splits a mailbox wherever a line looks like the beginning
of a message. Where either would lose something, the message is written as quoted-printable, which it undoes later.
"""

from __future__ import annotations

import re
from binascii import b2a_qp
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_mlgit.git.commits import Commit, Signature

_LONGEST_WORD = 75
_LONGEST_LINE = 900
_LONGEST_NAME = 60
_SIGN = b"-- \njupyter-mlgit\n\n"

_PLAIN = re.compile(rb"[A-Za-z0-9!*+/-]")
_SPECIAL = re.compile(rb'[()<>@,;:".\[\]\\]')
_CHARACTER = re.compile(rb"[\x00-\x7f]|[\xc0-\xff][\x80-\xbf]*|[\x80-\xbf]")
_LIKE_HEADER = re.compile(rb"(?:(?:from|date|subject):|>from\s|\[PATCH\]\s)", re.IGNORECASE)
_LIKE_PATCH = re.compile(rb"^(?:diff -|Index: |---(?: \S|[ \t\r]*$)).*", re.MULTILINE | re.DOTALL)
_FROM = re.compile(rb"^From ", re.MULTILINE)
_BRACKETS = re.compile(rb"(?:[ \t:]|[Rr][Ee]:|\[[^\]]*\])+")


def mail(commit: Commit, patch: bytes, number: int, count: int) -> bytes:
    """Gives the message of one commit.

    Args:
        commit: the commit.
        patch: what it changes.
        number: its place in the series, from 1.
        count: how many there are.
    """
    author = _person(commit.author)
    body = _body(commit.message)
    if _LIKE_HEADER.match(body):
        body = b"From: %s\n\n%s" % (author, body)
    content = b"%s---\n\n%s%s" % (body + b"\n" if body else b"", patch, _SIGN)
    place = b" %0*d/%d" % (len(str(count)), number, count) if count > 1 else b""
    lines = [
        b"From %s Mon Sep 17 00:00:00 2001" % commit.id,
        b"From: %s" % author,
        b"Date: %s" % _date(commit.author),
        b"Subject: [PATCH%s] %s" % (place, _header(commit.subject)),
    ]
    careful = b"\r\n" in content or _FROM.search(content) is not None
    if careful or not content.isascii():
        way = b"quoted-printable" if careful else b"8bit"
        lines += [
            b"MIME-Version: 1.0",
            b"Content-Type: text/plain; charset=UTF-8",
            b"Content-Transfer-Encoding: " + way,
        ]
    return b"\n".join(lines) + b"\n\n" + (_quoted_printable(content) if careful else content)


def losses(commit: Commit) -> str | None:
    """Says in what the commit that ``git am`` makes will differ from this one; None if in nothing."""
    lost = []
    subject = b" ".join(_BRACKETS.sub(b"", b"[] " + commit.subject, count=1).split())
    body = _LIKE_PATCH.sub(b"", _body(commit.message))
    if _tidy(subject + b"\n\n" + body) != commit.message.rstrip(b"\n"):
        lost.append("its message")
    author = commit.author
    if not author.name or len(author.name) > _LONGEST_NAME or re.search(rb"[@<>]|\s\s", author.name):
        lost.append("its author's name")
    return " and ".join(lost) or None


def _body(message: bytes) -> bytes:
    """Gives what follows the first paragraph."""
    return message.lstrip(b"\n").partition(b"\n\n")[2].strip(b"\n") + b"\n" if b"\n\n" in message.strip() else b""


def _tidy(message: bytes) -> bytes:
    """Takes out spaces at the ends of lines and blank lines beyond one, as git does with every message."""
    lines = b"\n".join(line.rstrip() for line in message.split(b"\n"))
    return re.sub(rb"\n{3,}", b"\n\n", lines).strip(b"\n")


def _person(person: Signature) -> bytes:
    name = person.name
    if not name.isascii() or b"=?" in name:
        # git am undoes quotes after it has decoded the name, so a name with some needs them inside.
        inner = b'"%s"' % re.sub(rb'(["\\])', rb"\\\1", name) if re.search(rb'[()"\\]', name) else name
        shown = _encoded(inner)
    elif _SPECIAL.search(name):
        shown = b'"%s"' % re.sub(rb'(["\\])', rb"\\\1", name)
    else:
        shown = name
    return b"%s <%s>" % (shown, person.email)


def _date(person: Signature) -> bytes:
    zone = timezone(timedelta(minutes=person.zone))
    begin = datetime(1970, 1, 1, tzinfo=timezone.utc)
    try:
        when = (begin + timedelta(seconds=person.time)).astimezone(zone)
    except OverflowError:
        when = begin
    return format_datetime(when).encode()


def _header(text: bytes) -> bytes:
    plain = text.isascii() and b"=?" not in text and len(text) < _LONGEST_LINE
    return text if plain else _encoded(text)


def _encoded(text: bytes) -> bytes:
    """Writes a text for a header (RFC 2047), a character never in two pieces."""
    words, word = [], b""
    for character in _CHARACTER.findall(text):
        piece = b"".join(bytes((one,)) if _PLAIN.match(bytes((one,))) else b"=%02X" % one for one in character)
        if len(word) + len(piece) > _LONGEST_WORD - len("=?UTF-8?q??="):
            words.append(word)
            word = b""
        word += piece
    return b"\n ".join(b"=?UTF-8?q?%s?=" % one for one in (*words, word))


def _quoted_printable(content: bytes) -> bytes:
    lines = (b2a_qp(line, istext=False) for line in content.split(b"\n"))
    return _FROM.sub(b"=46rom ", b"\n".join(lines))
