"""Tells the sample project's story to git: three weeks of work, and every way of losing some of it.

One function is one episode, in the order of the calendar. The surprise: nobody who deletes a branch here uses
the product, so all that can bring it back is what git itself happened to keep.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec

from jupyter_mlgit.problems import ReadOnly, WouldOverwrite
from jupyter_mlgit.sample.experiment import Experiment
from jupyter_mlgit.sample.project import project_files
from jupyter_mlgit.sample.terminal import Terminal
from jupyter_mlgit.values import Value, argument

if TYPE_CHECKING:
    from collections.abc import Iterator

ORIGIN = ".sample-origin.git"
DAY = 24.0


class SampleRequest(Value):
    """Where the sample project goes."""

    directory: Annotated[
        str, msgspec.Meta(description="a folder that is empty or not there yet", extra=argument(positional=True))
    ]


class LostWork(Value):
    """Something that the story lost, for a person to look for."""

    name: str | None
    tip: str
    how: str


class SampleResult(Value):
    """The sample project that was made."""

    directory: str
    branches: list[str]
    lost: list[LostWork]


def make_sample(directory: Path, *, now: float) -> SampleResult:
    """Makes the sample project with its history; the story's last act lies three hours before ``now``.

    Args:
        directory: a folder that is empty or does not exist yet.
        now: seconds since the epoch.

    Raises:
        WouldOverwrite: the folder holds something.
        ReadOnly: the folder can't be written.
        GitMissing: git is not installed or refuses.
    """
    directory = directory.absolute()
    try:
        if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
            message = f"{directory} is not empty, and the sample project would be written over what is there."
            raise WouldOverwrite(message, "Name a folder that is empty or does not exist yet.")
        directory.mkdir(parents=True, exist_ok=True)
        terminal = Terminal(directory, now, now)
        base = _begin(terminal)
        lost = [
            _leave_and_delete(terminal, base),
            _advance_after_leaving(terminal, base),
            _merge_and_delete(terminal, base),
            _rebase_and_delete(terminal, base),
            _rename_and_delete(terminal, base),
            _delete_pushed(terminal, base),
            _delete_never_checked_out(terminal, base),
            _delete_in_linked_worktree(terminal, base),
            _overwrite_by_reset(terminal, base),
            _drop_stash(terminal, base),
            _lose_three_days(terminal, base),
        ]
        _end(terminal, base)
    except OSError as error:
        message = f"The sample project can't be written to {directory}: {error.strerror}."
        raise ReadOnly(message, "Name a folder that you may write to.") from error
    names = terminal.git("for-each-ref", "--format=%(refname:short)", "refs/heads/").splitlines()
    return SampleResult(directory=str(directory), branches=names, lost=lost)


def _begin(terminal: Terminal) -> Experiment:
    """Writes the project and shares it through a bare repository inside the project's own folder."""
    here = terminal.directory
    first = Experiment()
    terminal.at(21 * DAY).git("init", "--quiet", "--template=", "--initial-branch=main")
    terminal.git("init", "--quiet", "--template=", "--bare", "--initial-branch=main", ORIGIN)
    (here / ".git/info").mkdir(exist_ok=True)
    (here / ".git/info/exclude").write_text(f"/{ORIGIN}/\n", encoding="utf-8")
    terminal.git("config", "user.name", "Mira Okafor")
    terminal.git("config", "user.email", "mira@example.org")
    terminal.git("remote", "add", "origin", f"./{ORIGIN}")
    terminal.commit("Train a first network on two spirals", first)
    second = replace(first, noise=0.02, accuracy=0.945)
    terminal.at(20 * DAY, "jonas").commit("Add noise to the points", second)
    base = replace(second, hidden=48, accuracy=0.953, seconds=44.0)
    terminal.at(19 * DAY).commit("Use a wider network", base)
    terminal.git("push", "--quiet", "--set-upstream", "origin", "main")
    return base


def _leave_and_delete(terminal: Terminal, base: Experiment) -> LostWork:
    """The common case: checked out, left, ``git branch -D``."""
    terminal.at(18 * DAY).git("checkout", "--quiet", "-b", "exp/augment")
    terminal.commit("Jitter the points in every epoch", replace(base, noise=0.08, accuracy=0.906))
    tip = terminal.commit("Jitter less", replace(base, noise=0.05, accuracy=0.941), "config.yaml", "train.ipynb")
    terminal.git("checkout", "--quiet", "main")
    terminal.git("branch", "-D", "exp/augment")
    return LostWork(name="exp/augment", tip=tip, how="checked out, left, deleted with git branch -D")


