"""What is wrong with the store of photos, before the first phone finds out.

Invariant: it looks and writes nothing; a bucket is asked for something that is not in it.
"""

import os
from pathlib import Path
from typing import Final

from api.storage.opening import opened_storage
from denyut.findings import Finding
from denyut.settings import Settings
from models.rules.refusals import StorageAway

NOBODYS: Final = "photos/00/doctor"


async def photo_findings(settings: Settings) -> list[Finding]:
    """One finding: photos can be kept and read, or why not."""
    if settings.storage.bucket:
        return [await _bucket(settings)]
    return [_folder(settings.storage.folder or settings.data_dir / "photos")]


async def _bucket(settings: Settings) -> Finding:
    text = f"the bucket {settings.storage.bucket}"
    try:
        await opened_storage(settings.storage, settings.data_dir).get(NOBODYS)
    except StorageAway as away:
        remedy = "Check DENYUT_STORAGE__BUCKET, __ENDPOINT, __REGION and the keys."
        return Finding("photos", "wrong", f"{text}: {away.__cause__ or away}", remedy)
    return Finding("photos", "ok", f"{text} answers")


def _folder(folder: Path) -> Finding:
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        text = f"the folder {folder}" if there == folder else f"{folder}, made with the first one"
        return Finding("photos", "ok", text)
    remedy = "Let the service's user write there, or name another one in DENYUT_STORAGE__FOLDER."
    return Finding("photos", "wrong", f"{there} cannot be written to", remedy)
