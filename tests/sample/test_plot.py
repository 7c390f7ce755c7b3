"""Checks that the drawn curve is a PNG that anybody can read."""

from __future__ import annotations

import struct
import zlib

from jupyter_mlgit.sample.experiment import Experiment
from jupyter_mlgit.sample.plot import HEIGHT, LINE, WIDTH, loss_curve


def test_chunks_have_true_checksums_and_pixels_show_a_line() -> None:
    png = loss_curve(Experiment().losses())
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    chunks, rest = {}, png[8:]
    while rest:
        (length,) = struct.unpack(">I", rest[:4])
        kind, data = rest[4:8], rest[8 : 8 + length]
        assert struct.unpack(">I", rest[8 + length : 12 + length]) == (zlib.crc32(kind + data),)
        chunks[kind], rest = data, rest[12 + length :]
    assert list(chunks) == [b"IHDR", b"PLTE", b"IDAT", b"IEND"]
    assert struct.unpack(">II", chunks[b"IHDR"][:8]) == (WIDTH, HEIGHT)
    pixels = zlib.decompress(chunks[b"IDAT"])
    assert len(pixels) == HEIGHT * (WIDTH + 1)
    assert pixels.count(bytes([LINE])) > WIDTH
