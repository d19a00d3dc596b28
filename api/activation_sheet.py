"""A unit's activation codes as a page to print and cut: one slip a person, nothing from elsewhere.

Invariant: every text from the database is escaped, and the page loads nothing, so it can be
printed on a machine without internet and leaves no trace of the codes with anybody.
"""

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from mobile_contract.people import ActivationSheet
from mobile_contract.problems import Language

SHEET_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"

_WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "id": {
        "title": "Kode aktivasi Denyut",
        "secret": "Rahasia. Serahkan langsung kepada orangnya; setelah dipakai, potongan ini "
        "tidak berguna lagi.",
        "how": "Buka aplikasi, pilih “Aktivasi”, masukkan NIP dan kode ini, lalu buat kata sandi.",
        "code": "Kode",
        "until": "Berlaku sampai",
        "nobody": "Semua orang di unit ini sudah memiliki kata sandi.",
    },
    "en": {
        "title": "Denyut activation codes",
        "secret": "Secret. Hand it to the person alone; once it is used, this slip is worthless.",
        "how": "Open the app, choose “Activate”, enter NIP and this code, then set a password.",
        "code": "Code",
        "until": "Valid until",
        "nobody": "Everybody in this unit has a password already.",
    },
}

_STYLE: Final = """
body { font: 12pt/1.4 system-ui, sans-serif; margin: 12mm; color: #111 }
ul { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: 1fr 1fr }
li { border: 1px dashed #777; padding: 5mm; break-inside: avoid }
.code { font: 700 18pt ui-monospace, monospace; letter-spacing: .06em }
small { color: #444 }
"""


def sheet_html(sheet: ActivationSheet, language: Language, zone: str) -> str:
    """The page, in the reader's language; times in the unit's zone."""
    words = _WORDS[language]
    title = f"{words['title']} · {escape(sheet.unit_name)}"
    slips = "".join(
        f"<li><strong>{escape(code.name)}</strong><br>NIP {escape(code.nip)}"
        f'<p>{words["code"]}<br><span class="code">{escape(code.code)}</span></p>'
        f"<small>{words['until']} {_said(code.expires_at, zone)}. {words['how']}</small></li>"
        for code in sheet.codes
    )
    body = f"<p>{words['secret']}</p><ul>{slips}</ul>" if slips else f"<p>{words['nobody']}</p>"
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f"<title>{title}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{title}</h1>{body}</body></html>"
    )


def _said(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).strftime("%d-%m-%Y %H:%M")
