"""The survey as pages: the form, its thanks, a reply, and a word when something is in the way.

Invariant: every text from people or the database is escaped; a page runs no script, loads nothing
but the one stylesheet of ours, and posts to where it came from. It works on the oldest phone that
can read a QR code, and with a screen reader: each question is a fieldset with its legend.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Final
from uuid import UUID

from mobile_contract.problems import Language
from mobile_contract.questions import Question
from mobile_contract.verdicts import MAX_COMMENT_CHARACTERS
from models.queries.asking import Row
from models.rules.satisfaction import ELEMENTS, Element

PAGE_POLICY: Final = (
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "id": {
        "title": "Bagaimana layanan kami?",
        "intro": "Sembilan pertanyaan, satu menit. Tanpa nama, tanpa mendaftar.",
        "missing": "Pertanyaan ini belum dijawab.",
        "some_missing": "Ada pertanyaan yang belum dijawab. Jawaban Anda yang lain masih ada.",
        "comment": "Ada yang ingin Anda sampaikan? (boleh kosong)",
        "warning": "Jangan menulis nama, nomor telepon, NIK atau keadaan kesehatan siapa pun. "
        "Kami tidak menyimpan nama atau alamat Anda.",
        "visit_code": "Kode kunjungan, dari petugas",
        "send": "Kirim jawaban",
        "thanks": "Terima kasih, jawaban Anda tersimpan.",
        "receipt": "Nomor tanda terima",
        "follow": "Simpan halaman ini: di sini Anda dapat membaca jawaban kami.",
        "follow_link": "Lihat jawaban kami",
        "reply": "Jawaban dari unit",
        "no_reply": "Belum ada jawaban. Silakan periksa lagi lain hari.",
        "closed": "Survei ini tidak ditemukan atau sudah ditutup. Silakan bertanya kepada petugas.",
        "other": "English",
    },
    "en": {
        "title": "How did we serve you?",
        "intro": "Nine questions, one minute. No name, no sign-in.",
        "missing": "This question has no answer yet.",
        "some_missing": "Some questions have no answer yet. Your other answers are still there.",
        "comment": "Anything you would like to tell us? (may stay empty)",
        "warning": "Please write nobody's name, telephone or identity number, or state of health. "
        "We keep neither your name nor your address.",
        "visit_code": "Visit code, from the staff",
        "send": "Send my answers",
        "thanks": "Thank you, your answers are stored.",
        "receipt": "Receipt number",
        "follow": "Keep this page: here you can read what we answer.",
        "follow_link": "See our answer",
        "reply": "The unit's answer",
        "no_reply": "No answer yet. Please look again another day.",
        "closed": "This survey was not found or has been closed. Please ask the staff.",
        "other": "Bahasa Indonesia",
    },
}
STYLE: Final = """\
:root { color-scheme: light dark; font: 18px/1.45 system-ui, sans-serif }
body { margin: 0 auto; padding: 1rem; max-width: 38rem }
h1 { font-size: 1.4rem; margin: .5rem 0 }
p { margin: .5rem 0 }
fieldset { border: 1px solid #8888; border-radius: .6rem; margin: 1rem 0; padding: .6rem .8rem }
fieldset.missing { border: 2px solid #c22 }
legend { font-weight: 600; float: left; width: 100%; padding: .2rem 0 .4rem }
fieldset > :not(legend) { clear: both }
label.answer { display: flex; gap: .7rem; align-items: center; min-height: 2.7rem }
input[type=radio] { width: 1.3rem; height: 1.3rem; flex: none }
textarea, input[type=text] { box-sizing: border-box; width: 100%; font: inherit; padding: .5rem }
button { font: inherit; font-weight: 600; width: 100%; min-height: 3.2rem; margin: 1rem 0;
  border: 0; border-radius: .6rem; color: #fff; background: #0b5c4a }
.note, nav { font-size: .9rem }
.alert { border-left: .3rem solid #c22; padding-left: .7rem }
.receipt { font: .95rem ui-monospace, monospace; word-break: break-all }
"""


@dataclass(frozen=True, slots=True)
class Filled:
    """What was filled in so far. `id` is drawn with the page: sending it twice is one verdict."""

    id: UUID
    answers: Mapping[Element, int] = field(default_factory=dict[Element, int])
    comment: str = ""
    visit_code: str = ""


def form_html(
    point: Row,
    questions: Sequence[Question],
    language: Language,
    filled: Filled,
    *,
    missing: frozenset[Element] = frozenset(),
    problem: str = "",
) -> str:
    """The form at a point; `missing` are marked, `problem` stands above all."""
    words = WORDS[language]
    said = words["some_missing"] if missing else problem
    alert = f'<p class="alert" role="alert">{escape(said)}</p>' if said else ""
    asked = "".join(_question(each, filled, each.element in missing, words) for each in questions)
    code = (
        f'<fieldset><legend><label for="visit_code">{words["visit_code"]}</label></legend>'
        '<input type="text" id="visit_code" name="visit_code" required maxlength="64"'
        f' autocomplete="off" autocapitalize="characters" value="{escape(filled.visit_code)}">'
        "</fieldset>"
        if point["asks_visit_code"]
        else ""
    )
    other = "en" if language == "id" else "id"
    return _page(
        language,
        words["title"],
        f"<nav><a href='{_link(point, other)}' hreflang='{other}'>{words['other']}</a></nav>"
        f"<h1>{words['title']}</h1>"
        f"<p><strong>{escape(point['service_name'])}</strong>, {escape(point['name'])}<br>"
        f"{escape(point['unit_name'])}</p><p>{words['intro']}</p>{alert}"
        f'<form method="post" action="{_link(point, language)}">'
        f'<input type="hidden" name="id" value="{filled.id}">{asked}'
        f'<fieldset><legend><label for="comment">{words["comment"]}</label></legend>'
        f'<p class="note" id="warning">{words["warning"]}</p>'
        f'<textarea id="comment" name="comment" rows="4" maxlength="{MAX_COMMENT_CHARACTERS}"'
        f' aria-describedby="warning">{escape(filled.comment)}</textarea></fieldset>'
        f"{code}<button>{words['send']}</button></form>",
    )


def thanks_html(language: Language, receipt: UUID) -> str:
    """The answer to a verdict: the receipt, and where to read the reply."""
    words = WORDS[language]
    return _page(
        language,
        words["thanks"],
        f"<h1>{words['thanks']}</h1><p>{words['receipt']}</p><p class='receipt'>{receipt}</p>"
        f"<p><a href='verdicts/{receipt}?lang={language}'>{words['follow_link']}</a></p>"
        f"<p class='note'>{words['follow']}</p>",
    )


def reply_html(language: Language, reply: str) -> str:
    """What the unit answered; empty: nothing yet."""
    words = WORDS[language]
    said = f"<p>{escape(reply)}</p>" if reply else f"<p>{words['no_reply']}</p>"
    return _page(language, words["reply"], f"<h1>{words['reply']}</h1>{said}", style="../style.css")


def word_html(language: Language, title: str, text: str, style: str = "style.css") -> str:
    """A page with one thing to say, when there is no form to show."""
    return _page(language, title, f"<h1>{escape(title)}</h1><p>{escape(text)}</p>", style=style)


def _question(each: Question, filled: Filled, missing: bool, words: Mapping[str, str]) -> str:
    name, chosen = each.element.value, filled.answers.get(each.element)
    answers = "".join(
        f'<label class="answer"><input type="radio" name="{name}" value="{value}" required'
        f"{' checked' if chosen == value else ''}>{escape(answer)}</label>"
        for value, answer in enumerate(each.answers, 1)
    )
    mark = f'<p class="alert">{words["missing"]}</p>' if missing else ""
    kind = ' class="missing"' if missing else ""
    question = f"{ELEMENTS.index(each.element) + 1}. {escape(each.question)}"
    return f"<fieldset{kind}><legend>{question}</legend>{mark}{answers}</fieldset>"


def _link(point: Row, language: Language) -> str:
    return f"{escape(point['code'])}?lang={language}"


def _page(language: Language, title: str, body: str, style: str = "style.css") -> str:
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="{style}"></head>'
        f"<body><main>{body}</main></body></html>"
    )
