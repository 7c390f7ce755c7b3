"""Installs and removes the hook as an act like any other: it is undone, done again, and never writes over a hook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.git.trust import would_run
from jupyter_mlgit.journal import acts, plan
from jupyter_mlgit.journal.operations import OperationsRequest, list_operations
from jupyter_mlgit.journal.undo import RedoRequest, UndoRequest, redo, undo
from jupyter_mlgit.problems import NoUndo, ReadOnly, StateChanged
from jupyter_mlgit.recovery.protection import hook_state
from tests.recovery.test_protection import OWN, own_hook, setup
from tests.recovery.verdicts import context, opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scenario import Scenario

Hooks = dict[str, tuple[bytes, int] | str]


def hooks(story: Scenario) -> Hooks:
    """Gives the hooks with their permissions; a link by where it leads."""
    folder = story.common_dir / "hooks"
    return {
        path.name: str(path.readlink()) if path.is_symlink() else (path.read_bytes(), path.stat().st_mode & 0o777)
        for path in folder.iterdir()
        if path.suffix != ".sample"
    }


def linked(story: Scenario) -> None:
    """Gives the repository a hook that is a link to a script among its files."""
    story.write({"tools/hook.sh": OWN.format("exit 0")})
    (story.path / "tools/hook.sh").chmod(0o755)
    (story.common_dir / "hooks/reference-transaction").symlink_to("../../tools/hook.sh")


BEFORE: dict[str, Callable[[Scenario], object]] = {
    "no hook": lambda _: None,
    "one of the repository's": lambda story: own_hook(story, "exit 0"),
    "one that only we may run": lambda story: own_hook(story, "exit 0").chmod(0o700),
    "a link": linked,
    "an older one of ours": lambda story: own_hook(story, "").write_text(
        "#!/bin/sh\n# jupyter_mlgit: keeps deleted branches\nexit 0\n"
    ),
}


@pytest.mark.parametrize("prepare", BEFORE.values(), ids=BEFORE)
@pytest.mark.parametrize("hook", [True, False])
def test_setting_up_is_one_act_that_is_undone_and_done_again(
    story: Scenario, prepare: Callable[[Scenario], object], *, hook: bool
) -> None:
    config = story.common_dir / "config"
    prepare(story)
    if not hook:
        setup(story, hook=True)
    before, settings = hooks(story), config.read_bytes()
    done = setup(story, hook=hook)
    after, settings_after = hooks(story), config.read_bytes()
    assert before != after
    with opened(story) as repo:
        for _ in range(2):
            undone = undo(repo, UndoRequest(), context(story))
            assert [one.id for one in undone.operations] == [done.operation]
            assert (hooks(story), config.read_bytes()) == (before, settings)
            redo(repo, RedoRequest(), context(story))
            assert (hooks(story), config.read_bytes()) == (after, settings_after)
        assert (hook_state(repo) == "installed") is hook
    if hook:
        story.branch("x").commit("b")
        tip = story.tip()
        story.delete_branch("x")
        assert story.git("for-each-ref", "--format=%(objectname)", "refs/mlgit/pins") == tip


def test_hook_that_was_edited_since_is_not_undone_over(story: Scenario) -> None:
    done = setup(story, hook=True)
    path = story.common_dir / "hooks/reference-transaction"
    path.write_text(path.read_text() + "# mine\n")
    before = hooks(story)
    with opened(story) as repo:
        (shown,) = list_operations(repo, OperationsRequest(), context(story)).operations
        assert (shown.id, shown.undoable) == (done.operation, False)
        assert shown.reason == "The hook reference-transaction has changed since."
        with pytest.raises(NoUndo, match="has changed since"):
            undo(repo, UndoRequest(id=done.operation), context(story))
    assert hooks(story) == before


@pytest.mark.parametrize(
    "moment", ["jupyter_mlgit.recovery.protection.perform", "jupyter_mlgit.journal.writing.save_plan"]
)
@pytest.mark.parametrize("hook", [True, False])
def test_hook_that_somebody_writes_meanwhile_is_not_overwritten(
    story: Scenario, monkeypatch: pytest.MonkeyPatch, moment: str, *, hook: bool
) -> None:
    if not hook:
        setup(story, hook=True)
    config = story.common_dir / "config"
    before = config.read_bytes()
    real = acts.perform if moment.endswith("perform") else plan.save_plan

    def late(*words: Any) -> object:
        own_hook(story, "exit 0 # at the last moment")
        return real(*words)

    monkeypatch.setattr(moment, late)
    with pytest.raises(StateChanged):
        setup(story, hook=hook)
    assert hooks(story) == {"reference-transaction": (OWN.format("exit 0 # at the last moment").encode(), 0o755)}
    assert config.read_bytes() == before
    assert not (story.common_dir / "mlgit/unfinished.json").exists()


def test_hook_that_quotes_our_mark_is_not_ours(story: Scenario) -> None:
    """A text may speak of us: only the line at its place says that we wrote the hook."""
    for script in (
        "echo '# jupyter_mlgit: keeps deleted branches'",
        "#\n# jupyter_mlgit: keeps deleted branches",
        " # jupyter_mlgit: keeps deleted branches",
    ):
        path = own_hook(story, script)
        with opened(story) as repo:
            assert hook_state(repo) == "other"
            assert [one.what for one in would_run(repo)] == ["hook reference-transaction"]
        before = hooks(story)
        assert setup(story, hook=False).hook == "other"
        assert hooks(story) == before
        path.unlink()
    setup(story, hook=True)
    with opened(story) as repo:
        assert would_run(repo) == []


def test_hook_that_is_no_file_is_left(story: Scenario) -> None:
    path = story.common_dir / "hooks/reference-transaction"
    path.mkdir()
    for hook in (True, False):
        with pytest.raises(ReadOnly):
            setup(story, hook=hook)
    with opened(story) as repo:
        assert hook_state(repo) == "other"
    assert path.is_dir()
