"""Does in this process what a filter does whose command is nbstripout: takes outputs out of notebooks.

git starts the program anew for each notebook, which takes half a second, and a repository's command is not to be
started before somebody trusts it. Our own nbstripout needs neither. It does the same as long as every word of the
command is known; a command that does more, or anything else, is left to git. Every act looks at the notebooks anew, so
what the last ones became is kept.
"""

from __future__ import annotations

import hashlib
import io
import re
import shlex
import warnings
from argparse import ArgumentError, ArgumentParser
from typing import TYPE_CHECKING

from jupyter_mlgit.notebooks.kept import Kept

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    Filter = Callable[[bytes, bytes, bytes], bytes | None]

LARGEST = 50 * 2**20
"""Bytes of a notebook that is looked into; a larger one takes gigabytes of memory."""


_PLAIN = re.compile(rb"[\w \t\"'/.,:=@+-]*", re.ASCII)
"""What means the same to a shell and to us."""

_PYTHON = re.compile(r"python[0-9.]*")
_ALWAYS = (
    "metadata.signature", "metadata.widgets", "cell.metadata.collapsed", "cell.metadata.ExecuteTime",
    "cell.metadata.execution", "cell.metadata.heading_collapsed", "cell.metadata.hidden", "cell.metadata.scrolled",
)  # fmt: skip
"""Keys that the program takes out without being told."""


_kept = Kept()


def stripping(setting: Callable[[str], bytes | None]) -> Filter:
    """Gives a filter that knows nbstripout and nothing else.

    Args:
        setting: gives the value of ``filter.nbstripout.NAME``, where the program itself looks.
    """

    def run(command: bytes, path: bytes, content: bytes) -> bytes | None:
        del path
        flags = _flags(command)
        if flags is None or len(content) > LARGEST:
            return None
        asked = repr((command, setting("keepmetadatakeys"), setting("extrakeys"), len(content))).encode()
        key = hashlib.sha256(asked + content).digest()
        found = _kept.get(key)
        if found is None:
            found = _stripped(content, flags, setting)
            if found is not None:
                _kept.add(key, found)
        return found

    return run


def _flags(command: bytes) -> Namespace | None:
    """Takes a command apart as a shell does; None for anything but nbstripout with flags that are known."""
    if not _PLAIN.fullmatch(command):
        return None
    try:
        words = shlex.split(command.decode())
    except ValueError:
        return None
    program = words[0].rpartition("/")[2] if words else ""
    if program == "nbstripout":
        words = words[1:]
    elif _PYTHON.fullmatch(program) and words[1:3] == ["-m", "nbstripout"]:
        words = words[3:]
    else:
        return None
    parser = ArgumentParser(allow_abbrev=False, exit_on_error=False, add_help=False)
    for name in ("keep-count", "keep-id", "drop-empty-cells", "strip-init-cells", "unix-newlines"):
        parser.add_argument(f"--{name}", action="store_true")
    parser.add_argument("--keep-output", action="store_true", default=None)
    for name in ("extra-keys", "keep-metadata-keys", "drop-tagged-cells"):
        parser.add_argument(f"--{name}", default="")
    for name in ("drop-output-type", "keep-output-type"):
        parser.add_argument(f"--{name}", nargs="+", default=[])
    parser.add_argument("--max-size", default="0")
    for name in ("-t", "--textconv", "-f", "--force"):
        parser.add_argument(name, action="store_true", dest="ignored")
    parser.set_defaults(dry_run=False)
    try:
        found, rest = parser.parse_known_args(words)
    except ArgumentError:
        return None
    return None if rest else found


def _stripped(content: bytes, flags: Namespace, setting: Callable[[str], bytes | None]) -> bytes | None:
    from nbstripout._nbstripout import process_jupyter_notebook

    kept = [*_words(setting("keepmetadatakeys")), *flags.keep_metadata_keys.split()]
    keys = [*_ALWAYS, *_words(setting("extrakeys")), *flags.extra_keys.split()]
    source = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8")
    made = io.BytesIO()
    target = io.TextIOWrapper(made, encoding="utf-8", newline="" if flags.unix_newlines else None)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            process_jupyter_notebook(source, target, flags, [key for key in keys if key not in kept])
    except Exception:  # noqa: BLE001 -- whatever it is that the program stumbles over, it is no notebook then
        return None
    target.flush()
    return made.getvalue()


def _words(value: bytes | None) -> list[str]:
    return (value or b"").decode("utf-8", "replace").split()
