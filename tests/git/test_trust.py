"""Plants programs wherever a repository can name one, and demands that none runs before a person has trusted it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shlex
import threading
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.git import hooks
from jupyter_mlgit.git.durable import write_durably
from jupyter_mlgit.git.trust import HOOK_MARK, is_trusted, our_hook, set_trust, trusted_repositories, would_run
from jupyter_mlgit.history.branches import (
    BranchCreateRequest,
    BranchDeleteRequest,
    BranchesRequest,
    BranchRenameRequest,
    create_branch,
    delete_branch,
    list_branches,
    rename_branch,
)
from jupyter_mlgit.history.status import StatusRequest, read_status
from jupyter_mlgit.history.switch import SwitchRequest, switch_branch
from jupyter_mlgit.history.trust import Trust, TrustChange, TrustRequest, change_trust, show_trust
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.journal.observed import observe
from jupyter_mlgit.journal.operations import OperationsRequest, list_operations
from jupyter_mlgit.journal.undo import RedoRequest, UndoRequest, redo, undo
from jupyter_mlgit.journal.unfinished import UnfinishedRequest, show_unfinished
from jupyter_mlgit.problems import HookRejected, Locked, ReadOnly, UntrustedRepository
from jupyter_mlgit.recovery.deleted_branches import DeletedRequest, find_deleted_branches
from jupyter_mlgit.recovery.protection import SetupRequest, hook_state, set_up
from jupyter_mlgit.recovery.restore import (
    PreviewRequest,
    RestoreRequest,
    preview_deleted_branch,
    restore_deleted_branch,
)
from jupyter_mlgit.recovery.retention import RetentionChange, RetentionRequest, change_retention, read_retention
from tests.git.twins import opened, ours
from tests.scenario import Scenario
from tests.snapshots import difference, taken

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = [
    "core.fsmonitor",
    "core.sshCommand",
    "core.gitProxy",
    "core.editor",
    "core.pager",
    "core.askPass",
    "core.alternateRefsCommand",
    "credential.helper",
    "credential.https://example.org.helper",
    "diff.external",
    "diff.nb.command",
    "diff.nb.textconv",
    "difftool.x.cmd",
    "filter.lfs.clean",
    "filter.lfs.smudge",
    "filter.lfs.process",
    "gpg.program",
    "gpg.ssh.program",
    "gpg.ssh.defaultKeyCommand",
    "interactive.diffFilter",
    "merge.nb.driver",
    "mergetool.x.cmd",
    "pager.log",
    "remote.origin.uploadpack",
    "remote.origin.receivepack",
    "sequence.editor",
    "trailer.x.command",
]


@pytest.fixture
def canary(scenario: Scenario) -> Path:
    """Gives the file that whatever runs would make."""
    return scenario.root / "it ran"


@pytest.fixture
def planted(scenario: Scenario, canary: Path) -> Scenario:
    """Gives a repository that names a program wherever it can; they would all leave a trace."""
    scenario.commit("base", {"a.txt": "1\n", "nb.ipynb": "{}\n", ".gitattributes": "* filter=lfs diff=nb merge=nb\n"})
    scenario.branch("x").commit("x1").checkout("main").delete_branch("x").branch("y", at="main")
    program = scenario.root / "program"
    program.write_text(f"#!/bin/sh\ntouch {shlex.quote(str(canary))}\n")
    program.chmod(0o755)
    for name in SETTINGS:
        scenario.git("config", name, str(program))
    included = scenario.root / "included"
    included.write_text(f'[diff "included"]\n\ttextconv = {program}\n')
    scenario.git("config", "include.path", str(included))
    folder = scenario.git_dir / "hooks"
    for hook in folder.iterdir():
        target = folder / hook.name.removesuffix(".sample")
        if target.name != "reference-transaction":
            hook.rename(target)
            target.write_bytes(program.read_bytes())
            target.chmod(0o755)
    canary.unlink(missing_ok=True)
    return scenario


VERBS: list[tuple[Any, Any]] = [
    (read_status, StatusRequest()),
    (list_branches, BranchesRequest()),
    (find_deleted_branches, DeletedRequest(all=True)),
    (preview_deleted_branch, PreviewRequest(branch="x")),
    (restore_deleted_branch, RestoreRequest(branch="x")),
    (undo, UndoRequest()),
    (redo, RedoRequest()),
    (create_branch, BranchCreateRequest(name="z")),
    (rename_branch, BranchRenameRequest(old="main", new="trunk")),
    (delete_branch, BranchDeleteRequest(name="y")),
    (read_retention, RetentionRequest()),
    (change_retention, RetentionChange(reflog=100)),
    (list_operations, OperationsRequest()),
    (show_unfinished, UnfinishedRequest()),
    (show_trust, TrustRequest()),
    (change_trust, TrustChange()),
    (change_trust, TrustChange(withdraw=True)),
]


def test_nothing_that_a_repository_names_is_run(planted: Scenario, canary: Path) -> None:
    with opened(planted.path) as repo:
        observe(repo, Context(now=planted.clock.now))
    for verb, request in VERBS:
        ours(planted, verb, request)
        assert not canary.exists(), verb.__name__


def test_everything_that_git_would_run_is_named(planted: Scenario) -> None:
    shown: Trust = ours(planted, show_trust, TrustRequest())
    assert shown.would_run == []  # all of it is only for git to run
    named = {one.what.partition(" = ")[0].lower() for one in shown.only_git}
    assert {name.lower() for name in SETTINGS} <= named
    assert "diff.included.textconv" in named
    assert {"hook pre-commit", "hook post-update"} <= named
    assert not shown.trusted


def test_switches_are_no_programs(scenario: Scenario) -> None:
    for name, value in (("core.fsmonitor", "true"), ("pager.log", "false"), ("submodule.x.update", "rebase")):
        scenario.git("config", name, value)
    with opened(scenario.path) as repo:
        assert would_run(repo) == []
    scenario.git("config", "submodule.x.update", "!touch it")
    with opened(scenario.path) as repo:
        assert [one.what for one in would_run(repo)] == ["submodule.x.update = !touch it"]


def test_settings_of_one_worktree_are_named(scenario: Scenario) -> None:
    scenario.commit("one").git("config", "extensions.worktreeConfig", "true")
    scenario.git("config", "--worktree", "filter.x.clean", "touch it")
    with opened(scenario.path) as repo:
        assert [one.what for one in would_run(repo)] == ["filter.x.clean = touch it"]


HOOK = """#!/bin/sh
echo "$1 $PWD $GIT_DIR" >>"{trace}"
cat >>"{trace}"
[ "$1" != prepared ] || [ ! -e "{veto}" ] || {{ echo "not on a Friday"; exit 1; }}
"""


@pytest.fixture
def hooked(scenario: Scenario) -> Scenario:
    """Gives a repository with a hook that writes down what it is asked, and refuses when a file tells it to."""
    scenario.commit("one").branch("x").commit("x1").checkout("main")
    hook = scenario.git_dir / "hooks/reference-transaction"
    hook.write_text(HOOK.format(trace=scenario.root / "trace", veto=scenario.root / "veto"))
    hook.chmod(0o755)
    return scenario


def trust(story: Scenario) -> None:
    ours(story, change_trust, TrustChange())


def test_act_is_refused_where_an_untrusted_hook_would_have_to_run(hooked: Scenario) -> None:
    for verb, request in (
        (delete_branch, BranchDeleteRequest(name="x")),
        (create_branch, BranchCreateRequest(name="z")),
        (rename_branch, BranchRenameRequest(old="x", new="z")),
    ):
        with pytest.raises(UntrustedRepository) as caught:
            ours(hooked, verb, request)
        assert caught.value.details["wouldRun"][0]["what"] == "hook reference-transaction"
    assert not (hooked.root / "trace").exists()
    assert sorted(hooked.branches()) == ["main", "x"]


def test_losses_are_pinned_whatever_hook_there_is(hooked: Scenario) -> None:
    """What we keep for the person under refs/mlgit is no business of the repository's hook."""
    tip = hooked.tip("x")

    def look() -> None:
        ours(hooked, lambda repo, _, context: observe(repo, context), None)

    look()
    (hooked.git_dir / "refs/heads/x").unlink()
    look()
    assert hooked.tip(f"refs/mlgit/pins/{tip}") == tip
    assert not (hooked.root / "trace").exists()


