"""The cheap stand-in takes every push of the real sender, several on one connection."""

import asyncio
from pathlib import Path

from benchmarks.google import Google, write_account
from notifications.channels.channel import FcmToken, Push, Sent
from notifications.channels.fcm import Fcm, FcmOptions


async def test_every_push_is_taken(tmp_path: Path) -> None:
    server = await asyncio.get_running_loop().create_server(Google, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    write_account(tmp_path / "account.json", port)
    options = FcmOptions(tmp_path / "account.json", url=f"http://127.0.0.1:{port}")
    pushes = [Push(FcmToken(f"t{n}"), f"key-{n}", "Judul", "Isi", {}, 60) for n in range(7)]
    try:
        async with Fcm.opened(options) as fcm:
            outcomes = await fcm.send(pushes)
    finally:
        server.close()
    assert [type(outcome) for outcome in outcomes] == [Sent] * 7
