"""What cannot be text is sent all the same."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_mlgit.api.encoding import encode
from jupyter_mlgit.values import Value

if TYPE_CHECKING:
    from tests.scenario import Scenario


class Named(Value):
    """Something with a name."""

    short_name: str
    others: tuple[str, ...] = ()


def test_names_that_are_no_text_are_shown_as_such() -> None:
    odd = os.fsdecode(b"caf\xe9")
    assert json.loads(encode(Named(short_name=odd, others=("gr\u00fc\u00df",)))) == {
        "shortName": "caf\ufffd",
        "others": ["gr\u00fc\u00df"],
    }
    body = {"problem": {"path": Path(odd), "number": 1, "value": Named(short_name="a")}}
    assert json.loads(encode(body)) == {
        "problem": {"path": "caf\ufffd", "number": 1, "value": {"shortName": "a", "others": []}}
    }


def test_both_ways_give_the_same() -> None:
    named = Named(short_name="a\u2028\x1b<b>", others=("\U0001f600", "\ufffd"))
    odd = Named(short_name=named.short_name, others=(*named.others[:1], "\ud800"))
    assert json.loads(encode(odd)) == json.loads(encode(named))


async def test_a_repository_whose_folder_is_no_text_is_served(ask: Any, story: Scenario, jp_root_dir: Path) -> None:
    # A browser can't name such a folder itself, but can come to it by a link.
    odd = os.fsencode(jp_root_dir) + b"/caf\xe9"
    os.rename(story.path, odd)  # noqa: PTH104 -- a name that is no text
    (jp_root_dir / "link").symlink_to(os.fsdecode(odd))
    for method, path in (
        ("GET", "status"),
        ("GET", "branches"),
        ("POST", "watch"),
        ("GET", "recovery/deleted-branches"),
    ):
        answer = await ask(method, path, repository="link")
        assert answer.status == 200, answer.body
    assert (await ask("GET", "status", repository="link")).body["root"].endswith("caf\ufffd")
