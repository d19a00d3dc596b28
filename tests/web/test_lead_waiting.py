"""What waits for a supervisor is decided where it stands, with a reason where one is due."""

from playwright.async_api import expect

from tests.builders import make_report
from tests.web.axe import axe_source, violations
from tests.web.leading import (
    card,
    clinic_heads_phone,
    make_new_target_wish,
    make_proposed_agreement,
    make_question,
    make_wish,
    pressed,
)
from tests.web.mast import Mast
from tests.web.phone import Phones
from tests.web.town import Town


async def test_everything_that_waits_is_counted_and_the_most_urgent_stands_first(
    phones: Phones, town: Town
):
    city = town.city
    await make_question(town, "Apa yang saya dahulukan?")
    for note in ("Satu", "Dua"):
        await make_report(town.pool, city.ani, city.targets[city.ani], note=note, name="Ani")
    await make_wish(town, 80, "Cuti dua minggu")
    await make_proposed_agreement(town, "Ibu hamil terlayani")
    head = await clinic_heads_phone(phones, town)
    await head.open("/waiting")
    await expect(card(head, "Cuti dua minggu")).to_be_visible()
    headings = head.page.get_by_role("heading", level=2)
    await expect(headings).to_have_text(
        [
            f"{head.word('lead.questions')} 1",
            f"{head.word('lead.waiting_reports')} 2",
            f"{head.word('lead.proposals')} 1",
            f"{head.word('lead.agreements')} 1",
        ]
    )
    await head.page.get_by_role("button", name=f"{head.word('lead.agreements')} 1").click()
    await expect(card(head, "Ibu hamil terlayani")).to_be_in_viewport()
    for key in ("lead.question_answer", "lead.agree_otherwise"):
        await head.button(key).click()
    await pressed(head, card(head, "Ibu hamil terlayani"), "lead.return").click()
    assert await violations(head.page, axe_source()) == []
    assert head.wrong == []


async def test_a_question_is_answered_with_a_word_that_closes_it(phones: Phones, town: Town):
    request_id = await make_question(town, "Apa yang saya dahulukan?")
    head = await clinic_heads_phone(phones, town)
    await head.open("/waiting")
    question = card(head, "Apa yang saya dahulukan?")
    await pressed(head, question, "lead.question_answer").click()
    await question.get_by_label(head.word("lead.word_text"), exact=True).fill("Kunjungan rumah.")
    await question.get_by_label(head.word("lead.word_step"), exact=True).fill("Mulai Senin")
    await pressed(head, question, "lead.word_send").click()
    await expect(question.get_by_text(head.word("lead.question_answered"))).to_be_visible()
    row = await town.pool.fetchrow(
        "SELECT f.text, f.next_step, f.period, q.answered_at FROM feedback_request q"
        " JOIN feedback f ON f.request_id = q.id WHERE q.id = $1",
        request_id,
    )
    assert (row["text"], row["next_step"], row["period"]) == (
        "Kunjungan rumah.",
        "Mulai Senin",
        "2026-11",
    )
    assert row["answered_at"] is not None


async def test_a_wish_is_agreed_to_another_amount_or_declined_with_a_reason(
    phones: Phones, town: Town
):
    city = town.city
    await make_wish(town, 80, "Cuti dua minggu")
    declined = await make_new_target_wish(town, "Penyuluhan malam")
    head = await clinic_heads_phone(phones, town)
    await head.open("/waiting")
    wish = card(head, "Cuti dua minggu")
    await expect(wish).to_contain_text("100 → 80 kali")
    await pressed(head, wish, "lead.agree_otherwise").click()
    await wish.get_by_label(head.word("lead.goal_quantity"), exact=True).fill("90")
    await pressed(head, wish, "lead.agree_now").click()
    await expect(wish.get_by_text(head.word("lead.agreed"))).to_be_visible()
    goal = "SELECT quantity FROM target WHERE id = $1"
    assert await town.pool.fetchval(goal, city.targets[city.ani]) == 90

    other = card(head, "Penyuluhan malam")
    await pressed(head, other, "lead.decline").click()
    await expect(pressed(head, other, "lead.decline_now")).to_be_disabled()
    await other.get_by_label(head.word("lead.reason"), exact=True).fill("Tahun depan saja")
    await pressed(head, other, "lead.decline_now").click()
    await expect(other.get_by_text(head.word("lead.declined"))).to_be_visible()
    row = await town.pool.fetchrow("SELECT * FROM target_proposal WHERE id = $1", declined)
    assert (row["state"], row["decision_reason"]) == ("declined", "Tahun depan saja")
    assert head.wrong == []


async def test_an_agreement_is_agreed_as_a_whole(phones: Phones, town: Town):
    agreement_id = await make_proposed_agreement(town, "Ibu hamil terlayani")
    head = await clinic_heads_phone(phones, town)
    await head.open("/waiting")
    agreement = card(head, "Ibu hamil terlayani")
    await pressed(head, agreement, "lead.agree").click()
    await expect(agreement.get_by_text(head.word("lead.agreed"))).to_be_visible()
    state = "SELECT state FROM agreement WHERE id = $1"
    assert await town.pool.fetchval(state, agreement_id) == "agreed"


async def test_an_agreement_goes_back_with_its_reason(phones: Phones, town: Town):
    agreement_id = await make_proposed_agreement(town, "Ibu hamil terlayani")
    head = await clinic_heads_phone(phones, town)
    await head.open("/waiting")
    agreement = card(head, "Ibu hamil terlayani")
    await pressed(head, agreement, "lead.return").click()
    await agreement.get_by_label(head.word("lead.reason"), exact=True).fill("Belum terukur")
    await pressed(head, agreement, "lead.agreement_return_now").click()
    await expect(agreement.get_by_text(head.word("lead.agreement_returned"))).to_be_visible()
    row = await town.pool.fetchrow(
        "SELECT a.state, c.reason FROM agreement a JOIN agreement_change c"
        " ON c.agreement_id = a.id WHERE a.id = $1",
        agreement_id,
    )
    assert (row["state"], row["reason"]) == ("draft", "Belum terukur")


async def test_a_lost_answer_to_an_agreement_is_said_and_then_known(
    phones: Phones, town: Town, mast: Mast
):
    """Agreed at the office, while the phone has heard nothing: it says so, and learns of it."""
    agreement_id = await make_proposed_agreement(town, "Ibu hamil terlayani")
    head = await clinic_heads_phone(phones, town)
    await head.open("/waiting")
    agreement = card(head, "Ibu hamil terlayani")
    await expect(agreement).to_be_visible()
    await head.page.wait_for_load_state("networkidle")
    mast.lose_answers()
    await pressed(head, agreement, "lead.agree").click()
    await expect(pressed(head, agreement, "lead.going")).to_be_visible()
    await town.becomes("SELECT state = 'agreed' FROM agreement WHERE id = $1", agreement_id)
    mast.fall()
    await expect(agreement.get_by_text(head.word("problem.unreachable"))).to_be_visible()
    mast.rise()
    await head.button("app.again").click()
    await expect(agreement.get_by_text(head.word("lead.settled_already"))).to_be_visible()
    reached = "SELECT count(*) FROM agreement_change WHERE agreement_id = $1"
    assert await town.pool.fetchval(reached, agreement_id) == 1
