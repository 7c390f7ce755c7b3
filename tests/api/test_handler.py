"""What every route has in common, on a table of verbs that do next to nothing."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest
from jupyter_server.auth import Authorizer

from jupyter_mlgit.api.handler import RouteHandler
from jupyter_mlgit.api.routes import load
from tests.api import fake_verbs
from tests.api.waiting import PATIENCE, until

if TYPE_CHECKING:
    from jupyter_server.auth import User
    from jupyter_server.base.handlers import JupyterHandler

    from jupyter_mlgit.extension import JupyterMLGit
    from tests.scenario import Scenario

pytestmark = pytest.mark.usefixtures("fake_table", "story")


@pytest.fixture
def fake_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts the fake verbs in the table's place before the server starts."""
    monkeypatch.setattr("jupyter_mlgit.extension.ROUTES", fake_verbs.TABLE)


@pytest.fixture
def jp_server_config(fake_table: None, jp_server_config: dict[str, Any]) -> dict[str, Any]:
    """Makes sure that the table is there first."""
    del fake_table
    return jp_server_config


class Asked(Authorizer):
    """Allows everything and keeps what it was asked."""

    asked: list[tuple[str, str]]

    def is_authorized(self, handler: JupyterHandler, user: User, action: str, resource: str) -> bool:
        """Keeps the question."""
        del user
        handler.settings.setdefault("asked_in_this_test", []).append((action, resource))
        return True


async def test_a_query_becomes_a_request_and_a_result_json(ask: Any, story: Scenario) -> None:
    answer = await ask("GET", "fake/look", word="gr\u00fc\u00df dich", maxCount="7", every="true")
    assert answer.status == 200
    assert answer.body["top"] == str(story.path)
    assert (answer.body["word"], answer.body["maxCount"], answer.body["every"]) == ("gr\u00fc\u00df dich", 7, True)
    assert answer.body["source"] == "panel"
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Etag" not in answer.headers


async def test_the_verb_runs_in_a_worker_thread(ask: Any) -> None:
    answer = await ask("GET", "fake/look")
    assert answer.body["thread"] != threading.main_thread().name


async def test_a_parameter_given_several_times_is_a_list(ask: Any) -> None:
    answer = await ask("GET", "fake/look", query="repository=repo&names=a&names=b%2Fc")
    assert answer.body["names"] == ["a", "b/c"]


async def test_the_time_that_lab_adds_to_each_get_is_passed_over(ask: Any) -> None:
    answer = await ask("GET", "fake/look", query="repository=repo&1763719200000")
    assert answer.status == 200


@pytest.mark.parametrize(
    "query",
    [
        "repository=repo&maxCount=many",
        "repository=repo&maxCount=0",
        "repository=repo&max_count=2",
        "repository=repo&unheard=of",
        "repository=repo&word=a&word=b",
        "repository=repo&every=perhaps",
        "repository=repo&word=%ff",
        "repository=%c0%ae%c0%ae",
        "repository=repo&repository=repo",
        "word=a",
        "",
    ],
)
async def test_a_query_that_does_not_fit_is_a_bad_request(ask: Any, query: str) -> None:
    answer = await ask("GET", "fake/look", query=query)
    assert (answer.status, answer.code) == (400, "bad-request")
    assert answer.body["problem"]["message"].endswith(".")
    assert answer.body["problem"]["hint"].endswith(".")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"name": 3}',
        b'{"name": "a", "dry_run": true}',
        b'{"name": "a", "more": 1}',
        b'{"name": "\xff"}',
        b"[" * 100_000,
        b'{"name": ' + b'{"a":' * 20_000,
    ],
)
async def test_a_body_that_does_not_fit_is_a_bad_request(ask: Any, body: bytes) -> None:
    answer = await ask("POST", "fake/act", body)
    assert (answer.status, answer.code) == (400, "bad-request")


async def test_a_body_that_is_far_too_large_is_refused(ask: Any) -> None:
    answer = await ask("POST", "fake/act", b'{"name": "' + b"a" * 1_100_000 + b'"}')
    assert (answer.status, answer.code) == (413, "too-large")


async def test_a_problem_is_sent_with_its_code_its_sentences_and_its_details(ask: Any) -> None:
    answer = await ask("POST", "fake/act", {"name": "missing"})
    assert answer.status == 404
    assert answer.body == {
        "problem": {
            "code": "branch-not-found",
            "message": "There is no branch \x1b[31m<b>missing</b>.",
            "hint": "Look for it in Recovery.",
            "suggestion": "main",
        }
    }


