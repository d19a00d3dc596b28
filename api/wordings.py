"""Constructive wordings for feedback, for whoever looks for a way to say it."""

from typing import Final

from fastapi import APIRouter

from api.dependencies import Caller
from mobile_contract.guidance import Wording, WordingKind
from mobile_contract.problems import Language
from mobile_contract.wordings import wordings

router = APIRouter(tags=["feedback"])

WORDINGS: Final = wordings()


@router.get("/v1/feedback/wordings")
async def all_wordings(
    caller: Caller, kind: WordingKind | None = None, language: Language | None = None
) -> list[Wording]:
    """Sentences to begin from, by kind, in one language or both."""
    return [
        each for each in WORDINGS if kind in (None, each.kind) and language in (None, each.language)
    ]
