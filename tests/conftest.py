"""What many tests share: a running Lotsen, and a database that is empty."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lotsen_process import LotsenProcess

_SHARED = {"lotsen", "fragile"}
"""Fixtures that many tests have together."""


@pytest.fixture(scope="session", name="lotsen")
def _lotsen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LotsenProcess]:
    """One Lotsen for all tests that do not break it: `lotsen.url`, `lotsen.record(reference)`."""
    with LotsenProcess(tmp_path_factory.mktemp("lotsen")) as running:
        yield running


@pytest.fixture(autouse=True)
def _as_on_the_first_day(request: pytest.FixtureRequest) -> None:
    """What an earlier test told a shared Lotsen is gone; it was told by the same demo people."""
    for shared in _SHARED & set(request.fixturenames):
        request.getfixturevalue(shared).empty()


@pytest.fixture(name="data")
def _data(tmp_path: Path) -> Path:
    """A data folder of a test's own."""
    return tmp_path
