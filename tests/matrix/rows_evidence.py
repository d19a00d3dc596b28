"""The rows of photos, and how each is asked."""

from collections.abc import Callable, Mapping

from tests.matrix.calls import Call, get, put
from tests.matrix.rows import row
from tests.matrix.subjects import Subject
from tests.matrix.things_evidence import WHOLE, content_digest, kept_photo, sent_photo
from tests.matrix.who import READERS, REST

# Whoever announces a file begins an upload of their own, whoever else has sent the same one: so a
# known digest opens nothing. What an upload is told and what is not stands in test_attachments.py.
ROWS = (
    row("PUT /v1/attachments/{sha256}", yes=REST),
    row("PATCH /v1/attachments/{sha256}", yes="self", not_found=REST),
    row("GET /v1/attachments/{sha256}", yes="self", not_found=REST, shows="word"),
    row(
        "GET /v1/attachments/{sha256} (beside a report)",
        yes=f"{READERS} then",
        unknown_report=REST,
        shows="word",
        traced=True,
    ),
)


def next_piece(subject: Subject) -> Call:
    """The first bytes of the upload that the subject has begun."""
    piece = WHOLE[:4]
    return Call(
        "PATCH",
        f"/v1/attachments/{sent_photo(subject.mark)}",
        content=piece,
        headers={"upload-offset": "0", "content-digest": content_digest(piece)},
    )


CALLS: Mapping[str, Callable[[Subject], Call]] = {
    "PUT /v1/attachments/{sha256}": lambda s: put(
        f"/v1/attachments/{kept_photo(s.mark)}", bytes=len(WHOLE)
    ),
    "PATCH /v1/attachments/{sha256}": next_piece,
    "GET /v1/attachments/{sha256}": lambda s: get(f"/v1/attachments/{kept_photo(s.mark)}"),
    "GET /v1/attachments/{sha256} (beside a report)": lambda s: get(
        f"/v1/attachments/{kept_photo(s.mark)}", report=s["report"]
    ),
}
