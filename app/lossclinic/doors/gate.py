"""Every request comes through here: is it for us, from whom, how much, and may it go on."""

from __future__ import annotations

import json
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from anyio.to_thread import run_sync
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lossclinic.doors import login, paths, texts
from lossclinic.doors.body import MEGABYTE, Body, Refused
from lossclinic.doors.limits import ServerLimits
from lossclinic.doors.pace import Pace
from lossclinic.doors.uploads import room_for
from lossclinic.doors.who import ByPassword, Entry, Visitor, address_of
from lossclinic_kb.text import Lang, Text

_POLICY: Final = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' blob: data:; worker-src 'self' blob:;"
    " object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
"""The page may load from, and speak to, nobody but us. Gradio writes scripts into its page and compiles templates."""
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "SAMEORIGIN",
}
_LOST: Final = "Connection errored out. "
"""What has Gradio's page ask whether the server is another by now, and load itself anew."""
_SESSIONS: Final = 10_000
_DIGITS: Final = 19
"""Of a length that is read as one: beyond it nothing has room."""
_OPENS: Final = 2.0
"""Seconds within which a page opens the stream of the answer that it asked for."""


class Gate:
    """An ASGI application in front of another.

    Args:
        app: What is behind it.
        entry: Tells who somebody is.
        limits: How much is taken on.
        uploads: Folder of the uploads.
        waiting: Says how many events wait to be worked on.
        begins: Numbers of the events with which a page begins.
        follows: Numbers of the events that follow another by themselves.
        hosts: Names under which the server may be asked for; None for any.
        also: Paths for programs, which may name themselves by HTTP Basic authentication.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        entry: Entry,
        limits: ServerLimits,
        uploads: Path,
        waiting: Callable[[], int],
        begins: Collection[int] = (),
        follows: Collection[int] = (),
        hosts: Collection[str] | None = None,
        also: Collection[str] = (),
    ) -> None:
        self.app, self.entry, self.limits, self.uploads = app, entry, limits, uploads
        self.waiting, self.begins, self.follows, self.hosts = waiting, begins, follows, hosts
        self.also = tuple(also)
        self.closing = False
        self._streams = 0
        self._owed: dict[str, float] = {}
        self._paces = {
            paths.JOIN: Pace(limits.actions),
            paths.UPLOAD: Pace(limits.uploads),
            paths.LOGIN: Pace(limits.logins),
            "wrong": Pace(limits.logins),
            **{path: Pace(limits.actions) for path in self.also},
        }
        self._owners: OrderedDict[str, str] = OrderedDict()

    def answering(self) -> bool:
        """Whether somebody is being answered, or has just asked and will open the stream of the answer."""
        asked = list(self._owed.values())
        return self._streams > 0 or any(time.monotonic() - moment < _OPENS for moment in asked)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, _with_headers(send))
        else:  # nothing here speaks over web sockets
            await send({"type": "websocket.close", "code": 1008})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        body = Body(receive, self._largest(request), self.limits.request_seconds)
        try:
            refused = self._foreign(request) or await self._at_the_door(Request(scope, body.receive))
            if refused is None and request.url.path == paths.JOIN:
                refused = self._action(request, await body.read())
            if refused is not None:
                await refused(scope, body.receive, send)
            else:
                await self._pass_on(scope, body, send)
        except Refused as why:
            await self._not_taken(request, why)(scope, receive, send)

    async def _pass_on(self, scope: Scope, body: Body, send: Send) -> None:
        """Have the application answer; what it says of a body that was not taken is not what happened."""
        started, stream = False, scope["path"] == paths.STREAM

        async def told(message: Message) -> None:
            nonlocal started
            if body.refused is None or started:
                started = True
                await send(message)

        self._streams += stream
        if stream:
            self._owed.pop(Request(scope).query_params.get("session_hash", ""), None)
        try:
            await self.app(scope, body.receive, told)
        except ClientDisconnect:
            if body.refused is None:
                return  # they left
        finally:
            self._streams -= stream
        if body.refused is not None and not started:
            raise body.refused

    def _foreign(self, request: Request) -> Response | None:
        """Refuse what no page of ours would ask for."""
        own = request.url.path in self.also
        door = isinstance(self.entry, ByPassword) and request.url.path in (paths.LOGIN, paths.LOGOUT)
        if not (own or door or paths.is_open(request.method, request.url.path)):
            return _said(request, 404, texts.NOTHING_HERE)
        host = request.headers.get("host", "")
        if self.hosts is not None and _name_of(host) not in self.hosts:
            return _said(request, 421, texts.OTHER_NAME)
        origin = request.headers.get("origin")
        if origin is not None and origin.partition("://")[2] != host:
            return _said(request, 403, texts.FOREIGN)
        return None

    async def _at_the_door(self, request: Request) -> Response | None:
        """Have somebody log in who has to; refuse who goes too fast, or wants what is another's."""
        path = request.url.path
        if isinstance(self.entry, ByPassword) and path in (paths.LOGIN, paths.LOGOUT):
            if path == paths.LOGOUT:
                return login.leave()
            if request.method != "POST":
                return login.page(request)
            seconds = self._paces[paths.LOGIN].wait(address_of(request))
            return _later(request, seconds) if seconds else await login.enter(request, self.entry)
        visitor = self.entry.visitor(request)
        if visitor is None and path in self.also and isinstance(self.entry, ByPassword):
            visitor = await self._program(request, self.entry)
        if visitor is None:
            return self._stranger(request)
        request.scope["lossclinic.visitor"] = visitor
        if path in self._paces:
            follows = path == paths.JOIN  # whether it is one that follows by itself is told by its body
            seconds = 0.0 if follows else self._paces[path].wait(visitor.client)
            if seconds:
                return _later(request, seconds)
        session = request.query_params.get("session_hash") or _session_in(path)
        if session and not self._owns(session, visitor):
            return _said(request, 403, texts.NOTHING_HERE)
        if path == paths.UPLOAD and not self._room(request):
            return _said(request, 507, texts.NO_ROOM)
        return None

    async def _program(self, request: Request, entry: ByPassword) -> Visitor | None:
        given = request.headers.get("authorization", "")
        address = address_of(request)
        if not given or self._paces["wrong"].wait(address):
            return None
        name = await run_sync(entry.by_basic, given)
        if name is None:
            return None
        self._paces["wrong"].give_back(address)
        return Visitor(name, address)

    def _stranger(self, request: Request) -> Response:
        if isinstance(self.entry, ByPassword):
            page = request.method == "GET" and "text/html" in request.headers.get("accept", "")
            if page and request.url.path not in self.also:
                return RedirectResponse("login", 303)
            answer = _said(request, 401, texts.NOT_IN)
            if request.url.path in self.also:
                answer.headers["WWW-Authenticate"] = 'Basic realm="lossclinic", charset="UTF-8"'
            return answer
        return _said(request, 403, texts.NO_NAME)

    def _action(self, request: Request, data: bytes) -> Response | None:
        """Take on what somebody did on the page, or say why not."""
        try:
            told = json.loads(data)
            number, session, given = int(told["fn_index"]), str(told["session_hash"]), told.get("data")
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            return _said(request, 400, texts.NOTHING_HERE)
        visitor: Visitor = request.scope["lossclinic.visitor"]
        lang: Lang | None = "zh" if isinstance(given, list) and "zh" in given[:64] else None
        if number not in self.begins and session not in self._owners:
            return JSONResponse({"error": _LOST, "detail": _LOST}, 410)  # of a page from before a restart
        if not self._owns(session, visitor):
            return _said(request, 403, texts.NOTHING_HERE)
        if self.closing and number not in self.follows:  # what follows keeps the answer in the browser
            return _said(request, 429, texts.CLOSING, lang)
        refused = None if number in self.follows else self._busy(request, visitor, lang)
        if refused is None:
            self._owed = {key: at for key, at in self._owed.items() if time.monotonic() - at < _OPENS}
            self._owed[session] = time.monotonic()
        return refused

    def _busy(self, request: Request, visitor: Visitor, lang: Lang | None) -> Response | None:
        if self.waiting() >= self.limits.waiting:
            return _said(request, 429, texts.BUSY, lang)
        seconds = self._paces[paths.JOIN].wait(visitor.client)
        return _later(request, seconds, lang) if seconds else None

    def _owns(self, session: str, visitor: Visitor) -> bool:
        """Whether a session is this visitor's; the first who names one has it.

        Without names it is whoever knows it: a browser draws it by chance, and a laptop changes its address.
        """
        owner = self._owners.setdefault(session, visitor.name)
        self._owners.move_to_end(session)
        if len(self._owners) > _SESSIONS:
            self._owners.popitem(last=False)
        return owner == visitor.name

    def _room(self, request: Request) -> bool:
        length = request.headers.get("content-length", "")
        size = (
            int(length) if length.isdecimal() and len(length) < _DIGITS else self.limits.upload_mb * MEGABYTE
        )
        size = min(size, self.limits.upload_mb * MEGABYTE)
        return room_for(self.uploads, size, self.limits.uploads_mb * MEGABYTE)

    def _largest(self, request: Request) -> int:
        """Return how many megabytes a request may have."""
        if request.url.path == paths.UPLOAD:
            return self.limits.upload_mb
        if request.url.path in self.also:
            return self.limits.upload_mb * 3 // 2  # a log in JSON, at most in Base64
        return self.limits.request_mb

    def _not_taken(self, request: Request, why: Refused) -> Response:
        if why.status == 413:
            return _said(request, 413, _filled(texts.TOO_LARGE, self._largest(request)), close=True)
        return _said(request, why.status, _filled(texts.TOO_SLOW, self.limits.request_seconds), close=True)


def _with_headers(send: Send) -> Send:
    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return told


def _name_of(host: str) -> str:
    """Return the name without its port, in lower case; "" for what is no host."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _session_in(path: str) -> str:
    return path.removeprefix(paths.HEARTBEAT) if path.startswith(paths.HEARTBEAT) else ""


def _later(request: Request, seconds: float, lang: Lang | None = None) -> Response:
    whole = math.ceil(seconds)
    answer = _said(request, 429, _filled(texts.TOO_FAST, whole), lang)
    answer.headers["Retry-After"] = str(whole)
    return answer


def _filled(form: Text, value: Any) -> Text:
    return Text(form.en.format(value), form.zh.format(value))


def _said(
    request: Request, status: int, text: Text, lang: Lang | None = None, *, close: bool = False
) -> Response:
    """Return an answer in one line: in JSON for the page's own calls, as text for the others."""
    line = text(lang or texts.preferred(request.headers))
    headers = {"Connection": "close"} if close else None
    if request.url.path in (paths.JOIN, paths.CANCEL):
        return JSONResponse({"detail": line, "error": line}, status, headers)
    return PlainTextResponse(line, status, headers)
