"""What the tests of channels share: one Lotsen in this process, with every channel."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.channels.drivers import Lotsen


@pytest_asyncio.fixture(name="whole_lotsen", scope="package", loop_scope="package")
async def _whole_lotsen(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lotsen]:
    """For tests that ask of it what another process cannot: a restart, a platform that is away."""
    lotsen = Lotsen(tmp_path_factory.mktemp("whole"))
    await lotsen.start()
    yield lotsen
    await lotsen.stop()
