"""Photos over HTTP: sent in pieces, picked up anywhere, shown to those who may look."""

import asyncio
import base64
import errno
import hashlib
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import psutil
import pytest
from prometheus_client import CollectorRegistry

from api.parts import Parts
from api.storage.folder import FolderStorage
from models.queries.transfers import transferred
from models.rules.uploads import MOST_CHUNK_BYTES, UploadLimits, chunk_key
from models.tables.columns import new_id
from tests.api.conftest import Signed, client_of
from tests.builders import City, decide, make_report
from tests.standins.photos import PLACE, noise, photo, pixel_bomb, webp_bomb

Headers = dict[str, str]
LIMITS = UploadLimits(file_bytes=400_000, day_files=5, day_bytes=1_000_000)
PIECE = 4_096


def name_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def content_digest(data: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"


async def announce(
    client: httpx.AsyncClient, headers: Headers, data: bytes, size: int | None = None
) -> httpx.Response:
    return await client.put(
        f"/v1/attachments/{name_of(data)}", json={"bytes": size or len(data)}, headers=headers
    )


async def send(
    client: httpx.AsyncClient,
    headers: Headers,
    name: str,
    offset: int,
    piece: bytes,
    said: bytes | None = None,
) -> httpx.Response:
    about = {
        "upload-offset": str(offset),
        "content-digest": content_digest(piece if said is None else said),
        "content-type": "application/octet-stream",
    }
    return await client.patch(f"/v1/attachments/{name}", content=piece, headers=headers | about)


async def upload(
    client: httpx.AsyncClient, headers: Headers, data: bytes, begin: int = 0
) -> httpx.Response:
    """All of a file from there; the last answer."""
    answer = None
    for offset in range(begin, len(data), PIECE):
        answer = await send(client, headers, name_of(data), offset, data[offset : offset + PIECE])
        if answer.status_code != 200:
            break
    assert answer is not None
    return answer


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "photos"


@pytest.fixture
async def client(parts: Parts, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """An application that keeps photos, few a day."""
    async with client_of(parts, storage=FolderStorage(folder), uploads=LIMITS) as opened:
        yield opened


@pytest.fixture
async def mine(city: City, signed: Signed) -> Headers:
    return await signed(city.ani)


async def beside(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, headers: Headers, *names: str
) -> UUID:
    """A report of Ani with these photos."""
    report_id = new_id()
    await make_report(pool, city.ani, city.targets[city.ani], report_id=report_id)
    pieces = [{"kind": "photo", "reference": name} for name in names]
    answer = await client.put(
        f"/v1/reports/{report_id}/evidence", json={"evidence": pieces}, headers=headers
    )
    assert answer.is_success, answer.text
    return report_id


async def test_a_photo_is_sent_in_pieces_and_seen_without_where_it_was_taken(
    client: httpx.AsyncClient, mine: Headers, folder: Path
) -> None:
    data = photo()
    begun = (await announce(client, mine, data)).json()
    assert (begun["state"], begun["offset"], begun["bytes"]) == ("uploading", 0, len(data))
    done = await upload(client, mine, data)
    assert done.status_code == 200, done.text
    assert done.json()["state"] == "ready"
    assert (done.json()["width"], done.json()["height"]) == (480, 640)
    path = f"/v1/attachments/{name_of(data)}"
    full = await client.get(path, headers=mine)
    thumb = await client.get(path, params={"size": "thumb"}, headers=mine)
    for answer in (full, thumb):
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
        assert PLACE.encode() not in answer.content
    assert len(thumb.content) < len(full.content)
    kept = [file for file in folder.rglob("*") if file.is_file()]
    assert {file.name for file in kept} == {"full", "thumb"}  # the original is gone
    assert all(PLACE.encode() not in file.read_bytes() for file in kept)


async def test_an_upload_is_picked_up_where_it_stands(
    client: httpx.AsyncClient, mine: Headers
) -> None:
    data = photo(900, 700)
    await announce(client, mine, data)
    name = name_of(data)
    assert (await send(client, mine, name, 0, data[:PIECE])).json()["offset"] == PIECE
    again = await send(client, mine, name, 0, data[:PIECE])  # the answer was lost
    assert (again.status_code, again.json()["code"]) == (409, "offset_mismatch")
    assert again.json()["details"]["offset"] == PIECE
    assert (await announce(client, mine, data)).json()["offset"] == PIECE
    assert (await upload(client, mine, data, PIECE)).json()["state"] == "ready"
    last = await send(client, mine, name, len(data) - 1, data[-1:])  # that answer too
    assert last.json()["state"] == "ready"
    assert (await announce(client, mine, data)).json()["state"] == "ready"


async def test_two_phones_that_send_the_same_photo_make_one_of_it(
    client: httpx.AsyncClient, mine: Headers, folder: Path
) -> None:
    data = noise(200, 200)
    name = name_of(data)

    async def phone(piece_bytes: int) -> dict[str, Any]:
        """Sends as long as it takes, each time from where the office says."""
        for _ in range(100):
            standing = (await announce(client, mine, data)).json()
            if standing.get("state") == "ready":
                return standing
            offset = standing.get("offset", 0)
            piece = data[offset : offset + piece_bytes]
            answer = await send(client, mine, name, offset, piece) if piece else None
            assert answer is None or answer.status_code in (200, 409, 422, 503), answer.text
        raise AssertionError("it never came to an end")

    both = await asyncio.gather(phone(3_000), phone(5_000))
    assert [each["width"] for each in both] == [200, 200]
    kept = [file.name for file in folder.rglob("*") if file.is_file()]
    assert sorted(kept) == ["full", "thumb"]


async def test_of_the_same_piece_sent_twice_at_once_one_is_taken(
    client: httpx.AsyncClient, mine: Headers
) -> None:
    data = photo()
    await announce(client, mine, data)
    answers = await asyncio.gather(
        *(send(client, mine, name_of(data), 0, data[:PIECE]) for _ in range(4))
    )
    codes = sorted(answer.json().get("code", "taken") for answer in answers)
    assert codes == ["offset_mismatch", "offset_mismatch", "offset_mismatch", "taken"]
    assert (await announce(client, mine, data)).json()["offset"] == PIECE
    assert (await upload(client, mine, data, PIECE)).json()["state"] == "ready"


async def test_a_service_killed_between_a_piece_and_its_row_loses_and_leaves_nothing(
    client: httpx.AsyncClient, pool: asyncpg.Pool, mine: Headers, folder: Path
) -> None:
    data = photo()
    await announce(client, mine, data)
    attachment_id = await pool.fetchval("SELECT id FROM attachment")
    digest = hashlib.sha256(data[:PIECE]).digest()
    await FolderStorage(folder).put(chunk_key(attachment_id, 0, digest), data[:PIECE])
    assert (await announce(client, mine, data)).json()["offset"] == 0  # it was not confirmed
    assert (await upload(client, mine, data)).json()["state"] == "ready"
    kept = [file.name for file in folder.rglob("*") if file.is_file()]
    assert sorted(kept) == ["full", "thumb"]


async def test_a_disk_that_is_full_keeps_what_it_has_confirmed(
    client: httpx.AsyncClient, mine: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = photo()
    await announce(client, mine, data)
    assert (await send(client, mine, name_of(data), 0, data[:PIECE])).is_success

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        answer = await send(client, mine, name_of(data), PIECE, data[PIECE : 2 * PIECE])
        assert (answer.status_code, answer.json()["code"]) == (503, "storage_away")
        assert int(answer.headers["retry-after"]) > 0
    assert (await announce(client, mine, data)).json()["offset"] == PIECE
    assert (await upload(client, mine, data, PIECE)).json()["state"] == "ready"


async def test_a_photo_whose_file_has_vanished_is_said_to_be_lost_and_may_come_anew(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, mine: Headers, folder: Path
) -> None:
    data = photo()
    await announce(client, mine, data)
    assert (await upload(client, mine, data)).is_success
    report_id = await beside(client, pool, city, mine, name_of(data))
    shutil.rmtree(folder)
    path, about = f"/v1/attachments/{name_of(data)}", {"report": str(report_id)}
    gone = await client.get(path, params=about, headers=mine)
    assert (gone.status_code, gone.json()["code"]) == (410, "photo_lost")
    assert await pool.fetchval("SELECT state FROM attachment") == "ready"  # a disk may be unplugged
    anew = (await announce(client, mine, data)).json()
    assert (anew["state"], anew["offset"]) == ("uploading", 0)
    assert (await upload(client, mine, data)).json()["state"] == "ready"
    assert (await client.get(path, params=about, headers=mine)).is_success


async def test_a_photo_follows_its_report_whatever_became_of_both(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, mine: Headers, signed: Signed
) -> None:
    data, report_id = photo(), new_id()
    await make_report(pool, city.ani, city.targets[city.ani], report_id=report_id)
    await decide(pool, city.clinic_head, report_id)  # before the photo is through
    await announce(client, mine, data)
    assert (await upload(client, mine, data)).is_success
    pieces = {"evidence": [{"kind": "photo", "reference": name_of(data)}]}
    path = f"/v1/reports/{report_id}/evidence"
    assert (await client.put(path, json=pieces, headers=mine)).is_success
    async with pool.acquire() as connection, connection.transaction():
        await transferred(connection, {city.ani: city.pharmacy})
    where, about = f"/v1/attachments/{name_of(data)}", {"report": str(report_id)}
    for reader in (mine, await signed(city.clinic_head), await signed(city.pharmacy_head)):
        seen = await client.get(where, params=about, headers=reader)
        assert seen.status_code == 200, seen.text


async def test_a_known_digest_opens_nothing(
    client: httpx.AsyncClient, city: City, mine: Headers, signed: Signed
) -> None:
    data = photo()
    await announce(client, mine, data)
    await upload(client, mine, data)
    other, path = await signed(city.budi), f"/v1/attachments/{name_of(data)}"
    assert (await client.get(path, headers=other)).json()["code"] == "not_found"
    assert (await send(client, other, name_of(data), 0, b"x")).json()["code"] == "not_found"
    begun = (await announce(client, other, data)).json()
    assert (begun["state"], begun["offset"], begun["width"]) == ("uploading", 0, None)
    assert (await client.get(path, headers=other)).json()["code"] == "not_found"


async def test_a_supervisor_sees_what_lies_beside_a_report_and_that_is_written_down(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, mine: Headers, signed: Signed
) -> None:
    data, other = photo(), photo(colour="red")
    for each in (data, other):
        await announce(client, mine, each)
        assert (await upload(client, mine, each)).is_success
    report_id = await beside(client, pool, city, mine, name_of(data))
    head = await signed(city.clinic_head)
    path, about = f"/v1/attachments/{name_of(data)}", {"report": str(report_id)}
    seen = await client.get(path, params=about, headers=head)
    assert (seen.status_code, seen.headers["content-type"]) == (200, "image/jpeg")
    assert await pool.fetchval("SELECT viewer_id FROM data_view") == city.clinic_head
    assert (await client.get(path, headers=head)).json()["code"] == "not_found"
    stranger = await client.get(path, params=about, headers=await signed(city.budi))
    assert stranger.json()["code"] == "unknown_report"
    elsewhere = await client.get(f"/v1/attachments/{name_of(other)}", params=about, headers=head)
    assert elsewhere.json()["code"] == "not_found"  # mine, but not beside that report
    (shown,) = (await client.get(f"/v1/reports/{report_id}/evidence", headers=head)).json()
    assert shown["held"]


async def test_a_photo_that_has_not_come_yet_is_said_to_be_missing(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, mine: Headers
) -> None:
    report_id = await beside(client, pool, city, mine, name_of(photo()))
    (shown,) = (await client.get(f"/v1/reports/{report_id}/evidence", headers=mine)).json()
    assert not shown["held"]
    about = {"report": str(report_id)}
    path = f"/v1/attachments/{name_of(photo())}"
    assert (await client.get(path, params=about, headers=mine)).json()["code"] == "not_found"


async def test_a_piece_that_was_changed_on_its_way_is_not_taken(
    client: httpx.AsyncClient, mine: Headers, folder: Path
) -> None:
    data = photo()
    await announce(client, mine, data)
    answer = await send(client, mine, name_of(data), 0, b"y" * 10, said=data[:10])
    assert (answer.status_code, answer.json()["code"]) == (422, "chunk_damaged")
    assert (await announce(client, mine, data)).json()["offset"] == 0
    assert not folder.exists()


async def test_a_file_with_another_digest_begins_anew(
    client: httpx.AsyncClient, mine: Headers
) -> None:
    data, other = photo(), photo(colour="red")
    await announce(client, mine, data, len(other))
    for offset in range(0, len(other), PIECE):
        answer = await send(client, mine, name_of(data), offset, other[offset : offset + PIECE])
    assert (answer.status_code, answer.json()["code"]) == (422, "digest_mismatch")
    assert (await announce(client, mine, data, len(other))).json()["offset"] == 0


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (pixel_bomb(), "image_too_large"),
        (webp_bomb(), "image_too_large"),
        (photo() + b"PK\x03\x04 archive", "image_unreadable"),
        (b"<html><script>alert(1)</script></html>", "image_unreadable"),
        (photo()[:-300], "image_unreadable"),
    ],
    ids=["pixel bomb", "another", "polyglot", "page", "cut off"],
)
async def test_what_is_no_photo_is_refused_now_and_later(
    client: httpx.AsyncClient, mine: Headers, folder: Path, data: bytes, code: str
) -> None:
    await announce(client, mine, data)
    first = await upload(client, mine, data)
    assert (first.status_code, first.json()["code"]) == (422, code)
    assert (await announce(client, mine, data)).json()["code"] == code
    assert (await send(client, mine, name_of(data), 0, data[:9])).json()["code"] == code
    assert [file for file in folder.rglob("*") if file.is_file()] == []


async def test_a_file_of_200_mb_is_refused_by_its_word_and_by_its_bytes(
    client: httpx.AsyncClient, mine: Headers
) -> None:
    answer = await announce(client, mine, b"x", 200_000_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    assert answer.json()["details"]["limit_bytes"] == LIMITS.file_bytes
    data = photo()
    await announce(client, mine, data)
    before = psutil.Process().memory_info().rss

    async def much() -> AsyncIterator[bytes]:
        for _ in range(200):
            yield bytes(1_000_000)

    said = {"upload-offset": "0", "content-digest": content_digest(b"")}
    endless = await client.patch(
        f"/v1/attachments/{name_of(data)}", content=much(), headers=mine | said
    )
    assert (endless.status_code, endless.json()["code"]) == (413, "body_too_large")
    assert psutil.Process().memory_info().rss - before < 20_000_000


async def test_large_photos_leave_the_memory_of_the_service_as_it_is(
    client: httpx.AsyncClient, mine: Headers
) -> None:
    grown = []
    for edge in (600, 601, 602):
        data = noise(edge, 400)
        assert (await announce(client, mine, data)).is_success
        before = psutil.Process().memory_info().rss
        assert (await upload(client, mine, data)).json()["state"] == "ready"
        grown.append(psutil.Process().memory_info().rss - before)
    assert min(grown) < 5_000_000


async def test_a_day_has_room_for_so_many_photos(client: httpx.AsyncClient, mine: Headers) -> None:
    for number in range(LIMITS.day_files):
        assert (await announce(client, mine, b"%d" % number)).is_success
    answer = await announce(client, mine, b"one more")
    assert (answer.status_code, answer.json()["code"]) == (429, "quota_spent")
    assert int(answer.headers["retry-after"]) > 0
    assert (await announce(client, mine, b"0")).is_success  # those that are known go on


async def test_a_day_has_room_for_so_many_bytes(client: httpx.AsyncClient, mine: Headers) -> None:
    assert (await announce(client, mine, b"a", 400_000)).is_success
    assert (await announce(client, mine, b"b", 400_000)).is_success
    assert (await announce(client, mine, b"c", 400_000)).json()["code"] == "quota_spent"
    assert (await announce(client, mine, b"d", 200_000)).is_success


@pytest.mark.parametrize(
    ("about", "code"),
    [
        ({"upload-offset": "-1"}, "invalid_value"),
        ({"upload-offset": "two"}, "invalid_value"),
        ({"content-digest": "md5=:abc:"}, "invalid_value"),
        ({"upload-offset": "99999999"}, "offset_mismatch"),
    ],
)
async def test_headers_that_mean_nothing_are_named(
    client: httpx.AsyncClient, mine: Headers, about: dict[str, Any], code: str
) -> None:
    data = photo()
    await announce(client, mine, data)
    said = {"upload-offset": "0", "content-digest": content_digest(b"x")} | about
    path = f"/v1/attachments/{name_of(data)}"
    answer = await client.patch(path, content=b"x", headers=mine | said)
    assert answer.json()["code"] == code


async def test_a_piece_is_not_empty_and_not_too_long(
    client: httpx.AsyncClient, mine: Headers
) -> None:
    data = photo()
    await announce(client, mine, data)
    assert (await send(client, mine, name_of(data), 0, b"")).json()["code"] == "invalid_value"
    more = await send(client, mine, name_of(data), 0, data + b"x")
    assert more.json()["code"] == "invalid_value"
    most = await send(client, mine, name_of(data), 0, bytes(MOST_CHUNK_BYTES + 1))
    assert most.json()["code"] == "body_too_large"


async def test_an_address_that_is_no_digest_is_named(
    client: httpx.AsyncClient, mine: Headers
) -> None:
    answer = await client.put("/v1/attachments/photo.jpg", json={"bytes": 1}, headers=mine)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_value")
    another = await announce(client, mine, b"a", 10)
    assert another.is_success
    assert (await announce(client, mine, b"a", 11)).json()["code"] == "conflict"


async def test_a_store_that_is_away_is_said_and_nothing_is_lost(
    parts: Parts, client: httpx.AsyncClient, mine: Headers
) -> None:
    data = photo()
    async with client_of(parts, uploads=LIMITS, registry=CollectorRegistry()) as without:
        await announce(without, mine, data)
        answer = await upload(without, mine, data)
        assert (answer.status_code, answer.json()["code"]) == (503, "storage_away")
        assert answer.headers["retry-after"]
    assert (await upload(client, mine, data)).json()["state"] == "ready"
