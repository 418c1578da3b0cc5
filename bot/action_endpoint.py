"""Runs rasa-sdk's actions inside the app, behind a loopback listener of their own.

The wire format is that of the stock action server; a failure is answered without input or
traceback, and remembered, because Rasa itself would carry on as if nothing had happened.
"""

from typing import Any

import structlog
from aiohttp import web
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import (
    ActionExecutionRejection,
    ActionMissingDomainException,
    ActionNotFoundException,
)

log = structlog.get_logger()

_LARGEST_CALL = 4 * 1024 * 1024  # bytes; a call carries the tracker's events


class ActionEndpoint:
    """The webhook that the engine calls.

    Args:
        executor: with every action registered.
    """

    def __init__(self, executor: ActionExecutor) -> None:
        self._executor = executor
        self._failures: dict[str, BaseException] = {}

    def app(self) -> web.Application:
        """The aiohttp application to serve on loopback."""
        app = web.Application(client_max_size=_LARGEST_CALL)
        app.router.add_post("/webhook", self._webhook)
        return app

    def take_failure(self, conversation_id: str) -> BaseException | None:
        """What went wrong in the conversation's latest turn, once."""
        return self._failures.pop(conversation_id, None)

    async def _webhook(self, request: web.Request) -> web.Response:
        call = await request.json()
        action = str(call.get("next_action"))
        try:
            result = await self._executor.run(call)
            return web.json_response(result.model_dump() if result else {})
        except ActionExecutionRejection:
            return _error(action, "rejected", 400)
        except ActionNotFoundException as missing:
            return self._failed(call, action, 404, missing)
        except ActionMissingDomainException:
            return _error(action, "domain missing", 449)
        except Exception as error:  # noqa: BLE001  the edge: whatever it is, Rasa gets a clean 500
            return self._failed(call, action, 500, error)

    def _failed(
        self, call: dict[str, Any], action: str, status: int, error: Exception
    ) -> web.Response:
        log.error("action_failed", action=action, error=type(error).__name__)
        self._failures[str(call.get("sender_id"))] = error
        return _error(action, "failed", status)


def _error(action: str, what: str, status: int) -> web.Response:
    return web.json_response({"error": what, "action_name": action}, status=status)
