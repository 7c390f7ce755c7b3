"""Keeps what was made of notebooks in memory, up to a size."""

from __future__ import annotations

import threading

KEPT = 32 * 2**20
"""Bytes that are kept."""


class Kept:
    """What notebooks became, by what they were and how; those not asked for longest go first."""

    def __init__(self) -> None:
        """Keeps nothing yet."""
        self._found: dict[bytes, bytes] = {}
        self._size = 0
        self._lock = threading.Lock()

    def get(self, key: bytes) -> bytes | None:
        """Gives what was kept under a key, if it still is."""
        with self._lock:
            found = self._found.pop(key, None)
            if found is not None:
                self._found[key] = found
            return found

    def add(self, key: bytes, content: bytes) -> None:
        """Keeps something, and lets the oldest go."""
        with self._lock:
            self._size += len(content) - len(self._found.pop(key, b""))
            self._found[key] = content
            while self._size > KEPT:
                self._size -= len(self._found.pop(next(iter(self._found))))
