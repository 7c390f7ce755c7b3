"""Talks to one running kernel in its own protocol, so that the run is never disturbed by it.

What is to be asked later is brought in between two cells, by a silent request on the shell channel; then the control
channel is used, which answers while a cell runs. Of what a kernel publishes only its states and its debugger's are
listened to: so the end of a cell is known at once. Nothing that it says is believed but its shape.

The sockets of one line belong to the thread that made it.
"""

from __future__ import annotations

import contextlib
import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

import msgspec
import zmq
from jupyter_client.blocking.client import BlockingKernelClient
from msgspec import Meta

from jupyter_mlgit.environment.examination import PHRASES

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "_mlgit_report"
"""The builtin that answers, see ``kernel_report.py``."""

LARGEST = 64 * 1024
"""Characters of an answer that are read."""

MESSAGES = 200
"""Messages that are taken in at once; what floods us is left to wait."""

Bytes = Annotated[int, Meta(ge=0, lt=2**60)]
Count = Annotated[int, Meta(ge=0, lt=2**53)]
Text = Annotated[str, Meta(max_length=500)]

Code = Literal[
    "out-of-memory",
    "fork",
    "ptx",
    "no-image",
    "illegal-access",
    "launch-failure",
    "uncorrectable-memory",
    "device-assert",
]


