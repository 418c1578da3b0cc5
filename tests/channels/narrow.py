"""A platform for tests: the narrowest there could be, and away when a test says so.

Beneath it everything is real. What it has taken is in `sent`; `trouble` is raised first.
"""

from typing import override

from bot.channels.base import ChatChannel, Inbound, Surroundings
from bot.outside_chat import Address
from bot.parts import Capabilities, Part, utf16
from tests.channels.watched import Watched


class Narrow(Watched, ChatChannel[Inbound]):
    """Remembers what it was sent."""

    name = "narrow"
    title = "Smala"
    can = Capabilities(
        longest_text=200,
        measure=utf16,
        buttons=True,
        most_choices=8,
        longest_title=40,
        longest_payload=20,
        edits=True,
        documents=True,
    )

    def __init__(self, around: Surroundings) -> None:
        super().__init__(around)
        self.sent: list[tuple[str, Part]] = []
        self.trouble: list[Exception] = []

    @override
    def parse(self, raw: Inbound) -> Inbound | None:
        return raw

    @override
    async def send(self, address: Address, part: Part) -> str | None:
        if self.trouble:
            raise self.trouble.pop(0)
        self.sent.append((address.outside_id, part))
        return str(len(self.sent) - 1)

    @override
    async def edit(self, address: Address, sent: str, part: Part) -> None:
        self.sent[int(sent)] = (address.outside_id, part)
