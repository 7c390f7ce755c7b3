"""Says who acts, for the lines that git writes into reflogs (git-commit(1), COMMIT INFORMATION)."""

from __future__ import annotations

import getpass
import os
import socket
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_mlgit.git.config import Config


_CRUD = bytes(range(33)) + b".,:;<>\"\\'"
"""What git takes off both ends of a name (ident.c, crud)."""


def committer(config: Config, now: float) -> bytes:
    """Gives ``Name <email> seconds zone`` in the local time zone.

    Where no identity is set, git's own guess for reflogs is made: the login name at this host.
    """
    name = _first("GIT_COMMITTER_NAME", config.get("committer", "name"), config.get("user", "name"))
    email = _first("GIT_COMMITTER_EMAIL", config.get("committer", "email"), config.get("user", "email"))
    if not name or not email:
        login = _login()
        name = name or login.encode()
        email = email or f"{login}@{socket.gethostname()}".encode()
    offset = time.localtime(now).tm_gmtoff // 60
    sign = "-" if offset < 0 else "+"
    zone = f"{sign}{abs(offset) // 60:02d}{abs(offset) % 60:02d}"
    return b"%s <%s> %d %s" % (_clean(name), _clean(email), int(now), zone.encode())


def _first(variable: str, *values: bytes | None) -> bytes:
    from_environment = os.fsencode(os.environ.get(variable, ""))
    return from_environment or next((value for value in values if value), b"")


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"


def _clean(text: bytes) -> bytes:
    """Drops what would break the line, as git does."""
    return bytes(char for char in text if char not in b"\n<>\0").strip(_CRUD)