def _advance_after_leaving(terminal: Terminal, base: Experiment) -> LostWork:
    """Moved on with ``git branch -f`` after it was left: the log of HEAD knows only the older tip."""
    terminal.at(16 * DAY).git("checkout", "--quiet", "-b", "exp/lr-sweep")
    seen = terminal.commit("Sweep the learning rate", replace(base, learning_rate=0.03, accuracy=0.847))
    terminal.git("checkout", "--quiet", "main")
    newer = terminal.git("commit-tree", f"{seen}^{{tree}}", "-p", seen, "-m", "Record the sweep's table")
    terminal.git("branch", "--quiet", "--force", "exp/lr-sweep", newer)
    terminal.git("branch", "-D", "exp/lr-sweep")
    return LostWork(name="exp/lr-sweep", tip=newer, how="moved by git branch -f after it was left, then deleted")


def _merge_and_delete(terminal: Terminal, base: Experiment) -> LostWork:
    """Nothing is lost with a merged branch but its name."""
    terminal.at(14 * DAY, "jonas").git("checkout", "--quiet", "-b", "feature/requirements")
    tip = terminal.commit("List what the script needs", base, more={"requirements.txt": "torch\npyyaml\nmatplotlib\n"})
    terminal.git("checkout", "--quiet", "main")
    terminal.git("merge", "--quiet", "--no-ff", "feature/requirements")
    terminal.git("branch", "-d", "feature/requirements")
    return LostWork(name="feature/requirements", tip=tip, how="merged, then deleted")


def _rebase_and_delete(terminal: Terminal, base: Experiment) -> LostWork:
    """Rebased from outside, so that only ``rebase (finish): returning to`` names the branch's last tip."""
    for name, state in (
        ("exp/dropout", replace(base, dropout=0.2, accuracy=0.977)),
        ("exp/adam", replace(base, optimizer="Adam", accuracy=0.989)),
    ):
        terminal.at(12 * DAY).git("checkout", "--quiet", "-b", name, "main~1")
        terminal.commit(f"Try {name.removeprefix('exp/')}", state, "config.yaml", "train.ipynb")
    terminal.git("checkout", "--quiet", "main")
    terminal.git("rebase", "--quiet", "main", "exp/dropout")
    tip = terminal.git("rev-parse", "exp/dropout")
    terminal.git("rebase", "--quiet", "main", "exp/adam")
    terminal.git("checkout", "--quiet", "main")
    terminal.git("branch", "-D", "exp/dropout")
    return LostWork(name="exp/dropout", tip=tip, how="rebased onto main, then deleted")


def _rename_and_delete(terminal: Terminal, base: Experiment) -> LostWork:
    """Renamed while it was checked out, then deleted under its second name."""
    terminal.at(10 * DAY, "jonas").git("checkout", "--quiet", "-b", "wip/metrics")
    terminal.commit("Write metrics to a file", replace(base, metrics_file="metrics.csv"), "config.yaml", "train.py")
    terminal.git("branch", "-m", "wip/metrics", "exp/metrics-csv")
    tip = terminal.commit("Name the columns", base, "config.yaml", more={"docs/metrics.md": "epoch, loss\n"})
    terminal.git("checkout", "--quiet", "main")
    terminal.git("branch", "-D", "exp/metrics-csv")
    return LostWork(name="exp/metrics-csv", tip=tip, how="renamed from wip/metrics, then deleted")


def _delete_pushed(terminal: Terminal, base: Experiment) -> LostWork:
    """Deleted here, and still on the remote."""
    terminal.at(8 * DAY).git("checkout", "--quiet", "-b", "feature/early-stopping")
    tip = terminal.commit("Stop when the loss no longer falls", replace(base, early_stopping=5, accuracy=0.941))
    terminal.git("push", "--quiet", "--set-upstream", "origin", "feature/early-stopping")
    terminal.git("checkout", "--quiet", "main")
    terminal.git("branch", "-D", "feature/early-stopping")
    return LostWork(name="feature/early-stopping", tip=tip, how="pushed, then deleted here")


def _delete_never_checked_out(terminal: Terminal, base: Experiment) -> LostWork:
    """Made with ``git branch NAME ID`` and deleted: no log has ever named it, its commit only dangles."""
    with _elsewhere("clone") as clone:
        terminal.at(6 * DAY, "jonas").git("clone", "--quiet", str(terminal.directory / ORIGIN), str(clone))
        his = replace(terminal, directory=clone)
        tip = his.commit("Warm up for five epochs", replace(base, warmup=5, accuracy=0.940), "config.yaml", "train.py")
        terminal.at(5.8 * DAY, "jonas").git("fetch", "--quiet", "--no-write-fetch-head", str(clone), "main")
    terminal.git("branch", "exp/warmup", tip)
    terminal.git("branch", "-D", "exp/warmup")
    return LostWork(name="exp/warmup", tip=tip, how="made with git branch NAME ID, never checked out, deleted")


