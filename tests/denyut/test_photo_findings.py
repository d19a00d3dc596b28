"""The store of photos is looked at before anybody sends one; nothing is left there."""

from pathlib import Path

from api.storage.storage import StorageOptions
from denyut.photo_findings import photo_findings
from denyut.settings import Settings


async def test_a_folder_that_is_there_or_can_be_made_is_well(tmp_path: Path) -> None:
    here = Settings(data_dir=tmp_path, storage=StorageOptions(folder=tmp_path))
    later = Settings(data_dir=tmp_path / "data")
    for settings in (here, later):
        (found,) = await photo_findings(settings)
        assert (found.what, found.state, found.remedy) == ("photos", "ok", "")
    assert list(tmp_path.iterdir()) == []


async def test_what_is_no_folder_is_wrong(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file")
    (found,) = await photo_findings(Settings(storage=StorageOptions(folder=taken / "photos")))
    assert found.state == "wrong"
    assert "DENYUT_STORAGE__FOLDER" in found.remedy


async def test_a_store_that_does_not_answer_is_wrong() -> None:
    away = StorageOptions(
        bucket="foto",
        endpoint="http://127.0.0.1:9",
        access_key="a",
        secret_key="b",
        timeout_s=0.2,
    )
    (found,) = await photo_findings(Settings(storage=away))
    assert found.state == "wrong"
    assert "DENYUT_STORAGE__BUCKET" in found.remedy
