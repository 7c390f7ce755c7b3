"""Pairs renamed files, with ``git diff --cached --find-renames`` as the judge."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.git.renames import SAME, Side, find_renames, rename_limit
from jupyter_mlgit.git.repository import open_repository
from jupyter_mlgit.git.status import StatusCache
from tests.git.status_judge import by_git, ours

if TYPE_CHECKING:
    from tests.scenario import Scenario


def lines(chosen: random.Random, count: int) -> list[str]:
    return [f"line {chosen.randrange(40)} of something\n" for _ in range(count)]


def require_same(scenario: Scenario) -> list[str]:
    repo = open_repository(scenario.path)
    found = ours(StatusCache(repo, most=None).full())
    repo.close()
    assert found == by_git(scenario)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_same_pairs_as_git(scenario: Scenario, seed: int) -> None:
    chosen = random.Random(seed)  # noqa: S311 -- the same in every run
    texts = {f"{folder}{name}": lines(chosen, 12) for folder in ("", "d/", "e/") for name in ("a", "b", "c.py")}
    scenario.commit("base", {name: "".join(text) for name, text in texts.items()})
    for name, text in sorted(texts.items()):
        if chosen.random() < 0.75:
            scenario.git("rm", "--quiet", "--force", name)
            for _ in range(chosen.choice([0, 1, 3, 5, 8])):
                text[chosen.randrange(len(text))] = f"another {chosen.random()}\n"
            other = chosen.choice(["new/", "d/", "x/y/"]) + chosen.choice(["a", "b", "c.py", "z", f"{chosen.random()}"])
            scenario.write({other: "".join(text)})
    scenario.git("add", "--all")
    require_same(scenario)


def test_same_content_goes_to_the_same_name(scenario: Scenario) -> None:
    scenario.commit("base", {"a/one": "1\n", "a/two": "1\n", "b/three": "1\n"})
    for name in ("a/one", "a/two", "b/three"):
        scenario.git("rm", "--quiet", "--force", name)
    scenario.write({"c/two": "1\n", "c/three": "1\n", "c/four": "1\n"}).git("add", "--all")
    found = [line.rsplit(" ", 3)[1:] for line in require_same(scenario)]
    assert found == [["c/four", "<-", "a/one"], ["c/three", "<-", "b/three"], ["c/two", "<-", "a/two"]]


def test_a_name_alone_is_not_enough(scenario: Scenario) -> None:
    lines = [f"line {number}\n" for number in range(20)]
    scenario.commit("base", {"a/name": "".join(lines)}).git("rm", "--quiet", "a/name")
    scenario.write({"b/name": "".join([*lines[:13], "x\n" * 7]), "b/other": "".join([*lines[:18], "y\n" * 2])})
    scenario.git("add", "--all")
    assert [line for line in require_same(scenario) if "b/other <- a/name" in line]


def test_links_empty_files_and_modes(scenario: Scenario) -> None:
    scenario.write({"empty": "", "run": "x\n" * 30})
    (scenario.path / "link").symlink_to("run")
    scenario.commit("base", {})
    scenario.git("mv", "empty", "void")
    scenario.git("mv", "link", "pointer")
    scenario.git("mv", "run", "go")
    scenario.git("update-index", "--chmod=+x", "go")
    assert len(require_same(scenario)) == 3


def test_line_ends_and_long_lines(scenario: Scenario) -> None:
    text = "".join(f"{number}: {'long ' * 40}\n" for number in range(20))
    scenario.commit("base", {"a": text, "b": text.replace("long", "other"), "c": b"\0" + b"data\n" * 400})
    for name in "abc":
        scenario.git("mv", name, f"{name}{name}")
    scenario.write({"aa": text.replace("\n", "\r\n"), "bb": text.replace("long", "other")[:-900] + "end\n"})
    scenario.git("add", "--all")
    assert all(line.startswith("2 R") for line in require_same(scenario))


def test_renamed_on_disk_and_made_known_by_name(scenario: Scenario) -> None:
    scenario.commit("base", {"a": "1\n2\n3\n"})
    (scenario.path / "a").rename(scenario.path / "b")
    scenario.git("add", "--intent-to-add", "b")
    assert require_same(scenario)[0].startswith("2 .R")


@pytest.mark.parametrize(
    ("settings", "limit"),
    [
        ({}, 1000),
        ({"status.renames": "false"}, None),
        ({"diff.renames": "false"}, None),
        ({"diff.renames": "false", "status.renames": "true"}, 1000),
        ({"diff.renameLimit": "3"}, 3),
        ({"diff.renameLimit": "3", "status.renameLimit": "7"}, 7),
        ({"diff.renameLimit": "0"}, 2**31),
    ],
)
def test_settings(scenario: Scenario, settings: dict[str, str], limit: int | None) -> None:
    scenario.commit("base", {"a": "1\n"}).git("mv", "a", "b")
    for name, value in settings.items():
        scenario.git("config", name, value)
    repo = open_repository(scenario.path)
    assert rename_limit(repo.config) == limit
    repo.close()
    assert len(require_same(scenario)) == (2 if limit is None else 1)


def test_too_many_files_are_paired_by_content_and_name_only() -> None:
    texts = {b"%d" % number: b"%d\n" % number + b"common\n" * 30 for number in range(8)}
    went = [Side(b"a/" + name, 0o100644, name) for name in texts]
    came = [Side(b"b/" + name + b"x", 0o100644, b"x" + name) for name in texts]

    def content(side: Side) -> bytes:
        return texts[side.oid.removeprefix(b"x")]

    assert len(find_renames(went, came, content, 8)) == 8
    assert find_renames(went, came, content, 7) == {}
    same = [came[0]._replace(oid=b"3")]
    assert find_renames(went, same, content, 1) == {b"b/0x": (b"a/3", SAME)}
