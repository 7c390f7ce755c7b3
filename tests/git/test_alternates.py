"""Borrows objects from other repositories as git does: both formats, chains, circles, and lenders that clean up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.git.alternates import DEEPEST, alternate_folders
from jupyter_mlgit.git.log_changes import RefUpdate
from jupyter_mlgit.git.objects import MissingObject, Oid
from jupyter_mlgit.git.ref_transaction import RefTransaction
from jupyter_mlgit.history.branches import BranchesRequest, list_branches
from jupyter_mlgit.problems import TipGone
from jupyter_mlgit.recovery.deleted_branches import DeletedRequest, find_deleted_branches
from jupyter_mlgit.recovery.restore import RestoreRequest, restore_deleted_branch
from tests.git.test_odd_commits import ODD, committed
from tests.git.twins import opened, ours
from tests.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path


def sharing(story: Scenario, name: str = "sharing") -> Scenario:
    """Clones a repository without its objects."""
    story.git("clone", "--quiet", "--shared", str(story.path), str(story.root / name))
    return story.inside(name)


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
@pytest.mark.parametrize("packed", [False, True])
def test_borrowed_branch_is_found_and_restored(tmp_path: Path, object_format: str, *, packed: bool) -> None:
    story = Scenario(tmp_path / "work", object_format=object_format).commit("one").branch("x").commit("two")
    story.checkout("main")
    if packed:
        story.gc()
    borrower = sharing(story)
    tip = story.tip("x")
    borrower.git("checkout", "-q", "x")
    borrower.checkout("main").git("update-ref", "-d", "refs/remotes/origin/x")
    borrower.delete_branch("x")
    (row,) = ours(borrower, find_deleted_branches, DeletedRequest()).branches
    assert (row.name, row.tip, row.state, row.unique_commits) == ("x", tip, "recoverable", 1)
    ours(borrower, restore_deleted_branch, RestoreRequest(branch="x"))
    assert borrower.tip("x") == tip
    listed = ours(borrower, list_branches, BranchesRequest()).branches
    assert [(one.name, one.subject) for one in listed] == [("main", "one"), ("x", "two")]
    borrower.fsck()


def test_odd_commit_of_a_lender_is_read(scenario: Scenario) -> None:
    oid = committed(scenario.commit("one"), ODD["zone in words"])
    with opened(sharing(scenario).path) as repo:
        assert repo.objects.commit(oid.encode()).subject == b"x"


def test_lenders_in_a_circle_are_asked_once(scenario: Scenario) -> None:
    borrower = sharing(scenario.commit("one"))
    (scenario.common_dir / "objects/info/alternates").write_text(f"{borrower.common_dir}/objects\n")
    with opened(borrower.path) as repo:
        assert repo.objects.places() == [borrower.common_dir / "objects", scenario.common_dir / "objects"]
        assert repo.objects.commit(scenario.tip().encode()).subject == b"one"
        with pytest.raises(MissingObject):
            repo.objects.raw(b"1" * 40)
        assert list(repo.objects.with_prefix(b"1111111")) == []


def test_chain_of_lenders_is_followed_as_far_as_git_does(tmp_path: Path) -> None:
    folders = [tmp_path / str(number) for number in range(DEEPEST + 4)]
    for folder, lender in zip(folders, [*folders[1:], tmp_path / "missing"], strict=True):
        (folder / "info").mkdir(parents=True)
        # Relative paths are meant from the folder of objects; what is no line is passed over.
        (folder / "info/alternates").write_text(f"# a comment\n\n../{lender.name}\n{lender}\n\0\n")
    found = [path.resolve() for path in alternate_folders(folders[0])]
    assert found == folders[1 : DEEPEST + 2]


def test_list_of_lenders_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    (tmp_path / "info/alternates").mkdir(parents=True)
    assert alternate_folders(tmp_path) == []
    assert alternate_folders(tmp_path / "missing") == []


def test_lender_that_comes_or_goes_is_noticed(scenario: Scenario) -> None:
    other = Scenario(scenario.root, "other").commit("elsewhere")
    tip = other.tip().encode()
    with opened(scenario.commit("one").path) as repo:
        assert not repo.objects.contains(tip)
        named = scenario.common_dir / "objects/info/alternates"
        named.write_text(f"{other.common_dir}/objects\n")
        assert repo.objects.contains(tip)
        named.unlink()
        assert not repo.objects.is_on_disk(tip)


def test_no_ref_comes_to_name_what_a_lender_has_cleaned_up(scenario: Scenario) -> None:
    """The lender's pack stays readable for as long as it is open here."""
    scenario.commit("one").branch("x").commit("two").checkout("main").gc()
    borrower = sharing(scenario)
    borrower.git("update-ref", "-d", "refs/remotes/origin/x")
    tip = Oid(scenario.tip("x").encode())
    with opened(borrower.path) as repo:
        assert repo.objects.commit(tip).subject == b"two"
        scenario.delete_branch("x").expire_all()
        update = RefUpdate(b"refs/heads/x", None, tip, b"branch: Created from x")
        with pytest.raises(TipGone), RefTransaction(repo, [update], scenario.clock.now) as transaction:
            transaction.commit()
        assert repo.objects.contains(borrower.tip("main").encode())
    assert list(borrower.branches()) == ["main"]
    borrower.fsck()
