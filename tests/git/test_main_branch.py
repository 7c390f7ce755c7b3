"""Which branch counts as the main one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.git.main_branch import main_branch
from tests.git.twins import opened

if TYPE_CHECKING:
    from tests.scenario import Scenario


def found(scenario: Scenario) -> bytes | None:
    with opened(scenario.path) as repo:
        return main_branch(repo, repo.refs.all())


def test_nothing_is_the_main_branch_where_no_name_tells(scenario: Scenario) -> None:
    assert found(scenario) is None
    scenario.commit("one").git("branch", "-m", "work")
    assert found(scenario) is None


def test_common_names_count_in_their_order(scenario: Scenario) -> None:
    scenario.commit("one").git("branch", "-m", "trunk")
    assert found(scenario) == b"refs/heads/trunk"
    scenario.git("branch", "master")
    assert found(scenario) == b"refs/heads/master"
    scenario.git("branch", "main")
    assert found(scenario) == b"refs/heads/main"


def test_the_name_that_new_repositories_get_goes_before_them(scenario: Scenario) -> None:
    scenario.commit("one").git("branch", "lab")
    scenario.git("config", "init.defaultBranch", "lab")
    assert found(scenario) == b"refs/heads/lab"
    scenario.git("branch", "-D", "lab")
    assert found(scenario) == b"refs/heads/main"


def test_what_the_remote_has_checked_out_goes_before_all(scenario: Scenario) -> None:
    scenario.commit("one").git("branch", "develop")
    clone = scenario.clone("clone", "--branch", "develop")
    clone.git("config", "init.defaultBranch", "develop")
    assert clone.git("symbolic-ref", "refs/remotes/origin/HEAD") == "refs/remotes/origin/main"
    assert found(clone) == b"refs/remotes/origin/main"
    clone.git("branch", "main", "origin/main")
    assert found(clone) == b"refs/heads/main"
    clone.git("remote", "set-head", "origin", "develop")
    assert found(clone) == b"refs/heads/develop"
    # A name that the remote no longer has says nothing.
    clone.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/gone")
    clone.git("config", "--unset", "init.defaultBranch")
    assert found(clone) == b"refs/heads/main"


def test_a_remote_of_another_name_tells_too(scenario: Scenario) -> None:
    scenario.commit("one")
    clone = scenario.clone("clone", "--origin", "upstream")
    clone.git("switch", "--quiet", "--create", "work")
    clone.git("branch", "-D", "main")
    assert found(clone) == b"refs/remotes/upstream/main"
    clone.git("remote", "set-head", "upstream", "--delete")
    assert found(clone) == b"refs/remotes/upstream/main"


def test_origin_goes_before_other_remotes(scenario: Scenario) -> None:
    scenario.commit("one").git("branch", "develop")
    clone = scenario.clone("clone")
    clone.git("remote", "add", "a-fork", str(scenario.path))
    clone.git("remote", "add", "upstream", str(scenario.path))
    clone.git("fetch", "--quiet", "--all")
    clone.git("branch", "develop", "origin/develop")
    for name in ("a-fork", "upstream"):
        clone.git("remote", "set-head", name, "develop")
    assert found(clone) == b"refs/heads/main"


def test_a_target_that_leads_out_of_the_refs_is_no_branch(scenario: Scenario) -> None:
    scenario.commit("one").git("branch", "-m", "work")
    clone = scenario.clone("clone")
    (clone.git_dir / "refs/remotes/origin/HEAD").write_text("ref: refs/../../secret\n")
    assert found(clone) is None
