"""The printed sheet: every text escaped, times in the unit's zone, both languages."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from api.activation_sheet import sheet_html
from mobile_contract.people import ActivationCode, ActivationSheet


def sheet(*names: str, unit_name: str = "Puskesmas") -> ActivationSheet:
    codes = [
        ActivationCode(
            employee_id=UUID(int=number),
            nip="198503172010012003",
            name=name,
            code="7K2M-Q0ZD-4XNB",
            expires_at=datetime(2026, 3, 1, 18, 30, tzinfo=UTC),
        )
        for number, name in enumerate(names)
    ]
    return ActivationSheet(unit_id=UUID(int=1), unit_name=unit_name, codes=codes)


@pytest.mark.parametrize("language", ["id", "en"])
def test_each_person_has_a_slip_with_name_nip_and_code(language: Any):
    page = sheet_html(sheet("Ani", "Budi"), language, "Asia/Jakarta")
    assert page.startswith(f'<!doctype html><html lang="{language}">')
    assert page.count("<li>") == page.count("7K2M-Q0ZD-4XNB") == 2
    assert "Ani" in page
    assert "198503172010012003" in page


@pytest.mark.parametrize(
    ("zone", "said"),
    [("Asia/Jakarta", "02-03-2026 01:30"), ("Asia/Jayapura", "02-03-2026 03:30")],
)
def test_the_end_is_said_in_the_zone_of_the_reader(zone: str, said: str):
    assert said in sheet_html(sheet("Ani"), "id", zone)


def test_no_name_becomes_markup():
    page = sheet_html(sheet("<b>&'\""), "id", "Asia/Jakarta")
    assert "<b>" not in page
    assert "&lt;b&gt;&amp;&#x27;&quot;" in page
    assert "<i>" not in sheet_html(sheet("Ani", unit_name="<i>"), "id", "Asia/Jakarta")


@pytest.mark.parametrize("language", ["id", "en"])
def test_nobody_left_is_said(language: Any):
    page = sheet_html(sheet(), language, "Asia/Jakarta")
    assert "<li>" not in page
    assert "kata sandi" in page or "password" in page


def test_the_page_loads_nothing():
    page = sheet_html(sheet("Ani"), "id", "Asia/Jakarta")
    assert not any(word in page for word in ("src=", "href=", "url(", "@import", "<script"))
