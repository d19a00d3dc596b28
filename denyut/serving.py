"""Runs the service on a port: uvicorn with the prepared WebSocket protocol, stopped politely.

A stop says `bye` to every open socket with its own moment to come back, then drains requests, so
that a deploy is a short pause and no stampede.
"""

import asyncio
import gc
import resource
import signal
import socket
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager

import uvicorn

from denyut.bounded_http import BoundedHttp
from denyut.settings import Settings
from denyut.wiring import Service, running_service
from realtime.gateway import Gateway
from realtime.prepared import PreparedProtocol

COME_BACK_IN_S = 5.0  # sockets spread over so many seconds
DRAIN_S = 10
COLLECT_AFTER_OBJECTS = 50_000  # of the youngest; about 10 MB if all of them were cycles
OPEN_FILES = 65_536  # one for each socket; the system's hard limit may be lower


class PoliteServer(uvicorn.Server):
    """Uvicorn that says goodbye before it closes."""

    def __init__(self, config: uvicorn.Config, gateway: Gateway) -> None:
        super().__init__(config)
        self._gateway = gateway
        self.listens = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leaves signals to whoever runs the server: the tests and the demo have their own."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listens, and says so."""
        await super().startup(sockets)
        self.listens.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Takes no new connections, says bye to sockets, then drains as uvicorn does."""
        for server in self.servers:
            server.close()
        await self._gateway.close_all(COME_BACK_IN_S)
        await super().shutdown(sockets)


def bound_socket(settings: Settings) -> socket.socket:
    """The listening socket, bound before anything else starts, so that a taken port is said first.

    Raises OSError.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError:
        listening.close()
        raise
    return listening


def address_of(listening: socket.socket) -> str:
    """Where a person on this machine finds the service."""
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"


def raise_open_files() -> None:
    """As many open sockets as the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def server_of(service: Service, settings: Settings) -> PoliteServer:
    """The HTTP server around a running service."""
    config = uvicorn.Config(
        service.app,
        host=settings.host,
        port=settings.port,
        http=BoundedHttp,
        ws=PreparedProtocol,
        lifespan="off",
        log_config=None,
        access_log=False,
        ws_ping_interval=None,
        ws_per_message_deflate=False,
        ws_max_size=65_536,
        backlog=4_096,
        server_header=False,
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=DRAIN_S,
    )
    return PoliteServer(config, service.gateway)


@asynccontextmanager
async def serving(settings: Settings) -> AsyncGenerator[tuple[Service, str]]:
    """A service that answers at its address while the block runs.

    Raises OSError when the port is taken, and what `running_service` raises.
    """
    raise_open_files()
    with bound_socket(settings) as listening:
        async with running_service(settings) as service:
            server = server_of(service, settings)
            task = asyncio.create_task(server.serve([listening]), name="server")
            task.add_done_callback(lambda _: server.listens.set())  # a failed start is heard too
            try:
                await server.listens.wait()
                yield service, address_of(listening)
            finally:
                server.should_exit = True
                await task


async def serve(settings: Settings, ready: Callable[[str], None]) -> None:
    """Serves until SIGTERM or SIGINT; `ready` is told the address once it answers."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with serving(settings) as (_, address):
        with rare_collections():
            ready(address)
            await stop.wait()


@contextmanager
def rare_collections() -> Generator[None]:
    """The collector leaves alone what a service that stands is made of, and comes seldom.

    A batch of reports makes tens of thousands of objects and no cycles: counting references frees
    them. With Python's usual thresholds a sixth of the service's time went into looking at them.
    """
    thresholds = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER_OBJECTS, *thresholds[1:])
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()
