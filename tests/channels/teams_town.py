"""The other side of Teams: a Bot Connector that takes what is sent, and activities as Teams's."""

import itertools
from collections.abc import Callable
from typing import Any, Self

from aiohttp import web

from bot.channels.base import Surroundings
from bot.channels.teams import TeamsChannel
from bot.engine_process import free_port
from bot.settings import Teams
from tests.channels.watched import Watched

TENANT = "22222222-2222-4222-8222-222222222222"
OBJECT_ID = "31111111-2222-4333-8444-555555555555"

Trouble = Callable[[web.Request], web.Response | None]
"""What happens instead of taking something; None lets it be taken."""


class FakeConnector:
    """Takes what is sent to Teams and remembers it."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        self.sent: list[dict[str, Any]] = []
        """Activities, each with the `to` it was sent to."""
        self.authorized: set[str | None] = set()
        self.trouble: Trouble = lambda _: None
        self.login_names: dict[str, str] = {}
        self._number = itertools.count(1)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=16 * 2**20)
        app.router.add_post("/v3/conversations/{to}/activities", self._take)
        app.router.add_get("/v3/conversations/{to}/members/{who}", self._member)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [activity for activity in self.sent if activity["type"] == "message"]

    async def _take(self, request: web.Request) -> web.Response:
        self.authorized.add(request.headers.get("Authorization"))
        if refused := self.trouble(request):
            return refused
        self.sent.append({"to": request.match_info["to"], **await request.json()})
        return web.json_response({"id": f"act-{next(self._number)}"}, status=201)

    async def _member(self, request: web.Request) -> web.Response:
        if refused := self.trouble(request):
            return refused
        who = request.match_info["who"]
        name = self.login_names.get(who)
        return web.json_response({"id": who, "userPrincipalName": name})


def says(status: int, **headers: str) -> web.Response:
    """An answer of a connector that does not take something."""
    return web.json_response(
        {"error": {"code": "x", "message": "never to be shown"}}, status=status, headers=headers
    )


def activity(service_url: str, text: str | None = None, **changes: Any) -> dict[str, Any]:
    """Something a person does in a chat with us, as Teams delivers it."""
    return {
        "type": "message",
        "id": "in-1",
        "channelId": "msteams",
        "serviceUrl": service_url,
        "timestamp": "2026-11-20T12:00:00Z",
        "from": {"id": "29:someone", "name": "Eva Exempelperson", "aadObjectId": OBJECT_ID},
        "recipient": {"id": "28:lotsen", "name": "Lotsen"},
        "conversation": {
            "id": "a:the-chat",
            "conversationType": "personal",
            "tenantId": TENANT,
        },
        "locale": "sv-SE",
        "text": text,
        "textFormat": "plain",
        "channelData": {"tenant": {"id": TENANT}},
    } | changes


class ListenedTeams(Watched, TeamsChannel):
    """The channel itself, which also remembers which messages it has answered."""


def local_teams(around: Surroundings) -> ListenedTeams:
    """The channel as it runs on a developer's machine: nobody proves who they are."""
    return ListenedTeams(around, Teams(local=True))


def card(message: dict[str, Any]) -> dict[str, Any] | None:
    """The card below a message, if there is one."""
    for attachment in message.get("attachments") or ():
        content: dict[str, Any] = attachment["content"]
        return content
    return None


def buttons(message: dict[str, Any]) -> dict[str, Any]:
    """Title → what tapping it sends; of boxes that can be ticked, title → ticking only that."""
    body = (card(message) or {"body": []})["body"]
    found = {a["title"]: a["data"] for row in body for a in row.get("actions", ())}
    for row in body:
        for choice in row.get("choices", ()):
            found[choice["title"]] = {**found["Klar"], "picked": choice["value"]}
    return found
