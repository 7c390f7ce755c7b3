"""Changes a repository's ``config`` file and leaves every byte that is not concerned as it is.

dulwich writes the whole file anew and loses comments and layout; a person's file is not ours to tidy. All changes of
one act go into the file at once, and only if it still says, under the file's lock, what the act goes out from. What
would be written is parsed first: a file that git could not read, or in which anything else would have changed, is
never put in place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from jupyter_mlgit.git.config_regions import (
    Name,
    Region,
    begins_line,
    cut,
    ended,
    headers_of,
    matching,
    put_back,
    region,
)
from jupyter_mlgit.git.config_syntax import ConfigSyntaxError, Variable, header_line, parse, quoted
from jupyter_mlgit.git.locks import LockedFile
from jupyter_mlgit.problems import DamagedRepository, StateChanged
from jupyter_mlgit.values import visible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from typing_extensions import Self

    from jupyter_mlgit.git.repository import Repository

Values = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class SectionChange:
    """Makes ``[section "subsection"]`` hold exactly these variables, where it stood; None removes it."""

    section: bytes
    subsection: bytes | None
    values: Values | None
    old: Values | None = None
    """What it is expected to hold; None when it should not be there."""
    regions: tuple[Region, ...] = ()
    """The bytes that it comes back with, if they hold those variables."""

    @property
    def key(self) -> Name:
        """The section, such that two spellings of it are equal."""
        return self.section.lower(), self.subsection

    @property
    def shown(self) -> str:
        """The section for people."""
        return visible(b".".join(part for part in (self.section, self.subsection) if part is not None))


@dataclass(frozen=True)
class ValueChange:
    """Sets all values of one variable of a plain section such as ``gc``, in their order; without any it goes."""

    section: bytes
    name: bytes
    values: tuple[bytes, ...]
    old: tuple[bytes, ...] = ()
    """What it is expected to hold."""

    @property
    def shown(self) -> str:
        """The variable for people."""
        return visible(self.section + b"." + self.name)


Change = SectionChange | ValueChange


class ConfigTransaction:
    """Locks and compares at :meth:`prepare`, writes at :meth:`commit`; use it as a context manager."""

    def __init__(self, repo: Repository, changes: Sequence[Change], *, settling: bool = False) -> None:
        """Keeps what is to be done; nothing is touched yet.

        Args:
            repo: the repository, locked by the caller.
            changes: at most one for each section or variable.
            settling: whether an interrupted act is finished or taken back; what is done already is then passed over,
                and so is what somebody has changed since.
        """
        self.left: list[str] = []
        """What somebody has changed since, for people; only while settling."""
        self.regions: dict[Name, list[Region]] = {}
        """The bytes of each section that is to change, as the file has them."""
        self._repo = repo
        self._changes = list(changes)
        self._settling = settling
        self._lock: LockedFile | None = None
        self._old = self._new = b""

    def __enter__(self) -> Self:
        """Prepares."""
        try:
            self.prepare()
        except BaseException:
            self.abort()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        """Gives the lock back if it is still held."""
        self.abort()

    def prepare(self) -> None:
        """Takes the file's lock and compares; changes nothing.

        Raises:
            StateChanged: if a section or variable is not what the caller saw.
            Locked: if somebody else is writing the file.
            ReadOnly: if it cannot be written.
            DamagedRepository: if it cannot be parsed, or could not be any more.
        """
        if not self._changes:
            return
        path = self._repo.config.path.resolve()
        self._lock = LockedFile(path, self._repo.staging)
        self._old = path.read_bytes() if path.exists() else b""
        try:
            self._compare()
            sections = [one.key for one in self._changes if isinstance(one, SectionChange)]
            self.regions = cut(self._old, sections)[1]
        except ConfigSyntaxError as error:
            raise DamagedRepository(
                f"The configuration file {path} cannot be changed: {error}.",
                "Mend that line in an editor, then repeat the act.",
            ) from error
        self._new = _changed(self._old, self._changes, path)

    def commit(self) -> None:
        """Puts the new file in place.

        Raises:
            Locked: if somebody has taken the lock away from us.
        """
        if self._lock is not None and self._new != self._old:
            self._lock.write(self._new)
            self._lock.commit()
        self.abort()

    def abort(self) -> None:
        """Gives the lock back."""
        if self._lock is not None:
            self._lock.abort()
            self._lock = None

    def _compare(self) -> None:
        variables = parse(self._old)[1]
        kept: list[Change] = []
        for one in self._changes:
            now, old, new = _found(variables, one), list(one.old or ()), list(one.values or ())
            if now == old:
                kept.append(one)
            elif not self._settling:
                raise StateChanged(
                    f"The setting {one.shown} has been changed meanwhile.", "Look at it again, then repeat the act."
                )
            elif now != new:
                self.left.append(one.shown)
        self._changes = kept


def edit(text: bytes, changes: Sequence[Change]) -> bytes:
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
    text = _bring_back(text, sections)
    for one in changes:
        text = _set_section(text, one) if isinstance(one, SectionChange) else _set_values(text, one)
    return text


def _changed(old: bytes, changes: Sequence[Change], path: Path) -> bytes:
    # The bytes that were kept of a section may no longer fit; the values alone do.
    plain = [replace(one, regions=()) if isinstance(one, SectionChange) else one for one in changes]
    wrong: str | None = ""
    for tried in (changes, plain):
        try:
            new = edit(old, tried)
        except ValueError as error:
            wrong = str(error)
            continue
        wrong = _wrong(old, new, tried)
        if wrong is None:
            return new
    raise DamagedRepository(
        f"The configuration file {path} was not changed: {wrong}.",
        "Change it in an editor or with 'git config', then repeat the act.",
    )


def _wrong(old: bytes, new: bytes, changes: Sequence[Change]) -> str | None:
    """Says what a new content is not as it should be; None when it is."""
    before = parse(old)[1]
    try:
        after = parse(new)[1]
    except ConfigSyntaxError as error:
        return f"git could not read it any more ({error})"
    if _others(before, changes) != _others(after, changes):
        return "another setting would have changed with it"
    if any(_found(after, one) != list(one.values or ()) for one in changes):
        return "the new settings would not have been read back"
    return None


def _others(variables: list[Variable], changes: Sequence[Change]) -> list[object]:
    """Gives all that must stay as it is."""
    sections = {one.key for one in changes if isinstance(one, SectionChange)}
    keys = {(one.section.lower(), None, one.name.lower()) for one in changes if isinstance(one, ValueChange)}
    return [
        (one.key, one.value)
        for one in variables
        if (one.header.section, one.header.subsection) not in sections and one.key not in keys
    ]


def _found(variables: list[Variable], change: Change) -> list[object]:
    """Gives what stands where something is to change."""
    if isinstance(change, SectionChange):
        return list(_values(variables, change.section, change.subsection))
    name = change.name.lower()
    return [value for key, value in _values(variables, change.section, None) if key.lower() == name]


def _values(variables: list[Variable], section: bytes, subsection: bytes | None) -> Values:
    wanted = (section.lower(), subsection)
    found = [one for one in variables if (one.header.section, one.header.subsection) == wanted]
    return [(one.name, b"true" if one.value is None else one.value) for one in found]


def _rename(text: bytes, going: SectionChange, coming: SectionChange) -> bytes:
    """Gives a section its new name in its place, if it holds what is wanted under that name."""
    if _values(parse(text)[1], going.section, going.subsection) != coming.values:
        return text
    text = _set_section(text, SectionChange(coming.section, coming.subsection, None))
    standing = matching(parse(text)[0], going.section, going.subsection)
    new = [header_line(coming.section, coming.subsection).rstrip(b"\n")] * len(standing)
    kept = headers_of(coming.regions)
    if len(kept) == len(standing):
        new = kept
    for header, line in reversed(list(zip(standing, new, strict=True))):
        text = text[: header.start] + line + text[header.end :]
    return text


def _bring_back(text: bytes, sections: list[SectionChange]) -> bytes:
    """Puts the very bytes of sections in their place, where they were kept and the section doesn't hold the values."""
    variables = parse(text)[1]
    coming = [one for one in sections if one.regions and one.values and _found(variables, one) != one.values]
    if not coming:
        return text
    # Where they stood was told without any of the act's sections.
    going = [one for one in sections if one in coming or one.values is None]
    left, _ = cut(text, [one.key for one in going])
    return put_back(left, [place for one in coming for place in one.regions])


