"""Answers every route with one handler: authorize → decode → find the repository → lane → worker thread → encode.

Each path gets a class of its own, and each method its own decorated function: ``@authorized`` remembers action
and resource in its closure at the first call, so a method that two classes shared would be authorized for both as
the first one was.
"""

from __future__ import annotations

import contextlib
import json
import time
import traceback
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web
from tornado.iostream import StreamClosedError

from jupyter_mlgit.api.decoding import decode_body, decode_query, decode_text
from jupyter_mlgit.api.encoding import encode
from jupyter_mlgit.api.problems import InternalError, NotAuthorized, encode_problem, status_of
from jupyter_mlgit.api.routes import by_path, load
from jupyter_mlgit.problems import BadRequest, NotARepository, Problem, StateChanged

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from jupyter_mlgit.api.lanes import Lanes
    from jupyter_mlgit.api.repositories import Repositories
    from jupyter_mlgit.api.routes import Route
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Host, Settings
    from jupyter_mlgit.values import Value

    Served = Callable[["RouteHandler"], Awaitable[None] | None]

# A status that comes from the server itself, before or around us, and how it is told.
_SERVER_REFUSALS: dict[int, tuple[type[Problem], str, str]] = {
    401: (NotAuthorized, "You are not logged in.", "Log in to the server again."),
    403: (NotAuthorized, "You may not do this on this server.", "Ask whoever runs the server."),
    404: (NotARepository, "There is nothing here.", "Check the address."),
    405: (BadRequest, "This verb is not asked in this way.", "Use GET to read and POST to act."),
}


@dataclass(frozen=True)
class Serving:
    """What all handlers of one server share."""

    repositories: Repositories
    lanes: Lanes
    settings: Callable[[], Settings]
    host: Callable[[], Host]
    acted: Callable[[Route, Repository], None]
    """Told of each act that has ended well."""


@dataclass(frozen=True)
class Asked:
    """One request, decoded."""

    route: Route
    repo: Repository | None
    """None for what is about the machine."""
    request: Value
    state: str | None


class RouteHandler(APIHandler):
    """The one handler; :func:`make_handlers` derives a class for each path."""

    serving: Serving

    def initialize(self, serving: Serving) -> None:
        """Takes what tornado hands each handler."""
        self.serving = serving

    def set_default_headers(self) -> None:
        """Keeps answers out of every cache: they name branches, paths and people."""
        super().set_default_headers()
        self.set_header("Cache-Control", "no-store")

    def compute_etag(self) -> str | None:
        """Offers no ETag: ``If-Match`` means the repository's state token here."""
        return None

    async def serve(self, route: Route) -> None:
        """Runs one verb and sends its result or its problem."""
        try:
            body = await self._answer(route)
        except Problem as problem:
            body = self._problem(problem)
        except Exception as error:  # noqa: BLE001 -- the last resort of a server: an id for the person, the rest for the log
            body = self._problem(self._internal(route, error))
        # A tab that is closed in the middle of a request wants no answer, and nobody wants to read of it in the log.
        with contextlib.suppress(StreamClosedError):
            await self.finish(body)

    async def _answer(self, route: Route) -> bytes:
        lanes = self.serving.lanes
        query, body = self.request.query_arguments, self.request.body
        if_match = self.request.headers.get("If-Match")
        asked = await lanes.aside(
            lambda: self._decode(route, query, body, if_match), tuple(query.get("repository", ()))
        )
        act = route.method == "POST"
        lane = route.path if asked.repo is None else str(asked.repo.git_dir)
        answer = await lanes.run(lane, lambda: self._run(asked), act=act, machine=asked.repo is None)
        if act and asked.repo is not None:
            self.serving.acted(route, asked.repo)
        return answer

    def _decode(self, route: Route, query: dict[str, list[bytes]], body: bytes, if_match: str | None) -> Asked:
        verb = load(route)
        folders = [decode_text(one) for one in query.get("repository", [])]
        if len(folders) != (route.of == "repository"):
            raise BadRequest(
                "The request names no repository." if not folders else "The request names too many repositories.",
                "Add ?repository=<path below the root>, once, where it is about one.",
            )
        request = decode_query(query, verb.request) if route.method == "GET" else decode_body(body, verb.request)
        state = if_match.removeprefix("W/").strip().strip('"') if if_match and route.method == "POST" else None
        return Asked(route, self.serving.repositories.find(folders[0]) if folders else None, request, state)

    def _run(self, asked: Asked) -> bytes:
        from jupyter_mlgit.journal.context import Context

        serving = self.serving
        context = Context(now=time.time(), source="panel", settings=serving.settings(), host=serving.host())
        if asked.repo is None:
            return encode(load(asked.route).run(asked.request, context))
        with asked.repo.lock:
            if asked.state is not None and asked.state != "*":
                _require_state(asked.repo, asked.state)
            result = load(asked.route).run(asked.repo, asked.request, context)
            return encode(result)

    def _problem(self, problem: Problem) -> bytes:
        self.set_status(status_of(problem))
        return encode_problem(problem)

    def _internal(self, route: Route, error: Exception) -> InternalError:
        fault = uuid.uuid4().hex[:12]
        # One line, escaped: a branch's name in the traceback must not be able to forge a line of the log.
        details = json.dumps("".join(traceback.format_exception(error)))
        self.log.error("mlgit fault %s in %s %s: %s", fault, route.method, route.path, details)
        return InternalError(
            "The server met a fault of this extension; nothing was changed that its operations don't show.",
            f"Look for {fault} in the server's log and report what stands there.",
            errorId=fault,
        )

    def write_error(self, status_code: int, **kwargs: Any) -> None:  # noqa: ANN401 -- tornado's own signature
        """Sends what the server itself refuses in the same form as our problems."""
        kind, message, hint = _SERVER_REFUSALS.get(
            status_code, (BadRequest, "The request cannot be read.", "Check its address and its body.")
        )
        if status_code >= 500:  # noqa: PLR2004 -- the first status that is a server's fault
            kind, message, hint = InternalError, "The server met a fault.", "Look into the server's log."
        self.log.warning("mlgit refused a request: %s %a", status_code, kwargs.get("exc_info", (None, None))[1])
        self.finish(encode_problem(kind(message, hint)))


def make_handlers(routes: tuple[Route, ...], serving: Serving) -> list[tuple[str, type[RouteHandler], dict[str, Any]]]:
    """Makes tornado's handler list from the table, below ``/mlgit/``; the server adds its ``base_url``."""
    return [
        (f"/mlgit/{path}", _handler_class(path, rows), {"serving": serving}) for path, rows in by_path(routes).items()
    ]


def _handler_class(path: str, rows: list[Route]) -> type[RouteHandler]:
    words = path.replace("/", "-").split("-")
    name = "".join(word.capitalize() for word in words) + "Handler"
    methods = {row.method.lower(): _method(row) for row in rows}
    tracked = {"_track_activity": not any(row.watches for row in rows)}
    return type(name, (RouteHandler,), {"__doc__": f"Serves {path}.", **tracked, **methods})


def _method(route: Route) -> Served:
    async def serve(self: RouteHandler) -> None:
        await self.serve(route)

    serve.__doc__ = route.summary
    guard: Callable[[Served], Served] = authorized(action=route.action, resource=route.resource)
    return web.authenticated(guard(serve))


def _require_state(repo: Repository, state: str) -> None:
    from jupyter_mlgit.history.status import state_token

    now = state_token(repo)
    if now != state:
        raise StateChanged(
            "The repository has changed since this was shown.",
            "Look at it again and repeat what you wanted.",
            stateToken=now,
        )
