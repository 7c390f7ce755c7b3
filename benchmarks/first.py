"""Prints how long the first list of deleted branches takes from the opening of a repository on, in a fresh process.

Usage: ``python -m benchmarks.first REPOSITORY CACHE``. The modules are loaded before the clock starts: a server loads
them once for all repositories.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from time import perf_counter

from benchmarks.beside_git import ask
from jupyter_mlgit.api.routes import ROUTES, load
from jupyter_mlgit.git.repository import Repository, find_layout


def main(path: str, cache: str) -> None:
    """Opens, asks, prints the seconds."""
    load(next(route for route in ROUTES if route.verb == "deleted"))
    import_module("jupyter_mlgit.git.graph")
    begin = perf_counter()
    repo = Repository(find_layout(Path(path)), Path(cache))
    ask(repo, "deleted")
    print(perf_counter() - begin)
    repo.close()


if __name__ == "__main__":
    main(*sys.argv[1:3])
