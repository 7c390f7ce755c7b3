"""Looks at the repository while an act is under way, as a second tab does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.git.locks import repository_lock
from jupyter_mlgit.history.branches import BranchCreateRequest, create_branch
from jupyter_mlgit.history.status import StatusRequest, read_status
from jupyter_mlgit.journal import acts
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.journal.records import Record, append_record
from jupyter_mlgit.journal.unfinished import UnfinishedRequest, show_unfinished
from tests.git.twins import opened

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository
    from tests.scenario import Scenario


def look(story: Scenario, repo: Repository) -> tuple[str | None, str | None]:
    """Gives what the banner of the panel goes by, and what ``recover`` names."""
    context = Context(now=story.clock.now)
    unfinished = read_status(repo, StatusRequest(), context).unfinished
    return unfinished.kind if unfinished else None, show_unfinished(repo, UnfinishedRequest(), context).title


def test_act_under_way_is_no_interrupted_one(story: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def logging(repo: Repository, record: Record) -> None:
        with opened(story.path) as other:
            seen.append(look(story, other))
        append_record(repo, record)

    monkeypatch.setattr(acts, "append_record", logging)
    with opened(story.path) as repo:
        create_branch(repo, BranchCreateRequest(name="new"), Context(now=story.clock.now))
        assert seen == [(None, None)]


def test_interrupted_act_is_shown_unless_it_is_being_settled(story: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    def dying(*_: object) -> None:
        raise KeyboardInterrupt

    with opened(story.path) as repo:
        monkeypatch.setattr(acts, "append_record", dying)
        monkeypatch.setattr(acts, "_take_back", lambda *_: False)
        with pytest.raises(KeyboardInterrupt):
            create_branch(repo, BranchCreateRequest(name="new"), Context(now=story.clock.now))
        assert look(story, repo) == ("interrupted", "Create branch new")
        with repository_lock(repo.ours):
            assert look(story, repo) == (None, None)
        assert look(story, repo) == ("interrupted", "Create branch new")
