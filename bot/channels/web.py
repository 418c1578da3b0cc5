"""The web chat: a page and a WebSocket that speaks the protocol of `docs/interfaces.md`."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from bot import texts
from bot.channels.address import address_of
from bot.channels.origin import same_origin
from bot.conversation import Conversation, Frame
from bot.gateway import Gateway
from bot.limits import Limit, Limits
from bot.login import Login
from bot.openid import START, Provider, ProviderAwayError
from casework import links, organisation
from casework.errors import CaseworkError, NotFoundError, StorageUnavailableError
from casework.organisation import Profile
from casework.store import Store
from casework.vocabulary import PersonId

log = structlog.get_logger()

PAGES = Path(__file__).parent.parent / "pages"
PAGE = PAGES / "chat"

_SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_LARGEST_FRAME = 256 * 1024  # bytes
_HEARTBEAT_SECONDS = 25.0
_LONGEST_ID = 128
_ENDS = (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class WebChannel:
    """Routes of the web chat.

    Args:
        gateway: where messages go.
        store: for who is who.
        limits: how often anybody may ask.
        provider: logs people in; None if nobody does.
        demo: whether anybody may log in as one of the made-up people.
        behind_proxy: whether a reverse proxy says who asks.
        linked: what people call the channels that one links to oneself by a code.
    """

    name = "web"

    def __init__(
        self,
        gateway: Gateway,
        store: Store,
        limits: Limits,
        provider: Provider | None,
        *,
        demo: bool,
        behind_proxy: bool,
        linked: Sequence[str] = (),
    ) -> None:
        self._gateway = gateway
        self._provider = provider
        self._store = store
        self._limits = limits
        self._login = Login(store)
        self._demo = demo
        self._linked = list(linked)
        self._behind_proxy = behind_proxy
        self._sockets: set[web.WebSocketResponse] = set()

    def add_to(self, app: web.Application) -> None:
        """Add the routes, and the headers that every answer carries."""
        app.middlewares.append(_secure)
        app.router.add_get("/", self._page)
        app.router.add_static("/static/chat", PAGE)
        app.router.add_static("/static/shared", PAGES / "shared")
        app.router.add_get("/me", self._me)
        app.router.add_post("/login", self._log_in)
        app.router.add_post("/logout", self._log_out)
        app.router.add_post("/link-code", self._link_code)
        app.router.add_get("/demo/people", self._people)
        app.router.add_get("/chat", self._chat)
        app.on_shutdown.append(self._close_sockets)

    async def _close_sockets(self, _app: web.Application) -> None:
        for socket in list(self._sockets):
            await socket.close(code=1001, message=b"restarting")

    async def _page(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(PAGE / "index.html")

    # --- who is who

    async def _me(self, request: web.Request) -> web.Response:
        person = await self._login.person(request)
        return web.json_response(
            {
                "person": _visible(person) if person else None,
                "demo": self._demo,
                "login": START if self._provider else None,
                "linked": self._linked,
            }
        )

    async def _people(self, _request: web.Request) -> web.Response:
        if not self._demo:
            raise web.HTTPNotFound
        return web.json_response([_visible(p) for p in await organisation.everybody(self._store)])

    async def _log_in(self, request: web.Request) -> web.Response:
        if not self._allows(request, self._limits.logins):
            raise web.HTTPTooManyRequests
        wanted = await _body(request)
        if not self._demo:
            raise web.HTTPForbidden
        try:
            person = await organisation.profile(self._store, str(wanted.get("person")))
        except NotFoundError:
            raise web.HTTPBadRequest from None
        self._gateway.leave_by_logging_in(str(wanted.get("conversation")))
        response = _nothing()
        self._login.begin(response, person, secure=request.secure)
        return response

    async def _log_out(self, request: web.Request) -> web.Response:
        await _body(request)
        elsewhere = await self._goodbye()
        response = web.json_response({"elsewhere": elsewhere}) if elsewhere else _nothing()
        self._login.end(response)
        return response

    async def _goodbye(self) -> str | None:
        """Where to log out from the provider too; one is logged out here in any case."""
        try:
            return await self._provider.goodbye() if self._provider else None
        except ProviderAwayError as error:
            log.warning("provider_away", what=error.reason)
            return None

    async def _link_code(self, request: web.Request) -> web.Response:
        """A code that links a chat on another platform to whoever is logged in."""
        await _body(request)
        person = await self._login.person(request)
        if person is None:
            raise web.HTTPForbidden
        try:
            made = await links.new_code(self._store, PersonId(person.id))
        except StorageUnavailableError:
            raise web.HTTPServiceUnavailable from None
        return web.json_response({"code": made.code, "expires": made.expires.isoformat()})

    # --- the conversation

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        if not same_origin(request, required=True):
            raise web.HTTPForbidden
        if not self._allows(request, self._limits.windows):
            raise web.HTTPTooManyRequests
        person = await self._login.person(request)
        # Compression would keep the last 32 KiB of what was said for as long as it is open.
        socket = web.WebSocketResponse(
            heartbeat=_HEARTBEAT_SECONDS, max_msg_size=_LARGEST_FRAME, compress=False
        )
        await socket.prepare(request)
        self._sockets.add(socket)
        window = _Window(socket, self._gateway, person, self._counter(request, person))
        try:
            await window.serve()
        finally:
            self._sockets.discard(socket)
        return socket

    # --- how often

    def _allows(self, request: web.Request, limit: Limit) -> bool:
        address = address_of(request, behind_proxy=self._behind_proxy)
        return address is None or limit.allows(address)

    def _counter(self, request: web.Request, person: Profile | None) -> Callable[[], bool]:
        """Counts a window's frames: those of somebody by person, those of nobody by address."""
        address = address_of(request, behind_proxy=self._behind_proxy)
        if address is None:
            return lambda: True
        if person:
            return partial(self._limits.messages.allows, person.id)
        return partial(self._limits.nobodys_messages.allows, address)


