"""Tells of files and folders that stand in the way when somebody switches from ``main`` to ``x``.

See :mod:`tests.history.switch_cases` for the two branches.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from tests.history.switch_cases import Case

if TYPE_CHECKING:
    from tests.scenario import Scenario


def untracked_elsewhere(s: Scenario) -> None:
    s.write({"mine.txt": "mine\n", "deep/down/mine.txt": "mine\n", "only/in/mine.txt": "mine\n"})


def untracked_in_the_way(s: Scenario) -> None:
    s.write({"new.txt": "mine\n"})


def untracked_empty_in_the_way(s: Scenario) -> None:
    s.write({"new.txt": ""})


def untracked_with_the_same_bytes(s: Scenario) -> None:
    s.write({"new.txt": "new\n"})


def untracked_with_the_same_bytes_but_runnable(s: Scenario) -> None:
    s.write({"new.txt": "new\n"})
    (s.path / "new.txt").chmod(0o755)


def untracked_link_in_the_way(s: Scenario) -> None:
    (s.path / "new.txt").symlink_to("a.txt")


def untracked_folder_where_a_file_comes(s: Scenario) -> None:
    s.write({"new.txt/inside.txt": "mine\n"})


def empty_folders_where_a_file_comes(s: Scenario) -> None:
    (s.path / "new.txt/empty/too").mkdir(parents=True)


def untracked_file_where_a_folder_comes(s: Scenario) -> None:
    s.write({"new": "mine\n"})


def untracked_link_where_a_folder_comes(s: Scenario) -> None:
    (s.path / "elsewhere").mkdir()
    (s.path / "new").symlink_to("elsewhere")


def untracked_in_a_folder_that_becomes_a_file(s: Scenario) -> None:
    s.write({"becomes-file/mine.txt": "mine\n"})


def untracked_in_a_folder_that_becomes_a_link(s: Scenario) -> None:
    s.write({"folder-link/mine.txt": "mine\n"})


def ignored_in_the_way(s: Scenario) -> None:
    (s.common_dir / "info").mkdir(exist_ok=True)
    (s.common_dir / "info/exclude").write_text("new.txt\n")
    s.write({"new.txt": "precious\n"})


def ignored_in_a_folder_that_becomes_a_file(s: Scenario) -> None:
    s.write({"becomes-file/run.log": "precious\n"})


def ignored_where_a_folder_comes(s: Scenario) -> None:
    (s.common_dir / "info").mkdir(exist_ok=True)
    (s.common_dir / "info/exclude").write_text("new\n")
    s.write({"new": "precious\n"})


def ignored_elsewhere(s: Scenario) -> None:
    s.write({"run.log": "log\n", "only/in/run.log": "log\n"})


def tracked_file_replaced_by_folder(s: Scenario) -> None:
    (s.path / "a.txt").unlink()
    s.write({"a.txt/mine.txt": "mine\n"})


def tracked_file_that_goes_replaced_by_empty_folder(s: Scenario) -> None:
    (s.path / "gone.txt").unlink()
    (s.path / "gone.txt").mkdir()


def tracked_file_replaced_by_link(s: Scenario) -> None:
    (s.path / "a.txt").unlink()
    (s.path / "a.txt").symlink_to("same.txt")


def tracked_folder_replaced_by_link(s: Scenario) -> None:
    shutil.move(s.path / "deep", s.path / "moved")
    (s.path / "deep").symlink_to("moved")


def tracked_folder_replaced_by_file(s: Scenario) -> None:
    shutil.rmtree(s.path / "deep")
    s.write({"deep": "mine\n"})


def folder_that_goes_replaced_by_file(s: Scenario) -> None:
    shutil.rmtree(s.path / "only")
    s.write({"only": "mine\n"})


def folder_that_goes_replaced_by_link(s: Scenario) -> None:
    shutil.rmtree(s.path / "only")
    (s.path / "only").symlink_to("nowhere")


CASES = [
    Case(story)
    for story in (
        untracked_elsewhere, untracked_in_the_way, untracked_empty_in_the_way, untracked_with_the_same_bytes,
        untracked_with_the_same_bytes_but_runnable, untracked_link_in_the_way, untracked_folder_where_a_file_comes,
        empty_folders_where_a_file_comes, untracked_file_where_a_folder_comes, untracked_link_where_a_folder_comes,
        untracked_in_a_folder_that_becomes_a_file, untracked_in_a_folder_that_becomes_a_link, ignored_elsewhere,
        tracked_file_replaced_by_folder, tracked_file_that_goes_replaced_by_empty_folder,
        tracked_file_replaced_by_link, tracked_folder_replaced_by_link, tracked_folder_replaced_by_file,
        folder_that_goes_replaced_by_file, folder_that_goes_replaced_by_link,
        ignored_in_the_way, ignored_in_a_folder_that_becomes_a_file, ignored_where_a_folder_comes,
    )
]  # fmt: skip
