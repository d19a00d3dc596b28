"""The files of a person's own export: which rows are theirs, and which columns of them are shown.

Invariants: columns are named one by one, so a new one is shown by decision only; no secret is among
them (hashes, tokens, push addresses), and of others no more than the person sees anyway.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class DataFile:
    """One file: the columns that say whose a row is, and the question ($1: the person).

    `structured`: which of its fields are JSON.
    """

    name: str
    columns: tuple[str, ...]
    statement: str
    structured: tuple[str, ...] = ()


_PERSON: Final = (
    DataFile(
        "profile.json",
        ("account.employee_id", "last_contact.employee_id"),
        """SELECT e.id, e.nip, e.name, u.name AS unit, j.name AS job_title, e.work_pattern,
                  e.language, e.active, e.retired_at, a.activated_at, a.password_changed_at,
                  c.at AS last_contact_at
             FROM employee e JOIN unit u ON u.id = e.unit_id
             LEFT JOIN job_title j ON j.id = e.job_title_id
             LEFT JOIN account a ON a.employee_id = e.id
             LEFT JOIN last_contact c ON c.employee_id = e.id WHERE e.id = $1""",
    ),
    DataFile(
        "placements.json",
        ("placement.employee_id",),
        """SELECT u.name AS unit, p.valid_from, p.valid_to FROM placement p
             JOIN unit u ON u.id = p.unit_id WHERE p.employee_id = $1 ORDER BY p.valid_from""",
    ),
    DataFile(
        "offices.json",
        ("supervision.supervisor_id", "role_grant.employee_id"),
        """SELECT s.kind AS office, u.name AS unit, s.valid_from, s.valid_to, s.decree
             FROM supervision s JOIN unit u ON u.id = s.unit_id WHERE s.supervisor_id = $1
            UNION ALL
           SELECT g.role, u.name, g.granted_at, g.revoked_at, ''
             FROM role_grant g JOIN unit u ON u.id = g.unit_id WHERE g.employee_id = $1
            ORDER BY valid_from""",
    ),
    DataFile(
        "supervisors.json",
        ("personal_assignment.employee_id", "mentorship.employee_id"),
        """SELECT 'supervisor' AS office, s.name, a.valid_from, a.valid_to, a.decree
             FROM personal_assignment a JOIN employee s ON s.id = a.supervisor_id
            WHERE a.employee_id = $1
            UNION ALL
           SELECT 'mentor', s.name, m.valid_from, m.valid_to, ''
             FROM mentorship m JOIN employee s ON s.id = m.mentor_id WHERE m.employee_id = $1
            ORDER BY valid_from""",
    ),
    DataFile(
        "leave.json",
        ("leave.employee_id",),
        """SELECT starts_on, ends_on, kind, decree FROM leave WHERE employee_id = $1
            ORDER BY starts_on""",
    ),
    DataFile(
        "shifts.json",
        ("shift.employee_id",),
        "SELECT starts_at, ends_at FROM shift WHERE employee_id = $1 ORDER BY starts_at",
    ),
    DataFile(
        "devices.json",
        ("device.employee_id",),
        """SELECT id, name, platform, push_kind, push_disabled_reason, seen_at FROM device
            WHERE employee_id = $1 ORDER BY id""",
    ),
    DataFile(
        "sessions.json",
        ("session.employee_id",),
        """SELECT device_name, platform, made_at, used_at, expires_at, revoked_at, revoked_reason
             FROM session WHERE employee_id = $1 ORDER BY made_at""",
    ),
    DataFile(
        "preferences.json",
        ("notice_preference.employee_id", "quiet_hours.employee_id"),
        """SELECT p.kind, p.channel, p.enabled, NULL::int AS quiet_from, NULL::int AS quiet_to
             FROM notice_preference p WHERE p.employee_id = $1
            UNION ALL
           SELECT 'quiet_hours', '*', true, q.start_minute, q.end_minute
             FROM quiet_hours q WHERE q.employee_id = $1""",
    ),
)

_WORK: Final = (
    DataFile(
        "agreements.json",
        ("agreement.employee_id",),
        """SELECT a.year, a.state, a.made_at, a.proposed_at, a.agreed_at, b.name AS agreed_by,
                  w.id AS result_id, w.kind, w.title, w.place, w.dropped_at
             FROM agreement a LEFT JOIN employee b ON b.id = a.agreed_by
             LEFT JOIN work_result w ON w.agreement_id = a.id
            WHERE a.employee_id = $1 ORDER BY a.year, w.place""",
    ),
    DataFile(
        "agreement_changes.json",
        (),
        """SELECT a.year, b.name AS by_name, c.at, c.reason, c.before, c.after
             FROM agreement_change c JOIN agreement a ON a.id = c.agreement_id
             LEFT JOIN employee b ON b.id = c.by WHERE a.employee_id = $1 ORDER BY c.at""",
        ("before", "after"),
    ),
    DataFile(
        "targets.json",
        ("target.employee_id", "target_pace.employee_id"),
        """SELECT t.id, t.work_result_id, t.indicator, t.unit_of_measure, t.aspect, t.direction,
                  t.quantity, t.low, t.high, t.max_quantity, t.period_start, t.period_end,
                  t.closed_at, t.rolled_from_id, t.rolled_over_at, t.made_at, p.approved, p.pending,
                  p.observations, p.state, p.slip_number, p.state_since
             FROM target t LEFT JOIN target_pace p ON p.target_id = t.id
            WHERE t.employee_id = $1 ORDER BY t.period_start, t.id""",
    ),
    DataFile(
        "target_changes.json",
        (),
        """SELECT c.target_id, b.name AS by_name, c.at, c.reason, c.before, c.after
             FROM target_change c JOIN target t ON t.id = c.target_id
             LEFT JOIN employee b ON b.id = c.by WHERE t.employee_id = $1 ORDER BY c.at""",
        ("before", "after"),
    ),
    DataFile(
        "target_proposals.json",
        ("target_proposal.employee_id",),
        """SELECT p.id, p.kind, p.target_id, p.body, p.reason, p.state, p.made_at,
                  b.name AS decided_by, p.decided_at, p.decision_reason
             FROM target_proposal p LEFT JOIN employee b ON b.id = p.decided_by
            WHERE p.employee_id = $1 ORDER BY p.made_at""",
        ("body",),
    ),
    DataFile(
        "reports.json",
        ("report.employee_id",),
        """SELECT r.id, r.target_id, r.status, r.version, r.quantity, r.note, r.activity_at,
                  r.captured_at, r.corrected_at, r.received_at, r.flags, r.device_id,
                  r.location::text AS location, r.returns, b.name AS decided_by, r.decided_at,
                  m.name AS reported_by
             FROM report r LEFT JOIN employee b ON b.id = r.decided_by
             LEFT JOIN report_mentor o ON o.report_id = r.id
             LEFT JOIN employee m ON m.id = o.mentor_id
            WHERE r.employee_id = $1 ORDER BY r.activity_at, r.id""",
        ("location",),
    ),
    DataFile(
        "report_changes.json",
        ("report_change.employee_id",),
        """SELECT report_id, kind, version, quantity_before, note_before, activity_before, reason,
                  made_at
             FROM report_change WHERE employee_id = $1 ORDER BY made_at""",
    ),
    DataFile(
        "report_evidence.json",
        (),
        """SELECT v.report_id, v.number, v.kind, v.reference, v.made_at
             FROM report_evidence v JOIN report r ON r.id = v.report_id
            WHERE r.employee_id = $1 ORDER BY v.made_at, v.number""",
    ),
    DataFile(
        "photos.json",
        ("attachment.employee_id",),
        """SELECT encode(sha256, 'hex') AS sha256, state, size_bytes, media_type, width, height,
                  made_at, CASE WHEN state = 'ready'
                                THEN 'photos/' || encode(sha256, 'hex') || '.jpg' END AS file
             FROM attachment WHERE employee_id = $1 ORDER BY made_at""",
    ),
    DataFile(
        "reports_for_others.json",
        ("report_mentor.mentor_id",),
        "SELECT report_id, made_at FROM report_mentor WHERE mentor_id = $1 ORDER BY made_at",
    ),
    DataFile(
        "practice.json",
        ("practice_report.employee_id",),
        """SELECT id, target_id, quantity, note, activity_at, made_at FROM practice_report
            WHERE employee_id = $1 ORDER BY made_at""",
    ),
)

_GUIDANCE: Final = (
    DataFile(
        "feedback.json",
        ("feedback.employee_id",),
        """SELECT f.id, a.name AS author, f.report_id, f.target_id, f.period, f.kind, f.about,
                  f.text, f.next_step, f.made_at, f.acknowledged_at, f.answer, f.answered_at
             FROM feedback f JOIN employee a ON a.id = f.author_id
            WHERE f.employee_id = $1 ORDER BY f.made_at, f.id""",
    ),
    DataFile(
        "feedback_requests.json",
        ("feedback_request.employee_id",),
        """SELECT q.id, a.name AS asked, q.report_id, q.target_id, q.period, q.question, q.made_at,
                  q.answered_at, q.withdrawn_at
             FROM feedback_request q JOIN employee a ON a.id = q.asked_id
            WHERE q.employee_id = $1 ORDER BY q.made_at""",
    ),
    DataFile(
        "announcements_read.json",
        ("announcement_reading.employee_id",),
        """SELECT a.kind, a.title, r.at FROM announcement_reading r
             JOIN announcement a ON a.id = r.announcement_id
            WHERE r.employee_id = $1 ORDER BY r.at""",
    ),
    DataFile(
        "trainings.json",
        ("attendance.employee_id",),
        """SELECT t.title, t.place, t.starts_at, t.ends_at, a.state, a.marked_at FROM attendance a
             JOIN training t ON t.id = a.training_id
            WHERE a.employee_id = $1 ORDER BY t.starts_at""",
    ),
    DataFile(
        "first_week.json",
        ("checklist_mark.employee_id",),
        "SELECT step, at FROM checklist_mark WHERE employee_id = $1 ORDER BY at",
    ),
    DataFile(
        "help_offers.json",
        ("help_offer.employee_id",),
        """SELECT h.signals, h.text, b.name AS offered_by, h.made_at, h.state, h.closed_at
             FROM help_offer h JOIN employee b ON b.id = h.offered_by
            WHERE h.employee_id = $1 ORDER BY h.made_at""",
    ),
)

_APPRAISAL: Final = (
    DataFile(
        "appraisals.json",
        ("appraisal.employee_id",),
        """SELECT a.id, a.kind, a.period, a.part_start, a.part_end, u.name AS unit, a.state,
                  a.opened_at, a.self_text, a.self_rating, a.self_at, a.result_rating,
                  a.behaviour_rating, a.predicate, a.reason, b.name AS decided_by, a.decided_at,
                  a.decision_number, a.acknowledged_at
             FROM appraisal a JOIN unit u ON u.id = a.unit_id
             LEFT JOIN employee b ON b.id = a.decided_by
            WHERE a.employee_id = $1 ORDER BY a.part_start""",
    ),
    DataFile(
        "behaviours.json",
        (),
        """SELECT v.appraisal_id, v.value, v.rating, v.example
             FROM behaviour v JOIN appraisal a ON a.id = v.appraisal_id
            WHERE a.employee_id = $1 ORDER BY a.part_start, v.value""",
    ),
    DataFile(
        "appraisal_evidence.json",
        (),
        """SELECT v.appraisal_id, v.decision_number, v.rules, v.content,
                  encode(v.sha256, 'hex') AS sha256, v.made_at
             FROM appraisal_evidence v JOIN appraisal a ON a.id = v.appraisal_id
            WHERE a.employee_id = $1 ORDER BY v.made_at""",
    ),
    DataFile(
        "appraisal_steps.json",
        (),
        """SELECT s.appraisal_id, s.at, b.name AS by_name, s.what, s.details
             FROM appraisal_step s JOIN appraisal a ON a.id = s.appraisal_id
             LEFT JOIN employee b ON b.id = s.by WHERE a.employee_id = $1 ORDER BY s.at""",
        ("details",),
    ),
    DataFile(
        "objections.json",
        (),
        """SELECT o.appraisal_id, o.decision_number, o.reasons, o.made_at, o.outcome,
                  b.name AS decided_by, o.decided_at, o.decision_reason
             FROM objection o JOIN appraisal a ON a.id = o.appraisal_id
             LEFT JOIN employee b ON b.id = o.decided_by
            WHERE a.employee_id = $1 ORDER BY o.made_at""",
    ),
)

_RECORDS: Final = (
    DataFile(
        "notices.json",
        ("notice.recipient_id",),
        """SELECT id, kind, target_id, report_id, content, made_at, read_at, acknowledged_at,
                  withdrawn_at
             FROM notice WHERE recipient_id = $1 ORDER BY made_at""",
        ("content",),
    ),
    DataFile(
        "deliveries.json",
        ("delivery.employee_id",),
        """SELECT notice_id, device_id, channel, state, attempts, made_at, settled_at, outcome
             FROM delivery WHERE employee_id = $1 ORDER BY made_at""",
    ),
    DataFile(
        "events.json",
        ("feed.employee_id",),
        """SELECT at, kind, target_id, approved, pending, state, content FROM feed
            WHERE employee_id = $1 ORDER BY at""",
        ("content",),
    ),
    DataFile(
        "changes.json",
        ("audit_entry.employee_id",),
        """SELECT a.at, b.name AS by_name, a.action, a.details FROM audit_entry a
             LEFT JOIN employee b ON b.id = a.actor_id
            WHERE a.employee_id = $1 ORDER BY a.at""",
        ("details",),
    ),
    DataFile(
        "what_i_did.json",
        ("audit_entry.actor_id",),
        "SELECT at, action FROM audit_entry WHERE actor_id = $1 ORDER BY at",
    ),
    DataFile(
        "what_i_looked_at.json",
        ("data_view.viewer_id",),
        "SELECT at, until, what FROM data_view WHERE viewer_id = $1 ORDER BY at",
    ),
    DataFile(
        "exports.json",
        ("export.asked_by",),
        """SELECT id, kind, period, format, state, code, made_at, finished_at, expires_at
             FROM export WHERE asked_by = $1 ORDER BY made_at""",
    ),
    DataFile(
        "documents.json",
        ("issued_document.employee_id",),
        """SELECT code, kind, period, holder, encode(sha256, 'hex') AS sha256, issued_at
             FROM issued_document WHERE employee_id = $1 ORDER BY issued_at""",
    ),
)

FILES: Final[tuple[DataFile, ...]] = (*_PERSON, *_WORK, *_GUIDANCE, *_APPRAISAL, *_RECORDS)
