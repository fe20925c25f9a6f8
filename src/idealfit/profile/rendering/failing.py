"""The parts of a page without a proven profile: what was tried, what to collect, whom to ask, the customers by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from idealfit.profile.rendering.model import GridRow, Line, Section
from idealfit.profile.rendering.parts import BLANK
from idealfit.profile.rendering.reading import Facts, did, entries, fits, mapping, number
from idealfit.profile.rendering.wording import DASH, capital, clean, count, ended, in_hundred, listing, n_of_m, plain
from idealfit.records.attribute import KNOWN, AttributeInfo, describe

TRAITS, ROWS, INTERVIEWS, TRIED, COLLECT = 6, 30, 4, 8, 4
LONGEST_CELL = 60
FAST, FAST_HEAD, BESIDE = "lost fast", "Lost fast", 2
"""Who decided against us fast, with how many of their traits they stand beside the customers."""
FAST_NOTE = "On the right, who decided against us fast: they had the urgency, and are no customers."
NOT_USED = frozenset({"leakage", "after_outcome", "self_caused", "computed"})
"""Reasons for which a column is not used because the outcome, our own effort or the CRM fills it in."""


def tried(evidence: Facts, attributes: Mapping[str, AttributeInfo] | None) -> Section:
    """The best candidates that failed, with their numbers: what `no_signal` rests on; and what was not used at all."""
    verb = did(evidence)
    lines = []
    for place, entry in enumerate(map(mapping, entries(evidence.get("failed")))):
        text = plain(entry.get("sentence") or describe(str(entry.get("attribute", "")), attributes).label)
        detail = _numbers(entry, verb)
        if fits(text) and fits(detail):
            lines.append(Line(capital(text), detail, worth=10 - place / 10))
    tests = number(evidence.get("tests"))
    among = f" among {count(tests)} tried; so many tries make luck look like this" if tests and tests > TRIED else ""
    note = f"The strongest differences{among}. Not one of them holds up."
    if not lines:
        said = plain(evidence.get("reason") or "")
        note = ended(capital(said)) if len(said.split()) > 3 and fits(said) else "No difference was found."
    noun = ("failed candidate", "failed candidates")
    section = Section("tried", "What we tried", note, tuple(lines[:TRIED]), noun=noun)
    section = replace(section, cut=max(len(lines) - TRIED, 0))
    if (unused := _not_used(evidence, attributes)) and fits(unused):
        section = replace(section, lines=(*section.lines, Line("Not used", unused, worth=5)))
    return section


def _numbers(entry: Facts, verb: str) -> str:
    """'53 of 143 won, elsewhere 392 of 1,741. Luck alone shows as much 4 times in 100.'"""
    counts = mapping(entry.get("counts"))
    values = [number(counts.get(key)) for key in ("match_won", "match_lost", "rest_won", "rest_lost")]
    luck = number(entry.get("by_luck"))
    parts = []
    if all(value is not None for value in values):
        won, lost, rest_won, rest_lost = (value or 0.0 for value in values)
        rest = f", elsewhere {n_of_m(rest_won, rest_won + rest_lost)}" if rest_won + rest_lost else ""
        parts.append(f"{n_of_m(won, won + lost)} {verb}{rest}.")
    if luck is not None:
        times = f"{in_hundred(luck)} {'time' if in_hundred(luck) == '1' else 'times'} in 100"
        parts.append(f"Luck alone shows as much {times if luck >= 0.005 else 'too, though rarely'}.")
    return " ".join(parts)


def _not_used(evidence: Facts, attributes: Mapping[str, AttributeInfo] | None) -> str:
    names: dict[str, None] = {}
    for entry in map(mapping, entries(evidence.get("rejected"))):
        name = str(entry.get("attribute", ""))
        if entry.get("reason") in NOT_USED and name not in KNOWN:
            names.setdefault(plain(describe(name, attributes).label))
    if not names:
        return ""
    return f"Filled in by the outcome, the CRM or our own effort: {listing(list(names))}."


def collect(evidence: Facts) -> Section | None:
    """What to collect so that the next build can tell; None where nothing is asked for."""
    texts = [text for item in entries(evidence.get("collect")) if (text := plain(item)) and fits(text)]
    if not texts:
        return None
    lines = tuple(Line(ended(capital(text)), worth=9 - place / 10) for place, text in enumerate(texts[:COLLECT]))
    noun = ("thing to collect", "things to collect")
    return Section("collect", "Collect next", lines=lines, cut=max(len(texts) - COLLECT, 0), noun=noun)


def interviews(evidence: Facts) -> list[Section]:
    """Whom to interview, why, and what to ask: those with the same reason and questions in one line."""
    groups: dict[tuple[str, str], list[str]] = {}
    for entry in map(mapping, entries(evidence.get("interview"))):
        name, why = clean(entry.get("name") or entry.get("account_id") or ""), plain(entry.get("why") or "")
        asked = [text for ask in entries(entry.get("ask")) if (text := plain(ask))]
        if name and len(name) <= LONGEST_CELL:
            groups.setdefault((ended(capital(why)), " ".join(map(ended, asked))), []).append(name)
    lines, left = [], 0
    for place, ((why, asked_them), names) in enumerate(groups.items()):
        detail = " ".join(part for part in (why, asked_them) if part)
        if fits(detail):
            lines.append(Line(listing(names, 5), detail, worth=11 - place / 10))
        else:
            left += len(names)
    if not lines:
        lines = [Line("Three who bought, one who left, one who said no:", blank=True, tag=BLANK, worth=9)]
    noun = ("interview", "interviews")
    left += max(len(lines) - INTERVIEWS, 0)
    return [Section("interview", "Talk to, and ask", lines=tuple(lines[:INTERVIEWS]), keep=2, noun=noun, cut=left)]


def customers(evidence: Facts) -> Section | None:
    """The customers by name in a grid of traits; None where the evidence has none, or no trait of them."""
    known = mapping(evidence.get("customers"))
    traits, rows = [capital(plain(trait)) for trait in entries(known.get("traits"))], entries(known.get("rows"))
    if not rows or not traits:
        return None
    grid = []
    for row in map(mapping, rows):
        values = [plain(DASH if value is None else value) for value in entries(row.get("values"))]
        values = [*values, *[""] * len(traits)][: len(traits)]
        name = clean(row.get("name") or row.get("account_id") or "")
        grid.append(GridRow(name, plain(row.get("outcome", "")), tuple(values)))
    fitting = [row for row in grid if all(len(text) <= LONGEST_CELL for text in (row.name, *row.values[:TRAITS]))]
    note = f"Circle what the best have in common and the others lack; {DASH} is unknown."
    fast = [row for row in fitting if row.outcome == FAST]
    most = min(BESIDE if fast else TRAITS, len(traits))
    if len(traits) > most:
        note += f" {count(len(traits) - most)} further traits are in the evidence file."
    heads = tuple(traits[:most])
    shown = tuple(GridRow(row.name, row.outcome, row.values[:most]) for row in fitting if row.outcome != FAST)[:ROWS]
    if fast:
        note += f" {FAST_NOTE}"
        heads, shown = (*heads, FAST_HEAD, *heads), _beside(shown, fast, most)
    total = max(int(number(known.get("total")) or 0), len(grid))
    return Section(
        "customers",
        "Your companies, by name",
        note,
        traits=heads,
        grid=shown,
        cut=total - sum(row.companies for row in shown),
        keep=4,
        noun=("company", "companies"),
        wide=True,
    )


def _beside(shown: tuple[GridRow, ...], fast: list[GridRow], traits: int) -> tuple[GridRow, ...]:
    """The rows with those who decided against us fast as a second column beside them, one a row."""
    empty = ("",) * (traits + 1)
    made = []
    for place, row in enumerate(shown):
        other = fast[place] if place < len(fast) else None
        more = empty if other is None else (other.name, *other.values[:traits])
        made.append(replace(row, values=(*row.values, *more), companies=1 + (other is not None)))
    return tuple(made)
