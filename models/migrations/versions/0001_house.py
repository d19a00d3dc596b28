"""The house: every table of the first model, and the functions that write the feed.

Revision: 0001. The schema stands in 0001_house.sql; functions are installed from models/sql.
"""

from importlib.resources import files

from models.migrations.scripts import run_script

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

FUNCTIONS = (
    "append_feed_v1",
    "bump_rights_v1",
    "submit_batch_v1",
    "decide_v1",
    "carried_at_v1",
    "claim_slips_v1",
    "make_notices_v1",
    "claim_escalations_v1",
    "claim_nudges_v1",
    "claim_deliveries_v1",
    "settle_deliveries_v1",
)


def upgrade() -> None:
    """Creates everything in one transaction."""
    run_script(files("models.migrations.versions").joinpath("0001_house.sql").read_text("utf-8"))
    for name in FUNCTIONS:
        run_script(files("models.sql").joinpath(f"{name}.sql").read_text("utf-8"))
