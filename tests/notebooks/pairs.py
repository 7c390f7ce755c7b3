"""Makes notebooks, and others out of them, as people do: edits, moves, insertions, reruns."""

from __future__ import annotations

import json
import random
from typing import Any

WORDS = (
    *("model", "loss", "train", "lr", "batch", "x", "y", "plt", "plot", "data", "torch", "nn", "Linear", "df", "print"),
    *("epoch", "for", "in", "range", "import", "np", "array", "opt", "step", "zero_grad", "shuffle", "transform"),
    *("Normalize", "head", "path", "open", "read", "json", "score", "accuracy", "fit", "predict"),
)


class Writer:
    """Writes notebooks from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 -- the same in every run
        self.ids = self.random.random() < 0.6
        self.count = 0

    def source(self, lines: int | None = None) -> str:
        """Writes a source of some lines."""
        rows = []
        for _ in range(self.random.randrange(0, 9) if lines is None else lines):
            words = [self.random.choice(WORDS) for _ in range(self.random.randrange(0, 6))]
            rows.append("    " * self.random.randrange(3) + " ".join(words) + f" {self.random.randrange(30)}")
        return "\n".join(rows)

    def cell(self) -> dict[str, Any]:
        """Writes a cell."""
        self.count += 1
        cell: dict[str, Any] = {
            "cell_type": self.random.choice(["code", "code", "code", "markdown", "raw"]),
            "metadata": self.random.choice([{}, {}, {"tags": ["keep"]}, {"collapsed": True}]),
            "source": self.source(),
        }
        if self.ids:
            cell["id"] = f"c{self.count}-{self.random.randrange(10**6)}"
        if cell["cell_type"] == "code":
            cell |= {"execution_count": None, "outputs": []}
            self.run(cell)
        return cell

    def run(self, cell: dict[str, Any]) -> None:
        """Gives a code cell other outputs."""
        if cell["cell_type"] == "code":
            cell["execution_count"] = self.random.randrange(99)
            texts = [self.source(2) for _ in range(self.random.randrange(3))]
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": text} for text in texts]

    def notebook(self, cells: int) -> dict[str, Any]:
        """Writes a notebook."""
        return {
            "cells": [self.cell() for _ in range(cells)],
            "metadata": {"kernelspec": {"name": "python3", "language": "python"}},
            "nbformat": 4,
            "nbformat_minor": 5 if self.ids else 4,
        }

    def changed(self, notebook: dict[str, Any]) -> dict[str, Any]:
        """Gives what somebody made of a notebook."""
        made: dict[str, Any] = json.loads(json.dumps(notebook))
        cells = made["cells"]
        for _ in range(self.random.randrange(6)):
            place = self.random.randrange(len(cells) + 1)
            if place == len(cells):
                cells.append(self.cell())
            else:
                self.random.choice(ACTS)(self, cells, place)
        if self.random.random() < 0.2:
            for number, cell in enumerate(cells):
                cell["id"] = str(number)
        return made


def _insert(writer: Writer, cells: list[Any], place: int) -> None:
    cells.insert(place, writer.cell())


def _delete(writer: Writer, cells: list[Any], place: int) -> None:
    del writer, cells[place]


def _move(writer: Writer, cells: list[Any], place: int) -> None:
    cells.insert(writer.random.randrange(len(cells)), cells.pop(place))


def _edit(writer: Writer, cells: list[Any], place: int) -> None:
    lines = cells[place]["source"].split("\n")
    lines[writer.random.randrange(len(lines))] = writer.source(1)
    cells[place]["source"] = "\n".join(lines)


def _retype(writer: Writer, cells: list[Any], place: int) -> None:
    cells[place] = {**writer.cell(), "source": cells[place]["source"]}


def _split(writer: Writer, cells: list[Any], place: int) -> None:
    lines = cells[place]["source"].split("\n")
    cells[place]["source"] = "\n".join(lines[: len(lines) // 2])
    cells.insert(place + 1, writer.cell() | {"source": "\n".join(lines[len(lines) // 2 :])})


def _tag(writer: Writer, cells: list[Any], place: int) -> None:
    cells[place]["metadata"] = {"tags": [writer.random.choice(WORDS)]}


def _copy(writer: Writer, cells: list[Any], place: int) -> None:
    del writer
    cells.insert(place, json.loads(json.dumps(cells[place])))


def _rerun(writer: Writer, cells: list[Any], place: int) -> None:
    del place
    for cell in cells:
        writer.run(cell)


ACTS = (_insert, _delete, _move, _edit, _edit, _retype, _split, _tag, _copy, _rerun)
"""What people do to a notebook; edits most of all."""
