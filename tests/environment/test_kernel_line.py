"""Talks to kernels of every kind: such as flood, lie, are restarted, know no control channel, or never answer."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
import zmq
from jupyter_client.session import Session

from jupyter_mlgit.environment.kernel_line import LARGEST, NAME, Heard, KernelLine
from jupyter_mlgit.environment.kernel_watch import KernelWatch, Remembered, ServerKernel, Talk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FIGURES: dict[str, Any] = {
    "count": 3, "version": "2.9", "initialized": False, "devices": [], "variable": None, "firstVariable": None,
    "badFork": False, "failure": None,
}  # fmt: skip


class Kernel:
    """A kernel that says what the test has it say."""

    def __init__(self) -> None:
        """Opens its channels."""
        self.context: zmq.Context[Any] = zmq.Context()
        self.session = Session(key=b"a key")
        self.sockets = {
            name: self.context.socket(kind)
            for name, kind in (("shell", zmq.ROUTER), ("control", zmq.ROUTER), ("iopub", zmq.XPUB))
        }
        ports = {name: one.bind_to_random_port("tcp://127.0.0.1") for name, one in self.sockets.items()}
        connection: dict[str, Any] = {f"{name}_port": port for name, port in ports.items()}
        connection |= {"transport": "tcp", "ip": "127.0.0.1", "key": "a key", "signature_scheme": "hmac-sha256"}
        self.line = KernelLine(self.context, {**connection, "stdin_port": 0, "hb_port": 0})
        while self.sockets["iopub"].recv() != b"\x01kernel.":
            pass  # until somebody listens

    def close(self) -> None:
        """Ends it."""
        self.line.close()
        for one in self.sockets.values():
            one.close(linger=0)
        self.context.term()

    def asked(self, channel: str) -> dict[str, Any]:
        """Gives what it is asked."""
        assert self.sockets[channel].poll(60_000)
        idents, message = self.session.recv(self.sockets[channel])
        assert message is not None
        return {**message, "idents": idents}

    def reply(self, channel: str, request: dict[str, Any], content: Any, session: Session | None = None) -> None:
        """Answers."""
        (session or self.session).send(self.sockets[channel], "reply", content, parent=request, ident=request["idents"])

    def publish(self, kind: str, content: dict[str, Any], topic: bytes, parent: dict[str, Any]) -> None:
        """Says something to all."""
        self.session.send(self.sockets["iopub"], kind, content, parent=parent, ident=topic)

    def ends_a_cell(self) -> None:
        """Says that a cell of somebody else's has ended."""
        parent = Session(key=b"a key").msg("execute_request")
        self.publish("status", {"execution_state": "idle"}, b"kernel.x.status", parent)

    def installed(self, figures: Any = FIGURES) -> None:
        """Is asked on the shell channel, and answers."""
        self.reply("shell", self.asked("shell"), shown(figures))

    def heard(self, hear: Callable[[], Any], nothing: Any) -> Any:
        """Waits until something comes."""
        deadline = time.monotonic() + 60
        while (found := hear()) == nothing:
            assert time.monotonic() < deadline
            time.sleep(0.001)
        return found


def shown(figures: Any) -> dict[str, Any]:
    text = figures if isinstance(figures, str) else json.dumps(figures)
    return {"status": "ok", "user_expressions": {NAME: {"status": "ok", "data": {"text/plain": text}}}}


def told(figures: Any) -> dict[str, Any]:
    return {"type": "response", "success": True, "body": {"data": {"text/plain": json.dumps(figures)}}}


@pytest.fixture
def kernel() -> Iterator[Kernel]:
    """Gives one."""
    kernel = Kernel()
    yield kernel
    kernel.close()


@pytest.fixture
def talk(kernel: Kernel) -> Talk:
    """Gives what is said between us and it."""
    return Talk(kernel.line, Remembered())


