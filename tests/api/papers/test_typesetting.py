"""PDF from forms: one page, a code that can be scanned, and no way for a text to become markup."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from api.papers.typesetting import pdf, qr_svg

ADDRESS = "https://denyut.example/s/ABCD2345"


def poster(**changed: object) -> dict[str, object]:
    return {
        "language": "id",
        "title": "Bagaimana layanan kami?",
        "city": "Kota Contoh",
        "unit": "Dinas Kependudukan",
        "service": "KTP elektronik",
        "point": "Loket 3",
        "sentences": ["Pindai kode ini.", "Scan this code."],
        "address": ADDRESS,
        "code": "ABCD2345",
    } | changed


def text_of(document: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(document)).pages)


def test_a_poster_is_one_a4_page_with_everything_on_it():
    document = pdf("poster", poster(), qr=ADDRESS)

    (page,) = PdfReader(io.BytesIO(document)).pages
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)  # points
    for shown in ("Kota Contoh", "Dinas Kependudukan", "KTP elektronik", "Loket 3", ADDRESS):
        assert shown in page.extract_text()


@pytest.mark.parametrize(
    "text",
    ["#set page(width: 1cm)", "$x^2$", "*tebal* _miring_", '#read("paper.typ")', "@acuan <label>"],
)
def test_what_people_write_is_printed_and_never_obeyed(text):
    shown = text_of(pdf("poster", poster(unit=text), qr=ADDRESS))

    assert text in shown


@settings(max_examples=15, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60))
def test_no_text_breaks_the_press(text):
    document = pdf("poster", poster(unit=text, service=text), qr=ADDRESS)

    assert len(PdfReader(io.BytesIO(document)).pages) == 1


def test_a_form_without_its_code_has_no_picture():
    assert len(pdf("poster", poster())) < len(pdf("poster", poster(), qr=ADDRESS))


def test_a_qr_code_is_one_drawing_without_scripts():
    drawing = qr_svg(ADDRESS)

    assert drawing.startswith("<svg ")
    assert "<script" not in drawing
    assert qr_svg(ADDRESS) == drawing
    assert qr_svg(ADDRESS + "x") != drawing
