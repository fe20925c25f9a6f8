"""The answer to a lead as one card: the tier and who answers, then the profile's four headings, what to ask, whom to
find, what disqualifies, and what was decided before. A document, so that it can be kept as it was shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from idealfit.inbound.answer import Answer, Lead
from idealfit.inbound.asking import Question
from idealfit.inbound.standing import ANSWERS, Standing, decisive
from idealfit.profile.own_layer import own_layer
from idealfit.scores.missing import things_of
from idealfit.scores.reasons import Reason
from idealfit.scores.tier_words import could_be

HEADINGS: Final = (
    ("what", "What kind of company", ("firmographic", "technographic")),
    ("why_now", "Why now", ("situational", "behavioral")),
    ("why_us", "Why us", ("need", "authority")),
    ("why_profitable", "Why profitable", ("value",)),
)
"""The four questions that a profile answers, each with the layers whose criteria speak to it."""
_OTHER_STATES: Final = {"true": "holds", "false": "does not hold", "unknown": "not known"}
ASKS_NOTHING: Final = "The profile asks for nothing, so no company has a tier: skip nobody because of it"
"""What to do where there is nothing that could be found out."""
RAISED: Final = "They asked for somebody: a person answers the same day"
ROUTES: Final = {"ae-same-day": "AE, the same day", "sdr-two-days": "SDR, within two days", "nurture": "Nurture"}
Card = Mapping[str, Any]


def card_of(answer: Answer, lead: Lead, questions: Iterable[Question]) -> dict[str, Any]:
    """The card of an answer, as JSON has it. `questions`: what is still to be asked, the most decisive first."""
    score, profile, company = answer.score, answer.profile, answer.company
    card = score.card
    excluding = {one.id: one for one in profile.exclusions}
    silent = _silent(answer)
    reasons = [_reason(answer, one, silent) for one in score.reasons if one.id not in excluding]
    barriers = {one.id: _reason(answer, one, silent) for one in score.reasons if one.id in excluding}
    capped = [one for one in barriers.values() if one["state"] == "true" and one["id"] not in score.excluded_by]
    standing = () if company is None else company.standing
    settled = decisive(standing)
    return {
        "company": {
            "account_id": None if company is None else company.account_id,
            "name": (company and company.columns.get("name")) or lead.name or lead.domain or "This lead",
            "domain": (company and company.columns.get("domain")) or lead.domain,
            "matched_by": None if company is None else company.matched_by,
        },
        "tier": score.tier,
        "tier_low": score.tier_low,
        "tier_high": score.tier_high,
        "fit": score.fit,
        "low": score.low,
        "high": score.high,
        "score": score.score,
        "timing": score.timing,
        "timing_band": score.timing_band,
        "priority": score.priority,
        "completeness": score.completeness,
        "action": ANSWERS[settled.code][1] if settled else _action(answer, lead),
        "route": _who_answers(answer, lead, settled, capped=bool(capped)),
        "standing": [{"code": one.code, "text": one.text} for one in standing],
        "points": None if card is None else card.points,
        "most": None if card is None else card.most,
        "raised": lead.hand_raised,
        "profile": {"name": profile.profile, "version": answer.version, "motion": answer.motion},
        "status": profile.status,
        "as_of": answer.as_of.isoformat(),
        "excluded": [barriers[name] for name in score.excluded_by if name in barriers],
        "capped": capped,
        "check": [one for one in barriers.values() if one["state"] == "unknown"],
        "headings": [_heading(answer, name, title, layers, reasons) for name, title, layers in HEADINGS],
        "say": _to_say(answer),
        "ask": [{"ask": one.ask, "good": one.good, "bad": one.bad} for one in questions][:3] + _to_ask(answer),
        "find": [
            {"role": one.role, "title": one.title, "cares_about": [said.text for said in one.cares_about]}
            for one in profile.personas
        ],
        "decided_before": [
            {"on": one.on.isoformat() if one.on else None, "what": one.what, "reason": one.reason, "record": one.record}
            for one in answer.decided_before
        ],
        "differs": [
            {
                "what": name.replace("_", " "),
                "given": _shown(given, grouped=not name.endswith("year")),
                "on_record": _shown(on_record, grouped=not name.endswith("year")),
            }
            for name, (given, on_record) in answer.differs.items()
        ],
        "warnings": list(answer.warnings),
        "motions": {name: {"tier": tier, "fit": fit} for name, (tier, fit) in answer.motions.items()},
    }


def _who_answers(answer: Answer, lead: Lead, settled: Standing | None, *, capped: bool) -> str | None:
    """Who answers: what the company is to us goes before its points. None where what to do says more: too little is
    known, or something speaks against it that no points outweigh.
    """
    if settled is not None:
        return ANSWERS[settled.code][0]
    card = answer.score.card
    if card is None or card.route is None:
        return None
    if not lead.hand_raised and (capped or answer.score.tier == "unknown") and answer.action:
        return None
    return _route(card.route)


def _action(answer: Answer, lead: Lead) -> str | None:
    """What to do. Who asked for somebody is answered at once, whatever is done with others of the priority."""
    score = answer.score
    if not score.reasons and score.tier == "unknown":
        return ASKS_NOTHING
    if not lead.hand_raised or score.tier == "excluded":
        return answer.action
    return None if score.card is not None and score.card.route is not None else RAISED


def _heading(
    answer: Answer, name: str, title: str, layers: tuple[str, ...], reasons: list[dict[str, Any]]
) -> dict[str, Any]:
    said = getattr(answer.profile.answers, name)
    kinds = {one.id: own_layer(answer.profile, layer, one) for layer, one in answer.profile.criteria}
    return {
        "title": title,
        "said": [{"text": one.text, "assumed": one.is_assumed} for one in said],
        "reasons": [one for one in reasons if kinds.get(one["id"], one["layer"]) in layers],
    }


def _silent(answer: Answer) -> frozenset[str]:
    """The criteria and exclusions that ask what happened only, where the records do not know the company: that they do
    not hold is the silence of the records.
    """
    if answer.company is not None:
        return frozenset()
    stated = {one.id: one.predicate for _layer, one in answer.profile.criteria}
    stated |= {one.id: one.predicate for one in answer.profile.exclusions}
    return frozenset(name for name, one in stated.items() if {thing.kind for thing in things_of(one)} == {"events"})


def _reason(answer: Answer, one: Reason, silent: frozenset[str]) -> dict[str, Any]:
    """What the criterion asks; the state is told beside it."""
    text = one.text if one.state == "true" else answer.texts.get(one.id, one.text)
    if one.state == "false" and one.id in silent:
        text = f"{text} (no record of it)"
    return {"id": one.id, "layer": one.layer, "state": one.state, "points": one.points, "text": text}


def _route(name: str) -> str:
    """Who answers, in words: the field's routes as they are spoken, others as they are written."""
    return ROUTES.get(name) or name.replace("-", " ").replace("_", " ")


