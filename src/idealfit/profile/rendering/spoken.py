"""The one sentence that a rep can say aloud: at most 35 words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from idealfit.profile.rendering.model import Variant
from idealfit.profile.rendering.parts import statements
from idealfit.profile.rendering.reading import (
    DID,
    STAYED,
    Item,
    did,
    entries,
    mapping,
    share,
    without_companies,
    without_outcomes,
)
from idealfit.profile.rendering.wording import capital, ended, in_hundred, plain, words

LONGEST, WIDEST_SPOKEN, FIT_CLAUSES = 35, 260, 3
_DOES = re.compile(
    r"(uses|has|had|is|did|does|raised|advertised|changed|hired|made|laid|expanded|opened|launched|looked|visited|"
    r"attended|asked|started|filled|answered|met|downloaded|read)\b"
)
_WHOSE = re.compile(r" (is|are|grew|fell|shrank|did not|begins|ends|contains|does not) ")


def clause(text: str) -> str:
    """A criterion's sentence as part of 'a company …': 'uses Okta' → 'that uses Okta'."""
    first = text.partition(" ")[0]
    if _DOES.match(text):
        return f"that {text}"
    if first == "founded":
        return text
    for answer, word in ((": yes", "with"), (": no", "without")):
        if text.endswith(answer):
            return f"{word} {text.removesuffix(answer)}"
    return f"whose {text}" if _WHOSE.search(f" {text} ") and not first[:1].isdigit() else f"with {text}"


def spoken(
    variant: Variant,
    answers: Mapping[str, Any],
    criteria: list[Item],
    evidence: Mapping[str, Any],
    avoided: Sequence[Item] = (),
) -> str:
    """A person's own answer to 'what' where it is short enough; else made from the most decisive criteria, dropping
    the least until at most 35 words remain; where there are none, from the exclusions (`avoided`).
    """
    own = next((text for text, _ in statements(answers.get("what"))), "")
    if own and words(own) <= LONGEST and len(own) <= WIDEST_SPOKEN:
        return capital(ended(own))
    if not criteria:
        return (_to_avoid(avoided) if variant == "profile" else "") or _without_criteria(variant, evidence)
    start = "Our best guess so far:" if variant == "insufficient" else "Look for"
    proof = _proof(evidence) if variant == "profile" else ""
    fit = [clause(item.text) for item in criteria if not item.timing]
    moment = next((_moment(item.text) for item in criteria if item.timing), "")
    if not fit:
        fit, moment = [clause(item.text) for item in criteria], ""
    for most in range(min(FIT_CLAUSES, len(fit)), 0, -1):
        body = f"{start} a company {_joined(fit[:most])}."
        for further in ((moment, proof), (moment,), (proof,), ()):
            text = " ".join(part for part in (body, *further) if part)
            if words(text) <= LONGEST and len(text) <= WIDEST_SPOKEN and (further or most == 1):
                return text
    return "Look for companies that pass the checks below, most decisive first."


def _without_criteria(variant: Variant, evidence: Mapping[str, Any]) -> str:
    if variant == "no_signal":
        whom = {"won": "buyers", STAYED: "customers who stay"}.get(did(evidence), "our best customers")
        return f"Nothing in our records tells {whom} from the rest: skip nobody because of a profile."
    if without_companies(evidence):
        return "These records hold persons and name no company: add the company of each person, then build again."
    if without_outcomes(evidence):
        return "These records name companies, but not which of them bought: add deals or invoices."
    unknown = "We do not know yet who our best customers are: ask them, write it down here, then test it."
    return _common(evidence) or unknown


def _to_avoid(avoided: Sequence[Item]) -> str:
    """Where only companies to avoid are proven: as many of them as fit; '' where there is none."""
    texts = [item.text for item in avoided]
    for most in range(min(FIT_CLAUSES, len(texts)), 0, -1):
        joined = " or ".join(clause(text) for text in texts[:most])
        said = f"Avoid companies {joined}. Of the others nothing more is proven."
        if words(said) <= LONGEST and len(said) <= WIDEST_SPOKEN:
            return said
    return ""


def _moment(text: str) -> str:
    return f"Best moment: {'it ' if _DOES.match(text) else ''}{text}."


def _common(evidence: Mapping[str, Any]) -> str:
    """What the customers share, as a guess that nobody has tested; empty where nothing is known of them."""
    shared = entries(mapping(evidence.get("customers")).get("shared"))
    texts = [text for one in shared if (text := plain(mapping(one).get("sentence") or "")) and "?" not in text]
    whom = "customers" if did(evidence) != DID["customer"] else "best customers"
    for most in range(min(FIT_CLAUSES, len(texts)), 0, -1):
        said = f"Common among our {whom} so far: {'; '.join(texts[:most])}. Whether it matters is not tested."
        if words(said) <= LONGEST and len(said) <= WIDEST_SPOKEN:
            return said
    return ""


def _joined(parts: list[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    return ", ".join(parts[:-1]) + (", and " if len(parts) > 2 else " and ") + parts[-1]


def _proof(evidence: Mapping[str, Any]) -> str:
    """'They buy 31 times in 100, all others 12': the best tier against everyone, from the backtest. Nothing where the
    best are those who stay, pay or sign soonest: how often they buy says nothing of that.
    """
    if str(evidence.get("best") or "value") not in ("value", "win_rate"):
        return ""
    backtest = mapping(evidence.get("backtest"))
    tiers = {str(mapping(tier).get("tier")): mapping(tier) for tier in entries(backtest.get("tiers"))}
    best = share(mapping(tiers.get("A")).get("win_rate"))
    everyone = share(mapping(mapping(backtest.get("baselines")).get("everyone")).get("win_rate"))
    if best is None or everyone is None or best <= everyone or evidence.get("reach") in ("customers", "advances"):
        return ""
    return f"The best fits bought {in_hundred(best)} times in 100, everyone {in_hundred(everyone)}."