class _Told(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What comes from a kernel; fields that are not known are passed over."""


class Device(_Told, frozen=True, kw_only=True):
    """Torch's account of one GPU."""

    kind: Literal["cuda", "xpu"] = "cuda"
    device: Annotated[int, Meta(ge=0, le=1023)]
    uuid: Text | None
    allocated: Bytes
    reserved: Bytes
    peak_allocated: Bytes
    peak_reserved: Bytes
    ooms: Count
    retries: Count


class Failure(_Told, frozen=True, kw_only=True):
    """What the person's last exception says of the GPU."""

    code: Code
    words: Text


class Report(_Told, frozen=True, kw_only=True):
    """What a kernel has said."""

    count: Count | None
    """How many cells have been run."""
    version: Text | None
    """Torch's; None where it is not imported."""
    made_for: Text | None = None
    """What it was made to compute on beside the CPU; None for nothing."""
    initialized: bool
    devices: Annotated[list[Device], Meta(max_length=256)]
    variable: Text | None
    """``CUDA_VISIBLE_DEVICES`` as it is now, and as it was when the kernel was started."""
    first_variable: Text | None
    bad_fork: bool
    failure: Failure | None


class Heard(NamedTuple):
    """What has come in."""

    report: Report | None = None
    cell_ended: bool = False
    answered: bool = False
    """Whether what was asked has come back, be it an answer or not."""
    by_control: bool = False
    unreadable: bool = False
    """Whether an answer was none that can be used."""


class KernelLine:
    """The line to one kernel."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], connection: Mapping[str, Any]) -> None:
        """Opens it; a kernel that is not there is noticed by its silence."""
        self._client = BlockingKernelClient(context=context)
        self._client.load_connection_info(dict(connection))  # type: ignore[arg-type]
        self._session = self._client.session
        self._shell = self._client.connect_shell(identity=self._session.bsession)
        self._control = self._client.connect_control(identity=self._session.bsession)
        self._states = self._client.connect_iopub()
        self._states.setsockopt(zmq.UNSUBSCRIBE, b"")
        self._topic = b"kernel."
        self._states.setsockopt(zmq.SUBSCRIBE, self._topic)
        for socket in self.sockets:
            socket.linger = 0
        self.asked: str | None = None
        """The request that is on its way; one at a time."""
        self.stopped = False
        """Whether it stands at a breakpoint, where its debugger would get our question."""

    @property
    def sockets(self) -> list[zmq.Socket[bytes]]:
        """Those that something may come in by."""
        return [self._shell, self._control, self._states]

    def close(self) -> None:
        """Hangs up; what the kernel has still to answer is thrown away."""
        for socket in self.sockets:
            socket.close()

    def install(self) -> bool:
        """Brings in what answers, when the kernel has come to it; tells whether that is on its way."""
        return self._send(
            self._shell,
            "execute_request",
            {
                "code": _expression(),
                "silent": True,
                "store_history": False,
                # It comes after the run, and puts back what the run has changed in the person's session.
                "user_expressions": {NAME: f"{NAME}.put_back()"},
                # It is never asked for. To say no would be right for this request and hold for all that run meanwhile.
                "allow_stdin": True,
                "stop_on_error": False,
            },
        )

    def ask(self) -> bool:
        """Asks what torch holds now; tells whether that is on its way."""
        arguments = {"variableName": NAME, "frameId": 0}
        content = {"type": "request", "command": "richInspectVariables", "seq": 1, "arguments": arguments}
        return self._send(self._control, "debug_request", content)

    def hear(self) -> Heard:
        """Takes in what there is, and waits for nothing."""
        ended = self._cell_ended()
        for socket in (self._shell, self._control):
            for message in self._messages(socket):
                if message["parent_header"].get("msg_id") != self.asked:
                    continue
                self.asked = None
                by_control = socket is self._control
                report = _report(message["content"], by_control=by_control)
                aborted = message["content"].get("status") == "aborted"
                unreadable = report is None and not aborted and not by_control
                return Heard(report, ended, answered=True, by_control=by_control, unreadable=unreadable)
        return Heard(cell_ended=ended)

    def _cell_ended(self) -> bool:
        ended = False
        for message in self._messages(self._states, self._narrow):
            parent = message["parent_header"]
            kind = message["header"].get("msg_type")
            if kind == "debug_event" and message["content"].get("event") in ("stopped", "continued", "terminated"):
                self.stopped = message["content"]["event"] == "stopped"
            ended |= (
                kind == "status"
                and message["content"].get("execution_state") == "idle"
                and parent.get("msg_type") == "execute_request"
                and parent.get("session") != self._session.session
            )
        return ended

    def _narrow(self, topic: bytes) -> None:
        """Keeps off, from now on, all that a kernel publishes but its states: images are large."""
        if topic.endswith(b".status") and topic != self._topic:
            self._states.setsockopt(zmq.SUBSCRIBE, topic)
            self._states.setsockopt(zmq.SUBSCRIBE, topic.removesuffix(b"status") + b"debug_event")
            self._states.setsockopt(zmq.UNSUBSCRIBE, self._topic)
            self._topic = topic

    def _messages(self, socket: zmq.Socket[bytes], seen: Any = None) -> list[dict[str, Any]]:  # noqa: ANN401 -- a function of a topic
        found: list[dict[str, Any]] = []
        for _ in range(MESSAGES):
            try:
                frames = socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                break
            # What is not signed with the kernel's key, or is no message at all, is nobody's.
            with contextlib.suppress(Exception):
                idents, rest = self._session.feed_identities(frames)
                if seen is not None and idents:
                    seen(idents[0])
                message = self._session.deserialize(rest)
                if isinstance(message["content"], dict) and isinstance(message["parent_header"], dict):
                    found.append(message)
        return found

    def _send(self, socket: zmq.Socket[bytes], kind: str, content: dict[str, Any]) -> bool:
        message = self._session.msg(kind, content)
        frames = self._session.serialize(message)
        try:
            socket.send_multipart(frames, zmq.NOBLOCK)
        except zmq.Again:  # it takes nothing at the moment
            return False
        self.asked = str(message["header"]["msg_id"])
        return True


def _report(content: dict[str, Any], *, by_control: bool) -> Report | None:
    try:
        data = content["body"]["data"] if by_control else content["user_expressions"][NAME]["data"]
        text = data["text/plain"]
        if not isinstance(text, str) or len(text) > LARGEST:
            return None
        return msgspec.json.decode(text, type=Report)
    except (LookupError, TypeError, msgspec.DecodeError):
        return None


@cache
def _expression() -> str:
    """Gives what is run between two cells: it runs the script in a namespace of its own."""
    script = (files("jupyter_mlgit.environment") / "kernel_report.py").read_text("utf-8")
    names = json.dumps({"__name__": NAME, "PHRASES": PHRASES})
    return f"(lambda own: (__import__('builtins').exec({script!a}, own), own['report'])[1])({names})"
