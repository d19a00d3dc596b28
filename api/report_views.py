"""Rows of reports and feedback as they stand on the wire."""

from mobile_contract.reviews import FeedbackView, ReportView, VersionView
from models.queries.asking import Row, decoded
from models.rules.flags import flag_names
from models.rules.receipts import encode


def report_view(row: Row) -> ReportView:
    """One report; its receipt is the place of its first event."""
    return ReportView(
        id=row["id"],
        receipt=encode(row["shard"], row["seq"]),
        employee_id=row["employee_id"],
        employee_name=row["employee_name"],
        target_id=row["target_id"],
        indicator=row["indicator"] or "",
        unit_of_measure=row["unit_of_measure"] or "",
        unit_id=row["unit_id"],
        quantity=row["quantity"],
        note=row["note"],
        activity_at=row["activity_at"],
        captured_at=row["captured_at"],
        corrected_at=row["corrected_at"],
        received_at=row["received_at"],
        status=row["status"],
        version=row["version"],
        flags=flag_names(row["flags"]),
        location=decoded(row["location"]),
        decided_by=row["decided_by"],
        decided_by_name=row["decided_by_name"],
        decided_at=row["decided_at"],
        reported_by=row["reported_by"],
        reported_by_name=row["reported_by_name"],
    )


def version_view(row: Row) -> VersionView:
    """What a report said before a change."""
    return VersionView(**row)


def feedback_view(row: Row) -> FeedbackView:
    """A supervisor's word."""
    return FeedbackView(**row)
