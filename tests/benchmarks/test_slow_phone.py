"""The phone says when something can be used, what was touched, and what it holds."""

import pytest
from playwright.async_api import Browser, Route

from benchmarks.slow_phone import SlowPhone, only_session

URL = "http://phone.test"
PAGE = """<!doctype html><title>A page</title><body><script>
  setTimeout(() => {
    const until = performance.now() + 120;
    document.body.innerHTML = '<button>Report</button>';
    document.querySelector('button').onclick = () => (document.title = 'Touched');
    setTimeout(() => { while (performance.now() < until); }, 40);
  }, 30);
</script>"""


async def answered(route: Route) -> None:
    await route.fulfill(content_type="text/html", body=PAGE)


async def test_a_screen_can_be_used_when_its_control_is_there_and_the_page_is_free(
    browser: Browser,
):
    async with SlowPhone.switched_on(browser, URL) as phone:
        await phone.context.route("**/*", answered)
        await phone.slowed(2)
        usable_ms = await phone.usable_ms("/", "button")
        (task_ms,) = await phone.long_tasks_ms()
        assert usable_ms > task_ms > 50
        await phone.forget_tasks()
        assert await phone.long_tasks_ms() == []


async def test_a_touch_is_heard_and_the_heap_is_told(browser: Browser):
    async with SlowPhone.switched_on(browser, URL) as phone:
        await phone.context.route("**/*", answered)
        await phone.usable_ms("/", "button")
        await phone.page.tap("button")
        assert await phone.page.title() == "Touched"
        assert all(each >= 16 for each in await phone.interactions_ms())
        assert await phone.heap_bytes() > 100_000
        assert await phone.shown_ms("button") > 0


async def test_a_tab_is_replaced_by_an_empty_one(browser: Browser):
    async with SlowPhone.switched_on(browser, URL) as phone:
        await phone.context.route("**/*", answered)
        await phone.usable_ms("/", "button")
        await phone.opened_anew()
        assert phone.page.url == "about:blank"
        assert phone.context.pages == [phone.page]
        assert await phone.usable_ms("/", "button") > 0


@pytest.mark.parametrize("others", [[], [{"name": "denyut"}]])
def test_of_what_a_phone_keeps_only_its_person_is_left(others: list[dict[str, str]]):
    origin = {"indexedDB": [*others, {"name": "denyut-session"}]}
    only_session(origin)
    assert origin["indexedDB"] == [{"name": "denyut-session"}]
