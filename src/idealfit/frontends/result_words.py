"""The words in which results are told, on the command line and on the pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from idealfit.workspace.tier_words import could_be

VERDICTS = {
    "profile": "Verdict: profile. The evidence supports one.",
    "insufficient": "Verdict: insufficient. Too few records to support a profile; what follows is a hypothesis.",
    "no_signal": "Verdict: no signal. Nothing that was tried sets your customers apart.",
}
REACHES = {
    "wins": "who buys (not who is worth most, nor who stays)",
    "wins+value": "who buys and what they are worth (not who stays)",
    "wins+value+retention": "who buys, what they are worth and who stays",
    "customers": "your best customers against your other customers (not who buys)",
    "advances": "whose deals advance (not who buys)",
}
SAMPLES = {
    "deal": "Read: {deals} deals of {accounts_with_closed_deals} companies: {won} won, {lost} lost, {open} open",
    "customer": "Read: {deals} customers: the best {won} against the other {lost}",
    "account": "Read: {deals} companies: {won} customers and {lost} others",
    "advance": "Read: {deals} deals of {accounts_with_closed_deals} companies: {won} advanced, {lost} did not",
}
"""What the evidence is made of, by the unit that it counts."""

WON = {"deal": "won", "customer": "best", "account": "customers", "advance": "advanced"}
GOOD = {"customer": "the best customers", "account": "customers", "advance": "deals that advance"}
_STAYS = "who stays among those who bought"
"""Said by the evidence where those who stayed are set against those who left."""


def reach_of(evidence: Mapping[str, Any]) -> str:
    """What the evidence can speak of, in words."""
    reach = str(evidence["reach"])
    if reach == "customers" and _is_of_stays(evidence):
        return "who stays among those who bought (not who buys)"
    if reach == "customers" and evidence.get("unit") == "account":
        return "who is a customer (not who would become one)"
    return REACHES.get(reach, reach)


def sample_of(evidence: Mapping[str, Any]) -> str:
    """The sentence that tells what was counted, with places for the numbers."""
    unit = str(evidence.get("unit", "deal"))
    if str(evidence.get("reason") or "").startswith("no_outcome"):
        return "Read: {accounts} companies; nothing says which of them bought"
    if unit != "deal" and _is_of_stays(evidence):
        return "Read: {deals} customers: {won} stayed and {lost} left"
    return SAMPLES.get(unit, SAMPLES["deal"])


def won_word(evidence: Mapping[str, Any]) -> str:
    """What the good ones of the rows are called."""
    unit = str(evidence.get("unit", "deal"))
    return "stayed" if unit != "deal" and _is_of_stays(evidence) else WON.get(unit, "won")


_FOUND = {"deal": "deals that are won", "account": "customers", "advance": "deals that advance"}


def proof_told(evidence: Mapping[str, Any]) -> str:
    """What an evidence that supports a profile found and how that was tested, as a person says it; else its reason."""
    tested = evidence.get("backtest") or {}
    lift = tested.get("lift") or {}
    if evidence.get("verdict") != "profile" or not lift.get("value"):
        return str(evidence["reason"])
    signs = sum(one.get("grade") == "supported" for one in evidence["criteria"])
    of = f"{signs} signs set" if signs != 1 else "One sign sets"
    unit = str(evidence.get("unit", "deal"))
    rows = "deals" if unit in ("deal", "advance") else "customers" if _is_of_stays(evidence) else "companies"
    stay = "customers who stay" if _is_of_stays(evidence) else _FOUND.get(unit, "of the best customers")
    found = "value" if tested.get("lift_of") == "value" else stay
    later = tested.get("kind") == "later_deals"
    how = f"{tested['deals']:,} {rows} that came later" if later else f"{tested['deals']:,} {rows}, each set aside once"
    return (
        f"{of} your good {'customers' if rows != 'deals' else 'deals'} apart. Tested on {how} and had no part in "
        f"finding them: worked in the order of the profile, they bring {_more(lift)} {found} than in no order. "
        f"The gain lies between {_gain(lift['low'])} and {_gain(lift['high'])}, 95 times in 100."
    )


def _more(lift: Mapping[str, float]) -> str:
    gain = lift["value"] - 1
    return f"{abs(gain):.0%} {'more' if gain >= 0 else 'less'}"


def _gain(times: float) -> str:
    return f"{times - 1:.0%}".replace("-", "−")  # noqa: RUF001 - a minus, as the pages have it


def _is_of_stays(evidence: Mapping[str, Any]) -> bool:
    return any(_STAYS in str(text) for text in evidence.get("warnings", ()))


def named_first(names: Sequence[str], shown: int = 3) -> str:
    """'a, b, c and 4 more': the first few of many names."""
    more = f" and {len(names) - shown:,} more" if len(names) > shown else ""
    return ", ".join(names[:shown]) + more


NEWS_FIRST = (
    *("leakage", "churns", "costly", "proxy_of", "unstable", "single_account", "self_caused", "computed"),
    *("after_outcome", "unnamed", "unsupported", "deal_level", "personal", "identifier", "constant"),
)
"""In this order: a proof of leakage is news; that a name is a name is not."""


def why_not_used(reason: str) -> str:
    """Why a column is not used, in the words of the page."""
    from idealfit.workspace.printing import WHY_NOT_USED

    return WHY_NOT_USED.get(reason, reason.replace("_", " "))


LEFT_OUT = {
    "customer": "customers",
    "customer_family": "parents or subsidiaries of customers",
    "open_deal": "in an open deal",
    "lost_recently": "lost lately",
    "lost_undated": "lost, nobody knows when",
    "refused": "refused us before",
    "do_not_contact": "not to be contacted",
    "partner": "partners",
    "competitor": "competitors",
    "vendor": "vendors",
    "own": "our own",
    "test": "test records",
    "duplicate": "entered twice",
    "excluded": "excluded by the profile",
    "beyond_limit": "further down than the limit",
}
FILES = {
    "profile.pdf": "the page, to print and hand out",
    "profile.html": "the page, for the screen",
    "profile.md": "the page, as text",
    "profile.yaml": "the profile itself: edit it, and no build will overwrite it",
    "profile.proposed.yaml": "this run's profile, beside the one that a person has changed",
    "profile.proposed.diff": "how the two differ",
    "targets.csv": "accounts to open next",
    "pipeline.csv": "open deals by tier",
    "winback.csv": "former customers",
    "neglected.csv": "A accounts that nobody has touched",
    "not_targeted.csv": "accounts that are no targets, and why",
    "scores.csv": "every account with tier, scores and reasons",
    "scores.parquet": "the same, for programs",
    "evidence.html": "every step of the evidence, each figure open to its records",
    "evidence.json": "every number behind the profile, with the ids of its records",
    "quality.html": "how far the data can be trusted, and what to mend first",
    "quality.json": "the same, for programs",
    "mappings": "how files and columns were read: change it there, or with --map",
}


def left_out_words(counts: Mapping[str, int]) -> str:
    """'313 customers, 205 in an open deal' from counts by reason."""
    return ", ".join(f"{count:,} {LEFT_OUT.get(reason, reason.replace('_', ' '))}" for reason, count in counts.items())


def won_of(counts: Mapping[str, Any], side: str) -> str:
    """'12 of 31 (39%)' from the counts of one side (`match` or `rest`); '' where there are none."""
    won, lost = counts.get(f"{side}_won"), counts.get(f"{side}_lost")
    if won is None or lost is None:
        return ""
    total = won + lost
    return f"{won:,} of {total:,}" + (f" ({won / total:.0%})" if total else "")


def sentence_of(criterion: Mapping[str, Any]) -> str:
    """The criterion in words, else as written."""
    return str(criterion.get("sentence") or criterion.get("when") or criterion["id"])


def short(value: object, length: int = 160) -> str:
    """`value` as one line of at most `length` characters."""
    text = " ".join(str(value or "").split())
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def percent(value: object) -> str:
    """A share as a percentage; an estimate's value is taken."""
    number = value.get("value") if isinstance(value, Mapping) else value
    return f"{number:.1%}" if isinstance(number, int | float) else "not known"


def interval_of(estimate: object, *, percent_scale: bool = True, form: str | None = None) -> str:
    """'39% (22% to 58%)' from an estimate with value, low and high; '' where it is missing."""
    if not isinstance(estimate, Mapping) or estimate.get("value") is None:
        return ""
    form = form or ("{:.0%}" if percent_scale else "{:.2f}")
    value, low, high = (estimate.get(key) for key in ("value", "low", "high"))
    text = form.format(value)
    return text if low is None or high is None else f"{text} ({form.format(low)} to {form.format(high)})"


def tier_with_range(tier: str, low: str, high: str) -> str:
    """'B (could be A)': the tier, and what it could be if everything unknown turned out well or badly."""
    other = could_be(tier, low, high)
    return f"{tier} (could be {other})" if other else tier
