"""What a pipeline of deals is for, from its name and its stages: new business, expansion, renewal or no sales."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, TypeAlias

DealType: TypeAlias = Literal["new_business", "expansion", "renewal", "not_sales"]


@dataclass(frozen=True)
class Purpose:
    """A deal type, the motion that a name speaks of (None for none), why, and how sure (0 to 1). A `telling` purpose
    says of every deal what it is; 'Sales' or 'Enterprise' leaves open whether the account had bought before."""

    deal_type: DealType
    motion: str | None
    reason: str
    confidence: float
    telling: bool


def _any(*words: str) -> re.Pattern[str]:
    return re.compile(r"(?<![^\W\d_])(?:" + "|".join(words) + r")(?![^\W\d_])", re.IGNORECASE)


_NAMES: tuple[tuple[DealType, re.Pattern[str]], ...] = (
    (
        "not_sales",
        _any(
            r"recruit\w*",
            r"hiring",
            r"talents?",
            r"candidates?",
            r"applicants?",
            r"jobs?",
            r"bewerb\w*",
            r"recrutement",
            r"reclutamiento",
            r"(?:partner|customer|client|vendor)? ?onboarding",
            r"implementations?",
            r"projects?",
            r"delivery",
            r"support",
            r"service ?desk",
            r"help ?desk",
            r"tickets?",
            r"internal",
            r"fund ?raising",
            r"investors?(?: relations)?",
            r"partnerships?",
            r"partner(?:s)? (?:program\w*|recruit\w*|management|enablement)",
            r"procurement",
            r"purchasing",
            r"vendors?",
            r"suppliers?",
            r"press",
            r"p\.?r\.?",
            r"legal",
            r"collections?",
            r"refunds?",
        ),
    ),
    (
        "renewal",
        _any(
            r"renew\w*",
            r"retention",
            r"contract extensions?",
            r"vertragsverl\w*",
            r"verl(?:ä|ae)ngerung\w*",
            r"renouvellement\w*",
            r"renovaci[oó]n\w*",
            r"rinnov\w*",
            r"renova[cç][aã]o",
        ),
    ),
    (
        "expansion",
        _any(
            r"up-? ?sell\w*",
            r"cross-? ?sell\w*",
            r"expansions?",
            r"add-? ?ons?",
            r"upgrades?",
            r"existing (?:business|customers?|clients?|accounts?)",
            r"account management",
            r"install(?:ed)? base",
            r"farming",
            r"bestandskund\w*",
            r"erweiterung\w*",
            r"clients? existants?",
            r"clientes? existentes?",
        ),
    ),
    (
        "new_business",
        _any(
            r"new (?:business|logos?|customers?|clients?|sales|biz|accounts?)",
            r"net new",
            r"acquisition",
            r"hunting",
            r"prospecting",
            r"neukund\w*",
            r"neugesch\w*",
            r"nouveaux? clients?",
            r"nuevos? (?:clientes?|negocios?)",
            r"nuovi clienti",
            r"novos? (?:clientes?|neg[oó]cios?)",
        ),
    ),
)
_PLAIN = _any(
    r"sales(?: pipeline)?",
    r"default(?: pipeline)?",
    r"deals?(?: pipeline)?",
    r"main",
    r"standard",
    r"ventas?",
    r"ventes?",
    r"verkauf",
    r"vertrieb",
    r"vendite",
    r"vendas",
    r"opportunit(?:y|ies)",
    r"pipeline",
)
_MOTIONS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("smb", _any(r"smbs?", r"small business(?:es)?", r"kmu", r"pme", r"very small")),
    ("mid-market", _any(r"mid-? ?market", r"mittelstand")),
    ("enterprise", _any(r"enterprises?", r"strategic(?: accounts?)?", r"key accounts?")),
    ("self-serve", _any(r"self-? ?serve", r"self-? ?service", r"plg", r"product-? ?led")),
    ("inbound", _any(r"inbound")),
    ("outbound", _any(r"outbound")),
    ("channel", _any(r"channel", r"resellers?", r"partner sales", r"partners?", r"distribution", r"distributors?")),
    ("public-sector", _any(r"public sector", r"government", r"tenders?", r"rfps?")),
)
_STAGES: tuple[tuple[DealType, re.Pattern[str]], ...] = (
    (
        "not_sales",
        _any(
            r"interviews?\w*",
            r"candidates?",
            r"screening call",
            r"applied",
            r"hired",
            r"kick-? ?off",
            r"go-? ?live",
            r"went live",
            r"training",
            r"data migration",
            r"waiting on (?:customer|contact|us)",
            r"resolved",
            r"escalated",
            r"term sheet",
        ),
    ),
    ("renewal", _any(r"renew\w*", r"up for renewal", r"non-? ?renewal", r"churned")),
    ("expansion", _any(r"up-? ?sell\w*", r"cross-? ?sell\w*", r"expansion\w*")),
)


def purpose_of_name(name: str) -> Purpose | None:
    """'Renewals' → renewal, 'Partner onboarding' → not sales, 'SMB' → a motion of new business; None where a name says
    nothing."""
    text = re.sub(r"[_/]+", " ", name)
    found = next(((kind, match[0]) for kind, words in _NAMES if (match := words.search(text))), None)
    motion = next((motion for motion, words in _MOTIONS if words.search(text)), None)
    if found is not None:
        kind, word = found
        sold_by = motion if kind == "new_business" else None
        return Purpose(kind, sold_by, f"its name says {word.strip()!r}", 0.9, True)
    if motion is not None:
        return Purpose("new_business", motion, f"its name speaks of a way to sell ({motion})", 0.8, False)
    if _PLAIN.search(text):
        return Purpose("new_business", None, "its name speaks of sales in general", 0.7, False)
    return None


def purpose_of_stages(stages: Collection[str]) -> Purpose | None:
    """What at least two stages of a pipeline, a third of them, say: interviews are no sales."""
    for kind, words in _STAGES:
        said = [stage for stage in stages if words.search(stage)]
        if len(said) >= 2 and 3 * len(said) >= len(stages):
            shown = " and ".join(repr(stage) for stage in sorted(said)[:2])
            return Purpose(kind, None, f"its stages say so ({shown})", 0.75, True)
    return None


_TYPES: tuple[tuple[DealType, re.Pattern[str]], ...] = (
    ("renewal", _any(r"renew\w*", r"extension", r"verl(?:ä|ae)ngerung\w*", r"renouvellement", r"renovaci[oó]n")),
    (
        "expansion",
        _any(
            r"up-? ?sell\w*",
            r"cross-? ?sell\w*",
            r"expansions?",
            r"add-? ?ons?",
            r"upgrades?",
            r"replacement",
            r"existing\w*",
            r"growth",
            r"bestandskund\w*",
        ),
    ),
    ("not_sales", _any(r"partnerships?", r"recruit\w*", r"internal", r"hiring", r"not (?:a )?sales?", r"investment")),
    ("new_business", _any(r"new\w*", r"net new", r"acquisition", r"neu\w*", r"nouve\w*", r"nuev\w*", r"first\w*")),
)


def type_of_word(word: str) -> DealType | None:
    """What a deal's own type means: 'Existing Customer - Upgrade' → expansion; None where it says nothing."""
    text = re.sub(r"[_/]+", " ", re.sub(r"([a-z])([A-Z])", r"\1 \2", word))
    return next((kind for kind, words in _TYPES if words.search(text)), None)
