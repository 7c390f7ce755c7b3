"""Lists backups page by page, with their files, and says how long each is kept."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.git.object_size import object_size
from jupyter_mlgit.history.reset import ResetRequest, reset
from jupyter_mlgit.journal.context import Settings
from jupyter_mlgit.problems import BackupNotFound
from jupyter_mlgit.recovery.backups import Backups, BackupsRequest, list_backups
from jupyter_mlgit.recovery.snapshot import BackupRequest, back_up_now
from tests.git.twins import opened, ours
from tests.history.pictures import everything

if TYPE_CHECKING:
    from tests.scenario import Scenario


def look(s: Scenario, **asked: Any) -> Backups:
    found: Backups = ours(s, list_backups, BackupsRequest(**asked), settings=Settings(pin_days=15))
    return found


def with_backups(s: Scenario, count: int) -> list[str]:
    """Makes backups; gives their ids, newest first."""
    s.commit("base", {"base.txt": "1\n"})
    found = []
    for number in range(count):
        s.write({"base.txt": f"e{number}\n", f"new {number}": "n\n"})
        found.append(str(ours(s, back_up_now, BackupRequest()).id))
    return found[::-1]


def test_a_page_after_the_other(scenario: Scenario) -> None:
    ids = with_backups(scenario, 5)
    first = look(scenario, n=2)
    second = look(scenario, n=2, after=first.backups[-1].id)
    last = look(scenario, n=2, after=second.backups[-1].id)
    assert [one.id for page in (first, second, last) for one in page.backups] == ids
    assert [first.more, second.more, last.more] == [3, 1, 0]
    assert [one.path for one in first.backups[1].files] == ["base.txt", *(f"new {number}" for number in range(4))]
    assert first.backups[1].bytes == 3 + 4 * 2
    with pytest.raises(BackupNotFound):
        look(scenario, after="0123456789ab")


def test_only_what_stands_on_the_page_is_read(scenario: Scenario) -> None:
    ids = with_backups(scenario, 3)
    commits = scenario.git("for-each-ref", "--format=%(objectname)", f"refs/mlgit/backup/{ids[-1]}")
    loose = scenario.common_dir / "objects" / commits[:2] / commits[2:]
    loose.unlink()
    assert [one.damaged for one in look(scenario, n=2).backups] == [None, None]
    damaged = look(scenario, n=3).backups[2]
    assert damaged.damaged is not None
    assert (damaged.files, damaged.bytes, damaged.title) == ([], None, "Back up 2 files")


def test_says_why_each_was_made_and_until_when_it_is_kept(scenario: Scenario) -> None:
    with_backups(scenario, 1)
    asked = scenario.clock.now
    ours(scenario, reset, ResetRequest(rev="HEAD", hard=True))
    scenario.write({"base.txt": "run\n"})
    ours(scenario, back_up_now, BackupRequest(reason="before-run"))
    found = look(scenario).backups
    assert [one.reason for one in found] == ["before-run", "before-act", "on-demand"]
    assert found[1].title == f"Hard reset to {scenario.tip()[:7]}"
    assert found[2].when[:10] == scenario.git("log", "-1", "--format=%cs", found[2].commit)
    assert scenario.git("log", "-1", "--format=%ct", found[2].commit) == str(int(asked))
    assert (found[2].kept_until or "") > found[2].when
    scenario.git("config", "mlgit.pinExpire", "never")
    assert {one.kept_until for one in look(scenario).backups} == {None}


def test_without_the_operation_log(scenario: Scenario) -> None:
    ids = with_backups(scenario, 2)
    ours(scenario, reset, ResetRequest(rev="HEAD", hard=True))
    (scenario.common_dir / "mlgit/operations.jsonl").unlink()
    found = look(scenario).backups
    assert [one.id for one in found[1:]] == ids
    assert [one.reason for one in found] == ["before-act", "on-demand", "on-demand"]
    assert [one.title for one in found][1:] == ["Backup on demand"] * 2


def test_looking_changes_nothing(scenario: Scenario) -> None:
    with_backups(scenario, 2)
    before = everything(scenario.root)
    look(scenario)
    assert everything(scenario.root) == before


def test_sizes_are_told_by_headers(scenario: Scenario) -> None:
    """Loose, packed, and as a delta, which git makes of files that are alike."""
    lines = [f"line {number} of a rather long file\n" for number in range(3000)]
    scenario.commit("one", {"a": "".join(lines), "b": "", "c": "".join(lines[::2]) + "x"})
    scenario.commit("two", {"a": "".join([*lines[:1500], "inserted\n", *lines[1500:]])})
    oids = [scenario.tip(name) for name in ("HEAD:a", "HEAD:b", "HEAD:c", "HEAD~1:a", "HEAD^{tree}")]
    sizes = [int(scenario.git("cat-file", "-s", oid)) for oid in oids]
    for pack in (False, True):
        if pack:
            scenario.git("repack", "-q", "-a", "-d", "-f")
            kinds = scenario.git("verify-pack", "-v", *map(str, (scenario.common_dir / "objects/pack").glob("*.idx")))
            assert "chain length" in kinds
        with opened(scenario.path) as repo:
            assert [object_size(repo.objects, oid.encode()) for oid in oids] == sizes
            assert object_size(repo.objects, b"0" * 40) is None
    pack_file = next((scenario.common_dir / "objects/pack").glob("*.pack"))
    pack_file.chmod(stat.S_IRUSR | stat.S_IWUSR)
    pack_file.write_bytes(pack_file.read_bytes()[:20])
    with opened(scenario.path) as repo:
        assert object_size(repo.objects, oids[0].encode()) is None
