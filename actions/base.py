"""What every action shares: its services, how it speaks, how it offers choices."""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any, override

from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker
from rasa_sdk.types import DomainDict

from actions.services import Services
from actions.wording import Wording
from casework.report import Question

Events = list[dict[str, Any]]
Button = dict[str, str]

SEPARATOR = ","
"""Between several values of one choice."""


class LotsenAction(Action, ABC):
    """An action that is built with its services and registered as an instance.

    Args:
        services: the record, the content and the reader.
    """

    def __init__(self, services: Services) -> None:
        self.services = services
        self.wording = Wording(services.content.taxonomy)

    @override
    @abstractmethod
    def name(self) -> str:
        """The name in `domain.yml`."""

    @override
    @abstractmethod
    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Events:
        """Act, say what is to be said, and return Rasa events."""


def say(
    dispatcher: CollectingDispatcher,
    response: str,
    *,
    buttons: Sequence[Button] = (),
    multiple: bool = False,
    **values: str,
) -> None:
    """Utter a response of `domain.yml`, with its placeholders filled in.

    Args:
        buttons: choices under the message.
        multiple: whether several of them may be chosen together.
        values: placeholder → text; it may hold what a person typed.
    """
    # Rasa's interpolation marks placeholders as "0[name]" and gives up if a value contains that.
    safe: dict[str, Any] = {name: text.replace("0[", "0 [") for name, text in values.items()}
    dispatcher.utter_message(response=response, buttons=list(buttons), multiple=multiple, **safe)


def button(title: str, intent: str, /, **values: str | Iterable[str]) -> Button:
    """A choice: its words, and the intent and values that choosing it stands for."""
    flat = {k: v if isinstance(v, str) else SEPARATOR.join(v) for k, v in values.items()}
    payload = f"/{intent}{json.dumps(flat, separators=(',', ':')) if flat else ''}"
    return {"title": title, "payload": payload}


def chosen_values(tracker: Tracker) -> dict[str, tuple[str, ...]]:
    """The values of the latest choice, by question; empty for typed text."""
    values: dict[str, tuple[str, ...]] = {}
    for entity in tracker.latest_message.get("entities") or []:
        name, value = str(entity["entity"]), str(entity["value"])
        values[name] = values.get(name, ()) + tuple(value.split(SEPARATOR))
    return values


def asked_question(tracker: Tracker) -> Question | None:
    """What the form asked last."""
    asked = tracker.get_slot("requested_slot")
    return Question(asked) if asked else None
