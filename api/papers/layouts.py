"""Recaps as papers: which facts and tables stand in the document of a person and of a unit.

Invariants: what was decided is told by its frozen evidence; what is missing is None or a sentence,
never zero; no text is put together with another one that a person wrote.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from api.papers.paper import Cell, Column, Language, Paper, Signature, Table
from api.papers.wording import day_words, moment_words, period_words, words_of
from models.queries.recaps import Part, PersonRecap, UnitRecap
from models.queries.rollups import UnitSums
from models.rules.pace import Aspect, Direction
from models.rules.predicates import Predicate, predicate_word
from models.rules.quality import quality
from models.rules.ratings import Value

SHARES = ("approval_rate", "returned_share", "on_time_share", "evidence_rate")
Words = Mapping[str, str]


def person_paper(recap: PersonRecap, language: Language) -> Paper:
    """The performance document of a person."""
    words, holder = words_of(language), recap.holder
    state = f"agreement_{recap.agreement.state}" if recap.agreement else "agreement_none"
    facts = (
        (words["name"], holder.name),
        (words["nip"], holder.nip),
        (words["job_title"], holder.job_title or words["missing"]),
        (words["unit"], holder.unit_name),
        (words["period"], period_words(recap.period, language)),
        (words["agreement"], words[state]),
    )
    tables: list[Table] = []
    for part in recap.parts:
        tables += _part_tables(part, holder.zone, words, language)
    tables.append(_feedback(recap, words))
    if recap.earlier:
        tables.append(_earlier(recap, words, language))
    return Paper(
        words["person_title"],
        period_words(recap.period, language),
        holder.city_name,
        facts,
        tuple(tables),
        words["missing"],
        _signatures(recap, words),
    )


def unit_paper(recap: UnitRecap, language: Language) -> Paper:
    """The recap of a unit by its child units and their indicators."""
    words, place, rollup = words_of(language), recap.place, recap.rollup
    facts = (
        (words["unit"], place.name),
        (words["unit_code"], place.code),
        (words["period"], period_words(recap.period, language)),
        (words["counted_until"], moment_words(rollup.as_of, place.zone, language)),
    )
    units = [(child.unit_name, child) for child in rollup.children]
    units += [(words["own_people"], rollup.own), (words["whole"], rollup.total)]
    return Paper(
        words["unit_title"],
        period_words(recap.period, language),
        place.city_name,
        facts,
        (
            _by_unit(recap, units, words),
            _by_indicator(units, words),
            _distribution(recap, words, language),
        ),
        words["missing"],
        (Signature(words["head"]),),
    )


def _part_tables(part: Part, zone: str, words: Words, language: Language) -> list[Table]:
    """What one part of the period comes to; its days are told where it is not the whole."""
    content = part.content
    about = content["appraisal"]
    whole = (
        about["part_start"] == about["period_start"] and about["part_end"] == about["period_end"]
    )
    ending = "" if whole else f" · {_span(about, zone, language)} · {about['unit']['name']}"
    return [
        _results(content, words, ending),
        _quality(content["quality"], words, ending),
        _satisfaction(content["satisfaction"], words, ending),
        _behaviours(content["behaviours"], words, ending),
        _decision(part, zone, words, language, ending),
    ]


def _results(content: Mapping[str, Any], words: Words, ending: str) -> Table:
    rows = tuple(
        (
            target["result_title"] or words[target["kind"]],
            target["indicator"],
            target["unit_of_measure"],
            _goal(target["part_goal"], target["direction"]),
            target["value"],
            None if Aspect(target["aspect"]).is_measured else target["pending"],
            target["achievement"],
            words[target["rating"]] if target["rating"] else None,
        )
        for target in content["targets"]
    )
    columns = (
        Column(words["result"], 3),
        Column(words["indicator"], 3),
        Column(words["measure"], 2),
        Column(words["goal"], 2, True),
        Column(words["reached"], 2, True),
        Column(words["pending"], 2, True),
        Column(words["percent"], 2, True),
        Column(words["rating"], 2),
    )
    note = "" if rows else words["results_none"]
    return Table(words["results"] + ending, columns, rows, note)


def _goal(goal: Mapping[str, Any], direction: str) -> Cell:
    """The goal of the part: a rounded number, since leave makes fractions, or a range as text."""
    if Direction(direction) is Direction.RANGE:
        return f"{goal['low']:g}–{goal['high']:g}"
    return round(goal["quantity"], 2)


def _quality(found: Mapping[str, Any], words: Words, ending: str) -> Table:
    rows: list[tuple[Cell, ...]] = [(words["reports"], found["reports"])]
    rows += [(words[name], _percent(found[name])) for name in SHARES]
    rows.append((words["excused"], found["excused"]))
    columns = (Column(words["measured"], 4), Column(words["value"], 1, True))
    return Table(words["quality"] + ending, columns, tuple(rows))


def _satisfaction(found: Mapping[str, Any], words: Words, ending: str) -> Table:
    said = [(each["name"], each) for each in found["services"]]
    if found["unit"]["responses"]:
        said.insert(0, (words["unit"], found["unit"]))
    rows = tuple((name, each["index"], each["grade"], each["responses"]) for name, each in said)
    note = "" if rows else words["satisfaction_none"]
    return Table(words["satisfaction"] + ending, _satisfied(words), rows, note)


def _satisfied(words: Words) -> tuple[Column, ...]:
    return (
        Column(words["service"], 4),
        Column(words["index"], 1, True),
        Column(words["grade"], 1),
        Column(words["responses"], 1, True),
    )


def _behaviours(found: Sequence[Mapping[str, Any]], words: Words, ending: str) -> Table:
    order = [value.value for value in Value]
    rows = tuple(
        (words[each["value"]], words[each["rating"]], each["example"])
        for each in sorted(found, key=lambda each: order.index(each["value"]))
    )
    columns = (
        Column(words["behaviours"], 2),
        Column(words["rating"], 2),
        Column(words["example"], 4),
    )
    return Table(
        words["behaviours"] + ending, columns, rows, "" if rows else words["behaviours_none"]
    )


def _decision(part: Part, zone: str, words: Words, language: Language, ending: str) -> Table:
    columns = (Column(words["measured"], 2), Column(words["value"], 4))
    if part.decided is None:
        return Table(words["decision"] + ending, columns, (), words["decision_none"])
    row, decision = part.decided, part.content["decision"]
    own = part.content["self_assessment"]
    rows: list[tuple[Cell, ...]] = [
        (words["result_rating"], words[row["result_rating"]]),
        (words["behaviour_rating"], words[row["behaviour_rating"]]),
        (words["predicate"], predicate_word(Predicate(row["predicate"]), language)),
        (words["decided_by"], decision["by"]["name"]),
        (words["decided_at"], moment_words(row["decided_at"], zone, language)),
        (words["reason"], row["reason"] or "–"),
        (words["self_assessment"], own["text"] or None),
    ]
    if row["acknowledged_at"]:
        at = moment_words(row["acknowledged_at"], zone, language)
        rows.append((words["acknowledged_at"], at))
    if row["objection_reasons"]:
        rows.append((words["objection"], row["objection_reasons"]))
        rows.append((words["outcome"], words[row["objection_outcome"] or "undecided"]))
    return Table(words["decision"] + ending, columns, tuple(rows))


def _feedback(recap: PersonRecap, words: Words) -> Table:
    rows = tuple(
        (words[kind], given, read) for kind, (given, read) in sorted(recap.feedback.items())
    )
    columns = (
        Column(words["kind"], 3),
        Column(words["given"], 1, True),
        Column(words["read"], 1, True),
    )
    return Table(words["feedback"], columns, rows, "" if rows else words["feedback_none"])


def _earlier(recap: PersonRecap, words: Words, language: Language) -> Table:
    rows = tuple(
        (
            period_words(each["period"], language),
            words[each["result_rating"]],
            words[each["behaviour_rating"]],
            predicate_word(Predicate(each["predicate"]), language),
            day_words(each["decided_at"], recap.holder.zone, language),
        )
        for each in recap.earlier
    )
    names = ("period", "result_rating", "behaviour_rating", "predicate", "decided_at")
    return Table(words["earlier"], tuple(Column(words[name], 2) for name in names), rows)


def _signatures(recap: PersonRecap, words: Words) -> tuple[Signature, ...]:
    last = recap.parts[-1]
    by = last.content["decision"]["by"] if last.decided is not None else {"name": "", "nip": ""}
    return (
        Signature(words["employee"], recap.holder.name, recap.holder.nip),
        Signature(words["supervisor"], by["name"], by["nip"]),
    )


def _by_unit(recap: UnitRecap, units: Sequence[tuple[str, UnitSums]], words: Words) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for name, each in units:
        found = quality(each.counts)
        tally = None if each is recap.rollup.own else recap.satisfaction.get(each.unit_id)
        rows.append(
            (
                name,
                each.people,
                found.reports,
                *(_percent(getattr(found, share)) for share in SHARES),
                tally.index if tally else None,
                tally.grade if tally else None,
            )
        )
    names = ("people", "reports", *SHARES, "index")
    columns = (
        Column(words["unit"], 3),
        *(Column(words[name], 2, True) for name in names),
        Column(words["grade"], 1),
    )
    return Table(words["by_unit"], columns, tuple(rows))


def _by_indicator(units: Sequence[tuple[str, UnitSums]], words: Words) -> Table:
    rows = tuple(
        (
            name,
            each.indicator,
            f"{each.unit_of_measure} ({words['mean']})"
            if each.is_measured
            else each.unit_of_measure,
            each.counts.reports,
            each.mean if each.is_measured else each.approved,
            None if each.is_measured else each.pending,
        )
        for name, unit in units
        for each in unit.indicators
    )
    columns = (
        Column(words["unit"], 3),
        Column(words["indicator"], 4),
        Column(words["measure"], 2),
        Column(words["reports"], 1, True),
        Column(words["approved"], 2, True),
        Column(words["pending"], 2, True),
    )
    note = "" if rows else words["by_indicator_none"]
    return Table(words["by_indicator"], columns, rows, note)


def _distribution(recap: UnitRecap, words: Words, language: Language) -> Table:
    found = recap.distribution
    decided = found.decided
    rows: list[tuple[Cell, ...]] = [
        (predicate_word(each, language), count, _percent(count / decided) if decided else None)
        for each, count in found.counts.items()
    ]
    rows.append((words["waiting"], found.waiting, None))
    own = predicate_word(found.own, language) if found.own else words["missing"]
    columns = (
        Column(words["predicate"], 3),
        Column(words["count"], 1, True),
        Column(words["share"], 1, True),
    )
    note = f"{words['own_predicate']}: {own}"
    return Table(words["distribution"], columns, tuple(rows), note)


def _percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 2)


def _span(about: Mapping[str, Any], zone: str, language: Language) -> str:
    first = datetime.fromisoformat(about["part_start"])
    after = datetime.fromisoformat(about["part_end"])
    last = datetime.fromtimestamp(after.timestamp() - 1, after.tzinfo)
    return f"{day_words(first, zone, language)} – {day_words(last, zone, language)}"
