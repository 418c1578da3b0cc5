"""How the app talks to Rasa: typed text is text, choices are choices, a failure is seen as one.

Rasa's own REST channel answers an empty list when processing raised, and reads any text that
starts with "/" as a command. Here a typed text never is, and a failed turn is status 502.
"""

import gc
import hmac

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.shared.core.events import ActionExecuted, ActiveLoop, SlotSet
from sanic import Blueprint, response

_NOT_A_COMMAND = "\u2060"  # word joiner: invisible, and no word character


class Collector(OutputChannel):
    """Keeps what the bot says, whole: Rasa's own collector splits texts and drops extra fields."""

    def __init__(self):
        self.messages = []

    @classmethod
    def name(cls):
        return "lotsen"

    async def send_response(self, recipient_id, message):
        self.messages.append(
            {
                "text": message.get("text") or "",
                "choices": message.get("buttons") or [],
                "multiple": bool(message.get("multiple")),
                "forget": bool(message.get("forget")),
                "image": message.get("image"),
                "files": message.get("files") or [],
            }
        )


class LotsenInput(InputChannel):
    """The only channel of the engine; every request carries the token.

    Args:
        token: shared with the app; the app makes a new one at each start.
    """

    def __init__(self, token):
        self.token = token

    @classmethod
    def name(cls):
        return "lotsen"

    @classmethod
    def from_credentials(cls, credentials):
        return cls((credentials or {}).get("token") or "")

    def blueprint(self, on_new_message):
        routes = Blueprint("lotsen", "lotsen")

        @routes.listener("after_server_start")
        async def set_aside(_app, _loop):
            """The model stays: without it, looking for what can be freed takes milliseconds."""
            gc.collect()
            gc.freeze()

        @routes.route("/turn", methods=["POST"])
        async def turn(request):
            if not self._is_the_app(request):
                return response.json({"error": "not allowed"}, status=401)
            said = request.json
            agent = request.app.ctx.agent
            if not agent.is_ready():
                return response.json({"error": "no model"}, status=503)
            await _restore(agent, said["sender"], said.get("restore"))
            collector = Collector()
            await on_new_message(
                UserMessage(
                    _text(said),
                    collector,
                    said["sender"],
                    parse_data=_taken_as(said) or _chosen(said.get("choices")),
                    input_channel=self.name(),
                    metadata={"safe": bool(said.get("safe"))},
                )
            )
            return response.json({"messages": collector.messages})

        @routes.route("/parse", methods=["POST"])
        async def parse(request):
            if not self._is_the_app(request):
                return response.json({"error": "not allowed"}, status=401)
            agent = request.app.ctx.agent
            parsed = [
                await agent.processor.parse_message(UserMessage(_escaped(text)))
                for text in request.json["texts"]
            ]
            return response.json({"intents": [p["intent"] for p in parsed]})

        @routes.route("/forget", methods=["POST"])
        async def forget(request):
            if not self._is_the_app(request):
                return response.json({"error": "not allowed"}, status=401)
            store = request.app.ctx.agent.tracker_store
            getattr(store, "_tracker_store", store).forget(request.json["sender"])
            return response.empty()

        @routes.route("/remembered", methods=["POST"])
        async def remembered(request):
            if not self._is_the_app(request):
                return response.json({"error": "not allowed"}, status=401)
            store = request.app.ctx.agent.tracker_store
            held = getattr(store, "_tracker_store", store).store.get(request.json["sender"])
            return response.json({"bytes": len(held or "")})

        @routes.exception(Exception)
        async def failed(_request, _error):
            return response.json({"error": "the turn failed"}, status=502)

        return routes

    def _is_the_app(self, request):
        shown = request.headers.get("X-Lotsen-Token", "")
        return bool(self.token) and hmac.compare_digest(shown, self.token)


def _escaped(text):
    return _NOT_A_COMMAND + text if text.lstrip().startswith("/") else text


def _text(said):
    return _escaped(said.get("text") or "") if "text" in said else "/" + said["choices"]["intent"]


def _taken_as(said):
    """What the app knows better: what was held back in danger is a story, what is no errand is none."""
    name = "tell_incident" if said.get("safe") else said.get("taken_as")
    if name is None:
        return None
    intent = {"name": name, "confidence": 1.0}
    return {"text": _text(said), "intent": intent, "intent_ranking": [intent], "entities": []}


def _chosen(choices):
    """Choices as the result of a parse: an intent, and an entity for each value."""
    if not choices:
        return None
    intent = {"name": choices["intent"], "confidence": 1.0}
    entities = [
        {"entity": name, "value": value, "start": 0, "end": 0}
        for name, values in choices.get("values", {}).items()
        for value in values
    ]
    return {"text": "/" + choices["intent"], "intent": intent, "intent_ranking": [intent], "entities": entities}


async def _restore(agent, sender, where):
    """Take up a form in a conversation that the engine has forgotten (it was restarted, or slept)."""
    if not where:
        return
    async with agent.lock_store.lock(sender):
        tracker = await agent.processor.fetch_tracker_and_update_session(sender)
        if tracker.active_loop_name or tracker.get_slot("requested_slot"):
            return
        events = [
            ActionExecuted(where["form"]),
            ActiveLoop(where["form"]),
            SlotSet("requested_slot", where["requested_slot"]),
            ActionExecuted("action_listen"),
        ]
        tracker.update_with_events(events, agent.domain)
        await agent.tracker_store.save(tracker)

