"""Windows count what they let through, refuse the rest at no cost, and forget when told."""

import asyncio

from api.windows import CountedWindows, Windows, window


async def test_a_window_takes_so_many_and_says_how_long_to_wait():
    windows, item = CountedWindows(), window(2, 60, "tries")
    assert await windows.has_room(item, "one")
    assert [await windows.hit(item, "one") for _ in range(4)] == [True, True, False, False]
    assert not await windows.has_room(item, "one")
    assert 1 <= await windows.wait_s(item, "one") <= 60
    assert await windows.hit(item, "other")
    await windows.clear(item, "one")
    assert await windows.hit(item, "one")


async def test_a_flood_leaves_no_more_behind_than_what_was_let_through():
    windows = Windows()
    for _ in range(10_000):
        await windows.acquire_entry("key", 20, 60)
    assert len(windows.events["key"]) == 20


async def test_windows_of_two_names_are_apart():
    windows = CountedWindows()
    assert await windows.hit(window(1, 60, "tries"), "one")
    assert await windows.hit(window(1, 60, "answers"), "one")


async def test_forgetting_while_old_tries_expire_breaks_nothing():
    windows, key = Windows(), "tries"
    async with windows.locks[key]:  # the expiry has listed its keys and waits at this one
        windows.events[key] = []
        assert await windows.incr("other", 60) == 1
        assert windows.timer is not None
        await asyncio.sleep(0)
        await windows.clear(key)
    await windows.timer
    assert key not in windows.events