async def test_a_fault_of_ours_is_an_id_for_the_person_and_one_line_in_the_log(
    ask: Any, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await ask("POST", "fake/act", {"name": "fault\r\n\x1b[31mforged \u202e line"})
    assert (answer.status, answer.code) == (500, "internal-error")
    assert "Traceback" not in str(answer.body)
    assert "forged" not in str(answer.body)
    (record,) = [one for one in caplog.records if answer.body["problem"]["errorId"] in one.getMessage()]
    written = record.getMessage()
    assert "Traceback" in written
    assert record.exc_info is None
    assert not {"\r", "\n", "\x1b", "\u202e"} & set(written)


async def test_the_settings_reach_the_verb(ask: Any) -> None:
    answer = await ask("POST", "fake/act", {"name": "a"})
    assert answer.body["protected"] == ["main", "master", "develop", "release/*"]


@pytest.mark.parametrize("settings", [{"protected_branches": ["prod"]}])
async def test_a_person_can_protect_other_branches(ask: Any) -> None:
    answer = await ask("POST", "fake/act", {"name": "a"})
    assert answer.body["protected"] == ["prod"]


async def test_a_verb_is_asked_by_its_own_method_alone(ask: Any) -> None:
    answer = await ask("GET", "fake/act", name="a")
    assert (answer.status, answer.code) == (405, "bad-request")


@pytest.mark.parametrize("authorizer", [Asked])
async def test_each_method_is_authorized_as_itself_whatever_was_asked_before(ask: Any, extension: JupyterMLGit) -> None:
    for _ in range(2):
        await ask("GET", "fake/look")
        await ask("POST", "fake/both", {"days": 3})
        await ask("GET", "fake/both")
        await ask("POST", "fake/act", {"name": "a"})
    assert extension.serverapp is not None
    assert extension.serverapp.web_app.settings["asked_in_this_test"] == 2 * [
        ("read", "mlgit"),
        ("write", "mlgit-destructive"),
        ("read", "mlgit"),
        ("write", "mlgit"),
    ]


async def test_the_loop_goes_on_while_verbs_work(
    ask: Any, monkeypatch: pytest.MonkeyPatch, jp_fetch: Any, http_server_client: Any
) -> None:
    http_server_client.max_clients = 40
    begun, go_on = threading.Event(), threading.Event()

    def slow(*_: Any) -> fake_verbs.Acted:
        begun.set()
        assert go_on.wait(PATIENCE)
        return fake_verbs.Acted(name="done", protected=[])

    monkeypatch.setattr(fake_verbs, "look", slow)
    load.cache_clear()
    asked = [asyncio.ensure_future(ask("GET", "fake/look")) for _ in range(20)]
    await until(begun.is_set)
    # Each of these needs the loop; none of the twenty can end before we let them.
    for _ in range(5):
        response = await jp_fetch("api", "status")
        assert response.code == 200
    assert not any(task.done() for task in asked)
    go_on.set()
    answers = await asyncio.gather(*asked)
    load.cache_clear()
    assert [answer.status for answer in answers] == [200] * 20


async def test_a_tab_that_is_closed_meanwhile_leaves_nothing_in_the_log(
    ask: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    jp_auth_header: dict[str, str],
    jp_base_url: str,
    jp_http_port: int,
) -> None:
    begun, go_on, closed = threading.Event(), threading.Event(), asyncio.Event()

    def slow(*_: Any) -> fake_verbs.Acted:
        begun.set()
        assert go_on.wait(PATIENCE)
        return fake_verbs.Acted(name="done", protected=[])

    monkeypatch.setattr(fake_verbs, "look", slow)
    monkeypatch.setattr(RouteHandler, "on_connection_close", lambda _: closed.set())
    load.cache_clear()
    _, out = await asyncio.open_connection("127.0.0.1", jp_http_port)
    headers = "".join(f"{name}: {value}\r\n" for name, value in jp_auth_header.items())
    address = f"GET {jp_base_url}mlgit/fake/look?repository=repo HTTP/1.1\r\nHost: 127.0.0.1:{jp_http_port}"
    out.write(f"{address}\r\n{headers}\r\n".encode())
    await until(begun.is_set)
    out.transport.abort()
    await asyncio.wait_for(closed.wait(), PATIENCE)
    go_on.set()
    # The next one of the same repository is answered after the first one has ended.
    assert (await ask("GET", "fake/look")).status == 200
    load.cache_clear()
    assert "done" not in caplog.text
    assert "StreamClosedError" not in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("settings", [{"requests_waiting": 3}])
async def test_too_many_requests_for_one_repository_are_told_to_come_back(
    ask: Any, extension: JupyterMLGit, story: Scenario
) -> None:
    repo = extension.repositories.find("repo")
    go_on = threading.Event()
    begun = threading.Event()

    def hold() -> bool:
        begun.set()
        return go_on.wait(PATIENCE)

    key = str(repo.git_dir)
    held = [asyncio.ensure_future(extension.lanes.run(key, hold, act=True)) for _ in range(3)]
    await until(begun.is_set)
    answer = await ask("GET", "fake/look")
    assert (answer.status, answer.code) == (429, "busy")
    assert str(story.path) not in str(answer.body)
    go_on.set()
    assert await asyncio.gather(*held) == [True, True, True]
    assert (await ask("GET", "fake/look")).status == 200
