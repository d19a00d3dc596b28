"""Work in bulk takes its steps a few in each turn of the loop, and all of them in the end."""

import asyncio

from notifications.channels.loop_share import LoopShare


async def test_a_turn_has_so_many_steps_and_the_others_wait_for_the_next():
    share, done, seen = LoopShare(3), 0, []

    async def work() -> None:
        nonlocal done
        await share.step()
        done += 1

    workers = [asyncio.create_task(work()) for _ in range(10)]
    while done < len(workers):
        await asyncio.sleep(0)
        seen.append(done)
    assert max(after - before for before, after in zip([0, *seen], seen, strict=False)) <= 3
    assert len([one for one in seen if one]) >= 4
    await asyncio.gather(*workers)


async def test_one_alone_takes_its_steps_over_several_turns():
    share, turns = LoopShare(2), 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    for _ in range(10):
        await share.step()
    assert turns >= 4
    counting.cancel()
    await asyncio.wait([counting])


async def test_one_that_is_cancelled_keeps_nobody_waiting():
    share = LoopShare(1)
    await share.step()
    waiting = asyncio.create_task(share.step())
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    async with asyncio.timeout(5):
        await share.step()
