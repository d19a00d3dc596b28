"""A phone's first visit, weighed at the mast: the whole app for days without signal, once."""

from collections import Counter

from playwright.async_api import expect

from tests.web.mast import Mast
from tests.web.phone import Phones
from tests.web.town import Town

KB = 1024
MOST_BYTES = 120 * KB  # packed, headers included


async def test_the_whole_app_comes_once_and_never_again(phones: Phones, town: Town, mast: Mast):
    phone = await phones()
    await phone.sign_in(await town.nip(town.city.ani))
    await phone.has_targets()
    await phone.served_by_worker()
    files = [each for each in mast.exchanges if not each.path.startswith("/v1/")]
    times = Counter(each.path.split("?")[0] for each in files)
    hashed = {path: count for path, count in times.items() if path.startswith("/assets/")}
    assert len(hashed) > 30  # the screens that nobody has opened yet are there too
    assert set(hashed.values()) == {1}
    assert not [path for path in hashed if ".lead-" in path]
    weight = sum(each.down_bytes for each in files)
    assert weight <= MOST_BYTES, (weight, times)

    before = len(mast.exchanges)
    for path in ("/outbox", "/month", "/more", "/today"):
        await phone.open(path)
        await expect(phone.page.get_by_role("navigation")).to_be_visible()
    again = {each.path for each in mast.exchanges[before:] if not each.path.startswith("/v1/")}
    assert again <= {"/sw.js"}  # only whether there is a newer one
    assert phone.wrong == []
