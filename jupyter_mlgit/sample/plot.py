"""Draws the loss curve of the sample notebook as a PNG, with nothing but zlib.

See the PNG specification, sections 5 and 11: a signature, then the chunks IHDR, IDAT and IEND, each followed
by a checksum. Every row of pixels starts with its filter type, here always 0 (none).
"""

from __future__ import annotations

import struct
import zlib
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT, MARGIN = 420, 260, 30
PAPER, GRID, AXIS, LINE = 0, 1, 2, 3
PALETTE = bytes([255, 255, 255, 225, 229, 235, 90, 96, 106, 31, 111, 235])


def loss_curve(losses: Sequence[float]) -> bytes:
    """Draws one line over the epochs.

    Args:
        losses: the loss after each epoch, at least two, each between 0 and 1.

    Returns:
        A PNG of 420 by 260 pixels.
    """
    rows = [bytearray(WIDTH) for _ in range(HEIGHT)]
    for part in range(1, 5):
        y = HEIGHT - MARGIN - part * (HEIGHT - 2 * MARGIN) // 4
        _draw(rows, (MARGIN, y), (WIDTH - MARGIN, y), GRID)
    _draw(rows, (MARGIN, MARGIN), (MARGIN, HEIGHT - MARGIN), AXIS)
    _draw(rows, (MARGIN, HEIGHT - MARGIN), (WIDTH - MARGIN, HEIGHT - MARGIN), AXIS)
    step = (WIDTH - 2 * MARGIN) / (len(losses) - 1)
    points = [
        (round(MARGIN + step * epoch), round(HEIGHT - MARGIN - min(loss, 1.0) * (HEIGHT - 2 * MARGIN)))
        for epoch, loss in enumerate(losses)
    ]
    for start, end in pairwise(points):
        for thickness in (0, 1):
            _draw(rows, (start[0], start[1] + thickness), (end[0], end[1] + thickness), LINE)
    return _png(rows)


def _draw(rows: list[bytearray], start: tuple[int, int], end: tuple[int, int], colour: int) -> None:
    """Draws a straight line by as many points as its longer side has pixels."""
    length = max(abs(end[0] - start[0]), abs(end[1] - start[1]), 1)
    for i in range(length + 1):
        x = round(start[0] + (end[0] - start[0]) * i / length)
        y = round(start[1] + (end[1] - start[1]) * i / length)
        rows[y][x] = colour


def _png(rows: list[bytearray]) -> bytes:
    """Packs rows of palette indices, 8 bits each."""
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    chunks = [(b"IHDR", header), (b"PLTE", PALETTE), (b"IDAT", pixels), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
