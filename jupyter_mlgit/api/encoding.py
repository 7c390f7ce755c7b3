"""Writes results and problems as JSON, also where a name in them is no text.

A folder's name can hold bytes that aren't UTF-8, which Python carries as halves of surrogates and JSON cannot hold at
all: they become U+FFFD, as in everything else that is shown.
"""

from __future__ import annotations

import json
import re

import msgspec

_HALVES = re.compile("[\ud800-\udfff]")


def encode(value: object) -> bytes:
    """Gives the JSON of a value, or of plain dictionaries and lists; a path and its like become text."""
    try:
        return msgspec.json.encode(value, enc_hook=str)
    except UnicodeEncodeError:
        plain = msgspec.to_builtins(value, enc_hook=str)
        text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
        return _HALVES.sub("\ufffd", text).encode()
