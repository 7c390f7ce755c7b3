"""Prints our times beside those of the git command line and of nbdime, as one table.

Usage: ``make bench``, or ``make bench BENCH='--real ~/src/pytorch --rounds 9'``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks import beside_git, files, notebooks, reviews
from benchmarks.browser import browser_rows
from benchmarks.generated import Size, generated_repository
from benchmarks.machine import machine_rows
from benchmarks.measuring import compare, show
from benchmarks.server import import_rows, load_rows, size_row


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="how often each side runs; the medians are compared")
    parser.add_argument("--real", type=Path, action="append", default=[], help="a clone of yours to measure on too")
    parser.add_argument("--small", action="store_true", help="a repository of a tenth of the size, to try this out")
    parser.add_argument("--only", default="", help="measure only what has this in its name")
    chosen = parser.parse_args()
    size = Size(2_000, 2_000, 50, 5, 1_000) if chosen.small else Size()
    with_graph = generated_repository(size, commit_graph=True)
    repositories = {
        f"{size.commits:,} commits, with a commit-graph": with_graph,
        f"{size.commits:,} commits, without a commit-graph": generated_repository(size, commit_graph=False),
        **{str(path): path.resolve() for path in chosen.real},
    }
    tables = {title: beside_git.comparisons(path) for title, path in repositories.items()}
    tables[f"{size.files:,} files"] = files.comparisons(files.working_tree(size.files))
    tables["differences"] = reviews.comparisons()
    tables["notebooks"] = notebooks.comparisons()
    for title, comparisons in tables.items():
        print(f"\n{title}")
        for comparison in comparisons:
            if chosen.only in comparison.name:
                print(show(compare(comparison, chosen.rounds)), flush=True)
    if chosen.only:
        return
    print("\nserver")
    print(show(reviews.large_notebook_row(chosen.rounds)), flush=True)
    for row in import_rows(chosen.rounds):
        print(show(row), flush=True)
    print("\nmachine")
    for row in machine_rows(chosen.rounds):
        print(show(row), flush=True)
    print("\nbrowser")
    for row in browser_rows():
        print(show(row), flush=True)
    print(show(size_row(Path(__file__).parents[1])))
    for row in load_rows(with_graph):
        print(show(row), flush=True)


if __name__ == "__main__":
    main()