def test_trusted_hook_is_asked_as_git_asks_it(hooked: Scenario) -> None:
    trust(hooked)
    tip, zero = hooked.tip("x"), "0" * 40
    ours(hooked, delete_branch, BranchDeleteRequest(name="x"))
    told = (hooked.root / "trace").read_text().splitlines()
    place = f"{hooked.path} {hooked.git_dir}"
    change = f"{tip} {zero} refs/heads/x"
    assert told == [f"prepared {place}", change, f"committed {place}", change]


def test_refusal_of_a_trusted_hook_is_honoured(hooked: Scenario) -> None:
    trust(hooked)
    (hooked.root / "veto").touch()
    ours(hooked, list_branches, BranchesRequest())
    before = taken(hooked.common_dir)
    with pytest.raises(HookRejected, match="not on a Friday"):
        ours(hooked, delete_branch, BranchDeleteRequest(name="x"))
    assert not difference(before, taken(hooked.common_dir))
    assert (hooked.root / "trace").read_text().count("aborted") == 1
    (hooked.root / "veto").unlink()
    ours(hooked, delete_branch, BranchDeleteRequest(name="x"))


def test_hook_that_leaves_something_running_holds_nobody_up(hooked: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks, "TIMEOUT", 0.5)
    hook = hooked.git_dir / "hooks/reference-transaction"
    hook.write_text("#!/bin/sh\nsleep 30 &\nexit 0\n")
    trust(hooked)
    ours(hooked, create_branch, BranchCreateRequest(name="a"))
    hook.write_text("#!/bin/sh\nsleep 30\n")
    trust(hooked)
    with pytest.raises(HookRejected, match="did not answer"):
        ours(hooked, create_branch, BranchCreateRequest(name="b"))


