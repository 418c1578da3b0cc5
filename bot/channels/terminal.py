"""The terminal: one person, or nobody, types a line at a time; choices are numbered."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import override

from bot import texts
from bot.channels.base import ChatChannel, Inbound, Surroundings
from bot.outside_chat import Address
from bot.parts import Capabilities, Document, Part
from casework.vocabulary import PersonId

HERE = Address("terminal")
_LONGEST_TEXT = 100_000


class Terminal(ChatChannel[str]):
    """Speaks with whoever sits at the terminal.

    Args:
        around: the rest of this app.
        person: who that is; None for nobody.
        write: shows a text.
        folder: where papers are saved that somebody asks for.
    """

    name = "terminal"
    title = "Terminalen"
    can = Capabilities(longest_text=_LONGEST_TEXT, documents=True, platform_sees=False)
    is_linked = False

    def __init__(
        self,
        around: Surroundings,
        person: PersonId | None,
        write: Callable[[str], None],
        folder: Path,
    ) -> None:
        super().__init__(around)
        self._person_here = person
        self._write = write
        self._folder = folder
        self._answered = asyncio.Event()

    async def converse(self, lines: AsyncIterator[str]) -> None:
        """Say hello, and answer line by line until there are no more."""
        await self.welcome(HERE)
        async for line in lines:
            self._answered.clear()
            await self.hear(line)
            await self._answered.wait()

    @override
    async def person_at(self, address: Address) -> PersonId | None:
        return self._person_here

    @override
    async def address_of(self, person_id: PersonId) -> Address | None:
        return HERE if person_id == self._person_here else None

    @override
    def parse(self, raw: str) -> Inbound | None:
        return Inbound(HERE, secrets.token_hex(8), text=raw)

    @override
    async def send(self, address: Address, part: Part) -> str | None:
        if part.document:
            name = await asyncio.to_thread(self._save, part.document)
            self._write(texts.SAVED.format(name=name))
        else:
            self._write(part.text.replace("*", ""))
        return None

    @override
    async def finished(self, address: Address, message_id: str) -> None:
        self._answered.set()

    def _save(self, document: Document) -> str:
        """Write it to the folder, for its owner only; what has its name already is kept."""
        stem, _, form = document.name.rpartition(".")
        number = 1
        while True:
            name = f"{stem}{f'-{number}' if number > 1 else ''}.{form}"
            try:
                with (self._folder / name).open("xb") as file:
                    (self._folder / name).chmod(0o600)
                    file.write(document.body)
            except FileExistsError:
                number += 1
            else:
                return name
