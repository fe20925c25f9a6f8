"""What `build`, `score` and `demo` say, in the order in which a person needs it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from idealfit.frontends.cli.console import Screen, shown_path

if TYPE_CHECKING:
    from idealfit.records.report import Guess, ImportReport
    from idealfit.scoring import ScoreResult
    from idealfit.workspace import BuildResult

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
}
SHOWN_REJECTIONS = 8


def print_build(screen: Screen, result: BuildResult) -> None:
    """The answer of a build, the verdict first."""
    evidence = result.evidence
    print_verdict(screen, evidence)
    print_readings(screen, result.report)
    print_import(screen, result.report)
    print_guesses(screen, result.report)
    print_criteria(screen, evidence)
    print_rejected(screen, evidence)
    print_backtest(screen, evidence.get("backtest") or {})
    print_lists(screen, result.lists)
    # The import's own notes stand at the top already.
    print_warnings(screen, [text for text in evidence.get("warnings", ()) if text not in result.report.notes])
    if result.proposed:
        screen.line()
        screen.line(
            "A person has changed the profile: it was kept, and this run's lies beside it (profile.proposed.yaml)."
        )
    print_files(screen, result.files)


def print_verdict(screen: Screen, evidence: Mapping[str, Any]) -> None:
    """One line: what the evidence supports, and what it can speak of."""
    verdict, reach = str(evidence["verdict"]), str(evidence["reach"])
    style = "bold green" if verdict == "profile" else "bold yellow"
    screen.headline(f"{VERDICTS.get(verdict, verdict)} Reach: {REACHES.get(reach, reach)}.", style)
    if evidence.get("reason"):
        screen.line(str(evidence["reason"]))
    sample = evidence.get("sample") or {}
    if sample:
        counts = ", ".join(
            f"{sample[key]:,} {key}" for key in ("accounts", "deals", "won", "lost", "open") if key in sample
        )
        screen.line(f"Read: {counts}; as of {evidence.get('as_of')}.")


def print_readings(screen: Screen, report: ImportReport) -> None:
    """What was read in a way that a person may want to change: before anything that rests on it."""
    unsure = [guess for guess in report.guesses if not guess.sure]
    if not (unsure or report.notes):
        return
    screen.heading("Taken as read (the safe reading; change with --map)")
    screen.items([f"{place_of(g)} as {reading_of(g)}: {g.reason}" for g in unsure])
    screen.items(report.notes)


def place_of(guess: Guess) -> str:
    """A guess's file, and its column where the guess is about one."""
    return guess.file if guess.column is None else f"{guess.file}, '{guess.column}'"


def reading_of(guess: Guess) -> str:
    """What a file or a column was taken for: its place in the canonical tables, or its level."""
    level = guess.level.replace("_", " ")
    return guess.to if guess.to else f"a column about the {level}"


def print_import(screen: Screen, report: ImportReport) -> None:
    """Rows read = kept + merged + rejected, a line a table; then the files that were not used."""
    screen.heading("Records")
    rows = [
        (name, count.read, count.kept, count.merged, count.rejected, ", ".join(count.files))
        for name, count in report.tables.items()
    ]
    screen.table(("table", "read", "kept", "merged", "rejected", "from"), rows)
    screen.items([f"{file} not used: {reason}" for file, reason in report.unused])


def print_guesses(screen: Screen, report: ImportReport) -> None:
    """How the columns were read: each with its reason when verbose, else how many there are."""
    if screen.verbose and report.guesses:
        screen.heading("Columns")
        rows = [(place_of(g), g.to or "", g.level, g.layer, g.reason) for g in report.guesses]
        screen.table(("column", "read as", "level", "layer", "because"), rows)
    elif report.guesses:
        screen.line(f"{len(report.guesses)} guesses about files and columns; --verbose shows each with its reason.")


def print_criteria(screen: Screen, evidence: Mapping[str, Any]) -> None:
    """What sets customers apart, and what to stay away from, with counts."""
    criteria = evidence.get("criteria", ())
    scored = [c for c in criteria if c["polarity"] == "seek" and c.get("seen") != "call"]
    print_patterns(screen, "What to look for", scored)
    print_patterns(
        screen,
        "What to stay away from (proposed, nothing is excluded until somebody accepts it)",
        [c for c in criteria if c["polarity"] == "exclude"],
    )
    calls = [c for c in criteria if c["polarity"] == "seek" and c.get("seen") == "call"]
    if calls:
        screen.heading("Ask on the call (known only where somebody worked the account)")
        screen.items([sentence_of(c) for c in calls])


def print_patterns(screen: Screen, title: str, criteria: Sequence[Mapping[str, Any]]) -> None:
    """A table of criteria: points, what it says, wins with and without it, how sure."""
    if not criteria:
        return
    screen.heading(title)
    rows = []
    for c in criteria:
        counts = c.get("counts") or {}
        rows.append((c.get("points"), sentence_of(c), won_of(counts, "match"), won_of(counts, "rest"), c.get("grade")))
    screen.table(("points", "criterion", "won where true", "elsewhere", "grade"), rows)


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


