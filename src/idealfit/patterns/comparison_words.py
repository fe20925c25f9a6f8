"""The words and figures of a comparison, alike in the terminal, on the page and in the text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OUTCOMES = {
    "win": "odds of winning",
    "churn": "rate of leaving",
    "growth": "growth in a year",
    "amount": "contract",
    "margin": "margin",
    "cycle": "days to sign",
    "nps": "NPS",
}
"""What a factor of each outcome multiplies (of NPS: what is added, in points)."""

_NAMES = {"win_rate": "win rate", "deal_size": "deal size", "nrr": "NRR", "nps": "NPS"}
SIDES = {"seek": "seek", "exclude": "avoid"}

_YIELDS = (
    ("win_rate", "won", "{:.0%}"),
    ("worth", "worth a deal worked", "{:,.0f}"),
    ("kept_year", "stay a year", "{:.0%}"),
    ("nrr", "NRR", "{:.0%}"),
    ("amount", "contract", "{:,.0f}"),
    ("cycle", "days to sign", "{:.0f}"),
    ("margin", "margin", "{:.0%}"),
    ("nps", "NPS", "{:+.0f}"),
)


ROWS = {"deal": "deals", "advance": "deals", "customer": "customers", "account": "companies"}
GOOD = {"deal": "won", "advance": "advanced", "customer": "among the best", "account": "customers"}
BOTH = {"deal": ("won deals", "lost ones"), "advance": ("deals that advanced", "others")}
"""What the rows of the evidence are, the good ones of them, and the good beside the others, by unit."""


def both_of(document: Mapping[str, Any]) -> tuple[str, str]:
    """What the two sides of the evidence are called: 'won deals' and 'lost ones'."""
    return BOTH.get(document["unit"], ("the best", "the others"))


_WIN = {"advance": "odds of advancing", "customer": "odds of being best", "account": "odds of being a customer"}


def outcome_of(name: str, document: Mapping[str, Any]) -> str:
    """What a factor of an outcome multiplies, in the words of what is counted."""
    return _WIN.get(document["unit"], OUTCOMES[name]) if name == "win" else OUTCOMES[name]


def finding_of(finding: str, document: Mapping[str, Any]) -> str:
    """A finding on a trait of the recipe, where there are no deals in the words of customers."""
    if document["unit"] == "deal":
        return finding
    said = "advances" if document["unit"] == "advance" else "is best"
    return finding.replace("among lost deals", "among the others").replace("wins", said)


def top_of(document: Mapping[str, Any]) -> str:
    """Which customers the recipe is made of: 'The 25 largest customers of 438'."""
    recipe = document["classical"]
    kind = "largest customers" if recipe["by"] == "revenue" else "customers that earned us most"
    if not recipe["valued"]:
        kind = "first customers in the records (nothing tells what they pay)"
    return f"{recipe['top']} {kind} of {recipe['total']:,}"


def trial_of(document: Mapping[str, Any]) -> str:
    """What the orders were judged on, in a sentence; '' without a trial."""
    trial = document["trial"]
    if trial is None:
        return ""
    rows = ROWS[document["unit"]]
    begun = "opened" if document["unit"] in ("deal", "advance") else "that began"
    judged = (
        f"Built on {rows} before {trial['at']}, judged on {trial['deals']:,} {begun} after it"
        if trial["at"]
        else f"Built on some companies, judged on {trial['deals']:,} {rows} of others: not a test of time"
    )
    return f"{judged}. Each works the first {trial['share']:.0%} in its own order."


def name_of(best: str) -> str:
    """A choice of best as a person says it."""
    return " ∩ ".join(
        next((part.replace(code, said, 1) for code, said in _NAMES.items() if part.startswith(code)), part)
        for part in best.split(" ∩ ")
    )


def side_of(trait: Mapping[str, Any], best: str) -> str:
    """'seek, supported' of a trait by a choice; '' where the choice does not have it."""
    one = trait["choices"].get(best)
    return f"{SIDES[one['polarity']]} ({one['grade']})" if one else ""


def of_trait(trait: Mapping[str, Any], outcome: str) -> dict[str, str]:
    """What a trait does to an outcome: its factor with the interval, and whether that is good, bad or not sure."""
    one = trait["outcomes"].get(outcome)
    if one is None or one["value"] is None:
        return {"text": "", "ends": "", "tone": ""}
    form = "{:+.0f}" if outcome == "nps" else "x {:.2f}"
    tone = {True: "good", False: "bad", None: ""}[one["good"]]
    low, high = one["low"], one["high"]
    ends = "" if low is None or high is None else f"{form.format(low)} to {form.format(high)}".replace("x ", "")
    return {"text": form.format(one["value"]), "ends": ends, "tone": tone}


def figure(estimate: Mapping[str, Any] | None, form: str) -> str:
    """'31% (27% to 35%)'; '' where it is not known."""
    if estimate is None or estimate["value"] is None:
        return ""
    value, low, high = (form.format(estimate[end]) for end in ("value", "low", "high"))
    return f"{value} ({low} to {high})"


def yield_columns(document: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Of what came of the worked deals, the columns of which anything is known: key, heading, form."""
    rows = [row for _label, row in _yields(document)]
    good = GOOD[document["unit"]]
    shown = [column for column in _YIELDS if any(_of(row, column[0]) is not None for row in rows)]
    return [(key, good if key == "win_rate" else heading, form) for key, heading, form in shown]


def yield_rows(document: Mapping[str, Any]) -> list[tuple[str, str, list[str]]]:
    """Label, 'won of deals', and the figures of each order of the later deals."""
    columns = yield_columns(document)
    return [
        (label, f"{row['won']:,} of {row['deals']:,}", [figure(_of(row, key), form) for key, _heading, form in columns])
        for label, row in _yields(document)
    ]


def _yields(document: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    rows = [(name_of(one["best"]), one["yield"]) for one in document["choices"]]
    rows.append(("classical recipe", document["classical"]["yield"]))
    rows.append(("everyone", document["everyone"]))
    return [(label, row) for label, row in rows if row is not None]


def _of(row: Mapping[str, Any], key: str) -> Mapping[str, Any] | None:
    found = row.get(key) if key in row else row["customers"].get(key)
    return found if isinstance(found, Mapping) else None


def recipe_rows(document: Mapping[str, Any]) -> list[tuple[str, str, str, str, str, str]]:
    """Of each trait of the recipe: the trait, how many of the top have it, how common it is among won deals, among lost
    ones and in the market, and what the records say of it.
    """
    return [
        (
            one["sentence"],
            f"{one['held']} of {one['known']}",
            _short(one["among_won"]),
            _short(one["among_lost"]),
            "" if one["market"] is None else f"{one['market']:.0%}",
            finding_of(one["finding"], document),
        )
        for one in document["classical"]["traits"]
    ]


def _short(estimate: Mapping[str, Any] | None) -> str:
    return "" if estimate is None else f"{estimate['value']:.0%}"
