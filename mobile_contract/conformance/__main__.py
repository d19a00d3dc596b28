"""`python -m mobile_contract.conformance --url … --nip … --password …`: a line for each rule.

Ends with 0 when every rule holds, 1 when one is broken, 2 when nobody could sign in.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence

from mobile_contract.client.connection import Refused, Unreachable
from mobile_contract.conformance.examination import examined


def main(arguments: Sequence[str] | None = None) -> int:
    """Examines one service and says how it went."""
    parser = argparse.ArgumentParser(prog="python -m mobile_contract.conformance")
    parser.add_argument("--url", required=True, help="where the service is, https://…")
    parser.add_argument("--nip", required=True, help="an employee with an open target")
    parser.add_argument(
        "--password",
        default=os.environ.get("DENYUT_PASSWORD"),
        help="better in the environment: DENYUT_PASSWORD",
    )
    given = parser.parse_args(arguments)
    if not given.password:
        parser.error("a password is needed")
    return asyncio.run(_examine(given.url, given.nip, given.password))


async def _examine(url: str, nip: str, password: str) -> int:
    kept = broken = 0
    try:
        async for verdict in examined(url, nip, password):
            kept += verdict.holds
            broken += not verdict.holds
            print(f"{'pass' if verdict.holds else 'FAIL'}  {verdict.says}")
            if not verdict.holds:
                print(f"      {verdict.found}")
    except (Refused, Unreachable) as error:
        print(f"nobody could sign in: {error}", file=sys.stderr)
        return 2
    print(f"{kept} rules hold, {broken} are broken")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
