"""Takes random acts back and does them again; what has to come of it is foretold from the facts before each act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from jupyter_mlgit.journal.observed import observe
from jupyter_mlgit.journal.operations import OperationsRequest, list_operations
from jupyter_mlgit.journal.records import read_records
from jupyter_mlgit.journal.undo import RedoRequest, UndoRequest, redo, undo
from jupyter_mlgit.problems import NoUndo, UnfinishedOperation, WouldOverwrite
from tests.journal.random_pictures import Facts, differing, facts, is_seen, told

if TYPE_CHECKING:
    from jupyter_mlgit.journal.operations import Operation, Operations
    from tests.journal.random_acts import Walk


class Made(NamedTuple):
    """One act of the product, with the facts on both sides."""

    before: Facts
    after: Facts


class Undoing:
    """Knows the acts of one walk."""

    def __init__(self, walk: Walk) -> None:
        """Begins with none."""
        self._walk = walk
        self._made: dict[str, Made] = {}
        self._undone: dict[str, Made] = {}
        """Act → the facts on both sides of its last undo, which is what redo takes back."""

    def remember(self, operation: str | None, before: Facts, after: Facts) -> None:
        """Takes down an act, which must now be what Undo takes back."""
        if operation is None:
            return
        made = self._made[operation] = Made(before, after)
        listed = self._listed()
        if listed.undo == operation:
            return
        reason = next(one.reason for one in listed.operations if one.id == operation)
        # Of what changed nothing there is nothing to take back.
        assert not differing(*made), self._walk.said(f"cannot be undone: {reason}")

    def undo(self) -> None:
        """Takes the newest act back."""
        self._look()
        listed = self._listed()
        self._take_back(UndoRequest(), [self._by_id(listed, listed.undo)] if listed.undo else [])

    def undo_one(self) -> None:
        """Takes back an act that may lie behind others."""
        self._look()
        possible = [one for one in self._listed().operations if one.undoable]
        if possible:
            one = self._walk.chosen.choice(possible)
            self._take_back(UndoRequest(id=one.id), [one])

    def undo_to(self) -> None:
        """Takes back everything after an act."""
        self._look()
        listed = self._listed().operations
        if listed:
            last = self._walk.chosen.choice(listed[:8])
            self._take_back(UndoRequest(to=last.id), self._come_since(listed, last.id))

    def redo(self) -> None:
        """Does again what was undone last."""
        self._look()
        listed = self._listed()
        again = self._by_id(listed, listed.redo) if listed.redo else None
        made = [self._undone[again.id]] if again and again.id in self._undone else []
        self._carry(redo, RedoRequest(), [again] if again else [], made)

    def _take_back(self, request: UndoRequest, acts: list[Operation]) -> None:
        self._carry(undo, request, acts, [self._made[one.id] for one in acts if one.id in self._made])

    def _carry(self, verb: Any, request: object, acts: list[Operation], made: list[Made]) -> None:
        """Runs it and holds the outcome against what is foretold.

        Args:
            verb: undo or redo.
            request: its request.
            acts: what it is to take back or do again, newest first.
            made: the facts on both sides of what is taken back for that, as far as they are known.
        """
        walk = self._walk
        walk.say([one.title for one in acts])
        before = facts(walk.ours)
        states, changed, must = foretell(before, made)
        is_known = bool(acts) and len(made) == len(acts) and not any(moves_files(before, one) for one in acts)
        done, refusal = walk.tried(verb, request)
        if refusal is not None:
            assert isinstance(refusal, (NoUndo, WouldOverwrite, UnfinishedOperation)), walk.said(f"{refusal!r}")
            found = differing(before, facts(walk.ours))
            assert not found, walk.said(f"refused, and yet changed: {found}")
            if isinstance(request, UndoRequest) and request.to:
                walk.new_twin()  # a part that had been taken back is done again, which the logs tell of
            merging = any(name.startswith("merge MERGE_HEAD") for name in before)
            listed = all(one.undoable for one in acts) or verb is redo
            assert not (is_known and must and listed and not merging), walk.said(f"should be possible: {refusal}")
            return
        after = facts(walk.ours)
        walk.demand_kept(before, after)
        assert [one.id for one in done.operations] == [one.id for one in acts], walk.said("others were taken back")
        if is_known:
            assert not changed, walk.said(f"changed since, and gone over: {changed}")
            wrong = differing(states[-1], after)
            assert not wrong, walk.said("foretold | found:\n" + told(wrong, states[-1], after))
        if verb is undo:
            for number, one in enumerate(acts):
                self._undone.pop(one.id, None)
                if is_known:
                    self._undone[one.id] = Made(*states[number : number + 2])
            if len(acts) == 1:
                self._undone[acts[0].id] = Made(before, after)
        walk.new_twin()

    def _look(self) -> None:
        self._walk.run(lambda repo, _, context: observe(repo, context), None)

    def _come_since(self, listed: list[Operation], moment: str) -> list[Operation]:
        """Gives the acts that are done now and were not at a moment, be it that they were done again later."""
        records = self._walk.run(lambda repo, *_: read_records(repo), None)
        came: dict[str, int] = {}
        then: set[str] = set()
        for place, record in enumerate(records):
            of = record.undoes or record.redoes or record.id
            if record.undoes:
                came.pop(of, None)
            elif record.changes:  # of a reset that changes nothing there is nothing to take back
                came[of] = place
            if record.id == moment:
                then = set(came)
        return sorted((one for one in listed if one.id in came.keys() - then), key=lambda one: -came[one.id])

    def _listed(self) -> Operations:
        listed: Operations = self._walk.run(list_operations, OperationsRequest(n=1000))
        return listed

    @staticmethod
    def _by_id(listed: Operations, wanted: str) -> Operation:
        return next(one for one in listed.operations if one.id == wanted)


def foretell(now: Facts, acts: list[Made]) -> tuple[list[Facts], list[str], bool]:
    """Says what becomes of the facts when acts are taken back.

    Returns:
        the facts as they are now and after each act has gone;
        what has changed since, so that it must not be done;
        and whether it is certain that it can be.
    """
    states, changed, must = [now], [], True
    for act in acts:
        found = dict(states[-1])
        renamed = renaming(act)
        for name in differing(act.before, act.after):
            here, after, before = (one.get(name) for one in (found, act.after, act.before))
            if name == "HEAD" and renamed:
                continue  # it follows the name, see below
            if here != after:
                must = False
            # A file that is there already is as good as one that is brought back.
            is_back = name.startswith(("file ", "index ", "merge ")) and is_seen(here) == is_seen(before)
            if is_seen(here) != is_seen(after) and not is_back:
                changed.append(name)
            if before is None:
                found.pop(name, None)
            elif not is_back:
                found[name] = before
        if renamed and found["HEAD"] == b"ref: %s\n" % renamed[1].encode():
            found["HEAD"] = b"ref: %s\n" % renamed[0].encode()
        must = must and not in_each_others_way(found)
        states.append(found)
    return states, changed, must


def moves_files(now: Facts, act: Operation) -> bool:
    """Tells whether an act changed a branch alone that is checked out by now, so that files go with it."""
    head = bytes(now["HEAD"]).decode().removeprefix("ref: ").strip()  # type: ignore[call-overload]
    return act.kind == "branch-move" and any(one.name == head for one in act.refs)


def renaming(act: Made) -> tuple[str, str] | None:
    """Gives a branch's name before and after, where an act gives it another one."""
    refs = [name for name in differing(act.before, act.after) if name.startswith("ref ")]
    went = [name for name in refs if name not in act.after]
    came = [name for name in refs if name in act.after]
    if len(went) == len(came) == 1 and act.before[went[0]] == act.after[came[0]]:
        return went[0].removeprefix("ref "), came[0].removeprefix("ref ")
    return None


def in_each_others_way(found: Facts) -> bool:
    """Tells whether a file or ref would have to stand where a folder does."""
    names = {name for name in found if name.startswith(("file ", "index ", "ref "))}
    return any(name[:at] in names for name in names for at, code in enumerate(name) if code == "/")
