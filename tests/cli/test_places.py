"""Names paths from a subfolder, as git takes them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.test_text import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Told
    from tests.scenario import Scenario


@pytest.fixture
def below(story: Scenario) -> Scenario:
    """Gives a repository with edits in the top folder and in d/e, which is also reached by a link."""
    story.commit("more", {"top.py": "1\n", "d/e/f.py": "1\n", "d/g.py": "1\n"})
    story.write({"top.py": "2\n", "d/e/f.py": "2\n", "d/g.py": "2\n"})
    (story.root / "link").symlink_to(story.path / "d/e")
    return story


def contents(story: Scenario) -> str:
    return "".join((story.path / name).read_text().strip() for name in ("top.py", "d/g.py", "d/e/f.py"))


@pytest.mark.parametrize(
    ("folder", "path", "left"),
    [
        ("d/e", "f.py", "221"),
        ("d/e", ".", "221"),
        ("d/e", "../g.py", "212"),
        ("d", ".", "211"),
        ("d/e", "../../top.py", "122"),
        (".", "d/./e/../g.py", "212"),
        ("../link", "f.py", "221"),
    ],
)
def test_discard(tell: Callable[..., Told], below: Scenario, folder: str, path: str, left: str) -> None:
    say(tell, "-C", str(below.path / folder), "discard", path)
    assert contents(below) == left


def test_absolute(tell: Callable[..., Told], below: Scenario) -> None:
    say(tell, "-C", str(below.path / "d"), "discard", str(below.path / "d/e/f.py"))
    assert contents(below) == "221"


def test_outside_and_unknown(tell: Callable[..., Told], below: Scenario) -> None:
    status, _, err = tell("-C", str(below.path / "d"), "discard", "../../elsewhere")
    assert (status, "not inside this repository" in err) == (2, True)
    for empty in (["discard", ""], ["discard", "d/e/f.py", ""]):
        # As from a variable that is not set: everything here is not meant by it.
        assert tell("-C", str(below.path / "d"), *empty)[0] == 2
        assert "An empty path is not inside" in tell(*empty)[2]
    told = tell("-C", str(below.path / "d"), "discard", "nothing")
    assert told[:2] == (1, "d/nothing stays: there is no such file.\n")
    status, out, _ = tell("-C", str(below.path / "d"), "discard", "nothing", "--json")
    assert status == 1
    assert [one["path"] for one in json.loads(out)["refused"]] == ["d/nothing"]
    assert contents(below) == "222"


@pytest.mark.parametrize("verb", ["diff", "check", "patch"])
def test_what_is_compared_lies_inside(tell: Callable[..., Told], below: Scenario, verb: str) -> None:
    for outside in ("../../elsewhere", "/etc/passwd", ""):
        status, out, err = tell("-C", str(below.path / "d"), verb, "--", outside)
        assert (status, out, "not inside this repository" in err) == (2, "", True)
    top = tell("-C", str(below.path / "d"), verb, "--", "..")
    assert (top[0], top) == (0, tell(verb))
    assert tell(verb, "--", ".") == top


def test_log_and_backup(tell: Callable[..., Told], below: Scenario) -> None:
    assert "more" in say(tell, "-C", str(below.path / "d/e"), "log", "--path", "f.py")
    say(tell, "backup")
    (found,) = json.loads(tell("backups", "--json")[1])["backups"]
    below.write({"d/e/f.py": "3\n", "top.py": "3\n"})
    say(tell, "-C", str(below.path / "d"), "backup-restore", found["id"], "e/f.py")
    assert contents(below) == "322"
