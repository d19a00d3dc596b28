"""What a supervisor does in a browser, and the things of other people that wait for them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from playwright.async_api import Locator, Page, expect

from models.tables.columns import new_id
from tests.making.agreements import make_agreement, make_result
from tests.web.phone import Phone, Phones
from tests.web.town import Town


async def clinic_heads_phone(phones: Phones, town: Town, **options: Any) -> Phone:
    """The phone of whoever decides on Ani's and Budi's reports, with the feed open and live."""
    phone = await phones(**options)
    await phone.sign_in(await town.nip(town.city.clinic_head))
    await is_live(phone)
    return phone


async def is_live(phone: Phone, page: Page | None = None) -> None:
    said = phone.word("connection.live")
    await expect((page or phone.page).get_by_text(said, exact=True)).to_be_visible()


def card(phone: Phone, text: str, page: Page | None = None) -> Locator:
    """The card that says this."""
    return (page or phone.page).get_by_role("article").filter(has_text=text)


def pressed(phone: Phone, within: Locator, key: str, **fills: Any) -> Locator:
    """The button with these words within a card."""
    return within.get_by_role("button", name=phone.word(key, **fills), exact=True)


async def make_question(town: Town, question: str) -> UUID:
    """Ani asks the head of the clinic about this year's November."""
    request_id, city = new_id(), town.city
    await town.pool.execute(
        "INSERT INTO feedback_request (id, employee_id, asked_id, period, question)"
        " VALUES ($1, $2, $3, '2026-11', $4)",
        *(request_id, city.ani, city.clinic_head, question),
    )
    return request_id


async def make_wish(town: Town, quantity: float, reason: str) -> UUID:
    """Ani wishes that her target of 100 asks for another amount."""
    proposal_id, city = new_id(), town.city
    await town.pool.execute(
        "INSERT INTO target_proposal (id, employee_id, kind, target_id, body, reason)"
        " VALUES ($1, $2, 'change', $3, $4::text::jsonb, $5)",
        *(proposal_id, city.ani, city.targets[city.ani]),
        *(json.dumps({"quantity": quantity}), reason),
    )
    return proposal_id


async def make_new_target_wish(town: Town, indicator: str) -> UUID:
    """Budi wishes for a target that he has not got."""
    proposal_id, start = new_id(), datetime.now(UTC).replace(microsecond=0)
    body = {
        "indicator": indicator,
        "unit_of_measure": "kali",
        "quantity": 4.0,
        "period_start": start.isoformat(),
        "period_end": (start + timedelta(days=28)).isoformat(),
    }
    await town.pool.execute(
        "INSERT INTO target_proposal (id, employee_id, kind, body, reason)"
        " VALUES ($1, $2, 'new', $3::text::jsonb, 'wilayah bertambah')",
        *(proposal_id, town.city.budi, json.dumps(body)),
    )
    return proposal_id


async def make_proposed_agreement(town: Town, title: str) -> UUID:
    """Ani has put her agreement of this year before the head of the clinic."""
    year = datetime.now(UTC).year
    agreement_id = await make_agreement(town.pool, town.city.ani, year, "proposed")
    await make_result(town.pool, agreement_id, title)
    return agreement_id
