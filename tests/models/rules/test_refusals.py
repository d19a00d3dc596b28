"""Every refusal has a name, a code of its own, and a meaning."""

import copy
import re

import pytest

from models.rules import refusals
from models.rules.refusals import Busy, NotAllowed, Refusal, all_refusals

EVERY = sorted(all_refusals().items())


def test_no_two_refusals_share_a_code():
    written = [
        thing
        for thing in vars(refusals).values()
        if isinstance(thing, type) and issubclass(thing, Refusal) and thing is not Refusal
    ]
    assert len(all_refusals()) == len(written)
    assert set(all_refusals().values()) == set(written)


@pytest.mark.parametrize(("code", "refusal"), EVERY)
def test_a_code_is_the_class_name_in_words_or_a_short_form_of_it(code: str, refusal: type[Refusal]):
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", code)
    words = re.sub(r"(?<!^)([A-Z])", r"_\1", refusal.__name__).lower()
    assert words in (code, f"{code}_request")


@pytest.mark.parametrize(("code", "refusal"), EVERY)
def test_a_refusal_says_what_it_means(code: str, refusal: type[Refusal]):
    meaning = (refusal.__doc__ or "").strip()
    assert meaning.endswith(".")
    assert refusal().code == code


def test_the_catalogue_holds_what_the_contract_names():
    assert {
        "malformed", "body_too_large", "note_too_long", "forbidden_character",
        "quantity_out_of_range", "unknown_target", "not_your_target", "period_closed",
        "report_conflict", "outdated_base", "unknown_report", "not_allowed", "not_found",
        "wider_role",
        "not_signed_in", "wrong_credentials", "too_many_attempts", "session_expired",
        "session_revoked", "refresh_reused", "activation_invalid", "password_too_weak", "busy",
        "database_away", "report_not_open", "already_decided", "reason_required",
        "location_not_asked", "too_many_items", "invalid_cursor", "topic_not_allowed",
        "too_many_topics", "origin_not_allowed", "hello_expected", "invalid_nip", "invalid_value",
        "method_not_allowed", "conflict",
    } <= set(all_refusals())  # fmt: skip


def test_details_are_given_by_keyword_and_shown():
    refusal = Busy(retry_after_s=3)
    assert refusal.details == {"retry_after_s": 3}
    assert str(refusal) == "busy (retry_after_s=3)"
    assert NotAllowed().details == {}
    assert str(NotAllowed()) == "not_allowed"


def test_two_refusals_never_share_their_details():
    first, second = Busy(), Busy()
    first.details["retry_after_s"] = 1
    assert second.details == {}


def test_a_refusal_can_be_copied_and_so_sent_between_processes():
    twin = copy.copy(Busy(retry_after_s=3))
    assert isinstance(twin, Busy)
    assert twin.details == {"retry_after_s": 3}
