"""Tells of repositories and settings that are unlike others, for every act that moves index or working files.

Each story takes the repository of :func:`base`: ``main`` is checked out, ``x`` differs from it in each way a little.
"""

from __future__ import annotations

import os
import shutil
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from tests.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LATIN = os.fsdecode(b"caf\xe9-\xff")
ODD = ['"quoted"', "new\nline", "tab\there", " blanks ", "-dash", ":(top)colon", "*star", LATIN]
ODD += [unicodedata.normalize(form, "caf\u00e9") for form in ("NFC", "NFD")]
LARGE = bytes(range(256)) * 40_960  # 10 MiB


class Story(NamedTuple):
    """One of them."""

    tell: Callable[[Scenario], object]
    acts: str
    """What is tried: resets, a switch, a discard."""
    refused: str | None = None
    """The code of our refusal where git goes on, and goes over what nobody else has."""

    @property
    def name(self) -> str:
        """What the test is called."""
        return self.tell.__name__


def base(root: Path) -> Scenario:
    """Builds the two branches."""
    s = Scenario(root).commit("base", {"a": "1\n", "same": "1\n", "gone": "1\n", "d/deep/f": "1\n", "run": "1\n"})
    s.branch("x").git("rm", "--quiet", "gone", "d/deep/f")
    (s.path / "run").chmod(0o755)
    s.commit("other", {"a": "2\n", "new": "2\n", "d/new": "2\n"})
    s.checkout("main").commit("second", {"same": "2\n"})
    # So that git, where it must not look anew, takes a copied file for what it was.
    s.git("config", "core.checkStat", "minimal")
    s.git("config", "core.trustctime", "false")
    return s


def names(s: Scenario) -> None:
    """Has names with everything that a name may hold, composed and decomposed."""
    for branch in ("x", "main"):
        s.checkout(branch).commit(f"odd {branch}", {f"odd/{name}": f"{branch}\n" for name in ODD})
    s.write({f"odd/{name}": "edited\n" for name in ODD[::2]})
    s.git("rm", "--quiet", "--cached", "--", f"./odd/{ODD[1]}")


def composed_becomes_decomposed(s: Scenario) -> None:
    s.checkout("main").commit("one", {"caf\u00e9": "1\n"})
    s.checkout("x").commit("two", {unicodedata.normalize("NFD", "caf\u00e9"): "2\n"}).checkout("main")


def case_alone(s: Scenario) -> None:
    """Renames one that differs in case alone, on a file system that tells them apart."""
    s.checkout("x").git("mv", "same", "Same")
    s.commit("case", {}).checkout("main").write({"Same": "mine\n"})


def intent_to_add(s: Scenario) -> None:
    s.write({"new": "mine\n", "mine": "mine\n", "empty": ""}).git("add", "--intent-to-add", "new", "mine", "empty")


def intent_to_add_and_gone(s: Scenario) -> None:
    intent_to_add(s)
    (s.path / "mine").unlink()


def assumed_unchanged(s: Scenario) -> None:
    s.git("update-index", "--assume-unchanged", "same", "run")
    s.write({"same": "edited\n"})


def skipped(s: Scenario) -> None:
    s.git("update-index", "--skip-worktree", "same", "run")
    s.write({"same": "edited\n"})


def skipped_and_gone(s: Scenario) -> None:
    s.git("update-index", "--skip-worktree", "same", "a")
    (s.path / "same").unlink()
    (s.path / "a").unlink()


def modes_not_trusted(s: Scenario) -> None:
    s.git("config", "core.fileMode", "false")
    (s.path / "a").chmod(0o755)
    (s.path / "same").chmod(0o755)
    s.git("update-index", "--chmod=+x", "gone")


def links_are_files(s: Scenario) -> None:
    s.git("config", "core.symlinks", "false")
    s.write({"a": "edited\n"})


def case_is_folded(s: Scenario) -> None:
    s.git("config", "core.ignoreCase", "true")
    s.write({"a": "edited\n"})


def renamed(s: Scenario) -> None:
    s.git("mv", "same", "moved")
    s.git("mv", "d", "e")
    s.write({"moved": "edited\n"})


def untracked_cache(s: Scenario) -> None:
    s.write({"mine/1": "1\n", "mine/2": "2\n", "gone2": "1\n"})
    s.git("config", "core.untrackedCache", "true")
    s.git("update-index", "--untracked-cache")
    s.git("status")
    s.git("rm", "--quiet", "--cached", "same")
    s.git("status")


def monitored(s: Scenario) -> None:
    hook = s.git_dir / "hooks/watch"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nprintf 'token\\0/\\0'\n")
    hook.chmod(0o755)
    s.git("-c", f"core.fsmonitor={hook}", "update-index", "--fsmonitor")
    s.git("-c", f"core.fsmonitor={hook}", "status")
    s.write({"a": "edited\n"})


def split(s: Scenario) -> None:
    s.write({"a": "staged\n"}).git("update-index", "--split-index")
    s.git("add", "a")


