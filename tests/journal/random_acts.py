"""Does random acts: a person's edits, git in the terminal, and the product's own, which git does on a twin.

After each step both repositories have to be the same in everything that git tells and a person sees. Taking back and
doing again have no counterpart in git: there the facts of the earlier moment are the judge, and the twin is made anew.
Where the product refuses what git does, or the other way round, it has to be one of :data:`DIFFERENCES`.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from typing import TYPE_CHECKING, Any

from jupyter_mlgit.history.branches import (
    BranchCreateRequest,
    BranchDeleteRequest,
    BranchRenameRequest,
    create_branch,
    delete_branch,
    rename_branch,
)
from jupyter_mlgit.history.discard import DiscardRequest, discard
from jupyter_mlgit.history.reset import ResetRequest, reset
from jupyter_mlgit.history.switch import SwitchRequest, switch_branch
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.problems import (
    BranchCheckedOut,
    BranchExists,
    Problem,
    ProtectedBranch,
    WouldOverwrite,
)
from jupyter_mlgit.recovery.deleted_branches import DeletedRequest, find_deleted_branches
from jupyter_mlgit.recovery.restore import RestoreRequest, restore_deleted_branch
from jupyter_mlgit.values import visible
from tests.git.twins import opened
from tests.journal.random_pictures import Facts, differing, facts, lost, told, whole
from tests.journal.random_undoing import Undoing

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from subprocess import CompletedProcess

    from tests.scenario import Scenario

    Done = CompletedProcess[str]

LATIN = os.fsdecode(b"caf\xe9")
NAMES = [
    "a", "b.txt", "c.ipynb", "d/a", "d/b.txt", "d/e/f", "d", "d/e", "x/y/z", "x", "new/1", "new/deep/2", "log.log",
    "d/more.log", "build/out", "ü/ö", "s p a c e", LATIN,
]  # fmt: skip
CONTENTS = [b"", b"1\n", b"2\n", b"3\n", b"one\ntwo\nthree\n", b"one\r\ntwo\r\n", b"\0\1\2", b"x" * 5000]
TARGETS = ["a", "x/y", "nowhere", "../outside"]
BRANCHES = ["main", "x", "y", "exp", "exp/one", "exp/two"]
REVISIONS = ["HEAD", "HEAD~1", "HEAD~2", "main", "main~1", "x", "exp/one", "v1", "ORIG_HEAD"]


class Walk:
    """One random walk of a repository and its twin."""

    def __init__(self, ours: Scenario, chosen: random.Random) -> None:
        """Begins with two branches that differ."""
        self.ours = ours
        self.chosen = chosen
        self.told: list[str] = []
        ours.commit("base", {"a": "1\n", "b.txt": "1\n", "d/a": "1\n", "d/e/f": "1\n", ".gitignore": "*.log\nbuild/\n"})
        ours.tag("v1").branch("x").commit("other", {"a": "2\n", "new/1": "1\n", "x/y/z": "1\n"}).checkout("main")
        ours.commit("more", {"d/a": "3\n"})
        self.twin = ours.twin()
        self.undoing = Undoing(self)

    def step(self) -> None:
        """Does one thing, and demands that both are the same afterwards."""
        steps: list[tuple[int, Callable[[], None]]] = [
            (8, self._write), (2, self._delete), (1, self._chmod), (1, self._link), (2, self._move),
            (3, self._add), (3, self._add_all), (1, self._forget), (4, self._commit), (1, self._terminal),
            (1, self._merge), (3, self._create), (3, self._delete_branch), (2, self._rename), (5, self._switch),
            (3, self._switch_over), (6, self._reset), (5, self._discard), (3, self._discard_new), (2, self._restore),
            (9, self.undoing.undo), (4, self.undoing.redo), (1, self.undoing.undo_to), (3, self.undoing.undo_one),
        ]  # fmt: skip
        (one,) = self.chosen.choices([work for _, work in steps], [weight for weight, _ in steps])
        self.ours.clock.tick()
        self.twin.clock.now = self.ours.clock.now
        self.told.append(one.__name__.strip("_"))
        one()
        self.demand_same()

    def demand_same(self) -> None:
        """Demands that all that can be seen is alike."""
        mine, git = whole(self.ours), whole(self.twin)
        found = differing(mine, git)
        assert not found, self.said("ours | git:\n" + told(found, mine, git))

    def said(self, what: str) -> str:
        """Gives a message with the way here."""
        message = "\n".join([what, "after", *(f"  {one}" for one in self.told)])
        return message.encode("utf-8", "backslashreplace").decode()

    def say(self, more: object) -> None:
        """Adds to what the last step is called."""
        self.told[-1] += f" {more}"

    def new_twin(self) -> None:
        """Copies ours, where git has no counterpart."""
        shutil.rmtree(self.twin.root)
        self.twin = self.ours.twin()
        self.twin.try_git("update-index", "-q", "--refresh")

    def run(self, verb: Callable[..., Any], request: object) -> Any:
        """Runs a verb of the product in a repository opened for it alone."""
        with opened(self.ours.path) as repo:
            return verb(repo, request, Context(now=self.ours.clock.now, source="panel"))

    def tried(self, verb: Callable[..., Any], request: object) -> tuple[Any, Problem | None]:
        """Runs a verb; gives its result, or the refusal."""
        try:
            return self.run(verb, request), None
        except Problem as problem:
            self.say(f"refused: {problem.code}")
            return None, problem

    # What people do

    def _both(self, work: Callable[[Scenario], None]) -> None:
        for one in (self.ours, self.twin):
            work(one)

    def _name(self) -> str:
        name = self.chosen.choice(NAMES)
        self.say(name)
        return name

    def _there(self) -> str | None:
        names = names_of(self.ours, "file ")
        name = self.chosen.choice(names) if names else None
        self.say(name)
        return name

    def _write(self) -> None:
        name, content = self._name(), self.chosen.choice(CONTENTS)
        self.say(content[:9])

        def write(one: Scenario) -> None:
            make_room(one, name)
            (one.path / name).write_bytes(content)

        self._both(write)

    def _delete(self) -> None:
        name = self._there()
        if name is not None:
            self._both(lambda one: (one.path / name).unlink())

    def _chmod(self) -> None:
        name, mode = self._there(), self.chosen.choice([0o755, 0o644, 0o600])
        if name is not None and not (self.ours.path / name).is_symlink():
            self._both(lambda one: (one.path / name).chmod(mode))

    def _link(self) -> None:
        name, target = self._name(), self.chosen.choice(TARGETS)

        def link(one: Scenario) -> None:
            make_room(one, name)
            (one.path / name).symlink_to(target)

        self._both(link)

    def _move(self) -> None:
        name, other = self._there(), self._name()
        if name is None or name == other or other.startswith(name + "/") or name.startswith(other + "/"):
            return

        def move(one: Scenario) -> None:
            make_room(one, other)
            if os.path.lexists(one.path / name):
                (one.path / name).rename(one.path / other)

        self._both(move)

    # What they do in a terminal

    def _git(self, *words: str) -> None:
        self.say(words)
        outcomes = [one.try_git(*words).returncode for one in (self.ours, self.twin)]
        assert outcomes[0] == outcomes[1], self.said("git itself sees a difference")

    def _add(self) -> None:
        self._git("add", "--force", "--", self._name())

    def _add_all(self) -> None:
        self._git("add", "--all")

    def _forget(self) -> None:
        self._git("rm", "--quiet", "--cached", "-r", "--ignore-unmatch", "--", self._name())

    def _commit(self) -> None:
        self._git("commit", "--quiet", "--message", f"step {len(self.told)}")

    def _terminal(self) -> None:
        branch, revision = self.chosen.choice(BRANCHES), self.chosen.choice(REVISIONS)
        self._git(
            *self.chosen.choice(
                [
                    ("checkout", "--quiet", "--detach"),
                    ("checkout", "--quiet", branch, "--"),
                    ("reset", "--quiet", "--hard", revision, "--"),
                    ("branch", "-D", branch),
                    ("commit", "--quiet", "--amend", "--message", "amended"),
                    ("pack-refs", "--all"),
                    ("stash", "push", "--quiet"),
                    ("stash", "push", "--quiet", "--include-untracked"),
                    ("stash", "apply", "--quiet"),
                    ("stash", "apply", "--quiet", "--index"),
                    ("stash", "pop", "--quiet"),
                    ("stash", "pop", "--quiet", "--index"),
                    ("stash", "drop", "--quiet"),
                ]
            )
        )

    def _merge(self) -> None:
        self._git("merge", "--quiet", self.chosen.choice(BRANCHES))

    # What the product does

    def _act(self, verb: Callable[..., Any], request: object, *words: str) -> None:
        """Lets both do the same thing, git in one word."""
        self.say(words)
        self._act_as(verb, request, lambda twin: twin.try_git(*words))

    def _act_as(self, verb: Callable[..., Any], request: object, git: Callable[[Scenario], Done]) -> None:
        """Lets both do the same thing."""
        before, twin_before = facts(self.ours), whole(self.twin)
        theirs = git(self.twin)
        done, refusal = self.tried(verb, request)
        if refusal is not None:
            moved = differing(before, facts(self.ours))
            assert not moved, self.said(f"refused with {refusal}, and yet changed: {moved}")
            if theirs.returncode == 0 and differing(twin_before, whole(self.twin)):
                self._demand_known(verb, refusal, request)
                self.new_twin()
            return
        after = facts(self.ours)
        self.demand_kept(before, after)
        self.undoing.remember(done.operation, before, after)
        if theirs.returncode:
            goes = self._goes_farther(verb, before, done) or (verb is switch_branch and stays(theirs, before, after))
            assert goes, self.said(f"git refuses: {theirs.stderr}")
            self.new_twin()

    def demand_kept(self, before: Facts, after: Facts) -> None:
        """Demands that no bytes are gone for good."""
        gone = lost(self.ours, before, after)
        assert not gone, self.said(f"lost: {gone}")

    def _demand_known(self, verb: Callable[..., Any], problem: Problem, request: Any) -> None:
        """Demands that a refusal where git goes on is one that is documented."""
        if verb is switch_branch and isinstance(problem, WouldOverwrite):
            # Decision 009: git takes an ignored file for one of no value.
            named = problem.details.get("files", [])
            ignored = {name for name in named if not self.ours.try_git("check-ignore", "-q", "--", name).returncode}
            # It drops what is staged under the name of a folder that comes, too, when its file is gone.
            staged = set(self.ours.git("diff", "--cached", "--name-only", "-z", "--diff-filter=A").split("\0"))
            # It replaces a link that somebody made where a tracked folder was, without a word (decision 013).
            links = {name for name in named if (self.ours.path / name).is_symlink()}
            assert ignored | links | staged.intersection(named), self.said(f"{problem} {named}")
            return
        # A protected branch is not deleted, nor another one put in its place.
        assert isinstance(problem, ProtectedBranch), self.said(f"git does it: {request} {problem!r} {problem}")
        assert verb in (delete_branch, rename_branch)

    def _goes_farther(self, verb: Callable[..., Any], before: Facts, done: Any) -> bool:
        """Tells whether the product may do what git refuses."""
        if verb is switch_branch and done.operation is None:
            return True  # nothing is to be done, even in the middle of a merge
        # Of several paths git wants every one to be known and free of conflicts; ours says which are not.
        return verb is discard and (bool(done.refused) or not any(name.startswith("index ") for name in before))

    def _create(self) -> None:
        name, start, force = self.chosen.choice(BRANCHES), self.chosen.choice(REVISIONS), self.chosen.random() < 0.3
        words = ["branch", *(["--force"] if force else []), name, *([] if start == "HEAD" else [start])]
        self._act(create_branch, BranchCreateRequest(name=name, start=start, force=force), *words)

    def _delete_branch(self) -> None:
        name = self.chosen.choice(BRANCHES)
        self._act(delete_branch, BranchDeleteRequest(name=name), "branch", "-D", name)

    def _rename(self) -> None:
        (old, new), force = self.chosen.sample(BRANCHES, 2), self.chosen.random() < 0.3
        request = BranchRenameRequest(old=old, new=new, force=force)
        self._act(rename_branch, request, "branch", "-M" if force else "-m", old, new)

    def _switch(self) -> None:
        name, current = self.chosen.choice(BRANCHES), self.ours.current()
        self._act(switch_branch, SwitchRequest(name=name), "switch", "--quiet", "--no-guess", name)
        if name == current:
            self.new_twin()  # where nothing is to be done, git writes a line into HEAD's log, and ours none

    def _reset(self) -> None:
        rev, mode = self.chosen.choice(REVISIONS), self.chosen.choice(["soft", "mixed", "hard", "hard"])
        self._act(reset, ResetRequest(rev=rev, **{mode: True}), "reset", "--quiet", f"--{mode}", rev, "--")

    def _discard(self) -> None:
        names = names_of(self.ours, "index ")
        if names and self.chosen.random() < 0.7:
            names = self.chosen.sample(names, min(len(names), self.chosen.choice([1, 1, 2, 3])))
        else:
            names = [self.chosen.choice([".", "d", "x"])]
        self._act(discard, DiscardRequest(paths=names), "restore", "--", *names)

    def _discard_new(self) -> None:
        names = names_of(self.ours, "file ")
        chosen = [self.chosen.choice([".", ".", "d", "x", "new"])]
        if names and self.chosen.random() < 0.6:
            chosen = self.chosen.sample(names, min(len(names), self.chosen.choice([1, 2, 3])))
        self.say(chosen)
        self._act_as(discard, DiscardRequest(paths=chosen, new=True), lambda twin: let_go(twin, chosen))

    def _switch_over(self) -> None:
        """Switches over what is in the way, which has to be away before git does the same."""
        name, current = self.chosen.choice(names_of(self.ours, "ref refs/heads/")), self.ours.current()
        request = SwitchRequest(name=name, back_up=True)
        foreseen, _ = self.tried(switch_branch, SwitchRequest(name=name, back_up=True, dry_run=True))
        real = {visible(os.fsencode(one)): one for one in NAMES}
        aside = [] if foreseen is None else [real.get(one, one) for one in foreseen.set_aside]
        self.say((name, aside))

        def git(twin: Scenario) -> Done:
            forget_edits(twin, aside)
            return twin.try_git("switch", "--quiet", "--no-guess", name)

        self._act_as(switch_branch, request, git)
        if name == current:
            self.new_twin()

    def _restore(self) -> None:
        """Brings a deleted branch back: a ref that is there again, and nothing else."""
        listed = [one for one in self.run(find_deleted_branches, DeletedRequest()).branches if one.state != "gone"]
        if not listed:
            return
        row = self.chosen.choice(listed)
        name = self.chosen.choice([None, *BRANCHES])
        self.say(f"{row.kind} {row.name} as {name}")
        before = facts(self.ours)
        done, refusal = self.tried(restore_deleted_branch, RestoreRequest(branch=row.id, as_=name))
        if refusal is not None:
            assert isinstance(refusal, (BranchExists, BranchCheckedOut)), self.said(f"{refusal!r}")
            assert not differing(before, facts(self.ours)), self.said("refused, and yet changed")
            return
        after = facts(self.ours)
        changed = differing(before, after)
        assert changed == ([f"ref refs/heads/{done.branch}"] if done.operation else []), self.said(f"changed {changed}")
        assert after[f"ref refs/heads/{done.branch}"] == done.tip == row.tip
        self.undoing.remember(done.operation, before, after)
        self.new_twin()


def stays(refused: Done, before: Facts, after: Facts) -> bool:
    """Tells whether git refuses for files that nothing takes the place of; to back up, ours needs not ask for them."""
    said = refused.stderr.partition("would be removed by checkout:\n")[2]
    named = ["file " + line.strip() for line in said.splitlines() if line.startswith("\t")]
    return bool(named) and all(before[name] == after.get(name) for name in named)


def names_of(one: Scenario, kind: str) -> list[str]:
    """Gives what there is of a kind of facts."""
    return sorted(name.removeprefix(kind) for name in facts(one) if name.startswith(kind))


def let_go(one: Scenario, wanted: list[str]) -> Done:
    """Does with git what discarding means where new files go, too: what they are git's status says."""
    listed = one.git("status", "--porcelain=v2", "-z", "--untracked-files=all").split("\0")
    going, back = [], []
    while listed:
        line = listed.pop(0)
        if line[:1] not in ("1", "2", "?"):
            continue  # what is in conflict stays
        *words, name = line.split(" ", {"1": 8, "2": 9, "?": 1}[line[0]])
        if line[0] == "2":
            listed.pop(0)
        if not any(path in (name, ".") or name.startswith(path + "/") for path in wanted):
            continue
        if line[0] == "?" or words[1][0] == "A" or words[1][1] in "AR":
            going.append(name)
        elif words[1][1] in "MDT":
            back.append(name)
    remove(one, going)
    done = [one.try_git("restore", "--", name) for name in back]
    return next((outcome for outcome in done if outcome.returncode), one.try_git("--version"))


