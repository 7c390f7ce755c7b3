"""Tests the opt-in hook on names that a shell, a pattern or a settings file could take for something else."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.git.trust import set_trust
from jupyter_mlgit.journal.observed import observe
from jupyter_mlgit.journal.pins import read_pins
from jupyter_mlgit.problems import PathOutsideRepository, WouldOverwrite
from jupyter_mlgit.recovery.protection import Setup, SetupRequest, hook_state, set_up
from tests.recovery.verdicts import context, opened
from tests.scenario import Clock, Scenario

if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_mlgit.journal.pins import Pin

HOOK = "reference-transaction"


@pytest.fixture
def story(tmp_path: Path) -> Scenario:
    """Gives a repository of yesterday: the hook asks the machine's clock, so the story must lie before it."""
    return Scenario(tmp_path / "work", clock=Clock(int(time.time()) - 86_400)).commit("base")


def setup(story: Scenario, *, hook: bool = True) -> Setup:
    """Installs the hook, or takes it away."""
    with opened(story) as repo:
        return set_up(repo, SetupRequest(hook=hook), context(story))


def noted(story: Scenario) -> dict[str, Pin]:
    """Makes the hook's notes into pins, and no looking of ours; gives them by the ref's full name."""
    with opened(story) as repo:
        (repo.ours / "observed.json").unlink()
        observe(repo, context(story))
        pins = read_pins(repo)
    found: dict[str, Pin] = {}
    for one in pins:
        # git runs one transaction for the packed and one for the loose ref; they must say the same.
        told = found.setdefault(one.name or "", one)
        assert (one.tip, one.section, one.reason) == (told.tip, told.section, told.reason)
    return found


ALIKE = [
    ("exp/lr-0", "exp/lr-0.1"),
    ("exp/lr-0.1", "exp/lr-0"),
    ("a.b", "axb"),
    ("x", "x.y"),
    ("x+", "xx"),
    ("a(b|c)", "ab"),
    ("n{2}", "nn"),
    ("end$", "end"),
    ("Case", "case"),
    ("x.remote", "x"),
    ("naïve", "naive"),
    ("caf\u00e9", "cafe\u0301"),
    ("a\u00a0b", "a\u3000b"),
    ("branch.x", "x"),
    ("x=1", "x"),
    (os.fsdecode(b"caf\xe9"), os.fsdecode(b"caf\xea")),
]


@pytest.mark.parametrize(
    ("gone", "kept", "packed"), [(*pair, False) for pair in ALIKE] + [(*pair, True) for pair in (*ALIKE[:3], ALIKE[-1])]
)
def test_each_keeps_its_own(story: Scenario, gone: str, kept: str, *, packed: bool) -> None:
    """Of two names alike one is deleted: its tip and its settings are kept, and nothing of the other."""
    tips = {}
    for name in (gone, kept):
        story.checkout("main").branch(name).commit(f"on {name!a}")
        tips[name] = story.tip()
        story.git("config", f"branch.{name}.description", f"settings of {name}\nbranch.{kept}.x = 1")
        story.git("config", f"branch.{name}.remote", f"remote-of-{name}")
    story.checkout("main")
    assert setup(story).hook == "installed"
    if packed:
        story.git("pack-refs", "--all", "--prune")
        assert not (story.common_dir / "mlgit/hook.log").exists(), "packing takes nothing away"
    story.git("branch", "-D", "--", gone)
    found = noted(story)
    assert list(found) == [f"refs/heads/{gone}"]
    (pin,) = found.values()
    assert pin.tip == tips[gone]
    assert sorted(pin.section or []) == [
        ("description", f"settings of {gone}\nbranch.{kept}.x = 1"),
        ("remote", f"remote-of-{gone}"),
    ]
    story.expire_all()
    assert story.exists(tips[gone])
    assert kept in story.branches()


ODD = [
    "-x",
    "--help",
    "a'b",
    'a"b',
    "a`id`",
    "a$(touch${IFS}planted)",
    "a;touch${IFS}planted",
    "a&b",
    "a>b",
    "a|b",
    "%s%n%d",
    "#x",
    "!x",
    "=",
    "a\u2028b",
    "a\u200bb",
    "\u202ename",
    "日本語/größe",
    "💾",
    os.fsdecode(b"\xff\xfe\x80"),
    "x" * 200,
    "/".join("deep" for _ in range(40)),
    "@",
    "a@b",
    "refs/heads/x",
    "HEAD/x",
]


