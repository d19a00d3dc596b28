"""Documents that the service vouches for: what there is, and the code printed on each.

A code is twelve letters of Crockford's base 32 from the system's chance (60 bits, so none is ever
guessed) and a check character, shown as `7K2M-9QXA-3D4EF`. Invariants: reading what was shown gives
what was made, however it was typed; a mistyped code is told apart without asking anybody; the
public check shows no whole name.
"""

import secrets
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from models.rules.receipts import ALPHABET, read_checked, with_check

LETTERS: Final = 12
_GROUPS: Final = (4, 8)  # where the dashes stand


class DocumentKind(StrEnum):
    """What can be asked for."""

    PERSON_RECAP = "person_recap"
    UNIT_RECAP = "unit_recap"
    UNIT_DOCUMENTS = "unit_documents"
    """The performance documents of everybody in a unit and below, in one file."""
    NATIONAL = "national"
    """Decided appraisals as a national system takes them in."""
    MY_DATA = "my_data"


class DocumentFormat(StrEnum):
    """As what it is written."""

    PDF = "pdf"
    XLSX = "xlsx"
    CSV = "csv"
    ZIP = "zip"


FORMATS: Final[Mapping[DocumentKind, frozenset[DocumentFormat]]] = {
    DocumentKind.PERSON_RECAP: frozenset({DocumentFormat.PDF, DocumentFormat.XLSX}),
    DocumentKind.UNIT_RECAP: frozenset({DocumentFormat.PDF, DocumentFormat.XLSX}),
    DocumentKind.UNIT_DOCUMENTS: frozenset({DocumentFormat.PDF}),
    DocumentKind.NATIONAL: frozenset({DocumentFormat.CSV}),
    DocumentKind.MY_DATA: frozenset({DocumentFormat.ZIP}),
}

MEDIA_TYPES: Final[Mapping[DocumentFormat, str]] = {
    DocumentFormat.PDF: "application/pdf",
    DocumentFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    DocumentFormat.CSV: "text/csv; charset=utf-8",
    DocumentFormat.ZIP: "application/zip",
}


def new_code() -> str:
    """A fresh code as it is stored: letters and check character without dashes."""
    return with_check("".join(secrets.choice(ALPHABET) for _ in range(LETTERS)))


def shown(code: str) -> str:
    """A stored code as it is printed."""
    first, second = _GROUPS
    return f"{code[:first]}-{code[first:second]}-{code[second:]}"


def read_code(typed: str) -> str | None:
    """The stored form of a code as somebody typed it; None: nobody ever printed this one."""
    return read_checked(typed, LETTERS + 1)


def masked(name: str) -> str:
    """A name for strangers: the first letter of each word, `S••• A•••`, and nothing of its length.

    Enough to compare with the paper in one's hand, too little to learn a name from a code.
    """
    return " ".join(f"{word[0]}•••" for word in name.split())


def file_name(kind: DocumentKind, period: str | None, made: DocumentFormat) -> str:
    """What a browser calls the file: plain ASCII, no name of a person."""
    named = [kind.value.replace("_", "-"), *([period] if period else [])]
    return f"denyut-{'-'.join(named)}.{made.value}"