IDLE = ServerKernel("id", "ml", "ml", "python", None, None, 1, "idle", {})
BUSY = IDLE._replace(state="busy")


def test_it_is_asked_between_two_cells_and_then_on_the_control_channel(kernel: Kernel, talk: Talk) -> None:
    talk.go_on("busy")
    assert (kernel.line.asked, talk.silence(BUSY)) == (None, "busy")
    talk.go_on("idle")
    request = kernel.asked("shell")
    content = request["content"]
    assert (content["silent"], content["store_history"]) == (True, False)
    assert content["user_expressions"] == {NAME: f"{NAME}.put_back()"}
    # To forbid it would forbid it to the cell that runs next.
    assert content["allow_stdin"] is True
    kernel.reply("shell", request, shown(FIGURES))
    assert kernel.heard(talk.hear, nothing=False)
    assert (talk.silence(IDLE), len(talk.of.ends)) == (None, 1)
    talk.go_on("busy")
    request = kernel.asked("control")
    assert (request["header"]["msg_type"], request["content"]["command"]) == ("debug_request", "richInspectVariables")
    kernel.reply("control", request, told({**FIGURES, "initialized": True}))
    assert kernel.heard(talk.hear, nothing=False)
    assert talk.report is not None
    assert talk.report.initialized
    assert (talk.silence(BUSY), len(talk.of.ends)) == (None, 1)


def test_one_that_knows_no_such_question_is_asked_after_each_cell(kernel: Kernel, talk: Talk) -> None:
    talk.go_on("idle")
    kernel.installed()
    kernel.heard(talk.hear, nothing=False)
    talk.go_on("idle")
    kernel.reply("control", kernel.asked("control"), {})
    kernel.heard(lambda: talk.hear() or kernel.line.asked is None, nothing=False)
    talk.go_on("idle")
    assert kernel.line.asked is None
    assert (talk.silence(IDLE), talk.silence(BUSY)) == (None, "busy")
    kernel.ends_a_cell()
    kernel.heard(lambda: talk.hear() or kernel.line.asked, nothing=None)
    kernel.installed({**FIGURES, "count": 4})
    kernel.heard(talk.hear, nothing=False)
    assert [talk.report is not None and talk.report.count, len(talk.of.ends)] == [4, 2]


def test_a_cell_that_ends_while_a_question_is_on_its_way_is_noted(kernel: Kernel, talk: Talk) -> None:
    talk.go_on("idle")
    kernel.installed()
    kernel.heard(talk.hear, nothing=False)
    talk.go_on("busy")
    request = kernel.asked("control")
    # The answer was given behind the end of the cell, and comes before we have heard of that.
    kernel.reply("control", request, told({**FIGURES, "count": 4}))
    kernel.heard(talk.hear, nothing=False)
    assert len(talk.of.ends) == 1
    kernel.ends_a_cell()
    kernel.heard(lambda: talk.hear() or kernel.line.asked, nothing=None)
    kernel.reply("control", kernel.asked("control"), told({**FIGURES, "count": 4}))
    kernel.heard(talk.hear, nothing=False)
    assert len(talk.of.ends) == 2


def test_cells_that_are_aborted_take_us_with_them_and_we_come_again(kernel: Kernel, talk: Talk) -> None:
    talk.go_on("idle")
    kernel.reply("shell", kernel.asked("shell"), {"status": "aborted"})
    kernel.heard(lambda: talk.hear() or kernel.line.asked is None, nothing=False)
    talk.go_on("idle")
    kernel.installed()
    assert kernel.heard(talk.hear, nothing=False)


