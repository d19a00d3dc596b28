"""Quality and evidence on the wire: shares are shares, references refer to something."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from mobile_contract.quality import MAX_EVIDENCE, EvidenceChange, EvidencePiece, QualityView


@given(st.binary(min_size=32, max_size=32))
def test_a_photo_and_a_document_may_be_a_digest_and_a_link_may_not(digest: bytes) -> None:
    for kind in ("photo", "document"):
        piece = EvidencePiece.model_validate({"kind": kind, "reference": digest.hex()})
        assert piece.reference == digest.hex()
    with pytest.raises(ValidationError):
        EvidencePiece.model_validate({"kind": "link", "reference": digest.hex()})


@given(st.text(max_size=40))
def test_nothing_but_https_is_an_address(text: str) -> None:
    with pytest.raises(ValidationError):
        EvidencePiece.model_validate({"kind": "link", "reference": f"http:{text}"})


def test_a_report_has_so_much_evidence_and_no_more() -> None:
    piece = {"kind": "link", "reference": "https://a.id"}
    assert len(EvidenceChange.model_validate({"evidence": [piece] * MAX_EVIDENCE}).evidence) == 10
    with pytest.raises(ValidationError):
        EvidenceChange.model_validate({"evidence": [piece] * (MAX_EVIDENCE + 1)})


def test_what_is_not_known_is_null() -> None:
    view = QualityView(reports=0, excused=0, observations=0)
    assert view.approval_rate is view.evidence_rate is None
    with pytest.raises(ValidationError):
        QualityView(reports=1, excused=0, observations=1, approval_rate=1.2)
