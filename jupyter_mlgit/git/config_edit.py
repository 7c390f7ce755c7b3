"""Changes a repository's ``config`` file and leaves every byte that is not concerned as it is.

dulwich writes the whole file anew and loses comments and layout; a person's file is not ours to tidy. All changes of
one act go into the file at once. What would be written is parsed first: a file that git could not read, or in which
anything else would have changed, is never put in place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jupyter_mlgit.git.config_syntax import ConfigSyntaxError, Header, Variable, header_line, line_rest, parse, quoted
from jupyter_mlgit.git.locks import LockedFile
from jupyter_mlgit.problems import DamagedRepository, StateChanged

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from jupyter_mlgit.git.repository import Repository

Values = list[tuple[bytes, bytes]]

_REST_OF_LINE = re.compile(rb"[ \t]*[#;][^\n]*(?:\n|\Z)")


@dataclass(frozen=True)
class SectionChange:
    """Makes ``[section "subsection"]`` hold exactly these variables, where it stood; None removes it."""

    section: bytes
    subsection: bytes | None
    values: Values | None
    old: Values | None = None
    """What has to stand there now."""
    text: bytes | None = None
    """How it was written, comments and all, for a section that comes back."""


@dataclass(frozen=True)
class ValueChange:
    """Sets one variable of a plain section such as ``gc``; None removes it.

    One that stands more than once is changed where it stands last, which is the one that counts.
    """

    section: bytes
    name: bytes
    value: bytes | None
    old: bytes | None = None
    """What has to stand there now."""


def change_config(repo: Repository, changes: Sequence[SectionChange | ValueChange], *, settling: bool = False) -> None:
    """Carries out all changes in one replacement of the file.

    A section that is removed while another gets the same variables is renamed in its place, as git does.

    Args:
        repo: the repository, locked by the caller.
        changes: at most one for each section or variable.
        settling: whether an interrupted act is finished or taken back; what neither side of it knows then stays.

    Raises:
        StateChanged: if something stands there that the caller has not seen.
        Locked: if somebody else is writing the file.
        ReadOnly: if it cannot be written.
        DamagedRepository: if it cannot be parsed, or could not be any more.
    """
    if not changes:
        return
    path = repo.config.path.resolve()
    lock = LockedFile(path, repo.staging)
    try:
        old = path.read_bytes() if path.exists() else b""
        new = _changed(old, _expected(old, changes, path, settling=settling), path)
        if new != old:
            lock.write(new)
            lock.commit()
    finally:
        lock.abort()


def section_text(repo: Repository, section: bytes, subsection: bytes | None) -> bytes:
    """Gives how a section is written in the repository's own file, comments and all; empty where there is none."""
    path = repo.config.path
    try:
        text = path.read_bytes()
        headers, variables = parse(text)
    except (OSError, ConfigSyntaxError):
        return b""
    regions = [_region(text, header, variables) for header in _matching(headers, section, subsection)]
    return b"".join(_ended(text[start:end]) for start, end, _ in regions)


def edit(text: bytes, changes: Sequence[SectionChange | ValueChange]) -> bytes:
    """Gives a file's new content.

    Raises:
        ConfigSyntaxError: if the old content cannot be parsed.
        ValueError: if a name or value cannot stand in such a file.
    """
    sections = [one for one in changes if isinstance(one, SectionChange)]
    for going in sections:
        coming = next((one for one in sections if one.values and one is not going), None)
        if going.values is None and coming is not None and coming.section == going.section:
            text = _rename(text, going, coming)
    for one in changes:
        text = _set_section(text, one) if isinstance(one, SectionChange) else _set_value(text, one)
    return text


def _expected(
    text: bytes, changes: Sequence[SectionChange | ValueChange], path: Path, *, settling: bool
) -> list[SectionChange | ValueChange]:
    """Gives the changes whose present side is as expected.

    Raises:
        StateChanged: if one is not, unless an interrupted act is settled.
    """
    try:
        variables = parse(text)[1]
    except ConfigSyntaxError:
        return list(changes)  # told of where it is changed
    found = []
    for one in changes:
        if isinstance(one, SectionChange):
            as_seen = (_values(variables, one.section, one.subsection) or None) == (one.old or None)
            shown = b"%s.%s" % (one.section, one.subsection or b"")
        else:
            key = (one.section.lower(), None, one.name.lower())
            standing = [variable for variable in variables if variable.key == key]
            # A variable that is taken out must stand there once; with more, another value would come to count.
            now = _read(standing[-1]) if standing else None
            as_seen = now == one.old and not (one.value is None and standing[1:])
            shown = b"%s.%s" % (one.section, one.name)
        if as_seen:
            found.append(one)
        elif not settling:
            raise StateChanged(
                f"{shown.decode('utf-8', 'replace')} in {path} has been changed meanwhile.",
                "Look at it, then repeat the act.",
            )
    return found


def _changed(old: bytes, changes: Sequence[SectionChange | ValueChange], path: Path) -> bytes:
    try:
        new = edit(old, changes)
    except ConfigSyntaxError as error:
        raise DamagedRepository(
            f"The configuration file {path} cannot be changed: {error}.",
            "Mend that line in an editor, then repeat the act.",
        ) from error
    except ValueError as error:
        raise _refused(path, str(error)) from error
    try:
        before, after = parse(old)[1], parse(new)[1]
    except ConfigSyntaxError as error:
        raise _refused(path, f"git could not read it any more ({error})") from error
    if _others(before, changes) != _others(after, changes):
        raise _refused(path, "another setting would have changed with it")
    for one in changes:
        if isinstance(one, SectionChange):
            if (_values(after, one.section, one.subsection) or None) != (one.values or None):
                raise _refused(path, "the new settings would not have been read back")
        elif dict(_lower(_values(after, one.section, None))).get(one.name.lower()) != one.value:
            raise _refused(path, "the new value would not have been read back")
    return new


