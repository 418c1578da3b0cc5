"""Nothing lapses in a made-up municipality, whatever its managers do."""

from dataclasses import replace
from pathlib import Path

from bench.simulated_follow_up import MESSAGES, SOME_HOURS, Extent, simulate

SMALL = Extent(
    40, days=80, arriving_days=15, areas=2, units_of_area=6, staff_of_unit=2, ticks=SOME_HOURS
)


async def test_nothing_lapses_and_nobody_is_told_what_or_when_they_must_not(
    tmp_path: Path,
) -> None:
    outcome = await simulate(tmp_path, SMALL)

    assert not outcome.wrongs
    assert outcome.incidents == SMALL.incidents
    assert outcome.closed + outcome.withdrawn > SMALL.incidents / 2
    assert outcome.overdue == outcome.overdue_visible
    assert outcome.fewest_messages >= MESSAGES


async def test_the_same_people_without_reminders_let_it_lapse(tmp_path: Path) -> None:
    """So the simulation sees it when incidents lapse."""
    without = replace(SMALL, days=40, reminding=False)

    outcome = await simulate(tmp_path, without)

    assert outcome.wrongs["silently lapsed"] > SMALL.incidents / 4
    assert outcome.fewest_messages < MESSAGES
