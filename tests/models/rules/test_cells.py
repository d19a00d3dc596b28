"""No text of anybody's runs in the spreadsheet of somebody else."""

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.queries.imports.table import plain
from models.rules.cells import TRIGGERS, plain_cell

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
risky = st.builds(str.__add__, st.sampled_from(["=", "+", "-", "@", "\t", "\r", " =", "'"]), texts)


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://evil.example","klik")',
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "  =1",
    ],
)
def test_a_formula_is_guarded(text):
    assert plain_cell(text) == "'" + text


@pytest.mark.parametrize("text", ["Budi", "", "12 orang", "a=b", "80-100"])
def test_other_text_stays_as_it_is(text):
    assert plain_cell(text) == text


@given(texts | risky)
@example(" -1")
def test_no_cell_begins_with_a_trigger(text):
    cell = plain_cell(text)

    assert cell[:1] not in TRIGGERS
    assert cell.lstrip()[:1] not in TRIGGERS


@given(texts | risky)
def test_whoever_imports_the_file_gets_the_text_back(text):
    written = io.StringIO()
    csv.writer(written).writerow([plain_cell(text), "x"])
    read, _ = next(csv.reader(io.StringIO(written.getvalue(), newline="")))

    if not text.strip().startswith('="'):  # the import unwraps this spreadsheet's own guard
        assert plain(read) == text.strip()
