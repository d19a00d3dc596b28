"""Everything that is asked about, what people may be to each other, and which tie allows what.

Sources: design.md, "Who sees whom"; domain.md, "Personal data". `models.rules.access` finds the
ties and asks here.

| action | self | decider | heads above, assigned | head of then | HR | administrator |
|---|---|---|---|---|---|---|
| read_report, read_target | yes | yes | yes | yes | yes | - |
| make_report, revise_report, withdraw_report | yes | - | - | - | - | - |
| decide_report | - | yes | - | - | - | - |
| give_feedback | - | yes | yes | - | - | - |
| acknowledge_feedback, manage_devices, read_inbox | yes | - | - | - | - | - |
| set_target, issue_activation | - | yes | - | - | yes | - |
| subscribe_person, read_last_contact | yes | yes | yes | - | yes | - |
| read_person | yes | yes | yes | - | yes | yes |
| read_views, read_deliveries | yes | - | - | - | yes | - |
| end_session | yes | - | - | - | yes | yes |
| manage_people | - | - | - | - | yes | - |
| read_audit | - | - | - | - | yes | yes |
| grant_role | - | - | - | - | - | yes |
| read_agreement, read_appraisal | yes | yes | yes | yes | yes | - |
| write_agreement | yes | yes | - | - | yes | - |
| agree | - | yes | - | - | - | - |
| propose_target, add_evidence, ask_feedback, answer_help, export_own | yes | - | - | - | - | - |
| assess_self, acknowledge_appraisal, object | yes | - | - | - | - | - |
| read_quality, read_response, export_person | yes | yes | yes | - | yes | - |
| set_mentor, offer_help | - | yes | - | - | yes | - |
| reopen_appraisal | - | - | - | - | yes | - |

Some actions are about a unit and not about a person. read_board, subscribe_unit, read_rollup,
read_distribution, read_verdicts, reply_verdict, read_adoption, read_impact and export_unit are for
its head, the heads above (deciding or not) and HR; set_notice_policy, open_appraisals,
set_unit_predicate, read_signals, publish, manage_training and export_national are for its HR;
manage_survey for its HR and administrators; administer for its administrators.

Three ties are named person by person. A mentor may report_for somebody and read_mentee (what there
is to report on, and nothing of how it stands). The decider of an appraisal's part may
decide_appraisal, and whoever decides for that decider may decide_objection; both read it.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """Granted for a unit and everything below it."""

    HR = "hr"
    ADMINISTRATOR = "administrator"


class Action(StrEnum):
    """Everything that is asked about. The table above says who may."""

    READ_REPORT = "read_report"
    MAKE_REPORT = "make_report"
    REVISE_REPORT = "revise_report"
    WITHDRAW_REPORT = "withdraw_report"
    DECIDE_REPORT = "decide_report"
    GIVE_FEEDBACK = "give_feedback"
    ACKNOWLEDGE_FEEDBACK = "acknowledge_feedback"
    READ_TARGET = "read_target"
    SET_TARGET = "set_target"
    READ_BOARD = "read_board"
    SUBSCRIBE_UNIT = "subscribe_unit"
    SUBSCRIBE_PERSON = "subscribe_person"
    READ_PERSON = "read_person"
    READ_VIEWS = "read_views"
    READ_LAST_CONTACT = "read_last_contact"
    ISSUE_ACTIVATION = "issue_activation"
    MANAGE_PEOPLE = "manage_people"
    GRANT_ROLE = "grant_role"
    READ_AUDIT = "read_audit"
    END_SESSION = "end_session"
    MANAGE_DEVICES = "manage_devices"
    READ_INBOX = "read_inbox"
    READ_DELIVERIES = "read_deliveries"
    SET_NOTICE_POLICY = "set_notice_policy"
    ADMINISTER = "administer"
    READ_AGREEMENT = "read_agreement"
    WRITE_AGREEMENT = "write_agreement"
    AGREE = "agree"
    PROPOSE_TARGET = "propose_target"
    READ_QUALITY = "read_quality"
    ADD_EVIDENCE = "add_evidence"
    READ_RESPONSE = "read_response"
    ASK_FEEDBACK = "ask_feedback"
    READ_APPRAISAL = "read_appraisal"
    ASSESS_SELF = "assess_self"
    ACKNOWLEDGE_APPRAISAL = "acknowledge_appraisal"
    OBJECT = "object"
    DECIDE_APPRAISAL = "decide_appraisal"
    DECIDE_OBJECTION = "decide_objection"
    REOPEN_APPRAISAL = "reopen_appraisal"
    REPORT_FOR = "report_for"
    READ_MENTEE = "read_mentee"
    SET_MENTOR = "set_mentor"
    OFFER_HELP = "offer_help"
    ANSWER_HELP = "answer_help"
    EXPORT_PERSON = "export_person"
    EXPORT_OWN = "export_own"
    READ_ROLLUP = "read_rollup"
    READ_DISTRIBUTION = "read_distribution"
    READ_VERDICTS = "read_verdicts"
    REPLY_VERDICT = "reply_verdict"
    READ_ADOPTION = "read_adoption"
    READ_IMPACT = "read_impact"
    EXPORT_UNIT = "export_unit"
    OPEN_APPRAISALS = "open_appraisals"
    SET_UNIT_PREDICATE = "set_unit_predicate"
    READ_SIGNALS = "read_signals"
    PUBLISH = "publish"
    MANAGE_TRAINING = "manage_training"
    EXPORT_NATIONAL = "export_national"
    MANAGE_SURVEY = "manage_survey"


class Relationship(StrEnum):
    """What a person is to another. Several may hold at once; none of them: a stranger."""

    SELF = "self"
    DECIDER = "decider"
    """Decides for the subject now; always together with DIRECT_HEAD or ASSIGNED."""
    DIRECT_HEAD = "direct_head"
    GRAND_HEAD = "grand_head"
    """Heads a unit above, where somebody else decides."""
    DEFINITIVE_READING = "definitive_reading"
    """The definitive head while an acting one decides."""
    ASSIGNED = "assigned"
    EVENT_UNIT_HEAD = "event_unit_head"
    """Heads today a unit in which it happened: keeps reading it after a transfer."""
    EVENT_DECIDER = "event_decider"
    """Decides what happened in an earlier period in a unit that the subject has left."""
    MENTOR = "mentor"
    """May capture reports for the subject now."""
    PART_DECIDER = "part_decider"
    """Decides the part of a period that is asked about."""
    ABOVE_DECIDER = "above_decider"
    """Decides for the part's decider, and so the objections to them."""
    HR = "hr"
    ADMINISTRATOR = "administrator"