def _to_say(answer: Answer) -> list[str]:
    """What the profile says to companies of its segments, else to all."""
    segments = {one.id for one in answer.segments}
    led = [text for one in answer.segments for text in (one.lead_with, one.say) if text]
    messages = [one.text for one in answer.profile.selling.messages if one.segment is None or one.segment in segments]
    return list(dict.fromkeys([*led, *messages]))[:4]


def _to_ask(answer: Answer) -> list[dict[str, Any]]:
    return [{"ask": one.ask, "good": one.good, "bad": one.bad} for one in answer.profile.questions][:3]


def _shown(value: object, *, grouped: bool) -> str:
    """A value as a person reads it. `grouped`: thousands are set apart, which no year has."""
    if isinstance(value, list | tuple):
        return ", ".join(_shown(one, grouped=grouped) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float | int):
        figure = f"{value:,.2f}".rstrip("0").rstrip(".")
        return figure if grouped else figure.replace(",", "")
    return str(value)


def text_of(card: Card) -> str:
    """The card as plain text, to be taken into the CRM or a chat."""
    lines = [f"{card['company']['name']}: tier {card['tier']}{_could_be(card)}"]
    for label, key in (("Who answers", "route"), ("What to do", "action")):
        if card[key]:
            lines.append(f"{label}: {card[key]}")
    for label, key in (
        ("In your records", "standing"),
        ("Walk away", "excluded"),
        ("Speaks against it", "capped"),
        ("Check first", "check"),
    ):
        lines += [f"{label}: {one['text']}" for one in card.get(key, ())]
    for heading in card["headings"]:
        found = [f"  {_OTHER_STATES[one['state']]}: {one['text']}" for one in heading["reasons"]]
        said = [f"  {one['text']}" for one in heading["said"]]
        if found or said:
            lines += ["", heading["title"], *said, *found]
    lines += _list("Say", card["say"])
    lines += _list("Ask", [one["ask"] for one in card["ask"]])
    lines += _list("Find", [_person(one) for one in card["find"]])
    lines += _list("Decided before", [before_of(one) for one in card["decided_before"]])
    lines += ["", f"By '{card['profile']['name']}' ({card['profile']['version']}), records of {card['as_of']}."]
    return "\n".join(lines)


def before_of(one: Mapping[str, Any]) -> str:
    """An earlier decision in words: 'lost on 2025-05-12: no budget owner'."""
    when = f" on {one['on']}" if one["on"] else ""
    why = f": {one['reason']}" if one["reason"] else ""
    return f"{one['what']}{when}{why}"


def _person(one: Mapping[str, Any]) -> str:
    return f"{one['role']} ({one['title']})" if one["title"] else str(one["role"])


def _could_be(card: Card) -> str:
    other = could_be(card["tier"], card["tier_low"], card["tier_high"])
    return f" (could be {other})" if other else ""


def _list(title: str, entries: Iterable[str]) -> list[str]:
    found = [f"  {one}" for one in entries]
    return ["", title, *found] if found else []
