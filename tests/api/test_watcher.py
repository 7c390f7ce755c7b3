"""What git and people do to a repository reaches whoever watches it, by events and by looking."""

from __future__ import annotations

import shutil
import threading
import time
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.api import polling, watcher
from jupyter_mlgit.api.places import Change, Places
from jupyter_mlgit.api.polling import Poller
from jupyter_mlgit.api.watcher import Watcher
from jupyter_mlgit.git.repository import open_repository
from tests.api.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.scenario import Scenario


class Heard:
    """Collects changes, in whatever thread they are told."""

    def __init__(self) -> None:
        """Begins with nothing."""
        self.changes: set[Change] = set()
        self._more = threading.Condition()

    def __call__(self, places: Places, change: Change) -> None:
        """Takes one."""
        del places
        with self._more:
            self.changes.add(change)
            self._more.notify_all()

    def forget(self) -> None:
        """Drops what was heard after letting what is on its way arrive."""
        time.sleep(0.8)
        with self._more:
            self.changes.clear()

    def wait_for(self, *changes: Change) -> None:
        """Waits until all of them were heard."""
        with self._more:
            assert self._more.wait_for(lambda: self.changes.issuperset(changes), PATIENCE), self.changes


@pytest.fixture
def heard() -> Heard:
    """Gives the listener."""
    return Heard()


@pytest.fixture
def watching(heard: Heard) -> Iterator[Watcher]:
    """Gives a watcher that ends with the test."""
    made = Watcher(heard)
    yield made
    made.stop()


@pytest.fixture
def story(scenario: Scenario) -> Scenario:
    """Gives a repository with two branches."""
    return scenario.commit("first", {"sub/a.txt": "1"}).branch("exp/one").commit("second").checkout("main")


def places_of(scenario: Scenario) -> Places:
    return Places.of(open_repository(scenario.path))


def await_first_look(watching: Watcher) -> None:
    """Waits until what changes is noticed by looking."""
    for watched in watching._watched.values():  # noqa: SLF001 -- nobody else need know
        assert watched.poller is not None
        assert watched.poller.looked.wait(PATIENCE)


def delete(story: Scenario) -> None:
    story.delete_branch("exp/one")


def create(story: Scenario) -> None:
    story.branch("new/er/branch", at="main")


def commit(story: Scenario) -> None:
    story.commit("third")


def detach(story: Scenario) -> None:
    story.checkout("--detach", "exp/one")


def stage(story: Scenario) -> None:
    story.write({"sub/a.txt": "changed"}).git("add", "sub/a.txt")


def configure(story: Scenario) -> None:
    story.git("config", "branch.main.description", "x")


def pack(story: Scenario) -> None:
    story.git("pack-refs", "--all")


def edit(story: Scenario) -> None:
    story.write({"sub/a.txt": "edited"})


ACTS: list[tuple[Callable[[Scenario], None], set[Change]]] = [
    (delete, {"refs"}),
    (create, {"refs"}),
    (commit, {"refs", "index", "files"}),
    (detach, {"head"}),
    (stage, {"index", "files"}),
    (configure, {"config"}),
    (pack, {"refs"}),
    (edit, {"files"}),
]


@pytest.mark.parametrize(("act", "changes"), ACTS, ids=[act.__name__ for act, _ in ACTS])
def test_events_tell_what_git_did(
    watching: Watcher, heard: Heard, story: Scenario, act: Callable[[Scenario], None], changes: set[Change]
) -> None:
    assert watching.watch(places_of(story), files=True) == "events"
    act(story)
    heard.wait_for(*changes)


@pytest.mark.parametrize(("act", "changes"), ACTS, ids=[act.__name__ for act, _ in ACTS])
def test_looking_tells_the_same(
    heard: Heard,
    story: Scenario,
    act: Callable[[Scenario], None],
    changes: set[Change],
) -> None:
    places = places_of(story)
    poller = Poller(places, lambda change: heard(places, change), shortest=0.05)
    poller.look(files=True)
    try:
        assert poller.looked.wait(PATIENCE)
        time.sleep(0.5)
        assert heard.changes == set()
        act(story)
        heard.wait_for(*changes)
    finally:
        poller.stop()


def test_a_repository_on_a_remote_file_system_is_looked_at(
    watching: Watcher, heard: Heard, story: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watcher, "can_be_watched", lambda _: False)
    monkeypatch.setattr(polling, "SHORTEST", 0.05)
    assert watching.watch(places_of(story), files=False) == "poll"
    await_first_look(watching)
    story.delete_branch("exp/one")
    heard.wait_for("refs")


