"""The peer of the live feed: nchan, a publish-subscribe module of nginx, written in C.

It gets the same payload for the same number of WebSocket subscribers, one HTTP POST for each
message. It knows no rights, no positions and no resume, and writes each message on its own.
"""

import asyncio
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from benchmarks.phones import Make
from benchmarks.rig import READY_WITHIN_S, cpu_s, ended, free_port

MODULES = (
    Path("/usr/lib/nginx/modules/ngx_nchan_module.so"),
    Path("/usr/lib64/nginx/modules/ngx_nchan_module.so"),
)
SUBSCRIBE, PUBLISH = "/sub", "/pub"
AT_FORMAT, AT_BYTES = "%Y-%m-%dT%H:%M:%S.%fZ", 27  # as the service writes an instant
NAME = "nchan"
NOTICE = "nchan is not installed (Debian: apt-get install nginx libnginx-mod-nchan): peer skipped"

CONFIGURATION = """
load_module {module};
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr crit;
events {{ worker_connections 16384; }}
http {{
  access_log off;
  keepalive_requests 1000000;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location = {subscribe} {{
      nchan_subscriber websocket;
      nchan_channel_id bench;
      nchan_subscriber_first_message newest;
    }}
    location = {publish} {{
      nchan_publisher http;
      nchan_channel_id bench;
      nchan_message_buffer_length 1000;
      nchan_message_timeout 1m;
    }}
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Nchan:
    """A running nginx with one worker."""

    port: int
    worker_pid: int

    def cpu_s(self) -> float:
        """Processor time of the worker so far, in seconds."""
        return cpu_s(self.worker_pid)


def installed() -> tuple[str, Path] | None:
    """The program and the module; None where either is missing."""
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
    module = next((path for path in MODULES if path.is_file()), None)
    return (nginx, module) if nginx is not None and module is not None else None


def configuration(folder: Path, module: Path, port: int, as_root: bool) -> str:
    """What nginx reads. Its worker keeps root where root runs it: the folder is root's own."""
    return CONFIGURATION.format(
        module=module,
        user="user root;" if as_root else "",
        folder=folder,
        port=port,
        subscribe=SUBSCRIBE,
        publish=PUBLISH,
    )


def publications(payload: bytes) -> Make:
    """`POST /pub` with the payload, its event's instant put to the moment of publishing."""
    before, mark, rest = payload.partition(b'"at":"')
    _, quote, after = rest.partition(b'"')
    if not quote:
        raise ValueError("the payload holds no event")
    head = (
        f"POST {PUBLISH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(before) + len(mark) + AT_BYTES + 1 + len(after)}\r\n\r\n"
    ).encode()

    def make() -> bytes:
        now = datetime.now(UTC).strftime(AT_FORMAT).encode()
        return b"".join((head, before, mark, now, quote, after))

    return make


@asynccontextmanager
async def running(folder: Path, as_root: bool) -> AsyncGenerator[Nchan]:
    """nginx with nchan on a free port. Raises RuntimeError where it is missing or fails."""
    found = installed()
    if found is None:
        raise RuntimeError(NOTICE)
    nginx, module = found
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    port = free_port()
    path = folder / "nginx.conf"
    text = configuration(folder, module, port, as_root)
    await asyncio.to_thread(path.write_text, text, "utf-8")
    process = await asyncio.create_subprocess_exec(nginx, "-p", str(folder), "-c", str(path))
    try:
        await _answers(port)
        yield Nchan(port, await asyncio.to_thread(_worker_of, process.pid))
    finally:
        await ended(process)


async def _answers(port: int) -> None:
    async with httpx.AsyncClient() as client:
        for _ in range(int(READY_WITHIN_S / 0.05)):
            try:
                await client.get(f"http://127.0.0.1:{port}{PUBLISH}")
                return
            except httpx.TransportError:
                await asyncio.sleep(0.05)
    raise RuntimeError("nginx did not become ready")


def _worker_of(master_pid: int) -> int:
    """nginx's only child."""
    children = Path(f"/proc/{master_pid}/task/{master_pid}/children").read_text("ascii").split()
    return int(children[0])
