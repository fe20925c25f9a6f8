"""Rules on what stands behind a profile: counts of accounts, who was taken for the best, what changed since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from idealfit.errors import PredicateError
from idealfit.lint.rule import Fault, rule
from idealfit.lint.subject import Path, Subject
from idealfit.profile.content import Criterion, Exclusion
from idealfit.profile.parsing import parse
from idealfit.profile.predicate import Predicate

ONE_BY_ONE = 3
"""Up to so many criteria without evidence are told one by one where none has any; more are told in one line."""
SIZES = ("deal_size", "deal size", "acv", "amount", "revenue", "size", "largest", "biggest")
ENOUGH_CUSTOMERS = 10


@rule(
    "ICP301",
    "no-evidence",
    default=True,
    fails="""
    layers: {firmographic: {criteria: [{id: size, when: employees > 99, points: 9, because: We think so.}]}}
    """,
    passes="""
    layers:
      firmographic:
        criteria:
          - id: size
            when: employees > 99
            points: 9
            because: 61 of 140 won, elsewhere 210 of 1,000.
            evidence: {counts: {match_won: 61, match_lost: 79, rest_won: 210, rest_lost: 790, accounts: 131}}
    """,
)
def no_evidence(subject: Subject) -> Iterator[Fault]:
    """No evidence stands behind a criterion, or fewer than five accounts do (behind an exclusion too).

    Without counts a criterion is an opinion with points. `idealfit build` and `idealfit audit` count what your deals
    say of it; a quote of a customer with its source counts as evidence too. An exclusion may be a decision: it needs a
    reason (ICP103). `check: least_accounts:` sets another number than five.
    """
    bare: list[tuple[Path, Criterion]] = []
    told = list(subject.testable)
    for path, one in told:
        accounts = _accounts(one.evidence)
        least = subject.profile.check.least_accounts
        if accounts is not None and accounts < least:
            what = f"'{one.id}' rests on {accounts} account{'s' * (accounts != 1)}, fewer than {least}"
            yield Fault((*path, "evidence"), what, "Treat it as a question for the call until more deals speak")
        elif accounts is None and isinstance(one, Criterion) and not any(quote.source for quote in one.quotes):
            bare.append((path, one))
    if len(bare) > ONE_BY_ONE and len(bare) == sum(isinstance(one, Criterion) for _, one in told):
        names = ", ".join(one.id for _, one in bare[:4]) + (", …" if len(bare) > 4 else "")
        what = f"None of {len(bare)} criteria has evidence behind it ({names})"
        remedy = "Build on your deals (idealfit build), or hold it against them: idealfit audit"
        yield Fault(("layers",), what, remedy, of_key=True)
        return
    for path, one in bare:
        said = _on_these_records(subject, one.id)
        remedy = "Give it counts or a quote with its source, or ask it on the call"
        yield Fault((*path, "id"), f"No evidence stands behind '{one.id}'{said}", remedy)


def _accounts(evidence: Mapping[str, Any] | None) -> int | None:
    """How many accounts an evidence block speaks of; None where it does not say."""
    counts = (evidence or {}).get("counts")
    if not isinstance(counts, Mapping):
        return None
    if isinstance(accounts := counts.get("accounts"), int | float):
        return int(accounts)
    found = [counts.get(name) for name in ("match_won", "match_lost")]
    known = [int(one) for one in found if isinstance(one, int | float)]
    return sum(known) if known else None


def _on_these_records(subject: Subject, name: str) -> str:
    """What the records would say: '; where it holds today 12 of 31 were won, elsewhere 40 of 380'."""
    counted = subject.records.counted.get(name) if subject.records else None
    if counted is None or not counted.closed or not counted.closed_elsewhere:
        return ""
    return (
        f" (where it holds today {counted.won:,} of {counted.closed:,} closed deals were won, elsewhere "
        f"{counted.won_elsewhere:,} of {counted.closed_elsewhere:,})"
    )


@rule(
    "ICP302",
    "best-by-size",
    needs="workspace",
    fails="evidence.json of a build with --best deal_size",
    passes="evidence.json of a build with --best value",
)
def best_by_size(subject: Subject) -> Iterator[Fault]:
    """The best customers were chosen by the size of their deals.

    The biggest are often the slowest to win and the dearest to serve. Best is who buys, stays, grows and costs little:
    `--best value`, or several outcomes at once, such as 'retention & nrr > 110% & cycle'.
    """
    if subject.records is None:
        return
    best = str(subject.records.evidence.get("best") or "").casefold()
    parts = [part.strip() for part in best.replace(" and ", "&").split("&") if part.strip()]
    if parts and all(part.startswith(SIZES) for part in parts):
        what = f"The best customers were chosen by size ('{best}')"
        yield Fault(("profile",), what, "Build again with --best value, or with retention among the outcomes")


@rule(
    "ICP303",
    "average-customer",
    needs="workspace",
    fails="of the best third of customers 10 of 40 are an A or B, of the others 50 of 80",
    passes="of the best third of customers 30 of 40 are an A or B, of the others 30 of 80",
)
def average_customer(subject: Subject) -> Iterator[Fault]:
    """It describes the average customer rather than the best: the best are no more often an A or B than the others.

    The best are the third that bought most and has not left. A profile of what all customers share finds more of the
    customers that nobody wants more of. Contrast the best with the rest: `--best value`, or `--best 'retention & nrr'`.
    """
    seen = subject.records
    if seen is None or min(seen.best, seen.others, seen.best_in_ab + seen.other_in_ab) < ENOUGH_CUSTOMERS:
        return
    if seen.best_in_ab / seen.best <= seen.other_in_ab / seen.others:
        what = (
            f"{seen.best_in_ab:,} of the {seen.best:,} best customers are an A or B, but {seen.other_in_ab:,} of the "
            f"{seen.others:,} others: it describes the average customer"
        )
        yield Fault(("layers",), what, "Contrast the best with the rest: idealfit build with --best value", of_key=True)


@rule(
    "ICP304",
    "changed-without-evidence",
    needs="workspace",
    fails="employees 100 to 500 became 100 to 800, its evidence is still that of 100 to 500",
    passes="employees 100 to 500 became 100 to 800, and a new build counted it",
)
def changed_without_evidence(subject: Subject) -> Iterator[Fault]:
    """A criterion was changed and its evidence was not: the counts in the file speak of another criterion.

    Held against evidence.json of the last build, and against the last saved version of the profile. Build again, or
    take the old evidence out of the file, so that nobody signs numbers that belong to something else.
    """
    if subject.records is None:
        return
    found = subject.records.evidence.get("criteria")
    measured = {one.get("id"): one for one in found if isinstance(one, Mapping)} if isinstance(found, list) else {}
    before = _before(subject)
    for path, one in subject.testable:
        if not one.evidence:
            continue
        old = measured.get(one.id)
        if (
            old is not None
            and _block(one.evidence) == _block(old)
            and _other(one.predicate, str(old.get("when") or ""))
        ):
            what = f"'{one.id}' has the counts of another criterion: they were made for {old['when']}"
            yield Fault((*path, "when"), what, "Build again, or take the old evidence out")
        elif (
            (earlier := before.get(one.id)) and earlier.predicate != one.predicate and earlier.evidence == one.evidence
        ):
            what = f"'{one.id}' was changed since it was saved, its evidence was not: it was {earlier.when}"
            yield Fault((*path, "when"), what, "Build again, or take the old evidence out")


def _before(subject: Subject) -> dict[str, Criterion | Exclusion]:
    """The criteria of the last saved version, by id."""
    versions = subject.records.versions if subject.records else ()
    if not versions:
        return {}
    last = versions[-1].profile
    found: dict[str, Criterion | Exclusion] = {one.id: one for _, one in last.criteria}
    return found | {one.id: one for one in last.exclusions}


def _block(evidence: Mapping[str, Any]) -> object:
    return evidence.get("counts")


def _other(predicate: Predicate, text: str) -> bool:
    try:
        return bool(text) and parse(text) != predicate
    except PredicateError:
        return False
