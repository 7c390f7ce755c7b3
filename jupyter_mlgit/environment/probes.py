"""Remembers what interpreters have answered, until one of the things that the answer hangs on has changed.

Those are the program and the variables of the kernel, the interpreter's file, the torch that it found (or, where it
found none, the folders in which one would be installed), the driver, the GPUs and their devices. What cannot be seen in
these, such as a module of the kernel's that was loaded anew, is what ``refresh`` is for. An interpreter that did not
answer is asked again.
"""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlgit.environment.probing import probe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jupyter_mlgit.environment.probing import Probe

MOST = 64
"""Answers that are remembered."""

BRIEFLY = 60.0
"""Seconds for which an answer holds in which there is no CUDA: what mends that may show in none of our stamps."""

_Key = tuple[str, tuple[tuple[str, str], ...]]
_Stamps = tuple[tuple[str, int | None], ...]


class Answer(NamedTuple):
    """What an interpreter has said, and when."""

    found: Probe
    at: float
    """Seconds since the epoch."""


class _Kept(NamedTuple):
    answer: Answer
    driver: str | None
    stamps: _Stamps


class Probes:
    """The answers of all interpreters that were asked. Its methods may be called in any thread."""

    def __init__(self, ask: Callable[[str, Mapping[str, str]], Probe] = probe) -> None:
        """Begins with none.

        Args:
            ask: asks an interpreter.
        """
        self._ask = ask
        self._lock = threading.Lock()
        self._kept: dict[_Key, _Kept] = {}

    def known(self, python: str, variables: Mapping[str, str], driver: str | None) -> Answer | None:
        """Gives an answer that still holds; asks nobody.

        Args:
            python: the program.
            variables: what the kernel's specification adds to the environment.
            driver: what is known of the driver, the GPUs and their devices now.
        """
        with self._lock:
            kept = self._kept.get(_key(python, variables))
        if kept is None or kept.driver != driver or kept.stamps != _stamps(python, kept.answer.found):
            return None
        return kept.answer

    def get(self, python: str, variables: Mapping[str, str], driver: str | None, *, refresh: bool = False) -> Answer:
        """Gives an answer that still holds, or asks.

        Args:
            python: the program.
            variables: what the kernel's specification adds to the environment.
            driver: what is known of the driver, the GPUs and their devices now.
            refresh: asks in any case.

        Raises:
            NotProbed: if it has to be asked and does not answer.
        """
        known = None if refresh else self.known(python, variables, driver)
        if known is not None and (_computes(known.found) or abs(time.time() - known.at) < BRIEFLY):
            return known
        answer = Answer(self._ask(python, variables), time.time())
        with self._lock:
            self._kept.pop(_key(python, variables), None)
            self._kept[_key(python, variables)] = _Kept(answer, driver, _stamps(python, answer.found))
            while len(self._kept) > MOST:
                del self._kept[next(iter(self._kept))]
        return answer


def _computes(found: Probe) -> bool:
    return found.torch is not None and found.torch.available is True


def _key(python: str, variables: Mapping[str, str]) -> _Key:
    return python, tuple(sorted(variables.items()))


def _stamps(python: str, found: Probe) -> _Stamps:
    torch = found.torch
    if torch is None or torch.path is None:
        places = found.places
    else:
        places = [str(Path(torch.path).with_name("version.py")), torch.path]
    return tuple((place, changed(place)) for place in (python, found.executable, *places))


def changed(place: str) -> int | None:
    """Says when a file, folder or device was changed last, in nanoseconds; None where there is none."""
    try:
        return os.stat(place).st_mtime_ns  # noqa: PTH116 -- what an interpreter has said need not be a path
    except (OSError, ValueError):
        return None
