"""A real Lotsen that people log in to through a real provider."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import update

from bot import settings
from casework.organisation_file import DEMO_FILE, read_organisation
from casework.organisation_import import import_organisation
from casework.schema import Person
from casework.store import open_store
from tests.identity_provider import CLIENT, SECRET, IdentityProvider
from tests.lotsen_process import LotsenProcess

OBJECT_IDS = {
    "alva": "11111111-2222-4333-8444-555555555555",
    "sam": "21111111-2222-4333-8444-555555555555",
    "noor": "31111111-2222-4333-8444-555555555555",
    "disa": "41111111-2222-4333-8444-555555555555",
}
SAYS: dict[str, dict[str, object]] = {
    "alva.e": {"oid": OBJECT_IDS["alva"].upper(), "roles": ["Anything"]},
    "sam.e": {"oid": OBJECT_IDS["sam"], "roles": ["Anything", "Lotsen.Chef"]},
    "noor.e": {"oid": OBJECT_IDS["noor"]},
    "disa.e": {"oid": OBJECT_IDS["disa"]},
    "stranger": {"oid": "91111111-2222-4333-8444-555555555555"},
    "nobody": {"email": "alva@exempelkommun.example"},
}


@dataclass(frozen=True)
class Town:
    """A Lotsen that people log in to through their municipality."""

    lotsen: LotsenProcess
    provider: IdentityProvider


@contextmanager
def running(folder: Path) -> Iterator[Town]:
    """Both processes, with their files in a folder."""
    data = folder / "data"
    lotsen = LotsenProcess(data, demo=False)
    employ(data)
    come_back = f"{lotsen.url}/login/callback"
    with IdentityProvider(folder / "provider", come_back, SAYS) as provider:
        configure(data, lotsen.url, provider.issuer)
        with lotsen:
            yield Town(lotsen, provider)


def configure(data: Path, public_url: str, issuer: str) -> None:
    """Write the configuration file."""
    (data / "oidc.secret").write_text(SECRET)
    (data / settings.CONFIG_FILE).write_text(
        f"""
        [web]
        public_url = "{public_url}"

        [oidc]
        issuer = "{issuer}"
        client_id = "{CLIENT}"
        client_secret = {{ file = "oidc.secret" }}

        [oidc.roles]
        values = {{ "Lotsen.Chef" = "manager" }}
        """
    )


def employ(data: Path) -> None:
    """Write down who there is: the made-up people, who have object ids here; Noor has left."""
    asyncio.run(_employ(data))


async def _employ(data: Path) -> None:
    store = open_store(data)
    await store.migrate()
    people = read_organisation(settings.CONTENT / DEMO_FILE)
    await import_organisation(store, people)
    async with store.transaction() as db_session:
        for person, object_id in OBJECT_IDS.items():
            known = update(Person).where(Person.id == person)
            await db_session.execute(known.values(entra_id=object_id))
        gone = update(Person).where(Person.id == "noor")
        await db_session.execute(gone.values(active=False))
    await store.close()
