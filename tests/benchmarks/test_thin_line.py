"""The line carries everything unchanged, weighs it, and is never faster than it says."""

import asyncio

import httpx
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.thin_line import PACKET_BYTES, SLOW_4G, THIN, Bottleneck, Line, ThinLine

QUICK = Line("a line that tests have time for", 0.002, 100_000, 100_000)
ANSWER = b"x" * (PACKET_BYTES * 30 + 7)

packets = st.lists(
    st.tuples(st.floats(0, 0.1), st.integers(1, PACKET_BYTES)), min_size=1, max_size=50
)


class Office:
    """Answers every request with the same."""

    async def __aenter__(self) -> int:
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        return self._server.sockets[0].getsockname()[1]

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 200 OK\r\ncontent-length: {len(ANSWER)}\r\nconnection: close\r\n\r\n"
        writer.write(head.encode() + ANSWER)
        await writer.drain()
        writer.close()


async def test_what_goes_through_arrives_whole_and_is_weighed():
    for kind in (None, QUICK):
        async with Office() as port, ThinLine.standing(port) as line, httpx.AsyncClient() as phone:
            line.becomes(kind)
            answers = await asyncio.gather(
                *(phone.get(f"{line.url}/{path}?query=1") for path in ("a", "b"))
            )
            assert [answer.content for answer in answers] == [ANSWER, ANSWER]
            assert set(line.carried_bytes) == {"/a", "/b"}
            assert all(len(ANSWER) < each < 2 * len(ANSWER) for each in line.carried_bytes.values())


@given(packets)
def test_packets_leave_one_after_the_other(packets: list[tuple[float, int]]):
    bottleneck, now, left_at = Bottleneck(), 0.0, 0.0
    for pause_s, size_bytes in packets:
        now += pause_s
        before, left_at = left_at, bottleneck.turn(size_bytes, THIN.down_kbps, now)
        assert left_at >= max(before, now) + size_bytes * 8 / (THIN.down_kbps * 1_000) - 1e-9


def test_the_lines_are_the_contracts():
    assert (SLOW_4G.round_trip_s, SLOW_4G.down_kbps, SLOW_4G.up_kbps) == (0.15, 1_600, 750)
    assert (THIN.round_trip_s, THIN.down_kbps, THIN.up_kbps) == (0.4, 400, 400)
