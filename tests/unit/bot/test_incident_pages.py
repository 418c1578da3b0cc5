"""How long is left, in words; and what is said when the record cannot be reached."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.incidents import IncidentPages
from bot.login import COOKIE
from bot.rendering import left
from casework.store import open_store
from tests import builders
from tests.builders import NOON


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (NOON + timedelta(days=3), "3 dagar kvar"),
        (NOON + timedelta(hours=13), "1 dag kvar"),
        (NOON + timedelta(hours=2, minutes=30), "i dag kl. 14.30"),
        (NOON, "i dag kl. 12.00"),
        (NOON - timedelta(hours=2), "sen sedan kl. 10.00"),
        (NOON - timedelta(hours=13), "1 dag sen"),
        (NOON - timedelta(days=20), "20 dagar sen"),
    ],
)
def test_days_are_those_of_the_swedish_calendar(due: datetime, words: str) -> None:
    assert left(due, NOON) == words


async def test_form_is_handed_back_when_the_record_cannot_be_reached(tmp_path: Path) -> None:
    """A database without its tables fails as one that is gone does."""
    store = open_store(tmp_path)
    app = web.Application()
    IncidentPages(store, builders.content(), builders.routines()).add_to(app)
    until = (store.clock() + timedelta(hours=1)).isoformat()
    cookie = store.cipher.seal({"person": "mio", "until": until}).decode()
    path = "/handelser/OP-2026-000001"
    async with TestClient(TestServer(app), cookies={COOKIE: cookie}) as client:
        origin = f"http://{client.host}:{client.port}"
        fields = {"step": "utredning", "act": "klart", "text": "så här var <det>"}
        async with client.post(path, data=fields, headers={"Origin": origin}) as answer:
            page = await answer.text()
    await store.close()

    assert answer.status == 503
    assert "Jag kunde inte läsa eller spara det just nu" in page
    assert "så här var &lt;det&gt;</textarea>" in page
    assert f'action="{path}"' in page
    assert 'name="act" value="klart"' in page
