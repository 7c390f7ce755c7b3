"""Tells where a repository stands, its branches, and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.cli.wording import ago, count, short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_mlgit.cli.screen import Screen
    from jupyter_mlgit.history.branches import Branch, BranchActed, BranchDeleted, Branches
    from jupyter_mlgit.history.changes import StatusChange
    from jupyter_mlgit.history.status import Status
    from jupyter_mlgit.history.trust import Trust, WouldRun


def show_status(screen: Screen, status: Status) -> None:
    """Writes where it stands."""
    screen.line(screen.paint(status.root, "dim"))
    if status.branch is None:
        screen.line(screen.paint("No branch is checked out; HEAD is at"), screen.paint(short(status.head), "cyan"))
    else:
        tip = short(status.head) if status.head else "no commit yet"
        screen.line(screen.paint("On branch"), screen.paint(status.branch, "bold", "green"), screen.paint(tip, "cyan"))
    if status.upstream:
        screen.line(screen.paint(f"Upstream {status.upstream}{_distance(status.ahead, status.behind)}"))
    if status.unfinished:
        screen.line(screen.paint(f"Unfinished: {status.unfinished.kind}", "yellow"))
    if status.read_only:
        screen.line(screen.paint(f"Read-only: {status.read_only}", "yellow"))
    _show_changes(screen, status)


def _show_changes(screen: Screen, status: Status) -> None:
    """Writes what is in conflict, staged, changed and untracked, in the order in which it wants a person."""
    if status.changes_unknown:
        screen.line(screen.paint(f"What has changed cannot be told: {status.changes_unknown}", "yellow"))
    groups: list[tuple[str, str, list[tuple[str, str, str]]]] = [
        ("In conflict", "yellow", [("", _spoken(one.conflict), one.path) for one in status.changes if one.conflict]),
        ("Staged", "green", [("", _told(one.index), _named(one, one.index)) for one in status.changes if one.index]),
        (
            "Changed, not staged",
            "red",
            [
                ("", _told(one.worktree) + (" (perhaps)" if one.unsure else ""), _named(one, one.worktree))
                for one in status.changes
                if one.worktree not in (None, "untracked")
            ],
        ),
        ("Untracked", "red", [("", "", _folder(one)) for one in status.changes if one.worktree == "untracked"]),
    ]
    for title, colour, rows in groups:
        if rows:
            screen.line()
            screen.line(screen.paint(f"{title}:", "bold"))
            if any(what for _, what, _ in rows):
                screen.columns(rows, "", "dim", colour)
            else:
                screen.columns([(blank, path) for blank, _, path in rows], "", colour)
    if not status.changes and not status.changes_unknown and not status.bare:
        screen.line(screen.paint("Nothing has changed.", "dim"))


_SPOKEN = {"added": "new", "typechanged": "other type"}


def _told(difference: str | None) -> str:
    return _SPOKEN.get(difference or "", difference or "")


def _spoken(conflict: str | None) -> str:
    return (conflict or "").replace("-", " ")


def _named(one: StatusChange, difference: str | None) -> str:
    return f"{one.old_path} → {one.path}" if difference == "renamed" and one.old_path else one.path


def _folder(one: StatusChange) -> str:
    return f"{one.path} (many files)" if one.kind == "folder" else one.path


def show_branches(screen: Screen, found: Branches) -> None:
    """Writes one line for each."""
    for branch in found.branches:
        screen.line(
            "*" if branch.current else " ",
            screen.paint(branch.name, "bold", *(["green"] if branch.current else [])),
            screen.paint(short(branch.tip), "cyan"),
            screen.paint(ago(branch.when), "dim"),
            screen.paint(branch.subject or "(its commit is missing)"),
            screen.paint(_notes(branch), "dim"),
        )
    if not found.branches:
        screen.line(screen.paint("There are no branches yet."))
    for other in found.remotes:
        screen.line(
            " ",
            screen.paint(other.name, "red"),
            screen.paint(short(other.tip), "cyan"),
            screen.paint(ago(other.when), "dim"),
            screen.paint(other.subject or "(its commit is missing)"),
        )


def _notes(branch: Branch) -> str:
    notes = []
    if branch.upstream:
        notes.append(f"upstream {branch.upstream}{_distance(branch.ahead, branch.behind)}")
    if branch.worktree and not branch.current:
        notes.append(f"checked out in {branch.worktree}")
    if branch.protected:
        notes.append("protected")
    return f"[{'; '.join(notes)}]" if notes else ""


def _distance(ahead: int | None, behind: int | None) -> str:
    if ahead is None or behind is None:
        return " (gone)"
    parts = [f"{number:,} {word}" for number, word in ((ahead, "ahead"), (behind, "behind")) if number]
    return f" ({', '.join(parts)})" if parts else ""


def show_branch_acted(screen: Screen, done: BranchActed) -> None:
    """Writes where the branch is now."""
    screen.line(
        screen.paint(done.branch, "bold", "green"), screen.paint("is at"), screen.paint(short(done.tip), "cyan")
    )


def show_branch_deleted(screen: Screen, done: BranchDeleted) -> None:
    """Writes what went with it, and how it comes back."""
    found = count(done.unique_commits, "commit") if done.unique_commits else "no commit that is"
    told = f"({short(done.tip)}, {found} found nowhere else)"
    screen.line(screen.paint("Deleted"), screen.paint(done.branch, "bold", "yellow"), screen.paint(told))
    screen.columns([("", short(commit.id), commit.subject) for commit in done.commits], "", "cyan")
    if done.unique_commits > len(done.commits):
        screen.line(screen.paint(f"and {done.unique_commits - len(done.commits):,} more", "dim"))
    if done.operation:
        screen.line(screen.paint("Bring it back with: jupyter mlgit undo", "dim"))


def show_programs(screen: Screen, programs: Sequence[WouldRun]) -> None:
    """Writes a line for each hook and program that a repository names."""
    screen.columns([(program.what, program.where) for program in programs], "bold", "dim")


def show_trust(screen: Screen, trust: Trust) -> None:
    """Writes what the repository names and whether it may run."""
    if not (trust.would_run or trust.only_git):
        screen.line(screen.paint("It names nothing to run."))
        return
    if trust.would_run:
        word = (
            "This repository is trusted. Acts run these, where they are there for them:"
            if trust.trusted
            else "This repository is not trusted: nothing that it names runs. Trusted, acts would run these:"
        )
        screen.line(screen.paint(word, "green" if trust.trusted else "yellow"))
        show_programs(screen, trust.would_run)
    else:
        screen.line(screen.paint("It names nothing that is run here, so there is nothing to trust."))
    if trust.only_git:
        told = "These only git runs, trusted or not. Where files need a filter that is not known here, use git:"
        screen.line(screen.paint(told))
        show_programs(screen, trust.only_git)