def test_a_system_without_watches_left_is_looked_at(
    watching: Watcher, heard: Heard, story: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr("watchdog.observers.api.BaseObserver.schedule", refuse)
    monkeypatch.setattr(polling, "SHORTEST", 0.05)
    assert watching.watch(places_of(story), files=False) == "poll"
    await_first_look(watching)
    story.delete_branch("exp/one")
    heard.wait_for("refs")


def test_a_folder_that_appears_later_is_watched_too(watching: Watcher, heard: Heard, story: Scenario) -> None:
    watching.watch(places_of(story), files=True)
    story.write({"new/folder/a.txt": "1"})
    heard.wait_for("files")
    heard.forget()
    story.write({"new/folder/a.txt": "2"})
    heard.wait_for("files")


def test_a_folder_that_was_removed_and_made_again_is_watched_again(
    watching: Watcher, heard: Heard, story: Scenario
) -> None:
    watching.watch(places_of(story), files=True)
    (story.path / "sub" / "a.txt").unlink()
    (story.path / "sub").rmdir()
    heard.wait_for("files")
    story.write({"sub/a.txt": "back"})
    heard.forget()
    story.write({"sub/a.txt": "edited"})
    heard.wait_for("files")


def test_shared_folders_that_were_made_again_are_watched_again_for_every_worktree(
    watching: Watcher, story: Scenario
) -> None:
    story.worktree_add("linked", "exp/one")
    both = [Heard(), Heard()]
    places = [places_of(story), places_of(story.inside("linked"))]

    def tell(place: Places, change: Change) -> None:
        both[places.index(place)](place, change)

    watching._told = tell  # noqa: SLF001 -- one watcher with two listeners
    for place in places:
        watching.watch(place, files=True)
    story.gc("--prune=now")
    story.worktree_add("third", "-b", "third").worktree_remove("third")
    for one in both:
        one.wait_for("refs")
        one.forget()
    story.git("update-ref", "refs/heads/other", "main")
    for one in both:
        one.wait_for("refs")


@pytest.mark.parametrize("files", [True, False])
def test_a_repository_that_was_removed_and_cloned_again_is_watched_again(
    watching: Watcher, heard: Heard, story: Scenario, *, files: bool
) -> None:
    watching.watch(places_of(story), files=files)
    story.clone("copy")
    shutil.rmtree(story.path)
    story.inside("copy").path.rename(story.path)
    assert watching.watch(places_of(story), files=files) == "events"
    heard.forget()
    story.git("update-ref", "refs/heads/other", "main")
    heard.wait_for("refs")


def test_a_folder_that_may_not_be_read_ends_no_watch(
    watching: Watcher, heard: Heard, story: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    from watchdog.observers.api import BaseObserver

    schedule = BaseObserver.schedule

    def refuse(self: BaseObserver, handler: object, path: str, **options: object) -> object:
        if path.endswith("/closed"):
            raise PermissionError(13, "Permission denied")
        return schedule(self, handler, path, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(BaseObserver, "schedule", refuse)
    story.write({"closed/a.txt": "1"})
    assert watching.watch(places_of(story), files=True) == "events"
    story.write({"sub/a.txt": "edited"})
    heard.wait_for("files")


def test_a_linked_worktree_hears_of_its_own_head_and_of_shared_refs(
    watching: Watcher, heard: Heard, story: Scenario
) -> None:
    story.worktree_add("linked", "exp/one")
    linked = story.inside("linked")
    watching.watch(places_of(linked), files=True)
    linked.commit("in the linked one")
    heard.wait_for("refs", "index", "files")
    heard.forget()
    linked.checkout("--detach")
    heard.wait_for("head")


def test_working_files_are_watched_only_where_somebody_looks(watching: Watcher, heard: Heard, story: Scenario) -> None:
    watching.watch(places_of(story), files=False)
    story.write({"sub/a.txt": "edited"})
    story.git("update-ref", "refs/heads/other", "main")
    heard.wait_for("refs")
    assert "files" not in heard.changes
    watching.watch(places_of(story), files=True)
    story.write({"sub/a.txt": "edited again"})
    heard.wait_for("files")


def test_a_tree_with_very_many_folders_costs_a_bounded_number_of_watches(
    watching: Watcher, heard: Heard, story: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watcher, "FOLDERS", 20)
    for n in range(30):
        (story.path / "many" / str(n)).mkdir(parents=True)
    before = threading.active_count()
    assert watching.watch(places_of(story), files=True) == "events"
    assert threading.active_count() - before < 15
    story.write({"many/a.txt": "its own level is still watched"})
    heard.wait_for("files")


def test_the_threads_end_with_the_watcher(heard: Heard, story: Scenario) -> None:
    watching = Watcher(heard)
    watching.watch(places_of(story), files=True)
    names = {thread.name for thread in threading.enumerate() if "Emitter" in type(thread).__name__}
    assert names
    watching.stop()
    deadline = time.monotonic() + PATIENCE
    while any("Emitter" in type(thread).__name__ for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert watching.watch(places_of(story), files=True) == "poll"


def test_watching_something_idle_costs_no_processor_time(watching: Watcher, heard: Heard, story: Scenario) -> None:
    watching.watch(places_of(story), files=True)
    heard.forget()
    before = time.process_time()
    time.sleep(2)
    # A thread that spins would take most of the two seconds; other tests' threads may still be on their way out.
    assert time.process_time() - before < 0.5
    assert heard.changes == set()


def test_a_repository_that_is_removed_is_forgotten(watching: Watcher, heard: Heard, story: Scenario) -> None:
    places = places_of(story)
    watching.watch(places, files=True)
    assert watching.tops() == [places.top]
    (story.path / ".git").rename(story.root / "elsewhere")
    story.write({"sub/a.txt": "changed"})
    heard.wait_for("files")
    deadline = time.monotonic() + PATIENCE
    while watching.tops():
        assert time.monotonic() < deadline
        time.sleep(0.01)
