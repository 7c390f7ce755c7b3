"""Which files differ between two states and how both stand to each other, with git as the judge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.problems import BadRevision, NoCommonCommit
from jupyter_mlgit.review.diff import DiffRequest, show_diff
from jupyter_mlgit.review.overview import Overview, OverviewRequest, give_overview
from jupyter_mlgit.review.patches import PatchRequest, make_patch
from tests.git.twins import ours as verb
from tests.review.test_diff import LETTERS, TEXT, by_git, messy

if TYPE_CHECKING:
    from tests.scenario import Scenario


def ours(scenario: Scenario, *revisions: str, **options: Any) -> Overview:
    found = verb(scenario, give_overview, OverviewRequest(revisions=revisions, **options))
    assert isinstance(found, Overview)
    return found


def forked(scenario: Scenario) -> Scenario:
    """Builds ``main`` and ``topic``, which have gone on both since they were one."""
    scenario.commit("base", {"a": TEXT, "old.py": TEXT * 2, "gone": "1\n", "run.sh": "x\n"})
    scenario.branch("topic").commit("first", {"a": TEXT + "more\n", "new.ipynb": "{}"})
    scenario.git("mv", "old.py", "lib.py")
    scenario.git("rm", "--quiet", "gone")
    (scenario.path / "run.sh").chmod(0o755)
    scenario.commit("second", {"model.pt": b"\0\1"}).checkout("main")
    return scenario.commit("on main", {"only-main": "1\n"})


def named(found: Overview) -> list[tuple[str, str]]:
    return [(LETTERS[one.change], one.path) for one in found.files]


@pytest.mark.parametrize("words", ["main...topic", "main..topic", "topic..main", "..topic", "topic...", "topic^!"])
def test_files_and_counts_are_those_of_git(scenario: Scenario, words: str) -> None:
    forked(scenario)
    found = ours(scenario, words)
    assert named(found) == by_git(scenario, *(("topic^", "topic") if words == "topic^!" else (words,)))
    assert found.count == len(found.files)
    sides = {"topic^!": ("topic^", "topic"), "..topic": ("HEAD", "topic"), "topic...": ("topic", "HEAD")}
    old, new = sides.get(words) or words.replace("...", "..").split("..")
    assert (found.old.name, found.new.name) == (old, new)
    assert (found.old.id, found.new.id) == (scenario.tip(old), scenario.tip(new))
    behind, ahead = scenario.git("rev-list", "--left-right", "--count", f"{old}...{new}").split()
    assert (found.ahead, found.behind) == (int(ahead), int(behind))
    base = scenario.git("merge-base", old, new)
    assert found.base == (base if "..." in words else None)


def test_what_is_told_of_each_file(scenario: Scenario) -> None:
    files = {one.path: one for one in ours(forked(scenario), "main...topic").files}
    assert (files["lib.py"].old_path, files["lib.py"].likeness) == ("old.py", 100)
    assert (files["run.sh"].old_mode, files["run.sh"].new_mode) == (0o100644, 0o100755)
    assert (files["gone"].change, files["gone"].new_mode) == ("deleted", 0)
    assert {path: files[path].kind for path in ("a", "new.ipynb", "model.pt")} == {
        "a": "text",
        "new.ipynb": "notebook",
        "model.pt": "binary",
    }
    assert files["a"].likeness is None


def test_what_is_told_of_the_sides(scenario: Scenario) -> None:
    found = ours(forked(scenario), "main...topic")
    assert (found.old.subject, found.new.subject) == ("on main", "second")
    assert found.new.author == scenario.git("log", "-1", "--format=%an", "topic")
    assert found.new.when == scenario.git("log", "-1", "--format=%aI", "topic").replace("Z", "+00:00")
    assert found.new.parents == 1


def test_a_submodule_is_one_file(scenario: Scenario) -> None:
    forked(scenario)
    scenario.git("update-index", "--add", "--cacheinfo", f"160000,{scenario.tip()},sub")
    scenario.git("commit", "-qm", "sub")
    (one,) = ours(scenario, "HEAD^!").files
    assert (one.path, one.kind, one.new_mode) == ("sub", "submodule", 0o160000)


def test_the_exact_words_ask_for_the_same_after_everything_has_moved(scenario: Scenario) -> None:
    forked(scenario)
    asked = ("main...topic", "main..topic", "topic^!", "main~1^!")
    found = {words: ours(scenario, words) for words in asked}
    scenario.checkout("topic").commit("third", {"third": "1\n"}).checkout("main").git("branch", "-D", "topic")
    for words in asked:
        again = ours(scenario, *found[words].exact)
        assert again.files == found[words].files, words
        diff = verb(scenario, show_diff, DiffRequest(revisions=found[words].exact))
        assert [one.path for one in diff.files] == [one.path for one in found[words].files]


def test_the_stamp_tells_whether_a_side_has_moved(scenario: Scenario) -> None:
    forked(scenario)

    def stamps() -> list[str]:
        return [
            ours(scenario, words, files=False).stamp for words in ("main...topic", "main..topic", "topic^!", "main")
        ]

    first = stamps()
    assert stamps() == first
    assert [ours(scenario, words).stamp for words in ("main...topic", "main")] == [first[0], first[3]]
    scenario.git("branch", "other", "topic")
    assert stamps() == first
    scenario.write({"a": "edited\n"})
    second = stamps()
    assert second[:3] == first[:3]
    assert second[3] != first[3]
    scenario.write({"a": "edited again, to another length\n"})
    assert stamps()[3] != second[3]
    scenario.git("restore", "a")
    scenario.commit("more")
    third = stamps()
    # What topic did since it left main is the same still, but main is no longer what was seen.
    assert [one == before for one, before in zip(third, first, strict=True)] == [False, False, True, False]


def test_a_mere_look_names_no_file(scenario: Scenario) -> None:
    found = ours(forked(scenario), "main...topic", files=False)
    assert (found.files, found.count, found.ahead) == ((), None, 2)


def test_a_commit_against_the_working_files(scenario: Scenario) -> None:
    messy(scenario)
    found = ours(scenario, "HEAD~1", untracked=True)
    tracked = [one for one in found.files if one.change != "untracked"]
    assert [(LETTERS[one.change], one.path) for one in tracked] == by_git(scenario, "HEAD~1")
    assert [one.path for one in found.files if one.change == "untracked"] == ["untracked.txt"]
    assert (found.new.name, found.new.id, found.ahead, found.behind) == ("working files", None, 1, 0)
    assert found.exact == (scenario.tip("HEAD~1"),)


@pytest.mark.parametrize("staged", [False, True])
def test_the_index_is_a_side_too(scenario: Scenario, *, staged: bool) -> None:
    messy(scenario)
    found = ours(scenario, staged=staged)
    assert named(found) == by_git(scenario, *(("--cached",) if staged else ()))
    assert (found.old.name, found.new.name) == (("HEAD", "index") if staged else ("index", "working files"))
    assert (found.old.id is None, found.exact) == (not staged, ())


def test_the_first_commit_begins_with_nothing(scenario: Scenario) -> None:
    scenario.commit("first", {"a": "1\n", "b": "2\n"})
    found = ours(scenario, "HEAD^!")
    assert named(found) == [("A", "a"), ("A", "b")]
    assert (found.old.id, found.ahead, found.new.parents) == (None, None, 0)
    assert found.exact == (f"{scenario.tip()}^!",)
    mail = verb(scenario, make_patch, PatchRequest(revisions=found.exact, mail=True))
    assert (mail.old, mail.commits) == ("empty", 1)


def test_a_merge_is_compared_with_its_first_parent(scenario: Scenario) -> None:
    forked(scenario).merge("topic")
    found = ours(scenario, "HEAD^!")
    assert named(found) == by_git(scenario, "HEAD^1", "HEAD")
    assert found.new.parents == 2


def test_refusals_say_what_to_do(scenario: Scenario) -> None:
    with pytest.raises(BadRevision, match="'HEAD' names no"):
        ours(scenario, "HEAD^!")
    forked(scenario).git("switch", "-q", "--orphan", "alone")
    scenario.commit("alone", {"x": "1\n"})
    with pytest.raises(NoCommonCommit, match="no commit in common"):
        ours(scenario, "main...alone")
    found = ours(scenario, "main..alone")
    assert (found.ahead, found.behind, found.base) == (1, 2, None)
    with pytest.raises(BadRevision, match="'gone' names no branch"):
        ours(scenario, "main...gone")