def test_trust_holds_for_exactly_what_was_there(hooked: Scenario) -> None:
    trust(hooked)
    with opened(hooked.path) as repo:
        assert is_trusted(repo)
        assert trusted_repositories() == [str(hooked.git_dir)]
        hook = hooked.git_dir / "hooks/reference-transaction"
        was = hook.read_text()
        hook.write_text(was + "touch more\n")
        assert not is_trusted(repo)
        hook.write_text(was)
        assert is_trusted(repo)
        hooked.git("config", "filter.x.clean", "touch it")
        assert not is_trusted(repo)
        set_trust(repo, trusted=True)
        assert is_trusted(repo)
        set_trust(repo, trusted=False)
        assert not is_trusted(repo)
        assert trusted_repositories() == []


@pytest.mark.parametrize("damage", ["", "[", "[]", "3", '{"a": 1}'])
def test_damaged_memory_of_trust_trusts_nothing(hooked: Scenario, isolated: Path, damage: str) -> None:
    trust(hooked)
    stored = isolated / "jupyter/data/mlgit/trust.json"
    assert json.loads(stored.read_text())
    stored.write_text(damage)
    with opened(hooked.path) as repo:
        assert not is_trusted(repo)
        set_trust(repo, trusted=True)
        assert is_trusted(repo)


