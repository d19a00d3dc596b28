"""Sets a PDF from one of the forms beside this module; what people wrote goes in as data.

Invariant: text is never markup. A form reads it from JSON and shows it as a string, so `#`, `$` or
`*` in somebody's note is printed as it stands. No font, file or package is fetched: a form sees
the folder of forms alone, and the typeface comes with typst.
"""

import io
import json
from collections.abc import Mapping
from functools import partial
from importlib.resources import as_file, files
from typing import Any, Final

FORMS: Final = files("api.papers") / "forms"
MOST_PAGES: Final = 10  # of one run: the memory of a run grows with its pages (10: ~100 MB)


def pdf(form: str, data: Mapping[str, Any], *, qr: str | None = None, tagged: bool = True) -> bytes:
    """The PDF of `forms/<form>.typ`, up to MOST_PAGES pages; it takes the processor for ~0.1 s.

    `qr`: the text of the QR code, where the form shows one. `tagged`: readable by a screen reader;
    without it pieces of a long document stay small.
    """
    import typst  # 12 MB that a service which sets no document need not hold

    inputs = {"data": json.dumps(data, ensure_ascii=False, default=str)}
    if qr is not None:
        inputs["qr"] = qr_svg(qr)
    with as_file(FORMS) as folder:
        compiled = partial(typst.compile, str(folder / f"{form}.typ"), root=str(folder))
        found = compiled(format="pdf", sys_inputs=inputs, ignore_system_fonts=True, pdf_tags=tagged)
    if not isinstance(found, bytes):
        raise TypeError("typst gives one PDF as bytes")
    return found


def qr_svg(text: str) -> str:
    """A QR code that is still read with 15 % of it torn off or dirty."""
    import segno

    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="svg", xmldecl=False)
    return drawn.getvalue().decode()
