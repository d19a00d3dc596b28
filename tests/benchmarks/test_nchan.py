"""The peer of the live feed: its configuration and messages; and itself, where it is installed."""

import json
import os
from pathlib import Path

import httpx
import pytest

from benchmarks import nchan

PAYLOAD = b'{"type":"events","upto":7,"events":[{"at":"2026-11-24T07:00:00.000000Z","note":"x"}]}'


def test_a_message_is_as_long_as_the_payload_and_made_now():
    head, _, body = nchan.publications(PAYLOAD)().partition(b"\r\n\r\n")
    assert f"Content-Length: {len(PAYLOAD)}".encode() in head
    assert len(body) == len(PAYLOAD)
    assert json.loads(body)["upto"] == 7
    assert json.loads(body)["events"][0]["at"] != "2026-11-24T07:00:00.000000Z"


def test_a_payload_without_an_event_is_none():
    with pytest.raises(ValueError, match="no event"):
        nchan.publications(b'{"type":"welcome"}')


@pytest.mark.parametrize("as_root", [True, False])
def test_the_configuration_keeps_everything_in_its_folder(as_root):
    text = nchan.configuration(Path("/here"), Path("/module.so"), 4_711, as_root)
    assert "load_module /module.so;" in text
    assert "listen 127.0.0.1:4711" in text
    assert ("user root;" in text) is as_root
    assert text.count("{") == text.count("}")


async def test_it_runs_where_it_is_installed_and_says_so_where_not(tmp_path):
    as_root = os.geteuid() == 0
    if nchan.installed() is None:
        with pytest.raises(RuntimeError, match="not installed"):
            async with nchan.running(tmp_path, as_root):
                pass
        return
    async with nchan.running(tmp_path, as_root) as peer, httpx.AsyncClient() as client:
        answer = await client.post(f"http://127.0.0.1:{peer.port}{nchan.PUBLISH}", content=PAYLOAD)
        assert answer.status_code < 300
        assert peer.cpu_s() >= 0