@pytest.mark.parametrize(
    "answer",
    [
        {"status": "error", "ename": "NameError"},
        {},
        {"user_expressions": {NAME: {"status": "error"}}},
        {"user_expressions": []},
        shown("no JSON"),
        shown([]),
        shown({**FIGURES, "count": "3"}),
        shown({**FIGURES, "version": "x" * 501}),
        shown({**FIGURES, "devices": [{}] * 300}),
        shown({**FIGURES, "failure": {"code": "other", "words": "x"}}),
        shown({**FIGURES, "more": "x" * LARGEST}),
    ],
)
def test_an_answer_that_is_none_is_told_as_such(kernel: Kernel, talk: Talk, answer: dict[str, Any]) -> None:
    talk.go_on("idle")
    kernel.reply("shell", kernel.asked("shell"), answer)
    kernel.heard(lambda: talk.hear() or kernel.line.asked is None, nothing=False)
    assert (talk.report, talk.silence(IDLE)) == (None, "unreadable")
    talk.go_on("idle")
    assert kernel.line.asked is None


def test_what_is_not_signed_or_not_asked_for_is_nobodys(kernel: Kernel, talk: Talk) -> None:
    talk.go_on("idle")
    request = kernel.asked("shell")
    kernel.reply("shell", request, shown({**FIGURES, "count": 66}), Session(key=b"another"))
    kernel.reply("shell", {**request, "header": {**request["header"], "msg_id": "other"}}, shown(FIGURES))
    kernel.sockets["shell"].send_multipart([*request["idents"], b"no message"])
    kernel.reply("shell", request, shown({**FIGURES, "count": 7}))
    assert kernel.heard(talk.hear, nothing=False)
    assert talk.report is not None
    assert talk.report.count == 7


def test_of_what_it_publishes_only_its_states_are_taken_in(kernel: Kernel) -> None:
    line, parent = kernel.line, Session(key=b"a key").msg("execute_request")
    kernel.publish("status", {"execution_state": "busy"}, b"kernel.x.status", parent)

    def narrowed() -> int:
        line.hear()
        return kernel.sockets["iopub"].poll(1)

    kernel.heard(narrowed, nothing=0)
    assert kernel.sockets["iopub"].recv() == b"\x01kernel.x.status"
    assert kernel.sockets["iopub"].recv() == b"\x01kernel.x.debug_event"
    assert kernel.sockets["iopub"].recv() == b"\x00kernel."
    for _ in range(2000):
        kernel.publish("display_data", {"data": "x" * 1000}, b"kernel.x.display_data", parent)
    kernel.ends_a_cell()
    assert kernel.heard(line.hear, nothing=Heard()).cell_ended
    # What we have asked ourselves ends no cell.
    own = line._session.msg("execute_request")  # noqa: SLF001 -- as the kernel sees it
    kernel.publish("status", {"execution_state": "idle"}, b"kernel.x.status", own)
    kernel.ends_a_cell()
    assert kernel.heard(line.hear, nothing=Heard()).cell_ended


