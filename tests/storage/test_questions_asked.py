"""What people ask about is counted by topic and month, and small numbers are not shown."""

from datetime import date

from sqlalchemy import func, select

from casework import tallies
from casework.schema import QuestionCount
from casework.store import Store
from casework.tallies import FEWEST_SHOWN, Asked
from tests.builders import Clock

NOVEMBER, DECEMBER = date(2026, 11, 20), date(2026, 12, 31)


async def _ask(store: Store, topic: str, times: int) -> None:
    for _ in range(times):
        await tallies.add_question(store, topic)


async def test_topics_are_counted_over_months_most_asked_first(store: Store, clock: Clock) -> None:
    await _ask(store, "gavor_mutor", FEWEST_SHOWN)
    clock.forward(days=31)
    await _ask(store, "gavor_mutor", 1)
    await _ask(store, "jav", FEWEST_SHOWN + 4)

    assert await tallies.asked_about(store, NOVEMBER, DECEMBER) == [
        Asked("jav", FEWEST_SHOWN + 4),
        Asked("gavor_mutor", FEWEST_SHOWN + 1),
    ]


async def test_too_few_are_named_without_a_number(store: Store) -> None:
    await _ask(store, "visselblasning", FEWEST_SHOWN - 1)
    await _ask(store, "anonym", 1)
    await _ask(store, "jav", FEWEST_SHOWN)

    assert await tallies.asked_about(store, NOVEMBER, NOVEMBER) == [
        Asked("jav", FEWEST_SHOWN),
        Asked("anonym", None),
        Asked("visselblasning", None),
    ]


async def test_other_months_are_left_out(store: Store, clock: Clock) -> None:
    await _ask(store, "jav", FEWEST_SHOWN)
    clock.forward(days=62)

    assert await tallies.asked_about(store, clock.now.date(), clock.now.date()) == []


async def test_row_holds_a_topic_a_month_and_a_number(store: Store) -> None:
    await _ask(store, "jav", 3)

    async with store.transaction() as db_session:
        rows = (await db_session.execute(select(QuestionCount.__table__))).all()
        assert await db_session.scalar(select(func.count()).select_from(QuestionCount)) == 1
    assert [tuple(row) for row in rows] == [("jav", date(2026, 11, 1), 3)]
