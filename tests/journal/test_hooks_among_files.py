"""Keeps hooks among the files that acts write; none that an act itself has brought or changed may run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.git.trust import is_trusted, set_trust
from jupyter_mlgit.history.reset import ResetRequest, reset
from jupyter_mlgit.history.switch import HookAnswer, SwitchRequest, switch_branch
from jupyter_mlgit.journal.plan import read_plan
from jupyter_mlgit.journal.undo import UndoRequest, undo
from jupyter_mlgit.journal.unfinished import RecoverRequest, settle_unfinished
from jupyter_mlgit.problems import UntrustedRepository
from tests.git.twins import opened, ours
from tests.history.pictures import working_files
from tests.journal.test_vetoes import interrupt

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scenario import Scenario

HOOKS = ["post-checkout", "reference-transaction"]
GOOD = '#!/bin/sh\necho "$1" >>../good\n'
EVIL = "#!/bin/sh\ntouch ../PWNED\n"


def put(s: Scenario, folder: str, name: str, content: str) -> None:
    s.write({f"{folder}/{name}": content})
    (s.path / folder / name).chmod(0o755)


def edited(s: Scenario, name: str) -> None:
    put(s, ".githooks", name, EVIL)


def behind_a_link(s: Scenario, name: str) -> None:
    put(s, "other", name, EVIL)
    s.git("rm", "--quiet", "-r", ".githooks")
    (s.path / ".githooks").symlink_to("other")


def a_link_itself(s: Scenario, name: str) -> None:
    put(s, "other", name, EVIL)
    (s.path / ".githooks" / name).unlink()
    (s.path / ".githooks" / name).symlink_to(f"../other/{name}")


def by_setting(s: Scenario) -> None:
    s.git("config", "core.hooksPath", ".githooks")


def by_link(s: Scenario) -> None:
    hooks = s.git_dir / "hooks"
    hooks.rename(s.git_dir / "hooks.before")
    hooks.symlink_to("../.githooks")


def build(s: Scenario, name: str, change: Callable[[Scenario, str], None], place: Callable[[Scenario], None]) -> None:
    """Gives main a good hook and evil another one; only the good one has been looked at and trusted."""
    put(s, ".githooks", name, GOOD)
    s.commit("good", {"a.txt": "good\n"}).branch("same").commit("same", {"a.txt": "same\n"})
    s.checkout("main").branch("evil")
    change(s, name)
    s.commit("evil", {"a.txt": "evil\n"}).checkout("main")
    place(s)
    trust(s)


def trust(s: Scenario) -> None:
    with opened(s.path) as repo:
        set_trust(repo, trusted=True)


def to(s: Scenario, branch: str, act: str) -> Any:
    if act == "switch":
        return ours(s, switch_branch, SwitchRequest(name=branch))
    return ours(s, reset, ResetRequest(rev=branch, hard=True))


def good(s: Scenario) -> list[str]:
    """Gives the first word of each call of the good hook."""
    trace = s.root / "good"
    return trace.read_text().splitlines() if trace.exists() else []


@pytest.mark.parametrize("place", [by_setting, by_link])
@pytest.mark.parametrize("change", [edited, behind_a_link, a_link_itself])
@pytest.mark.parametrize("act", ["switch", "reset"])
@pytest.mark.parametrize("name", HOOKS)
def test_hook_that_the_act_has_changed_does_not_run(
    scenario: Scenario,
    name: str,
    act: str,
    change: Callable[[Scenario, str], None],
    place: Callable[[Scenario], None],
) -> None:
    build(scenario, name, change, place)
    files, main = working_files(scenario.path), scenario.tip()
    done = to(scenario, "evil", act)
    assert not (scenario.root / "PWNED").exists()
    assert good(scenario) == (["prepared"] if (name, act) == ("reference-transaction", "reset") else [])
    assert (scenario.path / "a.txt").read_text() == "evil\n"
    assert scenario.tip() == scenario.tip("evil")
    assert scenario.current() == ("evil" if act == "switch" else "main")
    assert not scenario.git("status", "--porcelain=v2")
    if (name, act) == ("post-checkout", "switch"):
        assert isinstance(done.hook, HookAnswer)
        assert done.hook.status == 126
        assert "nobody has trusted" in done.hook.output
    with opened(scenario.path) as repo:
        assert not is_trusted(repo)
    if (name, act) == ("reference-transaction", "reset"):
        with pytest.raises(UntrustedRepository):
            ours(scenario, undo, UndoRequest())
        scenario.git("config", "core.hooksPath", "/dev/null")
    ours(scenario, undo, UndoRequest())
    assert working_files(scenario.path) == files
    assert (scenario.tip(), scenario.current()) == (main, "main")
    assert not (scenario.root / "PWNED").exists()
    scenario.fsck()


@pytest.mark.parametrize("place", [by_setting, by_link])
def test_trusted_hook_that_stays_the_same_runs(scenario: Scenario, place: Callable[[Scenario], None]) -> None:
    for name in HOOKS:
        put(scenario, ".githooks", name, GOOD)
    build(scenario, HOOKS[0], edited, place)
    main = scenario.tip()
    done = to(scenario, "same", "switch")
    assert (done.hook.status, done.hook.output) == (0, "")
    assert good(scenario) == [main]
    to(scenario, "main", "reset")
    assert good(scenario) == [main, "prepared", "committed"]
    scenario.git("checkout", "--quiet", "main")


@pytest.mark.parametrize("act", ["switch", "reset"])
@pytest.mark.parametrize("name", HOOKS)
def test_hook_that_the_act_brings_does_not_run(scenario: Scenario, name: str, act: str) -> None:
    scenario.commit("none").branch("evil")
    put(scenario, ".githooks", name, EVIL)
    scenario.commit("evil").checkout("main")
    by_setting(scenario)
    trust(scenario)
    done = to(scenario, "evil", act)
    assert not (scenario.root / "PWNED").exists()
    if (name, act) == ("post-checkout", "switch"):
        assert done.hook.status == 126
    else:
        assert act == "reset" or done.hook is None
    scenario.fsck()


def test_hook_that_the_act_takes_away_is_not_missed(scenario: Scenario) -> None:
    scenario.commit("none").branch("bare").checkout("main")
    build(scenario, "post-checkout", edited, by_setting)
    assert to(scenario, "bare", "switch").hook is None
    assert good(scenario) == []


@pytest.mark.parametrize("finish", [True, False])
def test_interrupted_act_is_settled_whatever_hook_it_has_brought(scenario: Scenario, *, finish: bool) -> None:
    """Neither runs such a hook, nor must it be trusted first so that the files come back."""
    build(scenario, "reference-transaction", edited, by_setting)
    files, main, evil = working_files(scenario.path), scenario.tip(), scenario.tip("evil")
    met, call = set(), 0
    while scenario.tip() == main:
        call += 1
        assert interrupt(scenario, lambda: to(scenario, "evil", "reset"), call)
        with opened(scenario.path) as repo:
            if read_plan(repo) is None:
                continue
        hook = scenario.path / ".githooks/reference-transaction"
        met.add((hook.exists() and hook.read_text() == EVIL, scenario.tip() == evil))
        ours(scenario, settle_unfinished, RecoverRequest(finish=finish, roll_back=not finish))
        assert not (scenario.root / "PWNED").exists()
        assert scenario.tip() == (evil if finish else main)
        assert finish or working_files(scenario.path) == files
        if finish:
            scenario.git("-c", "core.hooksPath=/dev/null", "reset", "--quiet", "--hard", main)
    assert {(True, False), (True, True)} <= met
    scenario.fsck()