def test_two_processes_forget_nothing_of_each_other(
    scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stories = [scenario.commit("one"), Scenario(tmp_path / "other").commit("two")]
    second = threading.Thread(target=lambda: insist(stories[1].path))

    def write(path: Path, data: bytes) -> None:
        if threading.current_thread() is not second and second.ident is None:
            second.start()
            second.join(0.5)  # long enough to write, if nothing kept it from that
        write_durably(path, data)

    monkeypatch.setattr("jupyter_mlgit.git.trust.write_durably", write)
    insist(stories[0].path)
    second.join()
    assert trusted_repositories() == sorted(str(one.git_dir) for one in stories)


def insist(path: Path) -> None:
    """Trusts a repository, however long another one takes."""
    with opened(path) as repo:
        while True:
            with contextlib.suppress(Locked):
                return set_trust(repo, trusted=True)


def test_memory_of_trust_that_cannot_be_written_is_a_problem(scenario: Scenario, isolated: Path) -> None:
    (isolated / "jupyter").mkdir(exist_ok=True)
    (isolated / "jupyter/data").write_text("in the way")
    with opened(scenario.commit("one").path) as repo:
        with pytest.raises(ReadOnly):
            set_trust(repo, trusted=True)
        assert not is_trusted(repo)


def test_hook_that_is_a_pipe_holds_nobody_up(scenario: Scenario) -> None:
    os.mkfifo(scenario.commit("one").git_dir / "hooks/pre-commit", 0o755)
    with opened(scenario.path) as repo:
        assert [one.what for one in would_run(repo)] == ["hook pre-commit"]
        assert not is_trusted(repo)


@pytest.mark.parametrize("name", ["post-checkout", "reference-transaction", "reference-transaction.before-mlgit"])
def test_hook_that_only_bears_our_mark_is_named_and_asked_for(scenario: Scenario, canary: Path, name: str) -> None:
    """Anybody can write that line; to the byte our hook is ours, and under its own name alone."""
    scenario.commit("one").branch("x").commit("x1").checkout("main")
    hook, setting_up = scenario.git_dir / "hooks" / name, SetupRequest(hook=True)
    if name.endswith("mlgit"):
        ours(scenario, set_up, setting_up)
    hook.write_bytes(b"#!/bin/sh\n%s\ntouch %s\n" % (HOOK_MARK, shlex.quote(str(canary)).encode()))
    hook.chmod(0o755)
    shown: Trust = ours(scenario, show_trust, TrustRequest())
    assert [one.what for one in shown.would_run] == [f"hook {name}"]
    verb, request = (
        (switch_branch, SwitchRequest(name="x"))
        if name == "post-checkout"
        else (delete_branch, BranchDeleteRequest(name="x"))
    )
    with pytest.raises(UntrustedRepository):
        ours(scenario, verb, request)
    with opened(scenario.path) as repo:
        assert (hook_state(repo) == "installed") is name.endswith("mlgit")
    assert not canary.exists()
    trust(scenario)
    ours(scenario, verb, request)
    assert canary.exists()


@pytest.mark.parametrize("name", ["post-checkout", "reference-transaction.before-mlgit"])
def test_our_hook_under_another_name_is_named(scenario: Scenario, name: str) -> None:
    hook = scenario.commit("one").git_dir / "hooks" / name
    hook.write_bytes(our_hook())
    hook.chmod(0o755)
    with opened(scenario.path) as repo:
        assert [(one.what, one.here) for one in would_run(repo)] == [(f"hook {name}", name == "post-checkout")]


def test_whoever_changes_our_hook_keeps_what_it_was() -> None:
    """If this fails, put the digest that is here among ``EARLIER_HOOKS``, and the new one here."""
    assert hashlib.sha256(our_hook()).hexdigest() == "0d2147064ad733397dbea1ea695b2b4acdc7a0791abbbe51e60fdb2918cdf9f5"


def test_hooks_are_looked_for_where_the_settings_say(scenario: Scenario) -> None:
    scenario.commit("one")
    folder = scenario.path / ".githooks"
    folder.mkdir()
    (folder / "pre-commit").write_text("#!/bin/sh\n")
    (folder / "pre-commit").chmod(0o755)
    (folder / "README").write_text("not executable\n")
    for named in (".githooks", str(folder)):
        scenario.git("config", "core.hooksPath", named)
        with opened(scenario.path) as repo:
            assert [one.where for one in would_run(repo)] == [str(folder / "pre-commit")]
