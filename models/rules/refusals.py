"""Every way in which Denyut says no, each with a name and a stable code.

A refusal knows what was refused and nothing of HTTP, SQL or language: `api/problems.py` alone
turns it into a status, and the texts a person reads stand in `mobile_contract/texts`.
Invariant: codes are unique, and a code once released never changes its meaning.
"""

from typing import ClassVar


class Refusal(Exception):
    """A request that was understood well enough to be declined.

    `details` are small facts for the answer, given by keyword: `Busy(retry_after_s=3)`. They
    reach the person who asked, so they never hold another person's data.
    """

    code: ClassVar[str] = "refused"

    def __init__(self, **details: object) -> None:
        super().__init__()
        self.details: dict[str, object] = details

    def __str__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in self.details.items())
        return f"{self.code} ({given})" if given else self.code


def all_refusals() -> dict[str, type[Refusal]]:
    """Every refusal of this module by its code, in the order they are written here."""
    return {
        refusal.code: refusal
        for refusal in Refusal.__subclasses__()
        if refusal.__module__ == __name__
    }


# --- what was sent cannot be read -------------------------------------------------------------


class MalformedRequest(Refusal):
    """The body or message is not what its place expects; nothing of it was done."""

    code = "malformed"


class BodyTooLarge(Refusal):
    """The body has more bytes than this route takes. Details: `limit_bytes`."""

    code = "body_too_large"


class NoteTooLong(Refusal):
    """A note, reason or comment is longer than the limit. Details: `limit_characters`."""

    code = "note_too_long"


class ForbiddenCharacter(Refusal):
    """A text holds a character that no text may hold, such as NUL. Details: `field`."""

    code = "forbidden_character"


class QuantityOutOfRange(Refusal):
    """The quantity is negative, not a number, or larger than any honest day's work."""

    code = "quantity_out_of_range"


class InvalidValue(Refusal):
    """A single field has a value it cannot have. Details: `field`."""

    code = "invalid_value"


class InvalidNip(Refusal):
    """The NIP is not 18 digits beginning with a birth date that exists."""

    code = "invalid_nip"


class TooManyItems(Refusal):
    """The request carries more items than one request may. Details: `limit`."""

    code = "too_many_items"


class InvalidCursor(Refusal):
    """The cursor was not made by this service, or no longer leads anywhere."""

    code = "invalid_cursor"


class MethodNotAllowed(Refusal):
    """This address exists but does not take this method."""

    code = "method_not_allowed"


# --- reports and targets ----------------------------------------------------------------------


class UnknownTarget(Refusal):
    """No target has this id."""

    code = "unknown_target"


class NotYourTarget(Refusal):
    """The target belongs to somebody else, and people report on their own targets only."""

    code = "not_your_target"


class PeriodClosed(Refusal):
    """The period's appraisal was decided before this was captured; it takes no new reports."""

    code = "period_closed"


class ReportConflict(Refusal):
    """A report with this id exists and says something else; the first one stands."""

    code = "report_conflict"


class OutdatedBase(Refusal):
    """The change builds on a version that is no longer the latest. Details: `latest`."""

    code = "outdated_base"


class UnknownReport(Refusal):
    """No report has this id."""

    code = "unknown_report"


class ReportNotOpen(Refusal):
    """The report's present state does not permit this step. Details: `state`."""

    code = "report_not_open"


class AlreadyDecided(Refusal):
    """Somebody else has approved or returned this version of the report already."""

    code = "already_decided"


class ReasonRequired(Refusal):
    """A return, or a departure from a suggestion, needs a reason in words."""

    code = "reason_required"


class LocationNotAsked(Refusal):
    """The job's policy asks for no location, so none may be stored."""

    code = "location_not_asked"


# --- the performance cycle ---------------------------------------------------------------------


class AgreementNotOpen(Refusal):
    """The agreement's present state does not permit this step. Details: `state`."""

    code = "agreement_not_open"


class AppraisalNotOpen(Refusal):
    """The appraisal's present state does not permit this step. Details: `state`."""

    code = "appraisal_not_open"


class ObjectionTooLate(Refusal):
    """The 14 days in which one may object are over. Details: `last_day`."""

    code = "objection_too_late"