def _set_section(text: bytes, change: SectionChange) -> bytes:
    headers, variables = parse(text)
    present = _values(variables, change.section, change.subsection)
    if change.values is not None and present == change.values:
        return text
    standing = matching(headers, change.section, change.subsection)
    new = b""
    if change.values is not None:
        if present and change.values[: len(present)] == present:
            return _lengthened(text, change, change.values[len(present) :])
        new = header_line(change.section, change.subsection) + _lines(change.values)
        if not standing:
            return ended(text) + new
    for number, header in reversed(list(enumerate(standing))):
        start, end, blank_end = region(text, header, variables)
        if number == 0 and new:
            text = text[:start] + (b"" if begins_line(text, start) else b"\n") + new + text[end:]
        else:
            text = text[:start] + text[blank_end:]
    return text


def _lengthened(text: bytes, change: SectionChange, values: Values) -> bytes:
    """Adds variables behind the last one of a section, as git does."""
    headers, variables = parse(text)
    last = next(
        one for one in reversed(variables) if one.header in matching(headers, change.section, change.subsection)
    )
    return ended(text[: last.end]) + _lines(values) + text[last.end :]


def _lines(values: Values) -> bytes:
    return b"".join(b"\t%s = %s\n" % (name, quoted(value)) for name, value in values)


def _set_values(text: bytes, change: ValueChange) -> bytes:
    wanted = (change.section.lower(), None, change.name.lower())
    standing = [one for one in parse(text)[1] if one.key == wanted]
    for one in reversed(standing[len(change.values) :]):
        text = _without_value(text, one)
    for one, value in reversed(list(zip(standing, change.values, strict=False))):
        if one.value != value:
            sign = b" = " if one.value is None else b" "
            text = text[: one.value_start] + sign + quoted(value) + text[one.value_end :]
    for value in change.values[len(standing) :]:
        text = _with_value(text, change, value)
    return text


def _with_value(text: bytes, change: ValueChange, value: bytes) -> bytes:
    """Adds a value behind the section's last variable."""
    headers, variables = parse(text)
    line = _lines([(change.name, value)])
    standing = matching(headers, change.section, None)
    if not standing:
        return ended(text) + header_line(change.section, None) + line
    _, end, _ = region(text, standing[-1], variables)
    return (text[:end] if begins_line(text, end) else ended(text[:end])) + line + text[end:]


def _without_value(text: bytes, variable: Variable) -> bytes:
    """Takes out a variable, and its section's header when nothing else stands below it."""
    start = variable.start
    if begins_line(text, start):
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
    start, _, end = region(text, header, variables)
    return text[:start] + text[end:]
