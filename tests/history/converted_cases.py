"""Tells of repositories in which git does more to a file than writing it, or in which something is under way.

Each story makes its own two branches; the product leaves most of them to git, and says so.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from tests.history.switch_cases import Case
from tests.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Files = Mapping[str, str | bytes]

STRIP = "sed s/OUTPUT.*//"
"""Cleans as nbstripout does: what a run has put into the file never reaches a commit."""


def branches(s: Scenario, before: Files, after: Files, *, attributes: str = "") -> Scenario:
    """Makes ``main`` and ``x``, each with its files."""
    common: dict[str, str | bytes] = {".gitattributes": attributes} if attributes else {}
    s.commit("base", common | dict(before)).branch("x").commit("other", after)
    return s.checkout("main")


def attribute(
    text: str, *config: tuple[str, str], name: str = "big.bin", content: str = "one\n"
) -> Callable[[Scenario], None]:
    """Tells of a file for which an attribute holds."""

    def story(s: Scenario) -> None:
        branches(s, {name: content}, {name: content * 2}, attributes=text)
        for key, value in config:
            s.git("config", key, value)

    story.__name__ = "_".join([text.strip().splitlines()[-1], *(f"{key}={value}" for key, value in config)])
    return story


def attributes_come_with_the_branch(s: Scenario) -> None:
    branches(s, {"a": "1\n"}, {"a": "2\n", ".gitattributes": "a filter=lfs\n"})
    s.git("config", "filter.lfs.smudge", "tr a-z A-Z")


def attributes_go_with_the_branch(s: Scenario) -> None:
    branches(s, {"a": "1\n"}, {"a": "2\n"}, attributes="a filter=lfs\n")
    s.checkout("x").git("rm", "--quiet", ".gitattributes")
    s.commit("none", {}).checkout("main")
    s.git("config", "filter.lfs.smudge", "tr a-z A-Z")


def attributes_in_a_folder(s: Scenario) -> None:
    branches(s, {"d/a": "1\n", "d/.gitattributes": "a filter=lfs\n"}, {"d/a": "2\n"})
    s.git("config", "filter.lfs.smudge", "tr a-z A-Z")


def hook_after_switching(s: Scenario) -> None:
    branches(s, {"a": "1\n"}, {"a": "2\n"})
    hook = s.git_dir / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\n")
    hook.chmod(0o755)


def attributes_untracked(s: Scenario) -> None:
    branches(s, {"a": "one\n"}, {"a": "two\n"})
    s.write({".gitattributes": "a filter=lfs\n"})
    s.git("config", "filter.lfs.smudge", "tr a-z A-Z")


def attributes_staged(s: Scenario) -> None:
    branches(s, {"a": "one\n"}, {"a": "two\n"}, attributes="b text\n")
    s.write({".gitattributes": "a filter=lfs\n"}).git("add", ".gitattributes")
    s.git("config", "filter.lfs.smudge", "tr a-z A-Z")


def attributes_edited_but_not_staged(s: Scenario) -> None:
    branches(s, {"a": "one\n"}, {"a": "two\n"}, attributes="b text\n")
    s.write({".gitattributes": "a filter=lfs\n"})
    s.git("config", "filter.lfs.smudge", "tr a-z A-Z")


def attributes_in_info(s: Scenario) -> None:
    branches(s, {"a": "one\n"}, {"a": "two\n"})
    (s.common_dir / "info").mkdir(exist_ok=True)
    (s.common_dir / "info/attributes").write_text("a eol=crlf\n")


def windows_line_ends_of_a_file_that_stays(s: Scenario) -> None:
    branches(s, {"a": "one\r\n", "b": "1\n"}, {"b": "2\n"})


def cleaned_without_outputs(s: Scenario) -> None:
    s.git("config", "filter.strip.clean", STRIP)
    s.git("config", "filter.strip.smudge", "cat")
    branches(s, {"n.ipynb": "code\n"}, {"n.ipynb": "more code\n"}, attributes="*.ipynb filter=strip\n")


def cleaned_with_outputs_elsewhere(s: Scenario) -> None:
    cleaned_without_outputs(s)
    s.write({"same.ipynb": "code\n"}).git("add", "same.ipynb")
    s.write({"same.ipynb": "code\nOUTPUT of three days\n"})


def cleaned_with_outputs(s: Scenario) -> None:
    cleaned_without_outputs(s)
    s.write({"n.ipynb": "codeOUTPUT of three days\n"})
    assert s.git("status", "--porcelain") == " M n.ipynb"  # by its size


def cleaned_with_outputs_that_git_does_not_see(s: Scenario) -> None:
    cleaned_without_outputs(s)
    s.write({"n.ipynb": "codeOUTPUT of three days\n"})
    os.utime(s.path / "n.ipynb", (1_700_000_000, 1_700_000_000))  # so that its times alone tell that it is as staged
    s.git("add", "n.ipynb")
    assert s.git("status", "--porcelain") == ""


def submodule_alike(s: Scenario) -> None:
    _submodule(s)
    branches(s, {"a": "1\n"}, {"a": "2\n"})


def submodule_differs(s: Scenario) -> None:
    _submodule(s)
    s.commit("base", {"a": "1\n"}).branch("x")
    s.inside("repo/sub").commit("further")
    s.commit("moved", {}).checkout("main")
    s.git("submodule", "--quiet", "update")


def submodule_comes(s: Scenario) -> None:
    s.commit("base").branch("x")
    _submodule(s)
    s.checkout("main")


def _submodule(s: Scenario) -> None:
    Scenario(s.root, "library", clock=s.clock).commit("library")
    s.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../library", "sub")
    s.commit("with a submodule", {})


def submodule_goes(s: Scenario) -> None:
    """Has files, so its folder stays."""
    submodule_comes(s)
    s.branch("y", "main").checkout("x")
    s.git("branch", "--quiet", "--force", "main", "x")
    s.git("branch", "--quiet", "--move", "x", "z")
    s.git("branch", "--quiet", "--move", "y", "x")


def submodule_goes_and_was_never_filled(s: Scenario) -> None:
    submodule_goes(s)
    s.git("submodule", "--quiet", "deinit", "--force", "--all")


def file_becomes_submodule(s: Scenario) -> None:
    branches(s, {"sub": "file\n"}, {"a": "2\n"})
    s.checkout("x").git("rm", "--quiet", "sub")
    _submodule(s)
    s.checkout("main")


def folder_becomes_submodule(s: Scenario) -> None:
    branches(s, {"sub/in/a": "file\n"}, {"a": "2\n"})
    s.checkout("x").git("rm", "-r", "--quiet", "sub")
    _submodule(s)
    s.checkout("main")


def empty_submodule_becomes_file(s: Scenario) -> None:
    _turned_round(s, file_becomes_submodule)


def filled_submodule_becomes_file(s: Scenario) -> None:
    """Git removes it with all that is in it."""
    file_becomes_submodule(s)
    s.git("branch", "--quiet", "--move", "x", "z")
    s.git("branch", "--quiet", "x", "main")
    s.checkout("z").git("-c", "protocol.file.allow=always", "submodule", "--quiet", "update", "--init", "--force")


def submodule_below_an_untracked_file(s: Scenario) -> None:
    submodule_comes(s)
    (s.checkout("x").path / "deep").mkdir()
    s.git("mv", "sub", "deep/sub")
    s.commit("deep", {}).checkout("main")
    shutil.rmtree(s.path / "deep")
    s.write({"deep": "mine\n"})


def _turned_round(s: Scenario, story: Callable[[Scenario], None]) -> None:
    story(s)
    s.git("branch", "--quiet", "--move", "x", "z")
    s.git("branch", "--quiet", "x", "main")
    s.checkout("z").git("submodule", "--quiet", "deinit", "--force", "--all")


def sparse_cone(s: Scenario) -> None:
    """Leaves folders out; one file comes there, one goes, one changes, and one folder is in."""
    branches(
        s,
        {"a": "1\n", "in/b": "1\n", "out/c": "1\n", "out/gone": "1\n", "in/deep/d": "1\n", "out/deep/e": "1\n"},
        {
            "a": "2\n",
            "in/b": "2\n",
            "out/c": "2\n",
            "out/new": "2\n",
            "in/new": "2\n",
            "other/f": "2\n",
            "in/deep/d": "2\n",
        },
    )
    s.checkout("x").git("rm", "--quiet", "out/gone")
    s.commit("gone", {}).checkout("main")
    s.git("sparse-checkout", "set", "--cone", "in")


def sparse_patterns(s: Scenario) -> None:
    branches(
        s,
        {"a.py": "1\n", "d/b.ipynb": "1\n", "d/c.py": "1\n"},
        {"a.py": "2\n", "d/b.ipynb": "2\n", "d/c.py": "2\n", "d/new.py": "2\n", "e/new.ipynb": "2\n"},
    )
    s.git("sparse-checkout", "set", "--no-cone", "*.py", "!/d/c*")


def sparse_and_edited(s: Scenario) -> None:
    sparse_cone(s)
    s.write({"in/b": "edited\n"})


def sparse_and_edits_elsewhere(s: Scenario) -> None:
    branches(s, {"a": "1\n", "in/b": "1\n", "out/c": "1\n"}, {"a": "2\n", "out/c": "2\n"})
    s.git("sparse-checkout", "set", "--cone", "in")
    s.write({"in/b": "edited\n"})


def sparse(s: Scenario) -> None:
    branches(s, {"a": "1\n", "d/b": "1\n"}, {"a": "2\n", "d/b": "2\n"})
    s.git("sparse-checkout", "set", "--no-cone", "/a")


def skipped_in_worktree(s: Scenario) -> None:
    branches(s, {"a": "1\n"}, {"a": "2\n"})
    s.git("config", "core.checkStat", "minimal")  # git never looks anew at such a file, and a twin's is another inode
    s.git("config", "core.trustctime", "false")
    s.git("update-index", "--skip-worktree", "a")


def split_index(s: Scenario) -> None:
    branches(s, {"a": "1\n"}, {"a": "2\n"})
    s.git("update-index", "--split-index")


def links_written_as_files(s: Scenario) -> None:
    branches(s, {"a": "1\n"}, {"a": "2\n"})
    s.checkout("x")
    (s.path / "link").symlink_to("a")
    s.commit("link", {}).checkout("main")
    s.git("config", "core.symlinks", "false")


def names_that_differ_in_case(s: Scenario) -> None:
    branches(s, {"Readme": "1\n"}, {"readme": "2\n", "new": "1\n"})
    s.git("config", "core.ignoreCase", "true")


def conflict(s: Scenario) -> None:
    branches(s, {"a": "1\n", "b": "1\n"}, {"a": "2\n", "b": "2\n"})
    s.branch("y", "main").commit("mine", {"a": "3\n"})
    s.try_git("merge", "x")


def conflict_of_a_stash(s: Scenario) -> None:
    branches(s, {"a": "1\n", "b": "1\n"}, {"b": "2\n"})
    s.write({"a": "2\n"}).stash().commit("mine", {"a": "3\n"})
    s.try_git("stash", "apply")


def merging(s: Scenario) -> None:
    branches(s, {"a": "1\n"}, {"b": "2\n"})
    s.commit("mine").merge("x", "--no-commit", "--no-ff")


def picking(s: Scenario) -> None:
    conflict(s)
    s.reset("HEAD")
    s.try_git("cherry-pick", "x")
    s.git("checkout", "--quiet", "--theirs", ".")
    s.git("add", ".")


def picking_more_to_come(s: Scenario) -> None:
    picking(s)
    s.reset("HEAD")
    s.checkout("x").commit("second").checkout("main")
    s.try_git("cherry-pick", "x~1", "x")
    s.git("add", ".")
    s.git("commit", "--quiet", "--allow-empty", "-m", "by hand")


def reverting(s: Scenario) -> None:
    branches(s, {"a": "1\n"}, {"a": "2\n"})
    s.commit("second", {"a": "3\n"}).commit("third", {"b": "3\n"})
    s.git("revert", "--no-commit", "HEAD")


def rebasing(s: Scenario) -> None:
    branches(s, {"a": "1\n"}, {"b": "2\n"})
    s.commit("mine").checkout("x").commit("second")
    s.try_git("rebase", "main", "--exec", "false")
    assert (s.git_dir / "rebase-merge").is_dir()


def bisecting(s: Scenario) -> None:
    branches(s, {"a": "1\n"}, {"b": "2\n"})
    s.commit("1").commit("2").commit("3")
    s.git("bisect", "start", "HEAD", "HEAD~3")


_NOT_HERE = "unsupported-repository"
_SHOUT = ("filter.f.smudge", "tr a-z A-Z")

CASES = [
    Case(attribute("*.bin filter=f\n", _SHOUT), _NOT_HERE),
    Case(attribute("*.bin filter=f\n", ("filter.f.process", "false")), _NOT_HERE),
    Case(attribute("*.bin filter=f\n", ("filter.f.smudge", "cat"))),
    Case(attribute("*.bin filter=f\n", ("filter.f.required", "false"))),
    Case(attribute("*.bin filter=unknown\n")),
    Case(attribute("[attr]big filter=f\n*.bin big\n", _SHOUT), _NOT_HERE),
    Case(attribute("*.bin filter=f\n*.bin !filter\n", _SHOUT)),
    Case(attribute("*.bin filter=f\n*.bin -filter\n", _SHOUT)),
    Case(attribute("*.bin filter=f\nbig.* filter=other\n", _SHOUT)),
    Case(attribute('"with blank.bin" filter=f\n', _SHOUT, name="with blank.bin"), _NOT_HERE),
    Case(attribute('"with \\303\\274.bin"\tfilter=f\n', _SHOUT, name="with ü.bin"), _NOT_HERE),
    Case(attribute("#*.bin filter=f\n", _SHOUT)),
    Case(attribute("d/** filter=f\n", _SHOUT, name="d/e/big.bin"), _NOT_HERE),
    Case(attribute("*.BIN filter=f\n", _SHOUT, ("core.ignoreCase", "true")), _NOT_HERE),
    Case(attribute("*.bin eol=crlf\n")),
    Case(attribute("*.bin eol=lf\n", ("core.autocrlf", "true"))),
    Case(attribute("*.bin text\n")),
    Case(attribute("*.bin text\n", ("core.eol", "crlf"))),
    Case(attribute("*.bin text=auto\n", ("core.autocrlf", "true"))),
    Case(attribute("*.bin binary\n", ("core.autocrlf", "true"))),
    Case(attribute("*.bin -text\n", ("core.autocrlf", "true"))),
    Case(attribute("*.other text\n", ("core.autocrlf", "true"))),
    Case(attribute("*.other text\n", ("core.autocrlf", "input"))),
    Case(attribute("*.bin ident\n")),
    Case(attribute("*.bin working-tree-encoding=UTF-16LE\n", content="o\0n\0e\0")),
    Case(attributes_come_with_the_branch, _NOT_HERE),
    Case(attributes_go_with_the_branch),
    Case(attributes_in_a_folder, _NOT_HERE),
    Case(hook_after_switching, "untrusted-repository"),
    Case(attributes_untracked, _NOT_HERE),
    Case(attributes_staged, _NOT_HERE),
    Case(attributes_edited_but_not_staged),
    Case(attributes_in_info),
    Case(windows_line_ends_of_a_file_that_stays),
    Case(cleaned_without_outputs),
    Case(cleaned_with_outputs_elsewhere),
    Case(cleaned_with_outputs),
    Case(cleaned_with_outputs_that_git_does_not_see),
    Case(submodule_alike),
    Case(submodule_differs),
    Case(submodule_comes),
    Case(submodule_goes),
    Case(submodule_goes_and_was_never_filled),
    Case(file_becomes_submodule),
    Case(folder_becomes_submodule),
    Case(empty_submodule_becomes_file),
    Case(filled_submodule_becomes_file, "would-overwrite"),
    Case(submodule_below_an_untracked_file),
    Case(sparse_cone),
    Case(sparse_patterns),
    Case(sparse_and_edited),
    Case(sparse_and_edits_elsewhere),
    Case(sparse),
    Case(skipped_in_worktree),
    Case(split_index),
    Case(links_written_as_files, _NOT_HERE),
    Case(names_that_differ_in_case, _NOT_HERE),
    Case(conflict, "unfinished-operation"),
    Case(conflict_of_a_stash),
    Case(merging, "unfinished-operation"),
    Case(picking, "unfinished-operation"),
    Case(picking_more_to_come, "unfinished-operation"),
    Case(reverting, "unfinished-operation"),
    Case(rebasing, "unfinished-operation"),
    Case(bisecting, "unfinished-operation"),
]