class ElementMissing(Refusal):
    """One of the nine answers of a verdict is wanting. Details: `field`."""

    code = "element_missing"


class VisitCodeInvalid(Refusal):
    """The visit code is unknown, used or expired; one answer for all three."""

    code = "visit_code_invalid"


class ExportNotReady(Refusal):
    """The file is still being made, or could not be made. Details: `state`."""

    code = "export_not_ready"


class ExportExpired(Refusal):
    """The file was kept for its days and is gone; ask for it anew."""

    code = "export_expired"


# --- photos -----------------------------------------------------------------------------------


class FileTooLarge(Refusal):
    """The file is larger than a photo may be. Details: `limit_bytes`."""

    code = "file_too_large"


class QuotaSpent(Refusal):
    """The person has uploaded as much as one may in a day. Details: `retry_after_s`."""

    code = "quota_spent"


class OffsetMismatch(Refusal):
    """The chunk does not begin where the upload stands. Details: `offset`."""

    code = "offset_mismatch"


class ChunkDamaged(Refusal):
    """The chunk's bytes do not agree with its digest; they were changed on the way."""

    code = "chunk_damaged"


class DigestMismatch(Refusal):
    """The whole file does not have the digest it was announced with; the upload begins anew."""

    code = "digest_mismatch"


class ImageUnreadable(Refusal):
    """The file is no photo of a kind we take, or broken, or more than a photo."""

    code = "image_unreadable"


class ImageTooLarge(Refusal):
    """The photo has more pixels than we are willing to decode. Details: `limit_pixels`."""

    code = "image_too_large"


class PhotoLost(Refusal):
    """The photo was received, and its file is no longer in the store; its report is as it was."""

    code = "photo_lost"


class StorageAway(Refusal):
    """The store of photos does not answer; nothing was confirmed. Details: `retry_after_s`."""

    code = "storage_away"


# --- who is asking ----------------------------------------------------------------------------


class NotSignedIn(Refusal):
    """There is no valid access token with this request."""

    code = "not_signed_in"


class WrongCredentials(Refusal):
    """NIP and password do not belong together; the same answer for known and unknown NIPs."""

    code = "wrong_credentials"


class TooManyAttempts(Refusal):
    """Too many attempts in a short time. Details: `retry_after_s`."""

    code = "too_many_attempts"


class SessionExpired(Refusal):
    """The session or its access token has run out; refresh it or sign in again."""

    code = "session_expired"


class SessionRevoked(Refusal):
    """The session was ended on purpose: signed out, device lost, or account closed."""

    code = "session_revoked"


class RefreshReused(Refusal):
    """An old refresh token came back, so it may be stolen: the whole family was ended."""

    code = "refresh_reused"


class ActivationInvalid(Refusal):
    """The activation code is wrong, used or expired; one answer for all three."""

    code = "activation_invalid"


class PasswordTooWeak(Refusal):
    """The new password is too short or too easily guessed."""

    code = "password_too_weak"


class NotAllowed(Refusal):
    """The caller is known and has no right to this."""

    code = "not_allowed"


class WiderRole(Refusal):
    """The person holds a role that the caller does not, so the caller must not sign in as them."""

    code = "wider_role"


class NotFound(Refusal):
    """There is no such thing, or none that the caller may know of."""

    code = "not_found"


class Conflict(Refusal):
    """The change contradicts what is stored, such as two heads of a unit on the same day."""

    code = "conflict"


# --- the live feed ----------------------------------------------------------------------------


class TopicNotAllowed(Refusal):
    """The topic lies outside what the caller may see today."""

    code = "topic_not_allowed"


class TooManyTopics(Refusal):
    """One connection subscribes to more topics than it may. Details: `limit`."""

    code = "too_many_topics"


class OriginNotAllowed(Refusal):
    """The page that opened this connection is not one of ours."""

    code = "origin_not_allowed"


class HelloExpected(Refusal):
    """The connection did not begin with a `hello`, or not in time."""

    code = "hello_expected"


# --- not now ----------------------------------------------------------------------------------


class Busy(Refusal):
    """The queue is full; nothing was stored and nothing is lost. Details: `retry_after_s`."""

    code = "busy"


class DatabaseAway(Refusal):
    """The database does not answer; nothing was confirmed. Details: `retry_after_s`."""

    code = "database_away"
