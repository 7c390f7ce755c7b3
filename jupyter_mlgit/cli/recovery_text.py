"""Tells what can be restored, what was, and how long it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.cli.wording import ago, count, short, size

if TYPE_CHECKING:
    from jupyter_mlgit.cli.screen import Screen
    from jupyter_mlgit.recovery.deleted_branches import DeletedBranch, DeletedBranches
    from jupyter_mlgit.recovery.pinning import Pinned, Unpinned
    from jupyter_mlgit.recovery.protection import Setup
    from jupyter_mlgit.recovery.restore import BranchPreview, Restored
    from jupyter_mlgit.recovery.retention import Retention
    from jupyter_mlgit.recovery.timeline import Timeline

_KINDS = {"overwritten": "overwritten", "lost": "lost commits", "stash": "dropped stash", "deleted": ""}


def show_deleted(screen: Screen, found: DeletedBranches) -> None:
    """Writes a card for each."""
    for branch in found.branches:
        _card(screen, branch)
    if found.more:
        screen.line(screen.paint(f"and {found.more:,} more: -n shows as many as you say", "dim"))
    if found.skipped:
        screen.line(screen.paint(f"{count(found.skipped, 'line')} of the logs could not be read.", "yellow"))
    if found.branches:
        screen.line(screen.paint("Bring one back with: jupyter mlgit restore NAME", "dim"))
        if any(branch.kind == "overwritten" for branch in found.branches):
            told = "An overwritten one goes back to where it was with: jupyter mlgit restore NAME --move-back"
            screen.line(screen.paint(told, "dim"))
        if any(branch.kind == "stash" for branch in found.branches):
            told = "A stash goes back on the stash list with: jupyter mlgit restore ID --stash"
            screen.line(screen.paint(told, "dim"))
    else:
        screen.line(screen.paint("No deleted branches were found; --all also looks for lost commits and stashes."))


def _card(screen: Screen, branch: DeletedBranch) -> None:
    gone = branch.state == "gone"
    name = branch.name or branch.id
    screen.line(
        screen.paint(name, "bold", "red" if gone else "yellow"),
        screen.paint(short(branch.tip), "cyan"),
        screen.paint(ago(branch.last_seen), "dim"),
        screen.paint(_KINDS.get(branch.kind, branch.kind)),
        screen.paint("pinned", "green") if branch.pinned else "",
    )
    if gone:
        screen.line("   ", screen.paint("Its commits are gone from this repository.", "red"))
    elif branch.subject is not None:
        screen.line(
            "   ", screen.paint(branch.subject), screen.paint(f"({branch.author})" if branch.author else "", "dim")
        )
    facts = []
    if branch.unique_commits is not None:
        facts.append(f"{count(branch.unique_commits, 'commit')} found nowhere else")
    if branch.pushed is not None:
        facts.append("pushed" if branch.pushed else "not pushed")
    if branch.notebooks:
        facts.append(f"touches {', '.join(branch.notebooks)}")
    if branch.upstream:
        facts.append(f"upstream {branch.upstream}")
    if facts:
        screen.line("   ", screen.paint(" \u00b7 ".join(facts)))
    screen.line("   ", screen.paint(branch.why, "dim"))
    for earlier in branch.earlier:
        told = f"earlier: {short(earlier.tip)} {earlier.subject or ''}".rstrip()
        screen.line("   ", screen.paint(told, "dim"), screen.paint(ago(earlier.last_seen), "dim"))
    screen.line("")


def show_preview(screen: Screen, preview: BranchPreview) -> None:
    """Writes commits and files."""
    _card(screen, preview.branch)
    screen.line(screen.paint("Commits found nowhere else:" if preview.branch.unique_commits else "Its tip:", "bold"))
    screen.columns(
        [(short(commit.id), ago(commit.authored), commit.author, commit.subject) for commit in preview.commits],
        *("cyan", "dim", "dim"),
    )
    if preview.more_commits:
        screen.line(screen.paint(f"and {preview.more_commits:,} more", "dim"))
    screen.line(screen.paint("Files:", "bold"))
    screen.columns([(file.change, file.path) for file in preview.files], "dim")
    if preview.more_files:
        screen.line(screen.paint(f"and {preview.more_files:,} more", "dim"))
    if preview.taken:
        screen.line(screen.paint(f"The name {preview.name} is taken; {preview.suggestion} is free.", "yellow"))


def show_restored(screen: Screen, restored: Restored) -> None:
    """Writes what came back."""
    at = short(restored.tip)
    if restored.moved_from is not None:
        told = f"is back at {at}; it was at {short(restored.moved_from)}, which is kept."
        screen.line(screen.paint(restored.branch, "bold", "green"), screen.paint(told))
        return
    if not restored.created:
        screen.line(screen.paint(f"{restored.branch} is there already, at {at}."))
        return
    if restored.stashed:
        told = f"is on the stash list again, as {restored.branch}. Take it with: git stash pop"
        screen.line(screen.paint(f"Stash {at}", "bold", "green"), screen.paint(told))
        return
    found = f", {count(restored.commits, 'commit')} found nowhere else" if restored.commits else ""
    screen.line(
        screen.paint("Restored"), screen.paint(restored.branch, "bold", "green"), screen.paint(f"at {at}{found}.")
    )
    if restored.upstream_restored:
        screen.line(screen.paint(f"Its upstream is {restored.upstream_restored} again."))
    if restored.switched:
        screen.line(screen.paint("It is checked out now."))


def show_pinned(screen: Screen, pinned: Pinned) -> None:
    """Writes for how long it is safe."""
    until = "for ever" if pinned.days is None else f"for {count(pinned.days, 'day')}"
    screen.columns([("", short(one.tip), one.name or "(no name)") for one in pinned.pinned], "", "cyan", "bold")
    if pinned.pinned:
        what = "It is" if len(pinned.pinned) == 1 else f"All {len(pinned.pinned):,} are"
        screen.line(screen.paint(f"{what} kept {until}; git gc cannot take it."))
    else:
        screen.line(screen.paint(f"All of it is pinned already; pins are kept {until}."))


def show_unpinned(screen: Screen, unpinned: Unpinned) -> None:
    """Writes what may become of it now."""
    name = unpinned.name or short(unpinned.tip)
    if not unpinned.unpinned:
        screen.line(screen.paint(f"{name} has no pin of its own."))
    else:
        screen.line(screen.paint("Unpinned"), screen.paint(name, "bold", "yellow"))
    if unpinned.kept_by:
        screen.line(
            screen.paint(f"It stays as long as these are pinned, which contain it: {', '.join(unpinned.kept_by)}.")
        )
    elif unpinned.unique_commits:
        found = f"{count(unpinned.unique_commits, 'commit')} found nowhere else"
        screen.line(screen.paint(f"git gc may take its {found} once no log names them any more."))
    else:
        screen.line(screen.paint("All of it is on other branches or a remote."))


def show_timeline(screen: Screen, timeline: Timeline) -> None:
    """Writes one line for each entry, and those of a rebase below it."""
    for entry in timeline.entries:
        screen.line(
            screen.paint(short(entry.new), "cyan"),
            screen.paint(ago(entry.when), "dim"),
            screen.paint(entry.action, "bold"),
            screen.paint(entry.message.removeprefix(f"{entry.action}: ")),
        )
        for step in entry.steps:
            screen.line("   ", screen.paint(short(step.new), "cyan"), screen.paint(step.message, "dim"))
    if not timeline.entries:
        screen.line(screen.paint("Nothing has been logged here."))
    if timeline.skipped:
        screen.line(screen.paint(f"{count(timeline.skipped, 'line')} of the log could not be read.", "yellow"))
    if timeline.next is not None:
        screen.line(screen.paint(f"Older entries: --after {timeline.next}", "dim"))


def show_retention(screen: Screen, kept: Retention) -> None:
    """Writes how long things stay, and what that costs."""
    days = "for ever" if kept.pin_days is None else f"for {count(kept.pin_days, 'day')}"
    screen.columns(
        [
            ("Log entries", kept.reflog_expire),
            ("Log entries that lead nowhere", kept.reflog_expire_unreachable),
            ("Objects that nothing needs", kept.prune_expire),
            ("Pins", f"{days}; {kept.pins:,} now, {size(kept.pin_bytes)}"),
            ("Backups", f"{kept.backups:,} now, {size(kept.backup_bytes)}"),
            ("Hook that pins while no server runs", kept.hook),
        ],
        "bold",
    )


def show_setup(screen: Screen, made: Setup) -> None:
    """Writes what is set up now."""
    screen.columns([("Hook", made.hook), ("Place", made.path)], "bold")
    if made.chained:
        screen.line(screen.paint("The hook that was there before is called as well."))
