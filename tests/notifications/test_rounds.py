"""Rounds go on, whatever breaks."""

import asyncio

import asyncpg
import pytest

from notifications.rounds import Rounds


class Counting:
    """A settle that fails a given number of times, then sleeps for long."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.done = 0

    async def __call__(self) -> float:
        if self.errors:
            raise self.errors.pop()
        self.done += 1
        return 3600.0


async def until_done(counting: Counting, times: int = 1) -> None:
    async with asyncio.timeout(30):
        while counting.done < times:
            await asyncio.sleep(0.001)


@pytest.mark.parametrize("error", [asyncpg.CannotConnectNowError("starting"), KeyError("ours")])
async def test_a_round_that_fails_is_not_the_last(error: Exception) -> None:
    counting = Counting(error, error)
    rounds = Rounds("test", counting, pause_s=0.0)
    async with rounds.running():
        await until_done(counting)
    assert rounds.failures == 2


async def test_waking_is_sooner_than_sleeping() -> None:
    counting = Counting()
    rounds = Rounds("test", counting, pause_s=3600.0)
    async with rounds.running():
        await until_done(counting)
        rounds.wake()
        await until_done(counting, 2)
    assert rounds.failures == 0


async def test_the_end_of_the_block_ends_the_rounds() -> None:
    counting = Counting()
    rounds = Rounds("test", counting, pause_s=0.0)
    async with rounds.running():
        await until_done(counting)
    rounds.wake()
    await asyncio.sleep(0)
    assert counting.done == 1