def print_rejected(screen: Screen, evidence: Mapping[str, Any]) -> None:
    """What was tried or refused, by reason; every one with its proof when verbose."""
    # A proof of leakage is news; that a name is a name is not.
    rejected = sorted(evidence.get("rejected", ()), key=lambda each: each["reason"] in {"identifier", "constant"})
    if not rejected:
        return
    screen.heading("Not used")
    shown = rejected if screen.verbose else rejected[:SHOWN_REJECTIONS]
    screen.table(
        ("attribute", "reason", "proof"), [(r["attribute"], r["reason"], short(r.get("proof"))) for r in shown]
    )
    if len(shown) < len(rejected):
        screen.line(f"  … and {len(rejected) - len(shown)} more; --verbose or evidence.json show all.")


def short(value: object, length: int = 100) -> str:
    """`value` as one line of at most `length` characters."""
    text = " ".join(str(value or "").split())
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def print_backtest(screen: Screen, backtest: Mapping[str, Any]) -> None:
    """The profile judged on deals that it was not made from, tier by tier."""
    tiers = backtest.get("tiers", ())
    if not tiers:
        return
    kinds = {
        "later_deals": "Judged on later deals than those it was found on",
        "accounts_set_aside": "Judged on accounts set aside (not shown over time)",
    }
    screen.heading(kinds.get(str(backtest.get("kind")), "Backtest"))
    rows = [(t["tier"], t["deals"], t["accounts"], t["won"], interval_of(t.get("win_rate"))) for t in tiers]
    screen.table(("tier", "deals", "accounts", "won", "win rate"), rows)
    everyone = ((backtest.get("baselines") or {}).get("everyone") or {}).get("win_rate")
    lift = backtest.get("lift")
    if everyone is not None:
        screen.line(
            f"Everyone: {percent(everyone)}. Lift of A and B: {interval_of(lift, percent_scale=False) or 'not known'}."
        )


def percent(value: object) -> str:
    """A share as a percentage; an estimate's value is taken."""
    number = value.get("value") if isinstance(value, Mapping) else value
    return f"{number:.1%}" if isinstance(number, int | float) else "not known"


def interval_of(estimate: object, *, percent_scale: bool = True) -> str:
    """'39% (22% to 58%)' from an estimate with value, low and high; '' where it is missing."""
    if not isinstance(estimate, Mapping) or estimate.get("value") is None:
        return ""
    form = "{:.0%}" if percent_scale else "{:.2f}"
    value, low, high = (estimate.get(key) for key in ("value", "low", "high"))
    text = form.format(value)
    return text if low is None or high is None else f"{text} ({form.format(low)} to {form.format(high)})"


def print_lists(screen: Screen, lists: Mapping[str, Any] | None) -> None:
    """How many accounts are on each list, and why others are on none."""
    if not lists:
        return
    screen.heading("Lists")
    screen.table(("list", "accounts"), [(name, n) for name, n in lists.items() if isinstance(n, int)])
    left_out = lists.get("not_targeted")
    if isinstance(left_out, Mapping) and left_out:
        screen.line("Left out of targets: " + ", ".join(f"{reason} {n:,}" for reason, n in left_out.items()) + ".")


def print_warnings(screen: Screen, warnings: Iterable[str]) -> None:
    """What to keep in mind."""
    texts = list(warnings)
    if texts:
        screen.heading("Keep in mind")
        screen.items(texts)


def print_files(screen: Screen, files: Mapping[str, Any]) -> None:
    """Where everything lies."""
    screen.heading("Written")
    screen.table(("file", "what"), [(shown_path(path), name) for name, path in files.items()])


def print_score(screen: Screen, result: ScoreResult) -> None:
    """How many accounts came out in which tier, the best of them, and what to know."""
    report = result.report
    tiers = ", ".join(f"{tier} {count:,}" for tier, count in report.tiers.items())
    screen.headline(f"{report.rows:,} accounts scored as of {report.as_of}: {tiers}.")
    print_readings(screen, result.imported)
    screen.heading("The best of them")
    rows = [
        (account, name, tier_with_range(tier, low, high), fit, timing)
        for account, name, tier, low, high, fit, timing in result.best
    ]
    screen.table(("account", "name", "tier", "fit", "timing"), rows)
    print_warnings(screen, report.warnings)
    if result.written is not None:
        screen.line()
        screen.line(f"Written: {shown_path(result.written)}")


def tier_with_range(tier: str, low: str, high: str) -> str:
    """'B (could be A)': the tier, and what it could be if everything unknown turned out well or badly."""
    others = [other for other in dict.fromkeys((high, low)) if other != tier]
    return f"{tier} (could be {' or '.join(others)})" if others else tier


def build_document(result: BuildResult) -> dict[str, Any]:
    """A build as one JSON document."""
    return {
        "schema_version": 1,
        "evidence": result.evidence,
        "import": result.report.as_dict(),
        "summary": result.summary,
        "lists": result.lists,
        "files": result.files,
    }


def score_document(result: ScoreResult) -> dict[str, Any]:
    """A scoring as one JSON document."""
    return {
        "schema_version": 1,
        "report": result.report,
        "import": result.imported.as_dict(),
        "best": result.best,
        "written": result.written,
    }
