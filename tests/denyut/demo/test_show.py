"""The demo as somebody starts it: the JSON line, the people in it, and a clean end."""

import asyncio
import io
import signal
import socket
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from rich.console import Console

from denyut.demo.show import SAID, introduce, saying
from denyut.demo.stage import PARTS, Player, Stage
from denyut.postmaster import running_postmaster
from denyut.settings import Settings
from denyut.watch import signed_in
from mobile_contract.board import Board
from mobile_contract.client.captures import captured_report, utc_now
from mobile_contract.client.connection import Refused
from mobile_contract.reviews import Decisions
from tests.denyut.demo.processes import demo_process


async def test_the_first_line_introduces_people_who_can_do_what_it_promises(
    tmp_path: Path,
) -> None:
    with demo_process(tmp_path, "--json", "--phones", "2", "--identities", "3") as demo:
        told = await asyncio.to_thread(demo.introduction)
        assert set(told) == {"url", *PARTS, "identities"}
        url, employee, supervisor = told["url"], told["employee"], told["supervisor"]
        nips = [told[part]["nip"] for part in PARTS] + [each["nip"] for each in told["identities"]]
        assert len(set(nips)) == len(PARTS) + 3
        assert all(each["target_ids"] for each in (employee, *told["identities"]))

        async with signed_in(url, employee["nip"], employee["password"]) as phone:
            report = captured_report(
                UUID(employee["target_ids"][0]), 2.0, "dari uji", captured_at=utc_now()
            )
            receipt = await phone.submit(report)
            assert receipt.status == "received"
        async with signed_in(url, supervisor["nip"], supervisor["password"]) as screen:
            snapshot = await screen.snapshot(50)
            (unit,) = [each for each in snapshot.topics if each.topic.startswith("unit:")]
            assert receipt.receipt in {card.receipt for card in unit.cards}
            assert len(unit.cards) > 20
            board = Board.model_validate(await screen.get("/v1/board"))
            assert employee["employee_id"] in {str(each.employee_id) for each in board.people}
            assert board.slipped >= 1
            body = Decisions(report_ids=[report.id])
            decided = await screen.post("/v1/approvals", body)
            assert decided["results"][0]["outcome"] == "applied"
        async with signed_in(url, told["outsider"]["nip"], supervisor["password"]) as outsider:
            with pytest.raises(Refused) as refused:
                await outsider.get(f"/v1/people/{employee['employee_id']}/targets")
            assert refused.value.problem.status in (403, 404)
        for part in ("hr", "administrator"):
            async with signed_in(url, told[part]["nip"], told[part]["password"]) as officer:
                me = await officer.get("/v1/me")
                assert [role["role"] for role in me["roles"]] == [part]

        code, rest, said = await asyncio.to_thread(demo.end, signal.SIGINT)
        assert (code, rest) == (0, "")
        assert "Traceback" not in said
        assert running_postmaster(tmp_path / "postgres") is None


async def test_two_demos_run_side_by_side_and_a_folder_takes_one(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    arguments = ("--json", "--phones", "0")
    with demo_process(first, *arguments) as one, demo_process(second, *arguments) as two:
        told = [await asyncio.to_thread(each.introduction) for each in (one, two)]
        async with httpx.AsyncClient() as client:
            for each in told:
                assert (await client.get(f"{each['url']}/ready")).status_code == 200
        assert told[0]["url"] != told[1]["url"]
        with demo_process(first, *arguments) as third:
            code, out, said = await asyncio.to_thread(third.end, signal.SIGCONT)
        assert (code, out) == (1, "")
        assert "DENYUT_DATA_DIR" in said
        for each in (one, two):
            code, out, _ = await asyncio.to_thread(each.end, signal.SIGTERM)
            assert (code, out) == (0, "")


async def test_without_a_terminal_the_feed_is_written_line_by_line(tmp_path: Path) -> None:
    with demo_process(tmp_path, "--phones", "6", "--language", "en") as demo:
        assert demo.process.stdout is not None
        read = demo.process.stdout.readline
        seen = ""
        while "✓ Received, no. " not in seen:
            line = await asyncio.to_thread(read)
            assert line, await asyncio.to_thread(demo.end, signal.SIGTERM)
            seen += line
        assert "http://127.0.0.1:" in seen
        assert SAID["password"]["en"] in seen
        code, _, said = await asyncio.to_thread(demo.end, signal.SIGTERM)
        assert code == 0
        assert "Traceback" not in said
    assert (tmp_path / "denyut.log").exists()


def test_the_introduction_names_everybody_who_signs_in() -> None:
    players = {
        part: Player(
            uuid4(), f"1990010120200110{place:02}", part.title(), uuid4(), "Unit", "Job", ()
        )
        for place, part in enumerate(PARTS)
    }
    stage = Stage(Settings(), "kata-sandi", players, [], [])
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(introduce(stage, "http://127.0.0.1:1", "id"))
    shown = console.export_text()
    for part in ("employee", "supervisor", "hr", "administrator"):
        assert players[part].nip in shown
    assert "kata-sandi" in shown
    assert "http://127.0.0.1:1" in shown


def test_steps_are_lines_where_there_is_no_terminal() -> None:
    console = Console(width=80, record=True, force_terminal=False)
    with saying(console, "en") as said:
        said("making_city")
    assert console.export_text().strip() == SAID["making_city"]["en"]


def test_a_taken_port_is_said_before_anything_is_made(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with demo_process(tmp_path, "--json", "--port", port) as demo:
            out, said = demo.process.communicate(timeout=60)
    assert (demo.process.returncode, out) == (1, "")
    assert "--port" in said
    assert not (tmp_path / "postgres").exists()
