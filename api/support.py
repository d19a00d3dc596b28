"""Signals that somebody struggles, and offers of help: an offer, never a sanction.

Who may: HR of a unit sees its signals; whoever decides for a person and their HR offer help; the
person alone answers. Lists go by name, so that nobody is ranked.
"""

from functools import cache
from uuid import UUID

from fastapi import APIRouter, Response

from api.dependencies import Announcing, Caller, Database, Locale, Now, TheParts
from api.rights import require_person
from mobile_contract.problems import Language
from mobile_contract.support import (
    NewOffer,
    OfferAnswer,
    OfferView,
    SignalFacts,
    SignalsView,
    StrugglingView,
)
from mobile_contract.support_words import SupportWords
from models.queries.asking import Row
from models.queries.audit import Change, audited, viewed
from models.queries.help import NewOffer as Offer
from models.queries.help import answered, offer_closed, offer_row, offered, offers_to
from models.queries.locks import locked_units_of
from models.queries.organisation import unit_row
from models.queries.signals import Struggling, struggling
from models.queries.subjects import subjects_of
from models.queries.telling import Word, told
from models.rules.access import Action, may, may_in_unit
from models.rules.refusals import NotAllowed, NotFound

router = APIRouter(tags=["support"])

SHOWN_CHARACTERS = 200  # of an offer, in the inbox; the whole of it stands in the offer


@router.get("/v1/units/{unit_id}/signals")
async def signals(
    unit_id: UUID, caller: Caller, database: Database, now: Now, parts: TheParts, language: Locale
) -> SignalsView:
    """Who in a unit and below may need help, by name, with the facts and words to begin from."""
    unit = await unit_row(database, unit_id)
    if unit is None:
        raise NotFound
    if not may_in_unit(caller.person, Action.READ_SIGNALS, tuple(unit["path"])):
        raise NotAllowed
    me = caller.person.employee_id
    found = await struggling(database, [unit_id], now, parts.signals, but=[me])
    await viewed(database, me, "signals", unit_ids=[unit_id])
    return SignalsView(
        unit_id=unit_id,
        purpose=_words().purpose(language),
        people=[_struggling(each, language) for each in found],
    )


@router.post("/v1/people/{person_id}/help-offers", status_code=201)
async def offer(
    person_id: UUID,
    body: NewOffer,
    caller: Caller,
    database: Database,
    announcing: Announcing,
    parts: TheParts,
    response: Response,
) -> OfferView:
    """Offers help; the person is told at once. 200 when the same offer was there already."""
    await require_person(database, caller.person, Action.OFFER_HELP, person_id)
    await locked_units_of(database, [person_id])
    me = caller.person.employee_id
    new = Offer(body.id, person_id, tuple(dict.fromkeys(body.signals)), body.text, me)
    if await offered(database, new):
        word = Word(
            "help_offered",
            f"help_offered:{body.id}:{person_id}",
            person_id,
            about_id=body.id,
            subject=body.text[:SHOWN_CHARACTERS],
        )
        announcing += await told(database, [word], parts.push_kinds)
        details = {"offer_id": body.id, "signals": list(new.signals)}
        await audited(database, me, Change("help_offered", person_id, details=details))
    else:
        response.status_code = 200
    return await _offer(database, body.id)


@router.get("/v1/people/{person_id}/help-offers")
async def offers(person_id: UUID, caller: Caller, database: Database) -> list[OfferView]:
    """What a person was offered, the latest first: for themselves and whoever may offer."""
    me = caller.person.employee_id
    if person_id != me:
        await require_person(database, caller.person, Action.OFFER_HELP, person_id)
    await viewed(database, me, "help_offers", employee_ids=[person_id])
    return [OfferView(**row) for row in await offers_to(database, person_id)]


@router.post("/v1/help-offers/{offer_id}/answer")
async def answer(
    offer_id: UUID,
    body: OfferAnswer,
    caller: Caller,
    database: Database,
    announcing: Announcing,
    parts: TheParts,
) -> OfferView:
    """I accept or decline; whoever offered is told. The same answer again changes nothing."""
    row = await _known(database, caller, Action.ANSWER_HELP, offer_id)
    by = row["offered_by"]
    await locked_units_of(database, [by])
    if await answered(database, offer_id, body.state):
        word = Word(
            "help_answered",
            f"help_answered:{offer_id}:{by}",
            by,
            about_id=offer_id,
            employee_id=row["employee_id"],
            employee_name=row["employee_name"],
        )
        announcing += await told(database, [word], parts.push_kinds)
        details = {"offer_id": offer_id, "state": body.state}
        change = Change("help_answered", row["employee_id"], details=details)
        await audited(database, caller.person.employee_id, change)
    return await _offer(database, offer_id)


@router.post("/v1/help-offers/{offer_id}/closing")
async def close(offer_id: UUID, caller: Caller, database: Database) -> OfferView:
    """Nothing more is to be done about it."""
    row = await _known(database, caller, Action.OFFER_HELP, offer_id)
    if await offer_closed(database, offer_id):
        change = Change("help_closed", row["employee_id"], details={"offer_id": offer_id})
        await audited(database, caller.person.employee_id, change)
    return await _offer(database, offer_id)


async def _known(database: Database, caller: Caller, action: Action, offer_id: UUID) -> Row:
    """The offer, if the caller may; who may not even know of it hears that there is none."""
    row = await offer_row(database, offer_id)
    if row is None:
        raise NotFound
    employee_id = row["employee_id"]
    subject = (await subjects_of(database, [employee_id])).get(employee_id)
    if subject is not None and may(caller.person, action, subject):
        return row
    if subject is not None and (
        may(caller.person, Action.OFFER_HELP, subject)
        or may(caller.person, Action.ANSWER_HELP, subject)
    ):
        raise NotAllowed
    raise NotFound


async def _offer(database: Database, offer_id: UUID) -> OfferView:
    row = await offer_row(database, offer_id)
    if row is None:
        raise NotFound
    return OfferView(**row)


def _struggling(each: Struggling, language: Language) -> StrugglingView:
    facts = each.facts
    return StrugglingView(
        employee_id=each.employee_id,
        name=each.name,
        nip=each.nip,
        unit_id=each.unit_id,
        unit_name=each.unit_name,
        signals=[signal.value for signal in each.signals],
        facts=SignalFacts(
            reports=facts.reports,
            late=facts.late,
            decided=facts.decided,
            returned=facts.returned,
            stuck=facts.stuck,
            silent_working_days=facts.silent_working_days,
            days_in_service=facts.days_in_service,
        ),
        offer=_words().offer(each.signals[0].value, language),
        helped=each.helped,
    )


@cache
def _words() -> SupportWords:
    """The words, read from the package once; they never change while a process lives."""
    return SupportWords.loaded()
