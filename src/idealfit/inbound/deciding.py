"""Deciding on a lead that somebody pasted: read, answered, asked about, answered anew, kept; and disagreed with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from idealfit.errors import NoSuchDecision, Position, RequestNotUnderstood
from idealfit.inbound.answer import Inbox, Lead
from idealfit.inbound.asking import COMPANY, MOST_CHOICES, Question, questions_of
from idealfit.inbound.pasted import Pasted, read_pasted
from idealfit.inbound.told import card_of
from idealfit.store import decisions
from idealfit.store.decisions import InboundDecision
from idealfit.store.ledger import open_ledger
from idealfit.store.place import Place

TIERS = ("A", "B", "C", "excluded")
NOT_THIS = "none"
"""The answer to `company` that takes back which company of the records is meant."""
_YES_OR_NO = {"yes": True, "no": False}


@dataclass(frozen=True)
class Decided:
    """A decision with what can still be asked: the most decisive question first; `near`: companies
    of the records (id, name) that may be meant where none was found.
    """

    decision: InboundDecision
    questions: tuple[Question, ...]
    near: tuple[tuple[str, str], ...] = ()


def decide(inbox: Inbox, place: Place, text: str, *, hand_raised: bool = False) -> int:
    """Answer the lead in `text` and keep the decision; its number. Raises RequestNotUnderstood."""
    found = read_pasted(text, inbox.companies.columns)
    lead = _lead(inbox, found, hand_raised=hand_raised)
    notes = {"withheld": found.withheld, "unread": list(found.unread), "skipped": []}
    with open_ledger(place).transaction() as connection:
        return decisions.keep(connection, {**asdict(lead), **notes}, _card(inbox, lead))


def decided(inbox: Inbox, place: Place, number: int) -> Decided:
    """The decision as it stands, with the questions that are open. Raises NoSuchDecision."""
    one = _found(place, number)
    skipped = set(one.lead["skipped"])
    lead = _kept_lead(one.lead)
    answer = inbox.answer(lead)
    questions = questions_of(answer, inbox.companies.columns, unnamed=_is_unnamed(lead))
    near = inbox.companies.near(lead.name, lead.domain) if answer.company is None else ()
    return Decided(one, tuple(found for found in questions if found.key not in skipped), near)


def tell(inbox: Inbox, place: Place, number: int, key: str, value: str) -> None:
    """Take the answer to a question (`Question.key`) into the decision; '' leaves the question unanswered. The key
    `company` takes the id of the company that is meant, or `NOT_THIS`.

    Raises NoSuchDecision, and RequestNotUnderstood for an answer that cannot be read.
    """
    one = _found(place, number)
    lead = _kept_lead(one.lead)
    kind, _, name = key.partition(":")
    notes = {name: one.lead[name] for name in ("withheld", "unread", "skipped")}
    plain = value.strip()
    if not plain:
        notes["skipped"] = sorted({*notes["skipped"], key})
    elif key == COMPANY:
        lead = _named(inbox, lead, plain)
    elif kind == "column" and name.casefold() in inbox.companies.columns:
        lead = replace(lead, attributes={**lead.attributes, name: _read(inbox, name, plain)})
        _understood(inbox, lead, name, plain)
    elif key == "company":
        lead = replace(lead, account_id=None if plain == NOT_THIS else plain)
    elif kind == "criterion" and plain.casefold() in _YES_OR_NO:
        lead = replace(lead, said={**lead.said, name: _YES_OR_NO[plain.casefold()]})
    else:
        raise RequestNotUnderstood(
            "This answer fits no question",
            where=Position(key[:100], value=plain[:100]),
            remedy="Answer with a value where one is asked for, else with yes or no.",
        )
    with open_ledger(place).transaction() as connection:
        decisions.answer_again(connection, number, {**asdict(lead), **notes}, _card(inbox, lead))


def disagree(place: Place, number: int, *, wanted: str, because: str, by: str) -> None:
    """Keep that a person would have answered otherwise, and why; without `wanted` it is taken back.

    Raises NoSuchDecision, and RequestNotUnderstood where the tier is none, or why and who are missing.
    """
    _found(place, number)
    if wanted and wanted not in TIERS:
        raise RequestNotUnderstood(
            f"There is no tier '{wanted[:40]}'", remedy=f"One of {', '.join(TIERS)}.", where=Position("wanted")
        )
    if wanted and not (because.strip() and by.strip()):
        raise RequestNotUnderstood(
            "Somebody who disagrees says why, and who they are",
            remedy="Write a reason and your name: it is kept as evidence for the next version of the profile.",
        )
    with open_ledger(place).transaction() as connection:
        decisions.disagree(
            connection, number, wanted=wanted or None, because=because.strip()[:2_000], by=by.strip()[:200]
        )


def _lead(inbox: Inbox, found: Pasted, *, hand_raised: bool) -> Lead:
    account = found.account_id or (found.name if found.name and not found.attributes else None)
    if account is not None:
        company, _unclear = inbox.companies.found(account_id=account, domain=None, name=None)
        account = None if company is None else account
    return Lead(
        account_id=account,
        domain=found.domain,
        name=None if account is not None and account == found.name else found.name,
        attributes=dict(found.attributes),
        roles=list(found.roles),
        hand_raised=hand_raised or found.hand_raised,
    )


def _is_unnamed(lead: Lead) -> bool:
    return not (lead.account_id or lead.domain or lead.name)


def _named(inbox: Inbox, lead: Lead, text: str) -> Lead:
    """The lead with the company that somebody said it is. Raises RequestNotUnderstood where that is none."""
    found = _lead(inbox, read_pasted(text, inbox.companies.columns), hand_raised=lead.hand_raised)
    if _is_unnamed(found):
        raise RequestNotUnderstood(
            "This names no company",
            where=Position(COMPANY, value=text[:60]),
            remedy="Write its name or its site; an address at a mail provider or a page of a person names none.",
        )
    return replace(lead, account_id=found.account_id, domain=found.domain, name=found.name)


def _card(inbox: Inbox, lead: Lead) -> dict[str, Any]:
    answer = inbox.answer(lead)
    card = card_of(answer, lead, questions_of(answer, inbox.companies.columns, unnamed=_is_unnamed(lead)))
    return {**card, "warnings": [*card["warnings"], *_of_its_own(inbox, lead)]}


def _of_its_own(inbox: Inbox, lead: Lead) -> list[str]:
    """A sentence for each value that no account has, of a column that has few: perhaps a slip."""
    found = []
    for name, value in lead.attributes.items():
        column = inbox.companies.columns.get(name.casefold())
        if column is None or column.type != "text" or not isinstance(value, str):
            continue
        if 0 < len(column.counts) <= MOST_CHOICES and column.spelled(value) not in column.counts:
            what = name.replace("_", " ")
            found.append(f"No company in your records has '{value[:60]}' as {what}: it counts as another {what}.")
    return found


def _kept_lead(kept: Mapping[str, Any]) -> Lead:
    names = ("account_id", "domain", "name", "attributes", "roles", "said", "hand_raised", "motion")
    return Lead(**{name: kept[name] for name in names})


def _read(inbox: Inbox, name: str, text: str) -> Any:
    """An answer as JSON has it: yes and no where the column is so."""
    if inbox.companies.columns[name.casefold()].type == "boolean":
        return _YES_OR_NO.get(text.casefold(), text)
    return text


def _understood(inbox: Inbox, lead: Lead, name: str, text: str) -> None:
    from idealfit.inbound.given import read_given

    read = read_given({name: lead.attributes[name]}, inbox.companies.columns)
    if read.warnings:
        raise RequestNotUnderstood(
            read.warnings[0].removesuffix(": taken as unknown."),
            where=Position(name, value=text[:60]),
            remedy="Write it as a figure or a word, or leave the question out.",
        )


def _found(place: Place, number: int) -> InboundDecision:
    one = decisions.decision(place.ledger, number)
    if one is None:
        raise NoSuchDecision(
            f"There is no decision {number}",
            remedy="The list of decisions shows which there are.",
            where=Position(value=str(number)),
        )
    return one
