"""Photos on the wire: what may be announced, and what is said of an upload."""

import pytest
from pydantic import ValidationError

from mobile_contract.attachments import AttachmentView, NewAttachment


def test_a_file_has_a_size() -> None:
    assert NewAttachment(bytes=148_213).bytes == 148_213
    for wrong in (0, -1, 2**31, 1.5, "many", None):
        with pytest.raises(ValidationError):
            NewAttachment.model_validate({"bytes": wrong})


def test_what_is_kept_is_told_only_when_it_is_kept() -> None:
    view = AttachmentView(sha256="ab" * 32, state="uploading", bytes=10, offset=4)
    assert (view.media_type, view.width, view.height) == (None, None, None)
