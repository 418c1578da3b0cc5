"""How fast messages go out, on a clock that only moves when somebody sleeps."""

import asyncio
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.pacing import Bucket, Pace, Pacing


class Time:
    """Seconds; whoever sleeps wakes in the order of the moments."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        until = self.now + seconds
        await asyncio.sleep(0)
        self.now = max(self.now, until)


def _sent(chats: list[str], overall: Pace, in_chat: Pace) -> list[tuple[str, float]]:
    time = Time()
    pacing = Pacing(overall, in_chat, time, time.sleep)

    async def send_all() -> list[tuple[str, float]]:
        sent = []
        for chat in chats:
            await pacing.turn(chat)
            sent.append((chat, time.now))
        return sent

    return asyncio.run(send_all())


def _most_within(seconds: float, times: list[float]) -> int:
    return max(sum(t <= other < t + seconds - 1e-9 for other in times) for t in times)


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=120))
def test_no_second_and_no_chat_gets_more_than_allowed(chats: list[str]) -> None:
    sent = _sent(chats, Pace(30), Pace(1, at_once=5))

    assert _most_within(1, [at for _, at in sent]) <= 30
    for chat in set(chats):
        times = [at for to, at in sent if to == chat]
        assert _most_within(10, times) <= 10 + 5


def test_a_few_go_at_once_and_the_rest_one_by_one() -> None:
    times = [round(at, 3) for _, at in _sent(["a"] * 7, Pace(1000), Pace(1, at_once=5))]

    assert times[4] < 0.1
    assert times[5] >= 1.0
    assert times[6] >= 2.0


def test_many_chats_share_what_goes_out_in_all() -> None:
    sent = _sent([str(number) for number in range(61)], Pace(30), Pace(1, at_once=5))

    assert 1.99 <= sent[-1][1] <= 2.01


async def test_chat_is_held_for_as_long_as_the_platform_says() -> None:
    time = Time()
    pacing = Pacing(Pace(30), Pace(1), time, time.sleep)

    pacing.hold("a", 30)
    time.now = 10

    assert pacing.held("a") == 20
    assert pacing.held("b") == 0
    time.now = 30
    assert pacing.held("a") == 0


async def test_chat_that_is_silent_is_forgotten() -> None:
    time = Time()
    pacing = Pacing(Pace(30), Pace(1, at_once=5), time, time.sleep)
    for number in range(100):
        await pacing.turn(str(number))

    time.now += 10
    await pacing.turn("last")

    assert list(pacing._chats) == ["last"]


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
    moments = await _through(Bucket(Pace(40, at_once=10), time, time.sleep), time, 500)

    assert moments[9] == 0
    assert moments[10] > 0
    for start in moments:
        assert sum(start <= moment < start + 1 for moment in moments) <= 50
    assert 12 < moments[-1] < 13


async def test_pause_fills_the_bucket_but_not_beyond_its_brim() -> None:
    time = Time()
    bucket = Bucket(Pace(2, at_once=3), time, time.sleep)
    await _through(bucket, time, 3)
    time.now += 1000

    moments = await _through(bucket, time, 5)

    assert [later - before for before, later in pairwise(moments)] == [0, 0, 0.5, 0.5]


async def test_nothing_gets_through_while_the_platform_wants_rest() -> None:
    time = Time()
    bucket = Bucket(Pace(1000, at_once=100), time, time.sleep)
    bucket.rest(5)
    bucket.rest(2)

    assert (await _through(bucket, time, 2))[0] == 5