class _Window:
    """One open WebSocket: it has said hello, and shows one conversation."""

    def __init__(
        self,
        socket: web.WebSocketResponse,
        gateway: Gateway,
        person: Profile | None,
        may_go_on: Callable[[], bool],
    ) -> None:
        self._socket = socket
        self._gateway = gateway
        self._person = person
        self._may_go_on = may_go_on
        self._outbox: asyncio.Queue[Frame] = asyncio.Queue()
        self._conversation: Conversation | None = None
        self._is_left = False

    async def serve(self) -> None:
        """Take frames until the socket closes; frames out go through a queue, in order."""
        writer = asyncio.get_running_loop().create_task(self._write())
        try:
            while await self._hear():
                pass
        finally:
            if self._conversation:
                listener = self._outbox.put_nowait
                self._gateway.leave(self._conversation, listener, for_good=self._is_left)
            writer.cancel()
            with suppress(asyncio.CancelledError):
                await writer

    async def _hear(self) -> bool:
        """Take one frame; whether there may be more. Nothing of it stays while one waits."""
        message = await self._socket.receive()
        if message.type is WSMsgType.TEXT:
            await self._take(message.data)
        self._is_left = _is_left(message)
        return message.type not in _ENDS

    async def _write(self) -> None:
        while True:
            await self._write_next()

    async def _write_next(self) -> None:
        frame = await self._outbox.get()
        with suppress(ConnectionError):
            await self._socket.send_json(frame, dumps=_dumps)

    async def _take(self, raw: str) -> None:
        frame = _frame(raw)
        if not self._may_go_on():
            self._outbox.put_nowait(_error_frame(frame.get("id"), texts.TOO_MANY))
            return
        try:
            match frame:
                case {"type": "hello"}:
                    await self._hello(frame)
                case {"type": "say", "id": str(message_id), "text": str(text)}:
                    await self._receive(message_id, {"text": text})
                case {"type": "choose", "id": str(message_id), "payload": str(payload)}:
                    await self._receive(message_id, {"payload": payload})
                case _:
                    self._refuse(frame.get("id"))
        except NotFoundError:
            self._outbox.put_nowait(_error_frame(frame.get("id"), texts.LOGGED_OUT))
        except CaseworkError as error:
            log.error("frame_failed", error=type(error).__name__)
            self._outbox.put_nowait(_error_frame(frame.get("id"), texts.NOT_SAVED))

    async def _hello(self, frame: Frame) -> None:
        if self._conversation:
            self._conversation.listeners.discard(self._outbox.put_nowait)
        wanted, seen = frame.get("conversation"), frame.get("seen")
        conversation, resumed = await self._gateway.open(
            wanted if isinstance(wanted, str) else None, self._person, WebChannel.name
        )
        self._conversation = conversation
        welcome = {"type": "welcome", "conversation": conversation.id, "resumed": resumed}
        self._outbox.put_nowait(welcome if self._person else welcome | {"anonymous": True})
        for shown in conversation.after(seen if isinstance(seen, int) else 0):
            self._outbox.put_nowait(shown)
        conversation.listeners.add(self._outbox.put_nowait)
        self._gateway.greet(conversation)

    async def _receive(self, message_id: str, content: dict[str, Any]) -> None:
        if self._conversation is None or not 0 < len(message_id) <= _LONGEST_ID:
            self._refuse(message_id)
            return
        try:
            await self._gateway.receive(self._conversation, message_id, content)
        except StorageUnavailableError:
            self._conversation.send(_error_frame(message_id, texts.NOT_SAVED))

    def _refuse(self, message_id: object) -> None:
        self._outbox.put_nowait(_error_frame(message_id, texts.UNUSABLE["not_json"]))


def _nothing() -> web.Response:
    return web.Response(status=204)


def _is_left(last: WSMessage) -> bool:
    """Whether the page said that it closes: browsers do when somebody closes or leaves it.

    A lost connection says nothing, and is not told from a clean end by the socket's own code.
    """
    return last.type is WSMsgType.CLOSE and last.data in (WSCloseCode.OK, WSCloseCode.GOING_AWAY)


def _frame(raw: str) -> Frame:
    try:
        frame = json.loads(raw)
    except ValueError:
        return {}
    return frame if isinstance(frame, dict) else {}


def _error_frame(message_id: object, text: str) -> Frame:
    known = {"id": message_id} if isinstance(message_id, str) else {}
    return {"type": "error", **known, "text": text}


def _dumps(frame: Frame) -> str:
    return json.dumps(frame, ensure_ascii=False)


def _visible(person: Profile) -> dict[str, str]:
    return {"id": person.id, "name": person.name, "role": person.role, "unit": person.unit}


async def _body(request: web.Request) -> dict[str, Any]:
    """The JSON object of a POST; a foreign page can neither set this type nor this origin.

    Raises:
        HTTPForbidden, HTTPUnsupportedMediaType, HTTPBadRequest: with a generic body.
    """
    if not same_origin(request, required=False):
        raise web.HTTPForbidden
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        body = await request.json()
    except ValueError:
        raise web.HTTPBadRequest from None
    if not isinstance(body, dict):
        raise web.HTTPBadRequest
    return body


@web.middleware
async def _secure(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        response = await handler(request)
    except web.HTTPException as refusal:
        refusal.headers.update(_SECURITY_HEADERS)
        raise
    if not response.prepared:
        for name, value in _SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
    return response