def version_four(s: Scenario) -> None:
    s.git("update-index", "--index-version", "4")
    s.write({"a": "staged\n"}).git("add", "a")


def no_index(s: Scenario) -> None:
    (s.git_dir / "index").unlink()


def many_files(s: Scenario) -> None:
    s.git("config", "feature.manyFiles", "true")
    s.git("config", "index.skipHash", "true")
    s.write({"a": "staged\n"}).git("add", "a")


def sparse_cone(s: Scenario) -> None:
    s.git("sparse-checkout", "set", "--cone", "d/deep")
    s.write({"a": "edited\n", "d/deep/f": "edited\n"})


def sparse_patterns(s: Scenario) -> None:
    s.git("sparse-checkout", "set", "--no-cone", "/*", "!/d/", "!/new")


def sparse_with_a_file_beyond(s: Scenario) -> None:
    sparse_patterns(s)
    s.write({"d/deep/f": "mine\n"})


def large(s: Scenario) -> None:
    s.checkout("x").commit("large", {"model.bin": LARGE}).checkout("main")
    s.write({"model.bin": LARGE[1:]})


def hard_links(s: Scenario) -> None:
    os.link(s.path / "a", s.path / "twin-of-a")
    os.link(s.path / "same", s.root / "twin-of-same")
    s.write({"gone": "edited\n"})


def read_only_files(s: Scenario) -> None:
    s.write({"a": "edited\n", "new": "mine\n"})
    for name in ("a", "new", "gone"):
        (s.path / name).chmod(0o444)
    (s.path / "d").chmod(0o555)


def folder_is_a_link(s: Scenario) -> None:
    shutil.move(s.path / "d", s.root / "elsewhere")
    (s.path / "d").symlink_to("../elsewhere")
    (s.path / "d/deep/f").write_text("edited\n")


def line_ends(s: Scenario) -> None:
    s.git("config", "core.autocrlf", "true")
    s.write({"a": "1\r\n", "same": "edited\r\nby hand\n"})
    s.checkout("x", "--force").commit("crlf", {".gitattributes": "*.w eol=crlf\n", "f.w": "1\n2\n"})
    s.checkout("main", "--force").write({"a": "1\n2\r\n"})


def line_ends_input(s: Scenario) -> None:
    s.git("config", "core.autocrlf", "input")
    s.write({"a": "edited\r\n", "same": "edited\r\n"}).git("add", "same")


def nested_repository_in_the_way(s: Scenario) -> None:
    s.git("init", "--quiet", "new")
    s.write({"new/file": "theirs\n"})


def nested_repository_beside(s: Scenario) -> None:
    s.git("init", "--quiet", "d/nested")
    s.write({"d/nested/file": "theirs\n"})


def worktree_in_the_way(s: Scenario) -> None:
    s.git("worktree", "add", "--quiet", "new", "-b", "linked")


def _module(s: Scenario, name: str = "module") -> None:
    library = Scenario(s.root, "library", clock=s.clock)
    library.commit("library").commit("more")
    s.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../library", name)
    s.commit("with a submodule", {})


def module_with_edits(s: Scenario) -> None:
    _module(s)
    s.git("branch", "--quiet", "--force", "x", "main")
    s.checkout("x").inside("repo/module").git("checkout", "--quiet", "HEAD~1")
    s.commit("older", {"a": "3\n"}).checkout("main").git("submodule", "--quiet", "update")
    s.inside("repo/module").write({"library.txt": "edited\n", "mine": "mine\n"})


def module_moved_on(s: Scenario) -> None:
    _module(s)
    s.git("branch", "--quiet", "--force", "x", "main~1")
    s.inside("repo/module").git("checkout", "--quiet", "HEAD~1")
    s.git("add", "module")
    s.inside("repo/module").commit("further")


def module_is_gone(s: Scenario) -> None:
    _module(s)
    s.git("branch", "--quiet", "--force", "x", "main")
    shutil.rmtree(s.path / "module")


def module_is_a_file(s: Scenario) -> None:
    module_is_gone(s)
    s.write({"module": "mine\n"})


def module_taken_out(s: Scenario) -> None:
    _module(s)
    s.git("branch", "--quiet", "--force", "x", "main")
    s.git("rm", "--quiet", "module")


def module_renamed(s: Scenario) -> None:
    _module(s)
    s.git("branch", "--quiet", "--force", "x", "main")
    s.git("mv", "module", "elsewhere")


def module_comes_over_untracked(s: Scenario) -> None:
    s.checkout("x")
    _module(s, "d/module")
    s.checkout("main")
    shutil.rmtree(s.path / "d/module", ignore_errors=True)
    s.write({"d/module": "mine\n"})


def module_comes_over_a_folder(s: Scenario) -> None:
    module_comes_over_untracked(s)
    (s.path / "d/module").unlink()
    s.write({"d/module/mine": "mine\n"})


def module_becomes_a_file(s: Scenario) -> None:
    _module(s)
    s.checkout("x")
    shutil.rmtree(s.path / "module", ignore_errors=True)
    s.commit("file", {"module": "a file\n"})
    (s.path / "module").unlink()
    s.git("checkout", "--quiet", "--force", "main")
    s.git("submodule", "--quiet", "update", "--force")


