"""What supervisors open within their cards and screens, and what they are told when it fails."""

from typing import Any, Final

from playwright.async_api import Locator, expect

from tests.web.phone import Phone
from tests.web.views import Ground, View, answers, refused, told, turn_to, written

ITEM = "0190a000-0000-7000-8000-0000000000b0"
LONG_AGO, LONG_HENCE = "2026-01-01T00:00:00Z", "2099-01-01T00:00:00Z"


async def pressed(phone: Phone, key: str, **fills: Any) -> Locator:
    """Presses the first such button and gives it back."""
    button = phone.button(key, **fills).first
    await button.click()
    return button


async def waiting_only(phone: Phone, _: Ground) -> None:
    await turn_to(phone, "/feed")
    button = await pressed(phone, "lead.filter_waiting")
    await expect(button).to_have_attribute("aria-pressed", "true")


async def nobody_heard_of(phone: Phone, _: Ground) -> None:
    def silent(board: Any) -> Any:
        return {**board, "people": [{**each, "last_contact_at": None} for each in board["people"]]}

    await answers(phone, "/v1/board**", silent)
    await phone.open("/feed")
    await phone.page.locator("summary").click()
    await expect(phone.page.get_by_text(phone.word("lead.quiet_never")).first).to_be_visible()


async def returning(phone: Phone, _: Ground) -> None:
    await turn_to(phone, "/waiting")
    await pressed(phone, "lead.return")
    await pressed(phone, "lead.reason_place")
    await expect(phone.button("lead.return_now")).to_be_enabled()


async def what_was_refused(phone: Phone, _: Ground) -> None:
    await turn_to(phone, "/waiting")
    await refused(phone)
    await pressed(phone, "lead.praise")
    await pressed(phone, "lead.approve")
    await expect(phone.page.get_by_role("alert").nth(1)).to_be_visible()


async def kept_for_later(phone: Phone, _: Ground) -> None:
    await turn_to(phone, "/waiting")
    await expect(phone.button("lead.praise").first).to_be_visible()
    await phone.context.route("**/v1/**", lambda route: route.abort())
    await pressed(phone, "lead.praise")
    await expect(phone.button("lead.praise").first).to_be_disabled()


async def waiting_of_every_kind(phone: Phone, ground: Ground) -> None:
    who = {"employee_id": ground.employee["employee_id"], "employee_name": ground.employee["name"]}
    asked = {"asked_id": ground.supervisor["employee_id"], "asked_name": "", "made_at": LONG_AGO}
    question = {**who, **asked, "id": ITEM, "question": "Mana yang didahulukan?"}
    wished = {"indicator": "Kunjungan rumah", "unit_of_measure": "kunjungan", "quantity": 8.5}
    proposal = {**who, "id": ITEM, "kind": "new", "body": wished, "reason": "Tugas bertambah."}
    result = {"id": ITEM, "title": "Layanan rapi", "kind": "main", "indicators": []}
    agreement = {**who, "id": ITEM, "year": 2026, "version": 1, "results": [result]}
    decided = {"state": "open", "made_at": LONG_AGO, "decision_reason": ""}
    await told(phone, "/v1/feedback-requests", [question])
    await told(phone, "/v1/target-proposals", [{**proposal, **decided}])
    await told(phone, "/v1/agreements", [{**agreement, "state": "proposed"}])
    await turn_to(phone, "/waiting")
    for list_, key in (
        ("lead.questions", "lead.question_answer"),
        ("lead.proposals", "lead.decline"),
        ("lead.agreements", "lead.return"),
    ):
        part = phone.page.locator(f'[id="{list_}"]')
        await part.get_by_role("button", name=phone.word(key), exact=True).click()
        await expect(part.get_by_role("textbox").first).to_be_visible()


async def bulk(phone: Phone, _: Ground) -> None:
    await turn_to(phone, "/waiting")
    await phone.page.locator('[id="lead.waiting_reports"] > .button').first.click()
    await expect(phone.page.get_by_role("dialog").get_by_role("checkbox").first).to_be_checked()


async def bulk_return(phone: Phone, ground: Ground) -> None:
    await bulk(phone, ground)
    await phone.page.locator(".dialog-actions .button").last.click()
    await expect(phone.button("lead.return_now").last).to_be_visible()


async def bulk_that_was_refused(phone: Phone, ground: Ground) -> None:
    await bulk(phone, ground)
    await refused(phone)
    await phone.page.locator(".dialog-actions .button").first.click()
    await expect(phone.button("app.close").last).to_be_visible()
    await expect(phone.page.get_by_role("dialog").get_by_role("status").first).to_be_visible()


async def a_word_on_the_month(phone: Phone, ground: Ground) -> None:
    await turn_to(phone, f"/people/{ground.fills['/people/:id id']}")
    await pressed(phone, "lead.say")
    await pressed(phone, "feedback.suggestion")
    await written(phone, "lead.word_text")
    await refused(phone)
    await written(phone, "lead.word_step")
    await pressed(phone, "lead.word_send")
    await expect(phone.page.locator("form").get_by_role("alert")).to_be_visible()


async def help_and_a_word_on_a_target(phone: Phone, ground: Ground) -> None:
    await turn_to(phone, f"/people/{ground.fills['/people/:id id']}")
    await pressed(phone, "lead.offer_help")
    await expect(phone.button("lead.offer_send")).to_be_visible()
    await pressed(phone, "lead.say_target")
    await expect(phone.button("lead.word_send")).to_be_visible()