def forget_edits(one: Scenario, names: list[str]) -> None:
    """Makes files what HEAD has, in the index and on disk."""
    remove(one, names)
    for name in names:
        mode, kind, oid, *_ = [*one.git("ls-tree", "HEAD", "--", name).replace("\t", " ").split(" "), "", ""]
        if kind == "blob":
            one.git("update-index", "--add", "--cacheinfo", mode, oid, name)
            one.git("checkout-index", "--force", "--", name)


def remove(one: Scenario, names: list[str]) -> None:
    """Removes files with their entries, and the folders that are empty then."""
    for name in names:
        path = one.path / name
        if path.is_symlink() or path.is_file():
            path.unlink()
            for above in path.relative_to(one.path).parents:
                with contextlib.suppress(OSError):
                    (one.path / above).rmdir()
        one.git("update-index", "--force-remove", "--", name)


def make_room(one: Scenario, name: str) -> None:
    """Makes room for a file: what stands there goes, and a file that stands where a folder is needed."""
    path = one.path / name
    for place in [*reversed(path.parents), path]:
        if not place.is_relative_to(one.path) or place == one.path:
            continue
        if place.is_symlink() or (place.exists() and (place == path or not place.is_dir())):
            shutil.rmtree(place) if place.is_dir() and not place.is_symlink() else place.unlink()
    path.parent.mkdir(parents=True, exist_ok=True)