def detached(s: Scenario) -> None:
    s.checkout("--detach", "main~1").commit("nameless").write({"a": "edited\n"})


def on_a_symbolic_branch(s: Scenario) -> None:
    s.git("symbolic-ref", "refs/heads/alias", "refs/heads/main")
    s.git("symbolic-ref", "HEAD", "refs/heads/alias")


def without_logs(s: Scenario) -> None:
    s.git("config", "core.logAllRefUpdates", "false")
    shutil.rmtree(s.git_dir / "logs")


def packed(s: Scenario) -> None:
    s.gc()
    s.write({"a": "edited\n"})


def picking(s: Scenario) -> None:
    s.checkout("x").commit("clash", {"same": "3\n"}).checkout("main")
    s.try_git("cherry-pick", "x")


def reverting(s: Scenario) -> None:
    s.commit("third", {"same": "3\n"})
    s.try_git("revert", "--no-edit", "HEAD~1")


def picking_the_first_of_two(s: Scenario) -> None:
    s.checkout("x").commit("clash", {"same": "3\n"}).commit("more", {"more": "3\n"}).checkout("main")
    s.try_git("cherry-pick", "x~1", "x")


def picking_the_last_of_two(s: Scenario) -> None:
    s.checkout("x").commit("more", {"more": "3\n"}).commit("clash", {"same": "3\n"}).checkout("main")
    s.try_git("cherry-pick", "x~1", "x")


def reverting_the_last_of_two(s: Scenario) -> None:
    s.commit("third", {"run": "3\n"}).commit("fourth", {"same": "4\n"}).commit("fifth", {"same": "5\n"})
    s.try_git("revert", "--no-edit", "HEAD~2", "HEAD~1")


def merging(s: Scenario) -> None:
    s.git("merge", "--no-commit", "--quiet", "x")


def stash_clash(s: Scenario) -> None:
    s.write({"same": "3\n"}).stash().commit("mine", {"same": "4\n"})
    s.try_git("stash", "apply")


def shared(s: Scenario) -> None:
    s.git("config", "core.sharedRepository", "group")
    s.write({"a": "edited\n"})


_IN_THE_WAY = "would-overwrite"  # decisions 012 and 013: nothing goes that cannot be backed up
_NOT_HERE = "unsupported-repository"

STORIES = [
    Story(names, "mixed hard switch discard"),
    Story(composed_becomes_decomposed, "hard switch"),
    Story(case_alone, "hard switch"),
    Story(intent_to_add, "mixed hard switch discard"),
    Story(intent_to_add_and_gone, "hard discard"),
    Story(assumed_unchanged, "mixed hard here discard"),
    Story(skipped, "mixed hard here"),
    Story(skipped_and_gone, "mixed hard"),
    Story(modes_not_trusted, "hard discard"),
    Story(links_are_files, "hard"),
    Story(case_is_folded, "hard"),
    Story(renamed, "mixed hard switch"),
    Story(untracked_cache, "mixed hard"),
    Story(monitored, "hard"),
    Story(split, "mixed"),
    Story(version_four, "mixed"),
    Story(no_index, "mixed hard"),
    Story(many_files, "mixed"),
    Story(sparse_cone, "mixed hard"),
    Story(sparse_patterns, "mixed"),
    Story(sparse_with_a_file_beyond, "switch discard"),
    Story(large, "hard"),
    Story(hard_links, "hard"),
    Story(read_only_files, "hard discard"),
    Story(folder_is_a_link, "hard discard"),
    Story(line_ends, "hard switch"),
    Story(line_ends_input, "mixed"),
    Story(nested_repository_in_the_way, "hard", _IN_THE_WAY),
    Story(nested_repository_in_the_way, "switch"),
    Story(nested_repository_beside, "hard"),
    Story(worktree_in_the_way, "hard", _IN_THE_WAY),
    Story(module_with_edits, "hard switch"),
    Story(module_moved_on, "mixed hard"),
    Story(module_is_gone, "here"),
    Story(module_is_a_file, "here"),
    Story(module_taken_out, "mixed hard"),
    Story(module_renamed, "mixed"),
    Story(module_comes_over_untracked, "mixed hard switch"),
    Story(module_comes_over_a_folder, "hard switch"),
    Story(module_becomes_a_file, "hard switch", _IN_THE_WAY),
    Story(detached, "hard"),
    Story(on_a_symbolic_branch, "hard", _NOT_HERE),
    Story(without_logs, "hard"),
    Story(packed, "soft"),
    Story(picking, "mixed hard"),
    Story(reverting, "hard"),
    Story(merging, "soft hard"),
    Story(picking_the_first_of_two, "hard"),
    Story(picking_the_last_of_two, "mixed hard"),
    Story(reverting_the_last_of_two, "here"),
    Story(stash_clash, "hard"),
    Story(shared, "hard"),
]
