"""The survey that a QR code leads to: one page, no sign-in, no script, no cookie.

Invariants: an answer is counted before its body is read; a form that lacks something comes back
with everything that was filled in; what is refused leaves nothing behind, since the page writes in
a transaction of its own. Whatever goes wrong is said in words on a page, never as JSON.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Annotated, Final
from urllib.parse import parse_qs
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError

from api.answers import refusal_of_validation
from api.dependencies import Now, TheParts
from api.parts import Parts
from api.problems import problem_of, refusal_of
from api.survey_html import (
    PAGE_POLICY,
    STYLE,
    WORDS,
    Filled,
    form_html,
    reply_html,
    thanks_html,
    word_html,
)
from api.survey_limits import address_of
from api.verdicts import questions, verdict_of
from mobile_contract.problems import Language
from mobile_contract.verdicts import NewVerdict
from models.queries.asking import Row
from models.queries.services import open_point
from models.queries.verdicts import NewVerdict as Verdict
from models.queries.verdicts import Taking, verdict_given, verdict_row
from models.rules.refusals import (
    BodyTooLarge,
    ElementMissing,
    ForbiddenCharacter,
    MalformedRequest,
    NoteTooLong,
    NotFound,
    Refusal,
    VisitCodeInvalid,
)
from models.rules.satisfaction import BEST, ELEMENTS, WORST, Element
from models.rules.survey_codes import point_code

router = APIRouter(tags=["survey"], include_in_schema=False)

MOST_FORM_BYTES: Final = 32_768  # a thousand characters of four bytes, each written as %XX
MOST_FIELDS: Final = 20
VALUES: Final = frozenset(str(value) for value in range(WORST, BEST + 1))
STYLE_AGE: Final = "public, max-age=3600"

Asked = Annotated[str, Query(alias="lang", max_length=8)]


@router.get("/s/style.css")
async def style() -> Response:
    """The one stylesheet of the pages."""
    return Response(STYLE, media_type="text/css", headers={"cache-control": STYLE_AGE})


@router.get("/s/verdicts/{receipt}", response_class=HTMLResponse)
async def reply(receipt: str, request: Request, parts: TheParts, lang: Asked = "id") -> Response:
    """What the unit answered, for whoever holds the receipt."""
    language = _language(lang)
    try:
        await parts.survey.looked(address_of(request))
        row = await _verdict(parts, receipt)
    except Exception as error:
        return _refused(error, language, style="../style.css")
    return _page(reply_html(language, row["reply"]))


@router.get("/s/{code}", response_class=HTMLResponse)
async def form(code: str, request: Request, parts: TheParts, lang: Asked = "id") -> Response:
    """The empty form."""
    language = _language(lang)
    try:
        await parts.survey.looked(address_of(request))
        point = await _point(parts, code)
    except Exception as error:
        return _refused(error, language)
    return _page(form_html(point, questions()[language], language, Filled(uuid4())))


@router.post("/s/{code}", response_class=HTMLResponse)
async def send(
    code: str, request: Request, parts: TheParts, now: Now, lang: Asked = "id"
) -> Response:
    """The filled form: thanks with a receipt, or the form again with what is missing marked."""
    language = _language(lang)
    taking = Taking(now, parts.survey.options.low_below, parts.push_kinds)
    try:
        await parts.survey.answered(address_of(request), point_code(code))
        sent = _Sent.read(await request.body())
        point = await _point(parts, code)
        problem = await _stored(parts, point, sent, taking)
    except Exception as error:
        return _refused(error, language)
    if problem is None:
        return _page(thanks_html(language, sent.filled.id))
    page = form_html(
        point,
        questions()[language],
        language,
        sent.filled,
        missing=sent.missing,
        problem=problem_of(problem, language).detail,
    )
    return _page(page, 422)


@dataclass(frozen=True, slots=True)
class _Sent:
    """A form as it came. An answer that is none of the four counts as missing."""

    filled: Filled
    missing: frozenset[Element]

    @classmethod
    def read(cls, body: bytes) -> "_Sent":
        """Raises BodyTooLarge, and MalformedRequest when it is no form."""
        if len(body) > MOST_FORM_BYTES:
            raise BodyTooLarge(limit_bytes=MOST_FORM_BYTES)
        try:
            fields = parse_qs(body.decode("ascii"), errors="replace", max_num_fields=MOST_FIELDS)
        except ValueError:
            raise MalformedRequest from None
        answers = {
            element: int(value)
            for element in ELEMENTS
            if (value := _first(fields, element.value)) in VALUES
        }
        filled = Filled(
            _id(_first(fields, "id")),
            answers,
            _first(fields, "comment").replace("\r\n", "\n"),
            _first(fields, "visit_code")[:64],
        )
        return cls(filled, frozenset(ELEMENTS) - answers.keys())

    def verdict(self) -> Verdict:
        """What it says. Raises ElementMissing, NoteTooLong, ForbiddenCharacter."""
        filled = self.filled
        try:
            said = NewVerdict.model_validate(
                {
                    "id": filled.id,
                    "answers": {element.value: value for element, value in filled.answers.items()},
                    "comment": filled.comment,
                    "visit_code": filled.visit_code,
                }
            )
        except ValidationError as error:
            found = [each | {"loc": ("body", *each["loc"])} for each in error.errors()]
            raise refusal_of_validation(found) from None
        return verdict_of(said)


async def _stored(parts: Parts, point: Row, sent: _Sent, taking: Taking) -> Refusal | None:
    """Stores it and tells whom it concerns; what the citizen can mend is given back."""
    try:
        verdict = sent.verdict()
        async with parts.database.begin() as session:
            events = await verdict_given(session, point, verdict, taking)
    except (ElementMissing, ForbiddenCharacter, NoteTooLong, VisitCodeInvalid) as refusal:
        return refusal
    if events:
        parts.announce(events)
    return None


async def _point(parts: Parts, code: str) -> Row:
    async with parts.database() as session:
        point = await open_point(session, code)
    if point is None:
        raise NotFound
    return point


async def _verdict(parts: Parts, receipt: str) -> Row:
    try:
        verdict_id = UUID(receipt)
    except ValueError:
        raise NotFound from None
    async with parts.database() as session:
        row = await verdict_row(session, verdict_id)
    if row is None:
        raise NotFound
    return row


def _page(html: str, status: int = 200) -> Response:
    return HTMLResponse(html, status, headers={"content-security-policy": PAGE_POLICY})


def _refused(error: Exception, language: Language, style: str = "style.css") -> Response:
    """In words what is in the way. A fault of ours goes on to the guard, which logs it."""
    refusal = refusal_of(error)
    if refusal is None:
        raise error
    problem = problem_of(refusal, language)
    said = WORDS[language]["closed"] if isinstance(refusal, NotFound) else problem.detail
    page = _page(word_html(language, problem.title, said, style), problem.status)
    if problem.retry_after_s is not None:
        page.headers["retry-after"] = str(ceil(problem.retry_after_s))
    return page


def _language(asked: str) -> Language:
    return "en" if asked == "en" else "id"


def _first(fields: Mapping[str, list[str]], name: str) -> str:
    return fields.get(name, [""])[0]


def _id(text: str) -> UUID:
    """The id that the page drew; another one when somebody has changed it."""
    try:
        return UUID(text)
    except ValueError:
        return uuid4()