_SELF: Final = frozenset({Relationship.SELF})
_DECIDER: Final = frozenset({Relationship.DECIDER})
_LINE: Final = _DECIDER | {
    Relationship.DIRECT_HEAD,
    Relationship.GRAND_HEAD,
    Relationship.DEFINITIVE_READING,
    Relationship.ASSIGNED,
}
_HR: Final = frozenset({Relationship.HR})
_ADMINISTRATOR: Final = frozenset({Relationship.ADMINISTRATOR})
_THEN: Final = frozenset({Relationship.EVENT_UNIT_HEAD})
_THEN_DECIDER: Final = frozenset({Relationship.EVENT_DECIDER})
_MENTOR: Final = frozenset({Relationship.MENTOR})
_PART_DECIDER: Final = frozenset({Relationship.PART_DECIDER})
_ABOVE_DECIDER: Final = frozenset({Relationship.ABOVE_DECIDER})
ALLOWED: Final[Mapping[Action, frozenset[Relationship]]] = {
    Action.READ_REPORT: _SELF | _LINE | _THEN | _THEN_DECIDER | _HR,
    Action.READ_TARGET: _SELF | _LINE | _THEN | _HR,
    Action.MAKE_REPORT: _SELF,
    Action.REVISE_REPORT: _SELF,
    Action.WITHDRAW_REPORT: _SELF,
    Action.DECIDE_REPORT: _DECIDER | _THEN_DECIDER,
    Action.GIVE_FEEDBACK: _LINE,
    Action.ACKNOWLEDGE_FEEDBACK: _SELF,
    Action.MANAGE_DEVICES: _SELF,
    Action.READ_INBOX: _SELF,
    Action.SET_TARGET: _DECIDER | _HR,
    Action.ISSUE_ACTIVATION: _DECIDER | _HR,
    Action.SUBSCRIBE_PERSON: _SELF | _LINE | _HR,
    Action.READ_LAST_CONTACT: _SELF | _LINE | _HR,
    Action.READ_PERSON: _SELF | _LINE | _HR | _ADMINISTRATOR,
    Action.READ_VIEWS: _SELF | _HR,
    Action.READ_DELIVERIES: _SELF | _HR,
    Action.END_SESSION: _SELF | _HR | _ADMINISTRATOR,
    Action.MANAGE_PEOPLE: _HR,
    Action.READ_AUDIT: _HR | _ADMINISTRATOR,
    Action.GRANT_ROLE: _ADMINISTRATOR,
    Action.READ_AGREEMENT: _SELF | _LINE | _THEN | _HR,
    Action.WRITE_AGREEMENT: _SELF | _DECIDER | _HR,
    Action.AGREE: _DECIDER,
    Action.PROPOSE_TARGET: _SELF,
    Action.READ_QUALITY: _SELF | _LINE | _HR,
    Action.ADD_EVIDENCE: _SELF,
    Action.READ_RESPONSE: _SELF | _LINE | _HR,
    Action.ASK_FEEDBACK: _SELF,
    Action.READ_APPRAISAL: _SELF | _LINE | _THEN | _PART_DECIDER | _ABOVE_DECIDER | _HR,
    Action.ASSESS_SELF: _SELF,
    Action.ACKNOWLEDGE_APPRAISAL: _SELF,
    Action.OBJECT: _SELF,
    Action.DECIDE_APPRAISAL: _PART_DECIDER,
    Action.DECIDE_OBJECTION: _ABOVE_DECIDER,
    Action.REOPEN_APPRAISAL: _HR,
    Action.REPORT_FOR: _MENTOR,
    Action.READ_MENTEE: _MENTOR,
    Action.SET_MENTOR: _DECIDER | _HR,
    Action.OFFER_HELP: _DECIDER | _HR,
    Action.ANSWER_HELP: _SELF,
    Action.EXPORT_PERSON: _SELF | _LINE | _HR,
    Action.EXPORT_OWN: _SELF,
}
FOR_HEADS: Final = frozenset(
    {
        Action.READ_BOARD,
        Action.SUBSCRIBE_UNIT,
        Action.READ_ROLLUP,
        Action.READ_DISTRIBUTION,
        Action.READ_VERDICTS,
        Action.REPLY_VERDICT,
        Action.READ_ADOPTION,
        Action.READ_IMPACT,
        Action.EXPORT_UNIT,
    }
)
_FOR_UNIT_HR: Final = frozenset(
    {
        Action.SET_NOTICE_POLICY,
        Action.OPEN_APPRAISALS,
        Action.SET_UNIT_PREDICATE,
        Action.READ_SIGNALS,
        Action.PUBLISH,
        Action.MANAGE_TRAINING,
        Action.EXPORT_NATIONAL,
    }
)
OF_A_UNIT: Final = FOR_HEADS | _FOR_UNIT_HR | {Action.ADMINISTER, Action.MANAGE_SURVEY}
UNIT_ROLES: Final[Mapping[Action, frozenset[Role]]] = {
    **dict.fromkeys(FOR_HEADS | _FOR_UNIT_HR, frozenset({Role.HR})),
    Action.MANAGE_PEOPLE: frozenset({Role.HR}),
    Action.ISSUE_ACTIVATION: frozenset({Role.HR}),
    Action.SET_TARGET: frozenset({Role.HR}),
    Action.READ_AUDIT: frozenset({Role.HR, Role.ADMINISTRATOR}),
    Action.GRANT_ROLE: frozenset({Role.ADMINISTRATOR}),
    Action.MANAGE_SURVEY: frozenset({Role.HR, Role.ADMINISTRATOR}),
    Action.ADMINISTER: frozenset({Role.ADMINISTRATOR}),
}
