"""Questions to a workspace: why a criterion is one, why an attribute is none, and what became of any group of accounts.

Nothing is written; every figure comes with the ids behind it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from idealfit.errors import EvidenceMissing, NoSuchAttribute, NoSuchCriterion, NoSuchMotion, Position
from idealfit.evidence.attribute_facts import attribute_facts
from idealfit.evidence.fact import Fact
from idealfit.evidence.facts_at import EVIDENCE_ROWS
from idealfit.evidence.rows import Rows, make_rows
from idealfit.evidence.table import Evidence, gather_evidence
from idealfit.patterns.asked import Asked, asked_for, rows_by_progress
from idealfit.patterns.audit import Audit, audit_of, audited_predicates
from idealfit.patterns.best_customers import chosen
from idealfit.patterns.by_value import ValueCount, values_of
from idealfit.patterns.cohort import Cohort, cohort_of, states_then
from idealfit.patterns.drafting import coverage_of, spoken_for
from idealfit.patterns.leakage import own_name
from idealfit.patterns.telling import tiers_then
from idealfit.patterns.wording import good_rows
from idealfit.profile.coverage import Coverage
from idealfit.profile.document import load_profile
from idealfit.profile.motion import DEFAULT_MOTION
from idealfit.profile.parsing import parse, suggest
from idealfit.profile.predicate import attributes as column_names
from idealfit.profile.predicate import topics
from idealfit.profile.sentence import sentence
from idealfit.records.attribute import AttributeInfo
from idealfit.records.company import Company
from idealfit.records.imported import company_of, load_attributes, load_report
from idealfit.records.quality.days import moved_in_on
from idealfit.scores.currency import unknown_amounts, with_currency, with_money
from idealfit.store.engine import connect, load_tables
from idealfit.store.place import Place, open_place


@dataclass(frozen=True)
class Explanation:
    """One criterion, exclusion or question of the last build, as evidence.json holds it, and the names of what matched.

    `accounts`: outcome (won, lost, open) → (deal id, company name) pairs. `unit`: what was counted, as in
    evidence.json, and `warnings` what the build told beside it.
    """

    criterion: Mapping[str, Any]
    accounts: Mapping[str, tuple[tuple[str, str], ...]]
    unit: str = "deal"
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class WhyNot:
    """What became of one attribute: `used` names the criteria made of it; `refused` holds (reason, proof) pairs;
    `values` counts the deals by its values as they were when the deals opened, with their ids (empty where nobody asked
    or it was never read). `stays`: those who stayed are set against those who left.
    """

    attribute: str
    used: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    known: float | None = None
    values: tuple[ValueCount, ...] = ()
    unit: str = "deal"
    stays: bool = False


@dataclass(frozen=True)
class CohortAnswer:
    """A statement, how it reads, and what became of the deals on either side of it. `stays` as in `WhyNot`."""

    when: str
    sentence: str
    as_of: date
    unit: str
    cohort: Cohort
    names: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    stays: bool = False


@dataclass(frozen=True)
class AtHand:
    """What a desk has gathered: the tables, the evidence, and the day up to which it speaks."""

    con: duckdb.DuckDBPyConnection
    place: Place
    attributes: Mapping[str, AttributeInfo]
    rows: Rows
    evidence: Evidence
    day: date
    coverage: Coverage

    @cached_property
    def columns(self) -> tuple[Fact, ...]:
        """The account columns as they were the day before each row of the evidence; read when they are first asked for:
        few questions need them.
        """
        facts = self.evidence.facts or attribute_facts(self.con, self.attributes, rows=EVIDENCE_ROWS, seen=False)
        return tuple(fact for fact in facts if fact.form == "column")


@dataclass(frozen=True)
class AuditAnswer:
    """`silent`: supported criteria of the last build (as in evidence.json) of which the profile says nothing; `absent`:
    attributes that it names and the records do not have. `stays` as in `WhyNot`.
    """

    profile: str
    as_of: date
    unit: str
    audit: Audit
    silent: tuple[Mapping[str, Any], ...]
    absent: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    stays: bool = False


def explain(workspace: Path, criterion: str) -> Explanation:
    """Everything that the last build knows of a criterion. Raises EvidenceMissing, NoSuchCriterion."""
    place = open_place(workspace)
    document = _evidence(place)
    found = {str(one["id"]): one for one in document["criteria"]}
    if criterion not in found:
        nearest = suggest(criterion, found)
        raise NoSuchCriterion(
            f"The last build found no criterion '{criterion}'",
            where=Position("evidence.json", value=criterion),
            remedy=f"Did you mean '{nearest}'?" if nearest else f"Criteria are: {', '.join(sorted(found)) or 'none'}.",
        )
    con = tables_of(place)
    try:
        names = _names(con)
    finally:
        con.close()
    records = found[criterion].get("records") or {}
    accounts = {
        outcome: tuple((str(one), names.get(str(one), str(one))) for one in ids) for outcome, ids in records.items()
    }
    warnings = tuple(str(one) for one in document.get("warnings", ()))
    return Explanation(found[criterion], accounts, str(document.get("unit") or "deal"), warnings)


def why_not(workspace: Path, attribute: str, *, by_value: bool = False, at_hand: AtHand | None = None) -> WhyNot:
    """Why an attribute is no criterion, with the proof; with `by_value` also the deals value by value, for which the
    evidence is gathered again, or which are counted from what is `at_hand`. Raises EvidenceMissing, NoSuchAttribute.
    """
    place = open_place(workspace)
    document = _evidence(place)
    attributes = load_attributes(place)
    spelled = {name.casefold(): name for name in attributes}
    spelled |= {str(one["attribute"]).casefold(): str(one["attribute"]) for one in document["rejected"]}
    spelled |= {str(one["attribute"]).casefold(): str(one["attribute"]) for one in document["criteria"]}
    name = spelled.get(attribute.strip().casefold())
    if name is None:
        nearest = suggest(attribute, spelled.values())
        raise NoSuchAttribute(
            f"The records have no attribute '{attribute}'",
            where=Position("evidence.json", value=attribute),
            remedy=f"Did you mean '{nearest}'?" if nearest else "See the mappings of the workspace for its columns.",
        )
    used = tuple(str(one["id"]) for one in document["criteria"] if one["attribute"] == name)
    refused = tuple((str(one["reason"]), str(one["proof"])) for one in document["rejected"] if one["attribute"] == name)
    con = at_hand.con if at_hand else tables_of(place)
    try:
        known = _filled(con, name)
        if at_hand:
            rows, evidence, columns = at_hand.rows, at_hand.evidence, at_hand.columns
        elif by_value:
            rows, evidence, _day = gathered(con, place, attributes, None)
            columns = evidence.facts
        else:
            return WhyNot(name, used, refused, known)
    finally:
        if not at_hand:
            con.close()
    fact = next((one for one in columns if one.form == "column" and name in (own_name(one), one.name)), None)
    values = values_of(fact, evidence) if fact else ()
    return WhyNot(name, used, refused, known, values, rows.unit, _of_stays(rows))


def cohort(workspace: Path, when: str, *, as_of: date | None = None) -> CohortAnswer:
    """What became of the deals of the accounts for which `when` was true the day before they opened, beside the others.

    `when` is a predicate, or the id of a criterion of the profile. Raises PredicateError with the position, and
    NoOutcomes where nothing says which accounts bought.
    """
    with closing(CohortDesk(open_place(workspace), as_of=as_of)) as desk:
        return desk.answer(when)


class CohortDesk:
    """Answers one statement after the other over evidence that is gathered once. One thread at a time."""

    def __init__(self, place: Place, *, as_of: date | None = None) -> None:
        """Raises NoOutcomes where nothing says which accounts bought."""
        self._place = place
        self._con = tables_of(place)
        self._columns = {str(row[0]) for row in self._con.execute("DESCRIBE accounts").fetchall()}
        self._attributes = load_attributes(place)
        self._as_of = as_of
        self._at_hand: AtHand | None = None

    def answer(self, when: str) -> CohortAnswer:
        """As `cohort`."""
        text = _written(self._place, when)
        predicate = parse(text, known=self._columns)
        at_hand = self.at_hand()
        evidence, day, coverage, rows = at_hand.evidence, at_hand.day, at_hand.coverage, at_hand.rows
        found = cohort_of(self._con, evidence, predicate, as_of=day, coverage=coverage)
        names = {str(key): str(name) for key, name in zip(evidence.deal_id, evidence.name, strict=True)}
        warnings = unknown_amounts({"The statement": predicate}, coverage)
        read = sentence(predicate, self._attributes)
        return CohortAnswer(text, read, day, rows.unit, found, names, warnings, _of_stays(rows))

    def at_hand(self) -> AtHand:
        """What the desk has gathered; gathered by the first who asks. Raises NoOutcomes."""
        if self._at_hand is None:
            rows, evidence, day = gathered(self._con, self._place, self._attributes, self._as_of, facts=False)
            coverage = with_money(coverage_of(self._con), company_of(self._place), day, self._attributes)
            self._at_hand = AtHand(self._con, self._place, self._attributes, rows, evidence, day, coverage)
        return self._at_hand

    def close(self) -> None:
        """Let go of the tables."""
        self._con.close()


def audit(workspace: Path, profile: Path, *, as_of: date | None = None) -> AuditAnswer:
    """A profile that somebody wrote against the records of a workspace. Raises ProfileFileError, NoOutcomes."""
    document = load_profile(profile)
    place = open_place(workspace)
    con = tables_of(place)
    try:
        attributes = load_attributes(place)
        rows, evidence, day = gathered(con, place, attributes, as_of, motion=document.motion)
        columns = {row[0].casefold() for row in con.execute("DESCRIBE accounts").fetchall()}
        document = with_currency(spoken_for(con, document), company_of(place), day, attributes)
        states = states_then(con, audited_predicates(document), coverage=document.coverage)
        found = audit_of(evidence, document, states, tiers_then(con, document, as_of=day)[0])
    finally:
        con.close()
    said = [one.predicate for _layer, one in document.criteria] + [one.predicate for one in document.exclusions]
    spoken = frozenset[str]().union(*(topics(one) for one in said))
    built = _evidence(place)["criteria"] if (place.root / "evidence.json").is_file() else []
    silent = [one for one in built if one["grade"] == "supported" and not topics(parse(one["when"])) & spoken]
    absent = {name for one in said for name in column_names(one) if name.casefold() not in columns}
    warnings = unknown_amounts(
        {f"'{name}'": one for name, one in audited_predicates(document).items()}, document.coverage
    )
    if document.model is not None and document.as_of == day:
        made_here = "The profile was made of these very records: they confirm it more than new ones would"
        warnings = (made_here, *warnings)
    missing = tuple(sorted(absent))
    return AuditAnswer(document.profile, day, rows.unit, found, tuple(silent), missing, warnings, _of_stays(rows))


def _of_stays(rows: Rows) -> bool:
    """Whether `rows` set customers who stayed against those who left: nobody then won or lost anything."""
    return good_rows(rows.unit, rows.notes) == "stayed"


def gathered(
    con: duckdb.DuckDBPyConnection,
    place: Place,
    attributes: Mapping[str, AttributeInfo],
    as_of: date | None,
    *,
    contrast: bool = True,
    motion: str = DEFAULT_MOTION,
    facts: bool = True,
) -> tuple[Rows, Evidence, date]:
    """The evidence as a build would gather it, and the day up to which it speaks. Where the last build counted who
    advances, or set the best customers against the others, so does this, unless `contrast` is False: then deals stay
    deals, counted by the same outcome. With `motion` only deals of that motion count, where any deal is of it. Without
    `facts` the evidence has none: statements can be asked of it, nothing can be searched in it.
    """
    report = load_report(place) or {}
    day = as_of or (date.fromisoformat(report["as_of"]) if report.get("as_of") else date.today())
    path = place.root / "quality.json"
    moved = moved_in_on(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else ()
    company = Company.model_validate(report.get("company") or {})
    try:
        rows = make_rows(
            con, company, as_of=day, moved_in_on=moved, motion=None if motion == DEFAULT_MOTION else motion
        )
    except NoSuchMotion:  # a name that people gave to a motion, and no deal tells
        rows = make_rows(con, company, as_of=day, moved_in_on=moved)
    built = _asked_then(place)
    rows, _progress = rows_by_progress(con, rows, built, as_of=day)
    evidence = gather_evidence(con, as_of=day, attributes=attributes, reach=rows.reach, notes=rows.notes, facts=facts)
    if not contrast or built.choice is None:
        return rows, evidence, day
    seen = chosen(evidence, built.choice, rows.unit)
    return replace(rows, unit=seen.unit), seen.evidence, day


def _asked_then(place: Place) -> Asked:
    """What the last build counted; where there was none, what a build would count unasked."""
    if not (place.root / "evidence.json").is_file():
        return Asked()
    document = _evidence(place)
    if document.get("progress"):
        return Asked(progress=True, stage=str(document["progress"]["stage"]))
    return asked_for(str(document.get("best") or "value"))


def _written(place: Place, when: str) -> str:
    """The predicate behind the id of a criterion of the profile; any other text as it is."""
    path = place.root / "profile.yaml"
    if path.is_file():
        profile = load_profile(path)
        for _layer, criterion in profile.criteria:
            if criterion.id == when:
                return criterion.when
        for exclusion in profile.exclusions:
            if exclusion.id == when:
                return exclusion.when
    return when


def _evidence(place: Place) -> dict[str, Any]:
    path = place.root / "evidence.json"
    if not path.is_file():
        raise EvidenceMissing(
            "The workspace holds no evidence yet", where=Position(str(path)), remedy="Run 'idealfit build DIR' first."
        )
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def tables_of(place: Place) -> duckdb.DuckDBPyConnection:
    """A connection with the tables of a workspace."""
    con = connect(place.root)
    load_tables(con, place)
    return con


def _names(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The company's name for every deal and every account id."""
    rows = con.execute(
        "SELECT d.deal_id, COALESCE(a.name, a.account_id) FROM deals d JOIN accounts a USING (account_id) "
        "UNION ALL SELECT account_id, COALESCE(name, account_id) FROM accounts"
    ).fetchall()
    return {str(key): str(name) for key, name in rows}


def _filled(con: duckdb.DuckDBPyConnection, name: str) -> float | None:
    """The share of accounts for which an attribute is known; None where it is no column of the accounts."""
    if name not in {row[0] for row in con.execute("DESCRIBE accounts").fetchall()}:
        return None
    quoted = '"' + name.replace('"', '""') + '"'
    found = con.execute(f"SELECT COUNT({quoted}), COUNT(*) FROM accounts WHERE duplicate_of IS NULL").fetchall()[0]
    return found[0] / found[1] if found[1] else None
