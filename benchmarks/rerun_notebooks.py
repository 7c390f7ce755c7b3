"""Writes notebooks for the measurements: what a person has, and what becomes of it in an afternoon.

Every code cell has run again, so all outputs and counts differ; one cell in fifty was edited, some were inserted,
deleted and moved. The random numbers have fixed seeds.
"""

from __future__ import annotations

import base64
import json
import random
from typing import Any

_NAMES = ("model", "loss", "train", "lr", "batch", "data", "torch", "score", "epoch", "optimizer", "path", "frame")


def written(notebook: dict[str, Any]) -> bytes:
    """Gives a notebook's bytes, as Jupyter writes them."""
    return json.dumps(notebook, indent=1, ensure_ascii=False).encode() + b"\n"


def notebook(cells: int, *, ids: bool = True, picture: int = 0) -> dict[str, Any]:
    """Gives a notebook that has been run.

    Args:
        cells: how many.
        ids: whether cells have ids.
        picture: bytes of a picture in each tenth cell; 0 for none.
    """
    rng = random.Random(11)  # noqa: S311 -- the same notebook every time
    made = [_cell(rng, number, ids=ids) for number in range(cells)]
    found = {
        "cells": made,
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5 if ids else 4,
    }
    _run(rng, made, 1, picture)
    return found


def afternoon(old: dict[str, Any], *, picture: int = 0) -> dict[str, Any]:
    """Gives what became of a notebook."""
    rng = random.Random(13)  # noqa: S311 -- as above
    made: dict[str, Any] = json.loads(json.dumps(old))
    cells, ids = made["cells"], made["nbformat_minor"] >= 5  # noqa: PLR2004 -- the first with ids
    for place in range(7, len(cells), 50):
        lines = cells[place]["source"]
        lines[rng.randrange(len(lines))] = _line(rng)
    for _ in range(max(1, len(cells) // 200)):
        cells.insert(rng.randrange(len(cells)), _cell(rng, len(cells) + rng.randrange(10**6), ids=ids))
        del cells[rng.randrange(len(cells))]
        cells.insert(rng.randrange(len(cells)), cells.pop(rng.randrange(len(cells))))
    _run(rng, cells, 5000, picture)
    return made


def _cell(rng: random.Random, number: int, *, ids: bool) -> dict[str, Any]:
    kind = "markdown" if number % 6 == 0 else "code"
    cell: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": [_line(rng) for _ in range(rng.randint(1, 9))]}
    if ids:
        cell["id"] = f"{number:08x}-{rng.randrange(16**4):04x}"
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell


def _line(rng: random.Random) -> str:
    one, two, three = rng.choices(_NAMES, k=3)
    return f"{'    ' * rng.randrange(2)}{one}_{rng.randrange(99)} = {two}.{three}({rng.randrange(999)})\n"


def _run(rng: random.Random, cells: list[dict[str, Any]], count: int, picture: int) -> None:
    for place, cell in enumerate(cells):
        if cell["cell_type"] != "code":
            continue
        number = count + place
        epochs = range(rng.randint(1, 25))
        text = [f"epoch {epoch}: loss {rng.random():.6f}, accuracy {rng.random():.4f}\n" for epoch in epochs]
        outputs: list[dict[str, Any]] = [{"output_type": "stream", "name": "stdout", "text": text}]
        data: dict[str, Any] = {"text/plain": [f"<Figure {rng.randrange(10**6)}>"]}
        if place % 3 == 0:
            rows = [[f"{rng.random():.3f}" for _ in range(4)] for _ in range(5)]
            html = [f"<tr>{''.join(f'<td>{value}</td>' for value in row)}</tr>\n" for row in rows]
            data = {"text/html": ["<table>\n", *html, "</table>"], "text/plain": [" ".join(row) + "\n" for row in rows]}
        if picture and place % 10 == 0:
            data["image/png"] = base64.b64encode(rng.randbytes(picture)).decode()
        outputs.append({"output_type": "execute_result", "execution_count": number, "data": data, "metadata": {}})
        cell |= {"execution_count": number, "outputs": outputs}
