"""How fast things are let through."""

import asyncio
from itertools import pairwise

from bot.rates import Bucket


class Time:
    """Passes only while somebody waits."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


async def _through(bucket: Bucket, time: Time, count: int) -> list[float]:
    """When each of so many got through, all waiting at once."""
    at: list[tuple[int, float]] = []

    async def one(number: int) -> None:
        await bucket.take()
        at.append((number, time.now))

    await asyncio.gather(*(one(number) for number in range(count)))
    assert [number for number, _ in at] == list(range(count))
    return [moment for _, moment in at]


async def test_no_second_sees_more_than_the_burst_and_a_second_of_the_rate() -> None:
    time = Time()
    moments = await _through(Bucket(40, 10, time, time.sleep), time, 500)

    assert moments[9] == 0
    assert moments[10] > 0
    for start in moments:
        assert sum(start <= moment < start + 1 for moment in moments) <= 50
    assert 12 < moments[-1] < 13


async def test_pause_fills_the_bucket_but_not_beyond_its_brim() -> None:
    time = Time()
    bucket = Bucket(2, 3, time, time.sleep)
    await _through(bucket, time, 3)
    time.now += 1000

    moments = await _through(bucket, time, 5)

    assert [later - before for before, later in pairwise(moments)] == [0, 0, 0.5, 0.5]


async def test_nothing_gets_through_while_the_platform_wants_rest() -> None:
    time = Time()
    bucket = Bucket(1000, 100, time, time.sleep)
    bucket.rest(5)
    bucket.rest(2)

    assert (await _through(bucket, time, 2))[0] == 5
