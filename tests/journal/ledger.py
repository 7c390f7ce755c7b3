"""Keeps what was acknowledged to anybody, so that it can be asked for at the end."""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.journal.running_server import Answer


@dataclass
class Ledger:
    """What several threads have been told."""

    commits: dict[str, str] = field(default_factory=dict)
    """Commits and backups → who was told of them, and by what."""
    contents: dict[str, str] = field(default_factory=dict)
    """What was saved and then taken by somebody else → its file."""
    operations: dict[str, str] = field(default_factory=dict)
    """Acts of the product → their verb."""
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    """What must not happen at all."""
    is_over: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def told(self, who: str, commit: str | None) -> None:
        """Takes down a commit that has to be there from now on."""
        if commit is not None:
            with self._lock:
                self.commits.setdefault(commit, who)

    def took(self, path: str, content: str) -> None:
        """Takes down what was saved last in a file that has something else now."""
        with self._lock:
            self.contents[content] = path

    def count(self, what: str) -> None:
        """Counts what somebody has done."""
        with self._lock:
            self.done[what] += 1

    def fault(self, what: str) -> None:
        """Takes down what must not happen."""
        with self._lock:
            self.faults.append(what)

    def answered(self, verb: str, answer: Answer) -> bool:
        """Takes down what an act was answered; gives whether it was done."""
        if answer.status != 200:
            with self._lock:
                self.refused[f"{verb}: {answer.code}"] += 1
                if answer.status >= 500 or not answer.code:
                    self.faults.append(f"{verb}: {answer}")
            return False
        body = answer.body
        for commit in (body.get("backup"), body.get("commit"), body.get("tip"), _before(body)):
            self.told(verb, commit)
        for ref in body.get("refs", []):
            self.told(verb, ref["old"])
        with self._lock:
            self.done[verb] += 1
            if body.get("operation"):
                self.operations[body["operation"]] = verb
        return True

    def summary(self) -> list[str]:
        """Gives the figures, one a line."""
        done = ", ".join(f"{what} {count}" for what, count in sorted(self.done.items()))
        refused = ", ".join(f"{what} {count}" for what, count in sorted(self.refused.items()))
        kept = f"{len(self.operations)} acts, {len(self.commits)} commits, {len(self.contents)} contents taken"
        return [kept, f"done: {done}", f"refused: {refused}"]


def _before(body: dict[str, Any]) -> str | None:
    return body["head"]["from"] if "head" in body else body.get("movedFrom")


def blob(content: str) -> str:
    """Gives the name that git has for a content."""
    data = content.encode()
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
