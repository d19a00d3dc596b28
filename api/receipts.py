"""From an item's result to what is said of it: a receipt, or a refusal."""

from mobile_contract.problems import UNEXPECTED
from mobile_contract.reports import Receipt
from models.rules.flags import flag_names
from models.rules.receipts import encode
from models.rules.refusals import Busy, Refusal, all_refusals
from realtime.submission import ItemResult

RETRY_AFTER_S = 2  # the reporter's unit moved in this very second


class ItemFailed(Refusal):
    """The database broke on this one item; the log has its report id. A fault of ours."""

    code = UNEXPECTED


def receipt_of(result: ItemResult) -> Receipt | None:
    """The receipt of a report that is committed and the sender's own."""
    if result.receipt_shard is None or result.receipt_seq is None or result.received_at is None:
        return None
    return Receipt(
        result.report_id,
        encode(result.receipt_shard, result.receipt_seq),
        result.status or "received",
        result.version or 1,
        result.received_at,
        flag_names(result.flags),
    )


def refusal_for(result: ItemResult) -> Refusal:
    """Why there is no receipt."""
    if result.outcome == "retry":
        return Busy(retry_after_s=RETRY_AFTER_S)
    return all_refusals().get(result.code or UNEXPECTED, ItemFailed)()