async def course_of_a_target(phone: Phone, ground: Ground) -> None:
    await turn_to(phone, f"/people/{ground.fills['/people/:id id']}")
    await pressed(phone, "lead.course")
    await phone.page.get_by_text(phone.word("lead.course_table")).first.click()
    await expect(phone.page.get_by_role("table")).to_be_visible()


async def help_for_a_slip(phone: Phone, ground: Ground) -> None:
    await turn_to(phone, "/feed")
    await pressed(phone, "lead.filter_help")
    await pressed(phone, "lead.suggest")
    await expect(phone.button("lead.word_send")).to_be_visible()


async def their_appraisal(phone: Phone, ground: Ground, **differs: Any) -> None:
    path = ground.fills["/lead/appraisals/:id id"]
    await answers(phone, f"/v1/appraisals/{path}", lambda detail: {**detail, **differs})
    await turn_to(phone, f"/lead/appraisals/{path}")
    await phone.page.locator("summary").click()


async def deciding(phone: Phone, ground: Ground) -> None:
    await their_appraisal(phone, ground, state="self_assessed", part_end=LONG_AGO)
    await expect(phone.button("lead.decide")).to_be_visible()
    await phone.page.locator("main .card [aria-expanded]").first.click()


async def answering_an_objection(phone: Phone, ground: Ground) -> None:
    objection = {
        "id": ITEM,
        "appraisal_id": ground.fills["/lead/appraisals/:id id"],
        "decision_number": 1,
        "reasons": "Laporan selama gangguan jaringan belum dihitung.",
        "made_at": LONG_AGO,
    }
    rated = {"result_rating": "meets", "behaviour_rating": "meets", "predicate": "good"}
    warned = {"distribution_warning": None, "decided_by": ground.employee["employee_id"]}
    stage = {"state": "objected", "objections": [objection], "objection_until": LONG_HENCE}
    await their_appraisal(phone, ground, **stage, **rated, **warned)
    await pressed(phone, "lead.outcome_changed")
    await expect(phone.button("lead.objection_now")).to_be_visible()


async def verdicts(phone: Phone, _: Ground) -> None:
    said = {"comment": "Datang tiga kali untuk satu berkas.", "hidden": False, "reply": None}
    service = {"service_name": "Penerbitan KTP-el", "point_name": "Loket 1"}
    verdict = {"id": ITEM, **service, "at": LONG_AGO, "index": 38.89, "low": True, **said}
    await told(phone, "/units/*/verdicts**", {"verdicts": [verdict]})
    await turn_to(phone, "/verdicts")


async def replying(phone: Phone, ground: Ground) -> None:
    await verdicts(phone, ground)
    await pressed(phone, "lead.reply")
    await expect(phone.button("lead.reply_now")).to_be_visible()


async def hiding(phone: Phone, ground: Ground) -> None:
    unit = {"unit_id": ground.supervisor["unit_id"], "unit_name": ground.supervisor["unit_name"]}
    role = {"id": ITEM, "role": "hr", **unit, "granted_at": LONG_AGO}  # heads only answer
    await answers(phone, "/v1/me", lambda me: {**me, "roles": [role]})
    await phone.open("/verdicts")
    await verdicts(phone, ground)
    await pressed(phone, "lead.hide")
    await expect(phone.button("lead.hide_now")).to_be_visible()


LEAD_VIEWS: Final = (
    View("waiting only", waiting_only, ("lead/feed_list.tsx FeedList.filter",)),
    View("nobody heard of", nobody_heard_of, ("lead/quiet_people.tsx QuietPeople.details",)),
    View("returning", returning, ("lead/report_actions.tsx ReportActions.returning",)),
    View("bulk", bulk, ("lead/bulk.tsx Bulk.open",)),
    View("bulk return", bulk_return, ("lead/bulk.tsx BulkDialog.phase",)),
    View("bulk that was refused", bulk_that_was_refused),
    View("what was refused", what_was_refused),
    View(
        "waiting of every kind",
        waiting_of_every_kind,
        (
            "lead/waiting_questions.tsx Answering.open",
            "lead/waiting_proposals.tsx Deciding.open",
            "lead/waiting_agreements.tsx Deciding.returning",
        ),
    ),
    View("a word on the month", a_word_on_the_month, ("lead/person.tsx Doors.open",)),
    View("help", help_and_a_word_on_a_target, ("lead/person.tsx Target.open",)),
    View(
        "a course",
        course_of_a_target,
        ("lead/course_view.tsx Course.open", "lead/course_view.tsx Shown.details"),
    ),
    View("help for a slip", help_for_a_slip, ("lead/slip_help.tsx SlipHelp.open",)),
    View(
        "deciding",
        deciding,
        ("lead/appraisal.tsx Steps.details", "lead/evidence.tsx TargetCard.open"),
    ),
    View(
        "an objection",
        answering_an_objection,
        ("lead/objection_form.tsx ObjectionForm.outcome",),
    ),
    View("replying", replying, ("lead/verdicts.tsx Reply.open",)),
    View("hiding", hiding),
    View("kept for later", kept_for_later),  # the last one: from here on nobody answers
)
