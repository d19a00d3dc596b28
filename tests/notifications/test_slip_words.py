"""What is said of a target's turn, to whom, and that it is said once."""

import json
from dataclasses import replace

import pytest

from models.queries.slips import SeenTarget, Told
from notifications.ladder import Noticed, NoticeKind
from notifications.pace_refresh import paced
from notifications.slip_words import Words, noticed_of_slip, words
from tests.notifications.seen import END, HEAD, NOW, SARI, TARGET, TIMETABLE, seen


def said(target: SeenTarget, *told: Told) -> Words:
    return words(target, paced(target, TIMETABLE), told, HEAD)


def told(words: Words) -> tuple[Told, ...]:
    return tuple(Told(TARGET, each.key, each.kind, each.recipient_id) for each in words.notices)


def test_a_slip_is_an_event_and_two_notices() -> None:
    spoken = said(seen(approved=20.0))
    (event,) = spoken.events
    content = json.loads(event.content)
    assert (event.kind, spoken.slip_number) == ("slip", 1)
    assert content["target_id"] == str(TARGET)
    assert (content["employee_name"], content["indicator"]) == ("Sari", "Kunjungan rumah")
    assert (content["unit_of_measure"], content["slip_number"]) == ("kali", 1)
    assert content["expected"] == pytest.approx(100 / 3)
    assert [(each.kind, each.recipient_id) for each in spoken.notices] == [
        ("slip", SARI),
        ("staff_slip", HEAD),
    ]
    for notice in spoken.notices:
        content = json.loads(notice.content)
        assert content["notice_id"] == str(notice.notice_id)
        assert (content["notice_kind"], content["target_id"]) == (notice.kind, str(TARGET))
        assert (notice.pushed, notice.not_before) == (True, NOW)


def test_saying_it_again_uses_the_same_keys() -> None:
    first, second = said(seen(approved=20.0)), said(seen(approved=20.0))
    assert [each.key for each in first.notices] == [each.key for each in second.notices]
    assert {each.notice_id for each in first.notices}.isdisjoint(
        each.notice_id for each in second.notices
    )


def test_a_recovery_goes_to_those_who_heard_even_if_another_decides_today() -> None:
    slip = said(seen(approved=20.0))
    back = seen(approved=50.0, state="slipped", slip_number=1)
    spoken = words(back, paced(back, TIMETABLE), told(slip), None)
    assert [event.kind for event in spoken.events] == ["recovery"]
    assert json.loads(spoken.events[0].content)["recovered_at"] == NOW.isoformat()
    assert [(each.kind, each.recipient_id) for each in spoken.notices] == [
        ("recovery", SARI),
        ("staff_recovery", HEAD),
    ]
    assert spoken.slip_number == 1


def test_only_the_last_slip_counts() -> None:
    slip = said(seen(approved=20.0))
    again = seen(state="slipped", slip_number=2)
    assert noticed_of_slip(again, told(slip)) == ()
    assert noticed_of_slip(replace(again, slip_number=1), told(slip)) == (
        Noticed(SARI, NoticeKind.SLIP),
        Noticed(HEAD, NoticeKind.STAFF_SLIP),
    )


def test_a_lapsed_target_takes_its_slip_back_once() -> None:
    slip = said(seen(approved=20.0))
    late = seen(approved=100.0, state="lapsed", slip_number=1, now=END)
    first = said(late, *told(slip))
    assert [event.kind for event in first.events] == ["recovery"]
    after = said(late, *told(slip), *told(first))
    assert after.events == ()
    assert [each.kind for each in after.notices] == ["achieved"]


def test_a_risk_tells_the_employee_when_it_slips_and_what_is_missing() -> None:
    spoken = said(seen(approved=30.0))
    (notice,) = spoken.notices
    content = json.loads(notice.content)
    assert (spoken.events, notice.kind, notice.recipient_id) == ((), "at_risk", SARI)
    assert content["slips_at"] > NOW.isoformat()
    assert notice.key == f"at_risk:{TARGET}:1:{SARI}"


def test_a_closed_target_and_history_say_nothing() -> None:
    assert said(seen(approved=20.0, closed_at=NOW)) == Words(0)
    assert said(seen(approved=100.0, is_new=True, now=END)) == Words(0)
    assert said(seen(approved=100.0, is_new=True)).notices  # it still runs: that is news


def test_somebody_who_left_is_not_talked_about() -> None:
    assert said(seen(approved=20.0, active=False)) == Words(0)
    unheard = seen(approved=50.0, state="slipped", slip_number=0)  # slipped while they were away
    assert said(unheard) == Words(0)


def test_what_did_not_change_says_nothing() -> None:
    assert said(seen(approved=20.0, state="slipped", slip_number=1)) == Words(1)
