"""Compares notebooks with nbdime when told so, and says how long it took.

Runs in the environment of ``.make/peers`` as a process that stays: what counts is the comparison, not the start of
Python. Each line of its input names two notebooks in JSON; each line of its output is the seconds of processor time.
"""

from __future__ import annotations

import json
import sys
from time import process_time

import nbdime  # type: ignore[import-not-found]  # not in the environment that is checked
import nbformat


def main() -> None:
    """Answers line by line, until the input ends."""
    for line in sys.stdin:
        old, new = (nbformat.read(path, as_version=4) for path in json.loads(line))  # type: ignore[no-untyped-call]
        begin = process_time()
        found = nbdime.diff_notebooks(old, new)
        print(json.dumps([process_time() - begin, len(found)]), flush=True)


if __name__ == "__main__":
    main()
