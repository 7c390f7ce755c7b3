"""Backs up, lists and brings back over HTTP, where a preview may be out of date by the time of the act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.scenario import Scenario


async def test_there_and_back(ask: Any, story: Scenario, jp_auth_header: dict[str, str]) -> None:
    story.write({"first.txt": "mine\n", "new.ipynb": "{}\n"})
    made = await ask("POST", "recovery/backup", {"reason": "before-run"})
    assert (made.status, made.body["created"], made.body["moreFiles"]) == (200, True, 0)
    assert [(one["path"], one["kind"]) for one in made.body["files"]] == [
        ("first.txt", "modified"),
        ("new.ipynb", "untracked"),
    ]
    again = await ask("POST", "recovery/backup")
    assert (again.body["id"], again.body["created"], again.body["operation"]) == (made.body["id"], False, None)
    (found,) = (await ask("GET", "recovery/backups", n="5")).body["backups"]
    assert (found["id"], found["reason"], found["bytes"]) == (made.body["id"], "before-run", 8)
    (newest, *_) = (await ask("GET", "operations")).body["operations"]
    assert (newest["kind"], newest["undoable"], newest["backup"]) == ("backup", False, True)

    story.write({"first.txt": "wrecked\n"})
    token = (await ask("GET", "status")).body["stateToken"]
    wanted = {"id": found["id"], "paths": ["first.txt"]}
    foreseen = await ask("POST", "recovery/backups/restore", {**wanted, "dryRun": True})
    assert [(one["path"], one["effect"]) for one in foreseen.body["files"]] == [("first.txt", "overwritten")]
    story.write({"first.txt": "saved since the preview\n"})
    headers = {**jp_auth_header, "If-Match": f'"{token}"'}
    refused = await ask("POST", "recovery/backups/restore", wanted, headers=headers)
    assert (refused.status, refused.code) == (412, "state-changed")
    assert (story.path / "first.txt").read_text() == "saved since the preview\n"
    done = await ask("POST", "recovery/backups/restore", wanted)
    assert done.body["files"] == foreseen.body["files"]
    assert (story.path / "first.txt").read_text() == "mine\n"
    assert (await ask("POST", "operations/undo")).body["files"][0]["path"] == "first.txt"
    assert (story.path / "first.txt").read_text() == "saved since the preview\n"


async def test_a_backup_that_is_not_there(ask: Any, story: Scenario) -> None:
    del story
    for answer in (
        await ask("GET", "recovery/backups", id="0123456789ab"),
        await ask("GET", "recovery/backups", after="0123456789ab"),
        await ask("POST", "recovery/backups/restore", {"id": "../../config"}),
    ):
        assert (answer.status, answer.code) == (404, "backup-not-found")
