"""Parses git's configuration files as git does, and tells where each header and variable stands.

The grammar is git's own (git-config(1), CONFIGURATION FILE; config.c, git_parse_source). Knowing the places lets
``config_edit.py`` change one value and leave every other byte as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_BOM = b"\xef\xbb\xbf"
_BLANK = re.compile(rb"[ \t\r\n]*")
_COMMENT = re.compile(rb"[#;][^\n]*")
_HEADER = re.compile(rb'\[([A-Za-z0-9.-]+)(?:[ \t\r]+"((?:[^"\\\n]|\\[^\n])*)")?\]')
_NAME = re.compile(rb"([A-Za-z][A-Za-z0-9-]*)[ \t]*")
_LINE_END = re.compile(rb"\r?\n|\Z")
_TOKEN = re.compile(rb'([^"\\\n;#]+)|\\(\r?\n|[tbn\\"]|\Z)|(")|([;#])|(\n)')
_ESCAPED = {b"t": b"\t", b"b": b"\b", b"n": b"\n", b"\\": b"\\", b'"': b'"', b"\n": b"", b"\r\n": b"", b"": b""}
_ESCAPED_IN_NAME = re.compile(rb"\\(.)", re.DOTALL)
_SPACE = b" \t\r\n"


class ConfigSyntaxError(ValueError):
    """A line that git would not accept either."""

    def __init__(self, line: int) -> None:
        """Keeps the line's number; its text may be a secret."""
        super().__init__(f"line {line} is not what git writes")
        self.line = line


@dataclass(frozen=True)
class Header:
    """A ``[section "subsection"]``."""

    section: bytes
    """In lower case."""
    subsection: bytes | None
    start: int
    end: int


_NONE = Header(b"", None, 0, 0)


@dataclass(frozen=True)
class Variable:
    """A ``name = value`` with its section."""

    header: Header
    name: bytes
    """As it is written; compared without regard to case."""
    value: bytes | None
    """None when there is no ``=``, which means true."""
    start: int
    name_end: int
    value_start: int
    """Behind the ``=``; where there is none, behind the name."""
    value_end: int
    """Behind the value, before a comment."""
    end: int
    """Behind the line's end."""

    @property
    def key(self) -> tuple[bytes, bytes | None, bytes]:
        """Section, subsection and name, such that two spellings of one variable are equal."""
        return self.header.section, self.header.subsection, self.name.lower()


def parse(text: bytes) -> tuple[list[Header], list[Variable]]:
    """Decodes a file into its headers and variables, in their order.

    Raises:
        ConfigSyntaxError: naming the line that git would refuse.
    """
    headers: list[Header] = []
    variables: list[Variable] = []
    position = len(_BOM) if text.startswith(_BOM) else 0
    while True:
        position = _skip(text, position)
        if position >= len(text):
            return headers, variables
        if text[position : position + 1] == b"[":
            headers.append(_header(text, position))
            position = headers[-1].end
        else:
            # git reads variables before the first header, too, as those of no section.
            variables.append(_variable(text, position, headers[-1] if headers else _NONE))
            position = variables[-1].end


def line_rest(text: bytes, position: int) -> int:
    """Gives the place behind the line's end if nothing but blanks stand there, else ``position``."""
    end = position
    while text[end : end + 1] in (b" ", b"\t"):
        end += 1
    found = _LINE_END.match(text, end)
    return found.end() if found else position


def quoted(value: bytes) -> bytes:
    """Writes a value so that git reads it back.

    Raises:
        ValueError: for a value that no configuration file can hold.
    """
    if b"\0" in value:
        raise ValueError("a zero byte cannot be written into a configuration file")
    escaped = value.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n").replace(b"\t", b"\\t")
    plain = escaped == value and value == value.strip() and not set(b"#;\r") & set(value)
    return value if plain and value else b'"%s"' % escaped


def header_line(section: bytes, subsection: bytes | None) -> bytes:
    """Writes a header as git does.

    Raises:
        ValueError: for a name that no header can hold.
    """
    if subsection is None:
        return b"[%s]\n" % section
    if b"\n" in subsection or b"\0" in subsection:
        raise ValueError("a line end cannot stand in a section's name")
    return b'[%s "%s"]\n' % (section, subsection.replace(b"\\", b"\\\\").replace(b'"', b'\\"'))


def _skip(text: bytes, position: int) -> int:
    """Passes over blanks and comments."""
    while True:
        blank = _BLANK.match(text, position)
        position = blank.end() if blank else position
        comment = _COMMENT.match(text, position)
        if comment is None:
            return position
        position = comment.end()


def _header(text: bytes, position: int) -> Header:
    found = _HEADER.match(text, position)
    if found is None:
        raise _error(text, position)
    section, subsection = found[1].lower(), found[2]
    if subsection is not None:
        subsection = _ESCAPED_IN_NAME.sub(rb"\1", subsection)
    # [branch.x] is an old spelling of [branch "x"]; a dotted name before quotes belongs to the subsection, too.
    section, dot, dotted = section.partition(b".")
    if dot:
        subsection = dotted if subsection is None else dotted + b"." + subsection
    return Header(section, subsection, position, found.end())


def _variable(text: bytes, position: int, header: Header) -> Variable:
    found = _NAME.match(text, position)
    if found is None:
        raise _error(text, position)
    name_end = position + len(found[1])
    line_end = _LINE_END.match(text, found.end())
    if line_end is not None:
        return Variable(header, found[1], None, position, name_end, name_end, name_end, line_end.end())
    if text[found.end() : found.end() + 1] != b"=":
        raise _error(text, position)
    start = found.end() + 1
    value, value_end, end = _value(text, start)
    return Variable(header, found[1], value, position, name_end, start, value_end, end)


def _value(text: bytes, position: int) -> tuple[bytes, int, int]:
    """Decodes a value; gives it, the place behind it and the place behind its line."""
    start, value_end = position, position
    value, blanks = bytearray(), b""
    in_quotes = False
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise _error(text, start)
        plain, escape, quote, comment, line_end = found.groups()
        position = found.end()
        if line_end and in_quotes:
            raise _error(text, start)
        if line_end:
            return bytes(value), value_end, position
        if comment and not in_quotes:
            end = text.find(b"\n", position)
            return bytes(value), value_end, len(text) if end < 0 else end + 1
        if plain and not in_quotes:
            core = plain.strip(_SPACE)
            before = plain[: len(plain) - len(plain.lstrip(_SPACE))]
            blanks += before if value else b""
            if core:
                value += blanks + core
                blanks = plain[len(plain.rstrip(_SPACE)) :]
                value_end = position - len(blanks)
            continue
        value += blanks
        blanks = b""
        if quote:
            in_quotes = not in_quotes
        else:
            value += _ESCAPED[escape] if escape is not None else plain or comment
        value_end = position
    if in_quotes:
        raise _error(text, start)
    return bytes(value), value_end, position


def _error(text: bytes, position: int) -> ConfigSyntaxError:
    return ConfigSyntaxError(text.count(b"\n", 0, position) + 1)
