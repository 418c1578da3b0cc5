"""Talks to the engine over HTTP: a turn goes in, what Lotsen says comes out."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import aiohttp

from bot.messages import Choice, File, Outgoing, Picked

_TURN_SECONDS = 30
_AWAY = (HTTPStatus.NOT_FOUND, HTTPStatus.SERVICE_UNAVAILABLE)


class EngineAwayError(Exception):
    """The engine does not answer: it is starting, restarting or gone."""


class TurnFailedError(Exception):
    """The engine answered that it could not process the turn."""


class EngineClient:
    """A client of `engine/channel.py`.

    Args:
        url: where the engine listens.
        token: shared with the engine.
    """

    def __init__(self, url: str, token: str) -> None:
        self._url = f"{url}/webhooks/lotsen"
        self._session = aiohttp.ClientSession(
            headers={"X-Lotsen-Token": token},
            timeout=aiohttp.ClientTimeout(total=_TURN_SECONDS),
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def turn(
        self,
        conversation_id: str,
        said: str | Picked,
        restore: Mapping[str, str] | None = None,
        *,
        safe: bool = False,
        taken_as: str | None = None,
    ) -> list[Outgoing]:
        """Give the engine one turn.

        Args:
            conversation_id: Rasa's sender.
            said: typed text, or choices.
            restore: `form` and `requested_slot` to take up if the engine has forgotten them.
            safe: whether the person has just said that they are safe.
            taken_as: the intent of the text, where the app knows it better than the engine.

        Raises:
            EngineAwayError: try again when it is back.
            TurnFailedError: the turn could not be processed.
        """
        body: dict[str, Any] = {
            "sender": conversation_id,
            "restore": dict(restore or {}) or None,
            "safe": safe,
            "taken_as": taken_as,
        }
        if isinstance(said, Picked):
            body["choices"] = {"intent": said.intent, "values": said.values}
        else:
            body["text"] = said
        answer = await self._post("turn", body)
        return [_outgoing(message) for message in answer["messages"]]

    async def intents(self, texts: Sequence[str]) -> list[tuple[str, float]]:
        """The intent and confidence of each text, taken as the first of a conversation."""
        answer = await self._post("parse", {"texts": list(texts)})
        return [(i["name"] or "nlu_fallback", float(i["confidence"])) for i in answer["intents"]]

    async def forget(self, conversation_id: str) -> None:
        """Make the engine forget a conversation."""
        await self._post("forget", {"sender": conversation_id})

    async def remembered(self, conversation_id: str) -> int:
        """How much the engine remembers of a conversation, in bytes; 0 for nothing at all."""
        answer = await self._post("remembered", {"sender": conversation_id})
        return int(answer["bytes"])

    async def is_ready(self) -> bool:
        """Whether the engine is up with its model loaded."""
        try:
            await self._post("parse", {"texts": []})
        except (EngineAwayError, TurnFailedError):
            return False
        return True

    async def _post(self, route: str, body: Mapping[str, Any]) -> dict[str, Any]:
        try:
            async with self._session.post(f"{self._url}/{route}", json=body) as answer:
                if answer.status in _AWAY:
                    raise EngineAwayError
                if not answer.ok:
                    raise TurnFailedError
                if answer.status == HTTPStatus.NO_CONTENT:
                    return {}
                return dict(await answer.json())
        except (aiohttp.ClientError, TimeoutError) as error:
            raise EngineAwayError from error


def _outgoing(message: Mapping[str, Any]) -> Outgoing:
    return Outgoing(
        text=message["text"],
        choices=tuple(Choice(c["title"], c["payload"]) for c in message["choices"]),
        multiple=message["multiple"],
        image=message["image"],
        forget=message["forget"],
        files=tuple(File(f["title"], f["url"]) for f in message["files"]),
    )