@pytest.mark.parametrize("how", ["loose", "packed", "moved"])
def test_odd_names_are_pinned_and_nothing_is_run(story: Scenario, how: str) -> None:
    tips = {}
    for number, name in enumerate(ODD):
        story.checkout("--detach", "main").commit(f"work {number}")
        tips[f"refs/heads/{name}"] = story.tip()
        story.git("update-ref", f"refs/heads/{name}", "HEAD")
    story.checkout("main")
    setup(story)
    if how == "packed":
        story.git("pack-refs", "--all", "--prune")
        assert not (story.common_dir / "mlgit/hook.log").exists()
    for ref in tips:
        story.git("update-ref", *([ref, "main"] if how == "moved" else ["-d", ref]))
    found = noted(story)
    assert {ref: pin.tip for ref, pin in found.items()} == tips
    assert {pin.reason for pin in found.values()} == {"overwritten" if how == "moved" else "deleted"}
    story.expire_all()
    assert [ref for ref, tip in tips.items() if not story.exists(tip)] == []
    assert not list(story.root.rglob("planted"))


def test_many_in_one_transaction(story: Scenario) -> None:
    tips = {}
    for number in range(12):
        name = f"exp/lr-0.{number}" if number else "exp/lr-0"
        story.checkout("--detach", "main").commit(f"run {number}")
        tips[f"refs/heads/{name}"] = story.tip()
        story.git("branch", name)
    story.checkout("main")
    setup(story)
    story.git("update-ref", "--stdin", stdin="".join(f"delete {ref}\n" for ref in tips))
    assert {ref: pin.tip for ref, pin in noted(story).items()} == tips
    story.expire_all()
    assert all(story.exists(tip) for tip in tips.values())


def foreign(story: Scenario, words: str) -> Path:
    """Gives the repository a trusted hook of its own that notes its calls under these words."""
    path = story.common_dir / "hooks" / HOOK
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_text(f'#!/bin/sh\ncat >> "{story.root}/told"\necho "{words} $1" >> "{story.root}/told"\n')
    path.chmod(0o755)
    with opened(story) as repo:
        set_trust(repo, trusted=True)
    return path


def test_foreign_hook_is_chained_told_every_byte_and_put_back(story: Scenario) -> None:
    name = os.fsdecode(b"caf\xe9-") + "größe"
    story.branch(name, "main")
    hook = foreign(story, "theirs")
    text = hook.read_text()
    assert setup(story).chained
    assert (hook.parent / f"{HOOK}.before-mlgit").read_text() == text
    (story.root / "told").unlink(missing_ok=True)
    story.git("branch", "-D", name)
    told = (story.root / "told").read_bytes().splitlines()
    line = b"%s %s refs/heads/%s" % (story.tip("main").encode(), b"0" * 40, os.fsencode(name))
    assert line in told or line.replace(line[:40], b"0" * 40) in told
    assert {b"theirs prepared", b"theirs committed"} <= set(told)
    setup(story, hook=False)
    assert hook.read_text() == text
    assert os.access(hook, os.X_OK)
    assert not (hook.parent / f"{HOOK}.before-mlgit").exists()


def test_second_foreign_hook_and_the_first_stay_byte_for_byte(story: Scenario) -> None:
    first = foreign(story, "first").read_bytes()
    setup(story)
    second = foreign(story, "second").read_bytes()
    hooks = story.common_dir / "hooks"
    before = {path.name: path.read_bytes() for path in hooks.iterdir()}
    with pytest.raises(WouldOverwrite) as raised:
        setup(story)
    assert "before-mlgit" in raised.value.message
    assert {path.name: path.read_bytes() for path in hooks.iterdir()} == before
    assert before[HOOK] == second
    assert before[f"{HOOK}.before-mlgit"] == first
    with opened(story) as repo:
        assert hook_state(repo) == "other"
    # Taking ours away has nothing to take, and must not put the first one over the second.
    setup(story, hook=False)
    assert {path.name: path.read_bytes() for path in hooks.iterdir()} == before


@pytest.mark.parametrize("how", ["absolute", "relative", "home", "link", "sibling"])
@pytest.mark.parametrize("hook", [True, False])
def test_hooks_folder_outside_is_refused(story: Scenario, isolated: Path, how: str, *, hook: bool) -> None:
    shared = isolated / "hooks" if how == "home" else story.root / ("repo-hooks" if how == "sibling" else "shared")
    shared.mkdir()
    (shared / "pre-commit").write_text("#!/bin/sh\n")
    if how == "link":
        (story.path / "linked").symlink_to(shared)
    named = {"absolute": str(shared), "relative": "../shared", "home": "~/hooks", "link": "linked"}
    story.git("config", "core.hooksPath", named.get(how, str(shared)))
    with pytest.raises(PathOutsideRepository, match=r"hooks|shared|linked"):
        setup(story, hook=hook)
    assert [path.name for path in shared.iterdir()] == ["pre-commit"]
