"""Whoever is taken out of the organisation is logged out at once, in open windows too."""

from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from bot import texts
from tests.chat_client import Chat
from tests.lotsen_process import LotsenProcess
from tests.unit.bot.test_cli import lotsen as command

NOVA = "nova"


def bring_in(lotsen: LotsenProcess, folder: Path, active: str) -> None:
    file = folder / "people.csv"
    file.write_text(f"id,name,unit,active\n{NOVA},Nova Exempelfors,aldre,{active}\n")
    done = command("org", "import", str(file), "--data", str(lotsen.data))
    assert done.returncode == 0, done.stderr


@pytest.fixture(name="_nova", autouse=True)
def _with_nova(lotsen: LotsenProcess, tmp_path: Path) -> Iterator[None]:
    """Somebody who is in the organisation for the length of a test."""
    bring_in(lotsen, tmp_path, "yes")
    yield
    bring_in(lotsen, tmp_path, "no")


async def test_open_window_and_cookie_of_a_leaver_are_of_no_use(
    lotsen: LotsenProcess, tmp_path: Path
) -> None:
    async with Chat(lotsen.url, NOVA) as chat:
        assert (await chat.say("hej")).messages
        bring_in(lotsen, tmp_path, "no")

        await chat.send(type="say", id="after", text="han ringde och hotade mig")
        assert await chat.receive() == {"type": "error", "id": "after", "text": texts.LOGGED_OUT}

        await chat.send(type="hello", conversation=chat.conversation, seen=0)
        assert (await chat.receive())["text"] == texts.LOGGED_OUT
        cookies = {c.key: c.value for c in chat._session.cookie_jar}

    async with (
        aiohttp.ClientSession(cookies=cookies) as session,
        session.get(f"{lotsen.url}/me") as answer,
    ):
        assert (await answer.json())["person"] is None
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{lotsen.url}/login", json={"person": NOVA}) as answer,
    ):
        assert answer.status == 400
