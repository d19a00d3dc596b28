"""A person's page: how a target went, drawn when it is asked for, and the same in words."""

import re

from playwright.async_api import expect

from tests.builders import make_report
from tests.web.axe import axe_source, violations
from tests.web.leading import card, clinic_heads_phone, pressed
from tests.web.phone import SMALL, WIDE, Phones
from tests.web.town import Town


async def test_the_chart_of_a_target_comes_when_asked_for_and_says_the_same_in_words(
    phones: Phones, town: Town
):
    city = town.city
    await make_report(town.pool, city.ani, city.targets[city.ani], quantity=7, name="Ani")
    for size in (SMALL, WIDE):
        head = await clinic_heads_phone(phones, town, language="en", size=size)
        asked: list[str] = []
        head.page.on("request", lambda request, to=asked: to.append(request.url))
        await head.open(f"/people/{city.ani}")
        target = card(head, head.word("lead.course")).filter(has_text="Kunjungan")
        button = pressed(head, target, "lead.course")
        await expect(button).to_be_visible()
        assert not [url for url in asked if "course_chart" in url], "nobody has asked for it"
        await button.click()
        picture = target.get_by_role("img").filter(has=head.page.locator("canvas"))
        since = head.word("lead.course_behind", day="").removesuffix(".").strip()
        await expect(picture).to_have_accessible_name(re.compile(f"7 kali.*{since}"))
        await expect(target.locator("canvas")).to_be_visible()
        width = await target.locator("canvas").evaluate("(drawn) => drawn.clientWidth")
        assert 200 < width <= size[0]
        await target.get_by_text(head.word("lead.course_table"), exact=True).click()
        await expect(target.get_by_role("row").last).to_contain_text("7")
        assert await head.page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert await violations(head.page, axe_source()) == []
        assert head.wrong == []
