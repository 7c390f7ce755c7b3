"""What is read out of one version of a file, to be compared with what the other version says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Severity = Literal["high", "medium", "low"]


class Family(NamedTuple):
    """What kind of call it is, for the rules."""

    rule: str
    label: str
    """How a sentence begins that speaks of it: ``optimizer``, ``loss``."""

    counted: bool = False
    """Whether each one counts (a layer, a call of ``eval()``), not just that there is one (a seed)."""

    parameters: tuple[str, ...] = ()
    """The names of what is given by position."""

    defaults: tuple[tuple[str, str], ...] = ()
    """What holds when it isn't said, as written by canonical.py."""


@dataclass(frozen=True)
class Argument:
    """One setting: an argument, a field, an entry of a dictionary, an assigned constant."""

    rule: str
    value: str
    """As written by canonical.py."""

    text: str
    line: int
    name: str = ""
    """The whole name it refers to, if it is a plain reference."""


@dataclass(frozen=True)
class Fact:
    """A call, or another place where settings stand together."""

    name: str
    family: Family | None
    scope: str
    line: int
    end: int
    text: str
    loops: int = 0
    local: bool = False
    open: bool = False
    """Whether it takes more than is written here (``**options``)."""

    arguments: dict[str, Argument] = field(default_factory=dict)

    @property
    def values(self) -> tuple[tuple[str, str], ...]:
        """What makes two of the same name equal."""
        return tuple(sorted((name, argument.value) for name, argument in self.arguments.items()))


@dataclass(frozen=True)
class Steps:
    """Transforms in their order, as one ``Compose`` holds them."""

    scope: str
    line: int
    end: int
    facts: tuple[Fact, ...]


@dataclass
class Facts:
    """All that one version says."""

    calls: list[Fact] = field(default_factory=list)
    steps: list[Steps] = field(default_factory=list)
    assigned: list[Fact] = field(default_factory=list)
    """Constants with telling names, one argument each."""

    sums: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    """For each place that computes a loss: constants, operators and functions in it, with their lines."""

    scopes: dict[str, int] = field(default_factory=dict)
    """Functions and classes with their lines; the empty name is the source itself."""

    calls_to: dict[str, set[str]] = field(default_factory=dict)
    """The names that each scope uses."""

    imported: set[str] = field(default_factory=set)
    definitions: set[str] = field(default_factory=set)
    chains: set[str] = field(default_factory=set)


def moved_name(fact: Fact) -> str:
    """Names a fact so that it is known again in another file: by the function that it stands in."""
    return f"{fact.scope.rpartition('.')[2]}: {fact.name}{fact.values}"
