"""Cards as lines: the words of the screens for every kind and state."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from denyut.terminal.cards import CardView, lines_of
from denyut.terminal.words import Words
from mobile_contract.live import Card, Progress
from mobile_contract.targets import Pace, TargetView
from notifications.texts import Texts

NOW = datetime(2026, 11, 24, 7, 5, tzinfo=UTC)
TARGET = UUID(int=7)
TEXTS = Texts.loaded()


def view(*targets: TargetView, language: Any = "id") -> CardView:
    return CardView(Words(language), NOW, {target.id: target for target in targets}, TEXTS)


def target(**changes: Any) -> TargetView:
    pace = {
        "approved": 200,
        "pending": 0,
        "observations": 4,
        "state": "on_track",
        "expected": 205.2,
        "working_days_left": 5,
        "waiting": 0,
    } | changes.pop("pace", {})
    values = {
        "id": TARGET,
        "employee_id": uuid4(),
        "indicator": "KTP-el",
        "unit_of_measure": "dokumen",
        "aspect": "quantity",
        "direction": "higher",
        "quantity": 250,
        "tolerance": 0.15,
        "grace": 0.1,
        "period_start": NOW - timedelta(days=20),
        "period_end": NOW + timedelta(days=6),
        "version": 1,
    }
    return TargetView(**(values | changes), pace=Pace(**pace))


def report(**changes: Any) -> Card:
    content = {
        "report_id": uuid4(),
        "employee_name": "Siti Aminah",
        "target_id": TARGET,
        "indicator": "KTP-el",
        "unit_of_measure": "dokumen",
        "quantity": 12,
        "note": "antrean pagi",
        "activity_at": NOW,
        "captured_at": NOW,
        "corrected_at": NOW,
        "version": 1,
        "status": "received",
    } | changes
    feedback = [msgspec.Raw(msgspec.json.encode(each)) for each in content.pop("feedback", [])]
    raw = msgspec.Raw(msgspec.json.encode(content))
    return Card(16, "report", NOW, uuid4(), receipt="4F7K-2Q", content=raw, feedback=feedback)


def card(kind: str, **content: Any) -> Card:
    return Card(32, kind, NOW, uuid4(), content=msgspec.Raw(msgspec.json.encode(content)))


def shown(card: Card, *targets: TargetView, language: Any = "id", **progress: Any) -> list[str]:
    standing = Progress(TARGET, 250, 200, 12, "on_track")
    standing = msgspec.structs.replace(standing, **progress)
    lines = lines_of(card, {TARGET: standing}, view(*targets, language=language))
    return [line.plain for line in lines]


def test_a_report_says_who_what_how_much_and_where_that_leads() -> None:
    first, second, third = shown(report(), target())
    assert first == "14.05  Siti Aminah  12 dokumen · KTP-el"
    assert "212 dari 250 dokumen" in second
    assert "sesuai laju" in second
    assert "┃" in second
    assert third.strip() == "✓ Diterima, no. 4F7K-2Q  “antrean pagi”"


def test_what_is_missing_by_now_is_said_as_help() -> None:
    lines = shown(report(), target(pace={"expected": 221.5}))
    assert "butuh 10 lagi" in lines[1]
    assert "butuh" not in shown(report(), target(pace={"expected": 212.0}))[1]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"status": "revised", "version": 2}, "✎ Diperbaiki, no. 4F7K-2Q"),
        ({"status": "approved", "actor_name": "Nadia"}, "✔ Disetujui Nadia"),
        (
            {"status": "returned", "actor_name": "Nadia", "reason": "cocokkan"},
            "↩ Dikembalikan Nadia: cocokkan",
        ),
        ({"status": "withdrawn"}, "✕ Ditarik pelapor"),
        ({"status": "from_the_future"}, "from_the_future"),
    ],
)
def test_each_state_has_its_own_word(changes: dict[str, Any], words: str) -> None:
    assert words in shown(report(**changes), target())[2]


def test_a_report_that_took_its_time_says_when_it_happened() -> None:
    late = report(activity_at=NOW - timedelta(hours=2))
    assert "kejadian 12.05, tiba 14.05" in shown(late, target())[2]


def test_feedback_stands_in_the_card_and_says_when_it_was_read() -> None:
    said = {
        "feedback_id": str(uuid4()),
        "feedback_kind": "praise",
        "text": "Rapi",
        "actor_name": "N",
    }
    read = said | {"feedback_kind": "question", "acknowledged_at": NOW.isoformat()}
    lines = shown(report(feedback=[said, read]), target())
    assert lines[3].strip() == "♥ N: Rapi"
    assert lines[4].strip() == "» N: Rapi (sudah dibaca)"


def test_a_measured_target_shows_its_mean_and_no_bar() -> None:
    measured = target(aspect="time", direction="lower", unit_of_measure="menit")
    line = shown(report(unit_of_measure="menit"), measured, goal=60)[1]
    assert line.strip() == "rata-rata 50 menit, target 60"


def test_slips_are_said_as_help_and_recoveries_as_news() -> None:
    facts = {
        "target_id": TARGET,
        "employee_name": "Budi",
        "indicator": "Patroli",
        "unit_of_measure": "patroli",
        "slip_number": 1,
    }
    assert "▼ Budi butuh bantuan: Patroli" in shown(card("slip", **facts))[0]
    assert "▲ Budi kembali sesuai laju: Patroli" in shown(card("recovery", **facts))[0]
    english = shown(card("slip", **facts), language="en")[0]
    assert "Budi needs help: Patroli has fallen behind" in english


def test_notices_have_the_words_of_the_inbox() -> None:
    facts = {"notice_id": uuid4(), "notice_kind": "slip", "indicator": "Patroli"}
    assert "Patroli" in shown(card("notice", **facts))[0]
    unknown = facts | {"notice_kind": "tea_is_ready"}
    assert "tea_is_ready" in shown(card("notice", **unknown))[0]


def test_a_changed_target_names_its_person() -> None:
    facts = {
        "target_id": TARGET,
        "employee_name": "Budi",
        "indicator": "Patroli",
        "unit_of_measure": "patroli",
        "goal": 24,
        "period_start": NOW,
        "period_end": NOW,
        "change": "made",
    }
    assert "Target baru Budi: Patroli" in shown(card("target_changed", **facts))[0]
    changed = facts | {"change": "changed"}
    assert "Target Budi diubah: Patroli" in shown(card("target_changed", **changed))[0]


def test_what_this_version_does_not_know_is_named_and_not_hidden() -> None:
    assert "appraisal" in shown(card("appraisal", anything=1))[0]
    assert "report" in shown(card("report", employee_name=5))[0]


def test_a_note_cannot_steer_the_terminal() -> None:
    text = "\n".join(shown(report(note="\x1b]0;jahat\x07", employee_name="A\x1b[2JB"), target()))
    assert "\x1b" not in text
    assert "\x07" not in text
