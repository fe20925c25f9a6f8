"""What speaks of companies and columns: verdict, what is missing, who was worked, customers, what is not used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from idealfit.patterns.comparison_words import ROWS
from idealfit.patterns.evidence_page.model import Fold, Section, Table, one_in, percent, ranged, some, table_of, won_of
from idealfit.profile.rendering.reading import did, entries, mapping, number
from idealfit.profile.rendering.wording import WHY_NOT_USED, capital, clean, count, ended, n_of_m, plain

Facts = Mapping[str, Any]

VERDICTS = {
    "profile": "The evidence supports a profile.",
    "insufficient": "Too few records to support a profile: what follows is a hypothesis.",
    "no_signal": "No profile: nothing that was tried sets your customers apart.",
}
MOST_ROWS = 14
FAST = "lost fast"
OUTCOMES = {"customer": "customers", "former": "customers who left", FAST: "decided against us fast", "lost": "said no"}


def verdict(document: Facts) -> Section:
    """The verdict with its reason, what was read, over which time, and how much could have been seen."""
    sample, power = mapping(document.get("sample")), number(mapping(document.get("power")).get("value"))
    rows, verb = ROWS.get(str(document.get("unit")), "deals"), did(document)
    reason = clean(document.get("reason") or "").partition(": ")
    told = reason[2] if reason[0] in ("no_accounts", "no_outcome") else clean(document.get("reason") or "")
    closed = (number(sample.get("won")) or 0) + (number(sample.get("lost")) or 0)
    lines = [VERDICTS.get(str(document.get("verdict")), ""), ended(capital(told))]
    if closed:
        lines.append(
            f"Read: {n_of_m(sample['won'], closed)} closed {rows} {verb}, {count(sample.get('open') or 0)} open, of "
            f"{count(sample.get('accounts_with_deals') or 0)} companies; "
            f"{count(document.get('tests') or 0)} things were tried."
        )
    elif reason[0] == "no_outcome" and (listed := number(sample.get("accounts"))):
        lines.append(f"Read: {count(listed)} companies; nothing says which of them bought.")
    if power is not None and closed:
        lines.append(
            f"A trait of one company in five that doubles the odds would have been seen {percent(power)} of the time."
        )
    window = mapping(document.get("window"))
    if window.get("sentence") and window.get("reason") != "undated":
        lines.append(ended(clean(window["sentence"])))
    return Section("verdict", "The verdict", tuple(line for line in lines if line))


def missing(document: Facts) -> Section:
    """Where there is no profile: what would let one be seen, and the best of what failed."""
    if document.get("verdict") == "profile":
        return Section("missing", "What is missing")
    verb = did(document)
    failed = table_of(
        ("tried", f"{verb} where true", "elsewhere", "luck alone does as well in"),
        [
            (
                capital(plain(one["sentence"])),
                won_of(mapping(one["counts"]), "match"),
                won_of(mapping(one["counts"]), "rest"),
                one_in(one.get("by_luck")),
            )
            for one in map(mapping, entries(document.get("failed")))
        ],
        caption="The best of what failed, one a column",
    )
    items = tuple(ended(capital(clean(text))) for text in entries(document.get("collect")))
    return Section("missing", "What is missing", (), items, some(failed))


def worked(document: Facts) -> Section:
    """The map of evidence over the market: where somebody was worked, and where a score is a guess from others."""
    selection = mapping(document.get("selection"))
    traits = [mapping(one) for one in entries(selection.get("traits"))]
    if not traits:
        return Section("worked", "Who was ever worked")
    lines = [ended(clean(selection["sentence"]))] if selection.get("sentence") else []
    lines.append(
        f"Companies {count(selection['accounts'])}, worked {count(selection['worked'])}, with a closed deal "
        f"{count(selection['closed'])}, customers {count(selection['won'])}. Like hardly anybody who was worked: "
        f"{count(selection['extrapolated'])}."
    )
    tables = []
    for dimension in dict.fromkeys(str(one["of"]) for one in traits if one["kind"] == "dimension"):
        some_of = [one for one in traits if one["kind"] == "dimension" and one["of"] == dimension]
        tables.append(_worked_table(plain(dimension), some_of[:MOST_ROWS]))
    tables.append(_worked_table("companies that meet", [one for one in traits if one["kind"] == "criterion"]))
    return Section("worked", "Who was ever worked", tuple(lines), (), some(*tables), (), _cells(selection))


def _worked_table(name: str, traits: list[dict[str, Any]]) -> Table | None:
    return table_of(
        (name, "companies", "worked", "closed", "won", "worked more often, times", "evidence"),
        [
            (
                capital(clean(one["level"])),
                count(one["accounts"]),
                count(one["worked"]),
                count(one["closed"]),
                count(one["won"]),
                ranged({"value": one.get("ratio"), "low": one.get("low"), "high": one.get("high")}),
                "too little: a guess from others" if one.get("extrapolated") else "yes",
            )
            for one in traits
        ],
    )


def _cells(selection: Facts) -> tuple[Fold, ...]:
    names = [plain(one) for one in entries(selection.get("dimensions"))]
    cells = [mapping(one) for one in entries(selection.get("cells"))]
    table = table_of(
        (*names, "companies", "worked", "closed", "won", "evidence"),
        [
            (
                *(clean(level) for level in one["levels"]),
                *(count(one[key]) for key in ("accounts", "worked", "closed", "won")),
                "too little: a guess from others" if one.get("extrapolated") else "yes",
            )
            for one in cells
        ],
        wide=range(len(names)),
    )
    return (Fold(f"The map: the {count(len(cells))} largest groups", (), (table,)),) if table and len(names) > 1 else ()


def customers(document: Facts) -> Section:
    """The companies by name in a grid of traits: customers first, and beside what they share how many of those who
    decided against us fast have it.
    """
    grid = mapping(document.get("customers"))
    rows = [mapping(one) for one in entries(grid.get("rows"))]
    if not rows:
        return Section("customers", "The companies by name")
    lines = [f"{count(len(rows))} of {count(grid.get('total') or len(rows))} companies."]
    if any(one["outcome"] == FAST for one in rows):
        lines.append("Those who decided against us fast had the urgency; they are no customers and count as none.")
    shared = table_of(
        ("what the customers share", "customers", FAST, "others", "on the list"),
        [
            (capital(plain(one["sentence"])), *_shared(mapping(one["counts"])))
            for one in map(mapping, entries(grid.get("shared")))
        ],
    )
    traits = [plain(trait) for trait in entries(grid.get("traits"))]
    sides = [_named(traits, rows, outcome) for outcome in dict.fromkeys(str(one["outcome"]) for one in rows)]
    return Section("customers", "The companies by name", tuple(lines), (), some(shared, *sides))


def _named(traits: list[str], rows: list[dict[str, Any]], outcome: str) -> Table | None:
    """The companies of one outcome with their traits, an empty cell where one is not known."""
    heads = (f"{OUTCOMES.get(outcome, outcome)}", *traits)
    named = [one for one in rows if one["outcome"] == outcome]
    cells = [(clean(one["name"]), *("" if cell is None else clean(cell) for cell in one["values"])) for one in named]
    return Table(heads, tuple(cells), frozenset(range(len(heads)))) if cells else None


def _shared(counts: Facts) -> tuple[str, str, str, str]:
    pairs = (("good", "of"), ("fast", "of_fast"), ("others", "of_others"), ("market", "of_market"))
    found = [n_of_m(counts[part], counts[whole]) if counts.get(whole) else "" for part, whole in pairs]
    return found[0], found[1], found[2], found[3]


def not_used(document: Facts) -> Section:
    """Every column that is not used, by the reason, with its proof."""
    rejected = [mapping(one) for one in entries(document.get("rejected"))]
    if not rejected:
        return Section("unused", "What was not used")
    folds = []
    for reason, words in WHY_NOT_USED.items():
        ones = [one for one in rejected if one["reason"] == reason]
        table = table_of(
            ("column", "proof"), [(clean(one["attribute"]), clean(one["proof"])) for one in ones], wide=(0, 1)
        )
        if table is not None:
            folds.append(Fold(f"{capital(words)}: {count(len(ones))}", (), (table,)))
    return Section("unused", f"What was not used: {count(len(rejected))} columns", folds=tuple(folds))


def warnings(document: Facts) -> Section:
    """What to keep in mind."""
    texts = dict.fromkeys(ended(clean(text)) for text in entries(document.get("warnings")))
    return Section("warnings", "Keep in mind", items=tuple(texts))