def _refused(path: Path, why: str) -> DamagedRepository:
    return DamagedRepository(
        f"The configuration file {path} was not changed: {why}.",
        "Change it in an editor or with 'git config', then repeat the act.",
    )


def _others(variables: list[Variable], changes: Sequence[SectionChange | ValueChange]) -> list[object]:
    """Gives all that must stay as it is."""
    sections = {(one.section, one.subsection) for one in changes if isinstance(one, SectionChange)}
    keys = {(one.section, None, one.name.lower()) for one in changes if isinstance(one, ValueChange)}
    return [
        (one.key, one.value)
        for one in variables
        if (one.header.section, one.header.subsection) not in sections and one.key not in keys
    ]


def _values(variables: list[Variable], section: bytes, subsection: bytes | None) -> Values:
    wanted = (section.lower(), subsection)
    found = [one for one in variables if (one.header.section, one.header.subsection) == wanted]
    return [(one.name, _read(one)) for one in found]


def _read(variable: Variable) -> bytes:
    """Gives a value; a name alone is true."""
    return b"true" if variable.value is None else variable.value


def _lower(values: Values) -> Values:
    return [(name.lower(), value) for name, value in values]


def _rename(text: bytes, going: SectionChange, coming: SectionChange) -> bytes:
    """Gives a section its new name in its place, if it holds what is wanted under that name."""
    if _values(parse(text)[1], going.section, going.subsection) != coming.values:
        return text
    text = _set_section(text, SectionChange(coming.section, coming.subsection, None))
    new = header_line(coming.section, coming.subsection).rstrip(b"\n")
    for header in reversed(_matching(parse(text)[0], going.section, going.subsection)):
        text = text[: header.start] + new + text[header.end :]
    return text


def _set_section(text: bytes, change: SectionChange) -> bytes:
    headers, variables = parse(text)
    if change.values is not None and _values(variables, change.section, change.subsection) == change.values:
        return text
    matching = _matching(headers, change.section, change.subsection)
    new = b""
    if (
        change.text
        and not matching
        and _values(parse(change.text)[1], change.section, change.subsection) == change.values
    ):
        return _ended(text) + change.text
    if change.values is not None:
        lines = [b"\t%s = %s\n" % (name, quoted(value)) for name, value in change.values]
        new = header_line(change.section, change.subsection) + b"".join(lines)
        if not matching:
            return _ended(text) + new
    for number, header in reversed(list(enumerate(matching))):
        start, end, blank_end = _region(text, header, variables)
        if number == 0 and new:
            text = text[:start] + (b"" if _begins_line(text, start) else b"\n") + new + text[end:]
        else:
            text = text[:start] + text[blank_end:]
    return text


def _set_value(text: bytes, change: ValueChange) -> bytes:
    headers, variables = parse(text)
    wanted = (change.section.lower(), None, change.name.lower())
    standing = [one for one in variables if one.key == wanted]
    if change.value is None:
        for one in reversed(standing):
            text = _without_value(text, one)
        return text
    if standing:
        last = standing[-1]
        if last.value == change.value:
            return text
        sign = b" = " if last.value is None else b" "
        return text[: last.value_start] + sign + quoted(change.value) + text[last.value_end :]
    line = b"\t%s = %s\n" % (change.name, quoted(change.value))
    matching = _matching(headers, change.section, None)
    if not matching:
        return _ended(text) + header_line(change.section, None) + line
    _, end, _ = _region(text, matching[-1], variables)
    return (text[:end] if _begins_line(text, end) else _ended(text[:end])) + line + text[end:]


def _without_value(text: bytes, variable: Variable) -> bytes:
    """Takes out a variable, and its section's header when nothing else stands below it."""
    start = variable.start
    if _begins_line(text, start):
        start = text.rfind(b"\n", 0, start) + 1
        text = text[:start] + text[variable.end :]
    else:
        text = text[:start].rstrip(b" \t") + b"\n" + text[variable.end :]
    headers, variables = parse(text)
    header = next(one for one in headers if one.start == variable.header.start)
    if any(one.header == header for one in variables):
        return text
    following = [one.start for one in headers if one.start > header.start]
    if text[header.end : min(following, default=len(text))].strip():
        return text
    start, _, end = _region(text, header, variables)
    return text[:start] + text[end:]


def _matching(headers: list[Header], section: bytes, subsection: bytes | None) -> list[Header]:
    return [one for one in headers if (one.section, one.subsection) == (section.lower(), subsection)]


def _region(text: bytes, header: Header, variables: list[Variable]) -> tuple[int, int, int]:
    """Gives where a section begins, where its last variable ends, and where the blank lines behind it end.

    Comments behind the last variable belong to what follows.
    """
    start = header.start
    if _begins_line(text, start):
        start = text.rfind(b"\n", 0, start) + 1
    own = [one.end for one in variables if one.header == header]
    end = own[-1] if own else line_rest(text, header.end)
    comment = _REST_OF_LINE.match(text, header.end) if not own else None
    if comment is not None:
        end = comment.end()
    blank_end = end
    while line_rest(text, blank_end) > blank_end:
        blank_end = line_rest(text, blank_end)
    return start, end, blank_end


def _begins_line(text: bytes, position: int) -> bool:
    return not text[text.rfind(b"\n", 0, position) + 1 : position].strip(b" \t")


def _ended(text: bytes) -> bytes:
    """Ends the last line; behind a backslash one line end would only continue it."""
    if not text or text.endswith(b"\n"):
        return text
    return text + (b"\n\n" if text.endswith(b"\\") else b"\n")