def test_one_that_never_answers(kernel: Kernel, talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    talk.go_on("idle")
    assert talk.silence(IDLE) == "not-asked"
    monkeypatch.setattr("jupyter_mlgit.environment.kernel_watch.PATIENCE", -1.0)
    assert (talk.silence(IDLE), talk.silence(BUSY)) == ("no-answer", "busy")
    assert kernel.line.asked is not None


def test_one_that_was_asked_before_is_asked_while_it_computes_from_the_first_look_on(kernel: Kernel) -> None:
    talk = Talk(kernel.line, Remembered(installed=True, controls=True))
    talk.go_on("busy")
    kernel.reply("control", kernel.asked("control"), told(FIGURES))
    assert kernel.heard(talk.hear, nothing=False)
    assert talk.silence(BUSY._replace(state="busy")) is None


def test_an_answer_that_fails_once_is_asked_for_again(kernel: Kernel) -> None:
    talk = Talk(kernel.line, Remembered(installed=True, controls=True))
    talk.go_on("busy")
    kernel.reply("control", kernel.asked("control"), {"success": True, "body": {"data": {}}})
    kernel.heard(lambda: talk.hear() or kernel.line.asked is None, nothing=False)
    talk.go_on("busy")
    kernel.reply("control", kernel.asked("control"), told(FIGURES))
    assert kernel.heard(talk.hear, nothing=False)


def test_a_question_that_is_lost_is_given_up_when_the_kernel_is_idle(
    kernel: Kernel, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk.go_on("idle")
    kernel.asked("shell")
    talk._patience = 0.0  # noqa: SLF001 -- a test should not last
    talk.go_on("busy")
    assert kernel.sockets["shell"].poll(0) == 0
    talk.go_on("idle")
    monkeypatch.setattr("jupyter_mlgit.environment.kernel_watch.PATIENCE", 1e6)
    assert talk.silence(IDLE) == "no-answer"
    kernel.installed()
    assert kernel.heard(talk.hear, nothing=False)
    assert talk.silence(IDLE) is None


def test_a_question_that_was_never_sent_is_asked_later(
    kernel: Kernel, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise zmq.Again

    monkeypatch.setattr(kernel.line._shell, "send_multipart", full)  # noqa: SLF001 -- as a full queue is
    talk.go_on("idle")
    assert kernel.line.asked is None
    monkeypatch.undo()
    talk.go_on("idle")
    kernel.installed()
    assert kernel.heard(talk.hear, nothing=False)


def test_one_at_a_breakpoint_is_left_alone(kernel: Kernel) -> None:
    talk = Talk(kernel.line, Remembered(installed=True, controls=True))
    parent = Session(key=b"a key").msg("debug_request")

    def debugger(event: str) -> None:
        kernel.publish("debug_event", {"type": "event", "event": event}, b"kernel.x.debug_event", parent)

    debugger("stopped")
    kernel.heard(lambda: (kernel.line.hear(), kernel.line.stopped)[1], nothing=False)
    talk.go_on("busy")
    assert (kernel.line.asked, talk.silence(BUSY)) == (None, "busy")
    # The line is narrowed to the topics that it needs, of which this is one.
    kernel.publish("status", {"execution_state": "busy"}, b"kernel.x.status", parent)
    kernel.heard(lambda: (kernel.line.hear(), kernel.sockets["iopub"].poll(1))[1], nothing=0)
    debugger("continued")
    kernel.heard(lambda: (kernel.line.hear(), not kernel.line.stopped)[1], nothing=False)
    talk.go_on("busy")
    kernel.reply("control", kernel.asked("control"), told(FIGURES))
    assert kernel.heard(talk.hear, nothing=False)


@pytest.mark.parametrize(
    ("language", "connection", "silence"),
    [("python", {}, "not-asked"), (None, {}, "not-asked"), ("R", {}, "not-python"), ("python", None, "remote")],
)
def test_one_that_cannot_be_reached_is_not_called_another_language(
    monkeypatch: pytest.MonkeyPatch, language: str | None, connection: Any, silence: str
) -> None:
    one = IDLE._replace(language=language, connection=connection)

    def refuse(*_: object) -> None:
        raise OSError

    monkeypatch.setattr("jupyter_mlgit.environment.kernel_line.KernelLine", refuse)
    watch = KernelWatch(lambda: None, lambda: [one])
    assert [known.silence for known in watch.look()] == [silence]
    watch.stop()


def test_quick_cells_make_no_event_each(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = list[int]()
    watch = KernelWatch(lambda: heard.append(1), list)
    monkeypatch.setattr("jupyter_mlgit.environment.kernel_watch.GATHER", 1e6)
    watch._told_at = -1e9  # noqa: SLF001 -- long ago
    for number in range(100):
        watch._publish([IDLE._replace(pid=number)])  # noqa: SLF001 -- as the thread does
    assert heard == [1]
    monkeypatch.setattr("jupyter_mlgit.environment.kernel_watch.GATHER", 0.0)
    watch._tell_on()  # noqa: SLF001 -- the same
    watch._tell_on()  # noqa: SLF001 -- the same
    assert heard == [1, 1]
