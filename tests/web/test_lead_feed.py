"""A supervisor's live feed: gaps are said, slips come with what to do, big scopes as counts."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from tests.builders import make_report
from tests.notifications.city import make_slipping_target
from tests.standins.service_process import ServiceProcess
from tests.web.leading import card, clinic_heads_phone, is_live, pressed
from tests.web.mast import Mast
from tests.web.phone import WIDE, Phone, Phones
from tests.web.town import Town

CATCHES_UP = 20  # events; beyond, the service gives a snapshot instead
MOST_CARDS = 500  # of a snapshot that the app asks for
BIG_PEOPLE = 4  # below the head of health stand six


@pytest.fixture
def service(
    database: str, town: Town, app_folder: Path, tmp_path: Path
) -> Iterator[ServiceProcess]:
    """The real service, for which little is a lot."""
    with ServiceProcess(
        {
            "DENYUT_DATABASE_URL": database,
            "DENYUT_WEB_DIR": str(app_folder),
            "DENYUT_STORAGE__FOLDER": str(tmp_path / "photos"),
            "DENYUT_HASHER__MEMORY_KIB": "8",
            "DENYUT_HASHER__PASSES": "1",
            "DENYUT_REPLAY__MOST_EVENTS": str(CATCHES_UP),
            "DENYUT_HUB__KEEP_TOPIC_S": "0.1",
            "DENYUT_HUB__RING__MAX_BYTES": "4096",  # a handful of reports
            "DENYUT_SCOPES__ROLLUP_ABOVE_PEOPLE": str(BIG_PEOPLE),
        }
    ) as running:
        yield running


async def anis_reports(town: Town, first: int, last: int) -> None:
    city = town.city
    async with town.pool.acquire() as connection:
        for number in range(first, last + 1):
            await make_report(
                connection, city.ani, city.targets[city.ani], note=f"Nomor {number}.", name="Ani"
            )


async def test_a_hairline_stands_where_a_gap_was_filled(phones: Phones, town: Town, mast: Mast):
    await anis_reports(town, 1, 3)
    head = await clinic_heads_phone(phones, town)
    await expect(card(head, "Nomor 3.")).to_be_visible()
    mast.fall()
    await expect(head.page.get_by_text(head.word("lead.away"))).to_be_visible()
    await anis_reports(town, 4, 9 + CATCHES_UP)
    mast.rise()
    await head.button("lead.new", n=CATCHES_UP + 6).click()
    rows = head.page.locator(".long-row")
    await expect(rows.first).to_contain_text(f"Nomor {9 + CATCHES_UP}.")
    gap = head.page.get_by_text(head.word("lead.gap"), exact=True)
    await scrolled_to(head, card(head, "Nomor 3."))
    await expect(gap).to_have_count(1)
    beside = "xpath=/ancestor::*[contains(@class, 'long-row')]/"
    await expect(gap.locator(f"{beside}preceding-sibling::*[1]")).to_contain_text("Nomor 4.")
    await expect(gap.locator(f"{beside}following-sibling::*[1]")).to_contain_text("Nomor 3.")
    assert head.wrong == []


async def test_after_a_very_long_gap_the_list_goes_on_and_says_where_it_ends(
    phones: Phones, town: Town, mast: Mast
):
    await anis_reports(town, 1, 1)
    head = await clinic_heads_phone(phones, town)
    await expect(card(head, "Nomor 1.")).to_be_visible()
    mast.fall()
    await expect(head.page.get_by_text(head.word("lead.away"))).to_be_visible()
    await anis_reports(town, 2, MOST_CARDS + 2)
    mast.rise()
    await expect(card(head, f"Nomor {MOST_CARDS + 2}.")).to_be_visible()
    end = head.page.get_by_text(head.word("lead.gap_open"))
    await scrolled_to(head, end)
    await expect(end).to_be_in_viewport()
    await expect(card(head, "Nomor 1.")).to_have_count(0)


async def scrolled_to(phone: Phone, wanted: Locator) -> None:
    """Down a list of which only what is in sight is drawn."""
    async with asyncio.timeout(60):
        while not await wanted.count():
            await phone.page.evaluate("scrollBy(0, 3_000)")
            await phone.page.wait_for_timeout(40)
    await wanted.scroll_into_view_if_needed()


async def test_a_slip_arrives_with_what_to_do_and_help_is_two_taps_away(phones: Phones, town: Town):
    ani = town.city.ani
    head = await clinic_heads_phone(phones, town)
    target_id = await make_slipping_target(town.pool, ani)
    slip = head.page.locator(".card.slip")
    await expect(slip.or_(head.button("lead.new", n=1)).first).to_be_visible()
    if await head.button("lead.new", n=1).is_visible():
        await head.button("lead.new", n=1).click()
    await expect(slip.get_by_text(head.word("lead.slip"))).to_be_visible()
    await expect(slip.get_by_role("listitem").first).to_be_visible()
    await head.button("lead.filter_help").click()
    await expect(slip).to_have_count(1)

    await pressed(head, slip, "lead.suggest").click()
    await slip.get_by_label(head.word("lead.word_text"), exact=True).fill("Gabung dua rute.")
    await slip.get_by_label(head.word("lead.word_step"), exact=True).fill("Mulai besok")
    await pressed(head, slip, "lead.word_send").click()
    await expect(slip.get_by_text(head.word("lead.word_sent"))).to_be_visible()
    await pressed(head, slip, "lead.offer_help").click()
    await pressed(head, slip, "lead.offer_send").click()
    await expect(slip.get_by_text(head.word("lead.offer_sent"))).to_be_visible()
    word = await town.pool.fetchrow("SELECT * FROM feedback WHERE target_id = $1", target_id)
    assert (word["kind"], word["next_step"]) == ("suggestion", "Mulai besok")
    offers = "SELECT count(*) FROM help_offer WHERE employee_id = $1"
    assert await town.pool.fetchval(offers, ani) == 1
    assert head.wrong == []


async def test_a_big_scope_shows_counts_and_leads_down_to_the_cards(phones: Phones, town: Town):
    await anis_reports(town, 1, 2)
    head = await phones(size=WIDE)
    await head.sign_in(await town.nip(town.city.health_head))
    await is_live(head)
    clinic = (
        head.page.get_by_role("link")
        .filter(has_text="Puskesmas")
        .filter(has_text=head.word("lead.big_counts", reports=2, approvals=0, returns=0))
    )
    await expect(clinic).to_be_visible()
    await expect(card(head, "Nomor 2.")).to_have_count(0)
    await clinic.click()
    await head.page.wait_for_url("**/feed?unit=*")
    await expect(card(head, "Nomor 2.")).to_be_visible()
    await anis_reports(town, 3, 3)
    await head.button("lead.new", n=1).click()
    await expect(card(head, "Nomor 3.")).to_be_visible()
    await head.page.get_by_role("link", name=head.word("lead.feed"), exact=True).click()
    await expect(
        head.page.get_by_text(head.word("lead.big_counts", reports=3, approvals=0, returns=0))
    ).to_be_visible()
    assert head.wrong == []


async def test_who_was_not_heard_of_is_named_and_not_blamed(phones: Phones, town: Town):
    """On a phone, where no board stands beside the feed."""
    city = town.city
    head = await clinic_heads_phone(phones, town)
    people = head.page.get_by_role("group").filter(has_text=head.word("lead.contact_means"))
    await expect(people).to_be_visible()
    await people.locator("summary").click()
    await expect(people.get_by_text(head.word("lead.contact_means"))).to_be_visible()
    await people.get_by_role("link", name="Budi").click()
    await head.page.wait_for_url(f"**/people/{city.budi}")