def _delete_in_linked_worktree(terminal: Terminal, base: Experiment) -> LostWork:
    """Worked on in a linked worktree; removing that took the only log that named the branch."""
    with _elsewhere("two-gpus") as worktree:
        terminal.at(5 * DAY).git("worktree", "add", "--quiet", "-b", "exp/two-gpus", str(worktree))
        there = replace(terminal, directory=worktree)
        tip = there.commit("Train on two GPUs", replace(base, seconds=25.2), "train.ipynb", "README.md")
        terminal.at(4.9 * DAY).git("worktree", "remove", str(worktree))
    terminal.git("branch", "-D", "exp/two-gpus")
    return LostWork(name="exp/two-gpus", tip=tip, how="in a linked worktree that was removed, then deleted")


def _overwrite_by_reset(terminal: Terminal, base: Experiment) -> LostWork:
    """The branch lives on, two commits shorter."""
    state = replace(base, schedule="cosine", accuracy=0.892)
    terminal.at(4.5 * DAY).git("checkout", "--quiet", "-b", "exp/cosine-schedule")
    terminal.commit("Let the learning rate follow a cosine", state)
    longer = replace(state, epochs=40, accuracy=0.974, seconds=88.1)
    terminal.at(4.2 * DAY).commit("Train twice as long", longer, "config.yaml", "train.ipynb")
    tip = terminal.commit("Try another seed", replace(longer, seed=7, accuracy=0.979), "config.yaml", "train.ipynb")
    terminal.git("reset", "--quiet", "--hard", "HEAD~2")
    terminal.git("checkout", "--quiet", "main")
    return LostWork(name="exp/cosine-schedule", tip=tip, how="two commits cut off with git reset --hard HEAD~2")


def _drop_stash(terminal: Terminal, base: Experiment) -> LostWork:
    """A change that was put away and then thrown away."""
    state = project_files(replace(base, hidden=64, accuracy=0.981))
    terminal.at(4 * DAY).write({path: state[path] for path in ("config.yaml", "train.ipynb")})
    terminal.git("stash", "push", "--quiet", "--message", "64 units, half trained")
    tip = terminal.git("rev-parse", "stash@{0}")
    terminal.git("stash", "drop", "--quiet")
    return LostWork(name=None, tip=tip, how="a stash, dropped with git stash drop")


def _lose_three_days(terminal: Terminal, base: Experiment) -> LostWork:
    """The branch of the story: four commits, never pushed. Its upstream setting outlives it."""
    name = "exp/torch-compile-opt"
    terminal.at(3.4 * DAY).git("checkout", "--quiet", "-b", name, "--track", "origin/main")
    state = replace(base, compiled=True, seconds=31.7)
    terminal.commit("Compile the model", state, "train.py", "train.ipynb")
    state = replace(state, matmul_precision="high", seconds=22.4)
    terminal.at(2.6 * DAY).commit("Allow TF32 in matrix products", state, "train.py", "train.ipynb")
    state = replace(state, hidden=96, accuracy=0.984, seconds=24.9)
    terminal.at(1.5 * DAY).commit("Spend the time won on a wider network", state, "config.yaml", "train.ipynb")
    state = replace(state, learning_rate=0.08, epochs=30, accuracy=0.990, seconds=36.8)
    tip = terminal.at(9).commit("Tune the learning rate for it", state, "config.yaml", "train.ipynb", "README.md")
    terminal.at(5).git("checkout", "--quiet", "main")
    terminal.at(3).git("update-ref", "-d", f"refs/heads/{name}")
    return LostWork(name=name, tip=tip, how="four commits, never pushed, deleted with git update-ref -d")


def _end(terminal: Terminal, base: Experiment) -> None:
    """Lets a colleague push, so that main is ahead and behind, and leaves a change that is not committed."""
    with _elsewhere("clone") as clone:
        terminal.at(2.5, "jonas").git("clone", "--quiet", str(terminal.directory / ORIGIN), str(clone))
        his = replace(terminal, directory=clone)
        his.commit("Say how to start the training", base, more={"docs/start.md": "Run `python train.py`.\n"})
        his.git("push", "--quiet", "origin", "main")
    terminal.at(2).git("fetch", "--quiet", "origin")
    # A file that all branches have alike, so that every one of them can be switched to with the edit carried along.
    ignored = project_files(base)[".gitignore"] + "*.ckpt\n"
    terminal.write({".gitignore": ignored, "docs/next.md": "- train longer\n- try a cosine schedule\n"})


@contextmanager
def _elsewhere(name: str) -> Iterator[Path]:
    """Gives a path, not there yet, in a folder that is removed afterwards with all that is in it."""
    folder = Path(tempfile.mkdtemp(prefix="jupyter-mlgit-sample-"))
    try:
        yield folder / name
    finally:
        shutil.rmtree(folder, ignore_errors=True)
