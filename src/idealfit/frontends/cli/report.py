"""What `build`, `score` and `demo` say, in the order in which a person needs it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from idealfit.frontends.cli.console import Screen, shown_path
from idealfit.frontends.cli.differing import print_proposal
from idealfit.frontends.cli.explaining import judged_column, prices
from idealfit.frontends.cli.notes import condensed, place_of, unsure_readings
from idealfit.frontends.cli.profiles_told import print_parts, print_profiles, told_of_profiles
from idealfit.frontends.cli.quality import quality_line
from idealfit.frontends.result_words import (
    FILES,
    GOOD,
    NEWS_FIRST,
    VERDICTS,
    interval_of,
    left_out_words,
    named_first,
    percent,
    reach_of,
    sample_of,
    sentence_of,
    short,
    tier_with_range,
    why_not_used,
    won_of,
    won_word,
)

if TYPE_CHECKING:
    from idealfit.records.report import ImportReport
    from idealfit.scores.motions import MotionsReport
    from idealfit.scores.score import ScoreReport
    from idealfit.workspace.building import BuildResult
    from idealfit.workspace.scoring import ScoreResult

SHOWN_REJECTIONS = 8
NO_TABLE = "not a table"
SHOWN_NOTES = 12


def print_build(screen: Screen, result: BuildResult) -> None:
    """The answer of a build: the verdict, how the files were read, what was found, whether it holds, what to do."""
    evidence = result.evidence
    print_verdict(screen, evidence)
    print_profiles(screen, evidence)
    print_parts(screen, evidence)
    print_readings(screen, result.report)
    print_import(screen, result.report)
    print_since(screen, result.report)
    print_criteria(screen, evidence)
    print_rejected(screen, evidence)
    print_backtest(screen, evidence)
    print_today(screen, result.summary)
    print_lists(screen, result.lists)
    if result.scores is not None:
        print_hits(screen, result.scores)
    if result.motions is not None:
        screen.heading("By motion")
        print_motions(screen, result.motions)
    # The import's own notes stand at the top already, and the lists' beside them.
    told = {*result.report.notes, *(result.lists or {}).get("messages", ()), *told_of_profiles(evidence)}
    print_warnings(screen, [text for text in evidence.get("warnings", ()) if text not in told])
    print_next(screen, evidence)
    if result.kept is not None:
        print_proposal(screen, result.kept)
    print_files(screen, result.files)


def print_verdict(screen: Screen, evidence: Mapping[str, Any]) -> None:
    """The first line: what the evidence supports, and what it can speak of; then why, and from how much."""
    verdict = str(evidence["verdict"])
    style = "bold green" if verdict == "profile" else "bold yellow"
    code, _, why = str(evidence.get("reason") or "").partition(": ")
    if code == "no_outcome":
        screen.headline("Verdict: insufficient. These records name companies, and not which of them bought.", style)
        screen.line(f"{why[:1].upper()}{why[1:].rstrip('.')} ({code}).")
    else:
        screen.headline(f"{VERDICTS.get(verdict, verdict)} Reach: {reach_of(evidence)}.", style)
        if evidence.get("reason"):
            screen.line(f"{str(evidence['reason']).rstrip('.')}.")
    sample = evidence.get("sample") or {}
    if sample:
        numbers = {
            key: f"{sample.get(key) or 0:,}"
            for key in ("deals", "won", "lost", "open", "accounts_with_closed_deals", "accounts")
        }
        screen.line(f"{sample_of(evidence).format(**numbers)}; as of {evidence.get('as_of')}.")
    if (window := evidence.get("window") or {}).get("sentence") and window.get("reason") != "undated":
        screen.line(f"{window['sentence']}.")
    if said := (evidence.get("selection") or {}).get("sentence"):
        screen.line(f"{said}.")


def print_records(screen: Screen, report: ImportReport, workspace: Path) -> None:
    """The answer of an import: how many rows of which table, what became of them, and what was taken for granted."""
    kept = ", ".join(f"{count.kept:,} {table.replace('_', ' ')}" for table, count in report.tables.items())
    as_of = f", as of {report.as_of}" if report.as_of is not None else ""
    screen.headline(f"Imported: {kept or 'nothing'}{as_of}.")
    print_import(screen, report)
    print_since(screen, report)
    print_readings(screen, report)
    if report.questions:
        screen.heading("Questions (the first reading was taken; a mapping decides otherwise)")
        screen.items([f"{one.text} {one.proposal}, or {', '.join(one.alternatives)}" for one in report.questions])
    print_kept(screen, report, workspace)


def print_kept(screen: Screen, report: ImportReport, workspace: Path) -> None:
    """Where the records lie, and what to open or do next."""
    changed = sum(change.rows for change in report.changes)
    rows = [
        ("quality.html", "how far the data can be trusted, and what to mend first"),
        ("changes.csv", f"{changed:,} changed cell{'s' * (changed != 1)}, each distinct one with its original")
        if changed
        else None,
        ("rejects", "rows and cells that could not be used, with line and reason") if report.problems else None,
        ("mappings", "how files and columns were read: edit it and import again"),
        ("tables", "the records themselves, as Parquet"),
    ]
    screen.heading(f"Kept in {shown_path(workspace)}")
    screen.table(("file", "what"), [row for row in rows if row is not None])


def print_since(screen: Screen, report: ImportReport) -> None:
    """What is different from the last import."""
    if report.since:
        screen.heading("Since the last import")
        screen.items([f"{text}." for text in report.since])


def print_readings(screen: Screen, report: ImportReport) -> None:
    """What was read in a way that a person may want to change: before anything that rests on it."""
    if screen.verbose:
        texts = [*unsure_readings(report.guesses, every=True), *dict.fromkeys(report.notes)]
    else:
        texts = [*unsure_readings(report.guesses), *condensed(report.notes)]
    if not texts:
        return
    screen.heading("Taken as read (the safe reading; a mapping changes it)")
    shown = texts if screen.verbose else texts[:SHOWN_NOTES]
    screen.items(shown)
    if len(shown) < len(texts):
        screen.line(f"  … and {len(texts) - len(shown)} more about how files were read; --verbose shows all.")


def print_import(screen: Screen, report: ImportReport) -> None:
    """Rows read = kept + merged + rejected, a line a table; files that were not used; how many columns were guessed."""
    screen.heading("Records")
    rows = [
        (name, count.read, count.kept, count.merged, count.rejected, ", ".join(count.files) or "the other tables")
        for name, count in report.tables.items()
    ]
    screen.table(("table", "read", "kept", "merged", "rejected", "from"), rows)
    unused: dict[str, list[str]] = {}
    for file, reason in report.unused:
        unused.setdefault(reason.partition(" (.")[0] if reason.startswith(NO_TABLE) else reason, []).append(file)
    screen.items([f"{named_first(files)} not used: {reason}" for reason, files in unused.items()])
    if any(count.rejected for count in report.tables.values()):
        screen.line("  Every rejected row, with its line and the reason, is in the workspace's folder 'rejects'.")
    if screen.verbose and report.guesses:
        screen.heading("Columns")
        guesses = [(place_of(g), g.to or "", g.level, g.layer, g.reason) for g in report.guesses]
        screen.table(("column", "read as", "level", "layer", "because"), guesses)
    elif report.guesses:
        screen.line(f"  {len(report.guesses)} guesses about files and columns; --verbose shows each with its reason.")
    screen.line(f"  {quality_line(report.quality)}")


def print_criteria(screen: Screen, evidence: Mapping[str, Any]) -> None:
    """What sets customers apart, what counts against an account, and what may rule it out, with counts."""
    won = won_word(evidence)
    criteria = evidence.get("criteria", ())
    scored = [c for c in criteria if c.get("seen") != "call" and not is_exclusion(c)]
    print_patterns(screen, "What to look for", [c for c in scored if c["points"] > 0], won)
    print_patterns(screen, "What counts against an account", [c for c in scored if c["points"] < 0], won)
    excluding = [c for c in criteria if is_exclusion(c)]
    if excluding:
        screen.heading("Whom to walk away from (proposed: it caps the tier at C until somebody accepts it)")
        rows = [(c["id"], sentence_of(c), c.get("because") or "", c.get("grade")) for c in excluding]
        screen.table(("id", "criterion", "because", "grade"), rows)
        screen.line(f"  To decide one: idealfit accept {excluding[0]['id']} --by NAME --because TEXT")
    prices(screen, evidence)
    calls = [c for c in criteria if c["polarity"] == "seek" and c.get("seen") == "call"]
    if calls:
        screen.heading("Ask on the call (known only where somebody worked the account)")
        screen.items([sentence_of(c) for c in calls])


def is_exclusion(criterion: Mapping[str, Any]) -> bool:
    """Whether a criterion rules out, rather than adds or takes points."""
    return criterion["polarity"] == "exclude" and not criterion.get("points")


def print_patterns(screen: Screen, title: str, criteria: Sequence[Mapping[str, Any]], won: str = "won") -> None:
    """A table of criteria: points, what it says, wins with and without it, how sure."""
    if not criteria:
        return
    screen.heading(title)
    rows = []
    head = next((str(c["judged"]["head"]) for c in criteria if c.get("judged")), None)
    for c in criteria:
        counts = c.get("counts") or {}
        sides = [won_of(counts, "match"), won_of(counts, "rest")]
        if head is not None:
            shown = (c.get("judged") or {}).get("shown") or {}
            sides = [shown.get("match") or "", shown.get("rest") or "", sides[0]]
        rows.append((c["points"], sentence_of(c), *sides, c.get("grade")))
    columns = (f"{won} where true", "elsewhere") if head is None else (f"{head} where true", "elsewhere", won)
    screen.table(("points", "criterion", *columns, "grade"), rows)


def print_rejected(screen: Screen, evidence: Mapping[str, Any]) -> None:
    """What was tried or refused: how many for which reason, and the news first, with proof; all when verbose. What a
    criterion was found in is used; what one only assumes is said to be assumed.
    """
    grades = {str(one.get("attribute")): str(one.get("grade")) for one in evidence.get("criteria", ())}
    rejected = sorted(
        (one for one in evidence.get("rejected", ()) if grades.get(str(one["attribute"]), "assumed") == "assumed"),
        key=lambda each: NEWS_FIRST.index(each["reason"]) if each["reason"] in NEWS_FIRST else len(NEWS_FIRST),
    )
    if not rejected:
        return
    counts: dict[str, int] = {}
    for each in rejected:
        words = why_not_used(each["reason"])
        counts[words] = counts.get(words, 0) + 1
    told = ", ".join(f"{number} {words}" for words, number in counts.items())
    head = "Not used, or assumed and not found" if any(one["attribute"] in grades for one in rejected) else "Not used"
    screen.heading(f"{head}: {len(rejected)} column{'s' * (len(rejected) != 1)} ({told})")
    shown = rejected if screen.verbose else rejected[:SHOWN_REJECTIONS]
    rows = [(r["attribute"], why_not_used(r["reason"]), short(r.get("proof"))) for r in shown]
    screen.table(("column", "because", "proof"), rows)
    if len(shown) < len(rejected):
        screen.line(f"  … and {len(rejected) - len(shown)} more; --verbose or evidence.json show all.")


def print_backtest(screen: Screen, evidence: Mapping[str, Any]) -> None:
    """The profile judged on deals that it was not made from, tier by tier, and what following it would have meant."""
    backtest = evidence.get("backtest") or {}
    tiers = backtest.get("tiers", ())
    if not tiers:
        return
    rows_are = {"customer": "customers", "account": "companies"}.get(str(evidence.get("unit")), "deals")
    kinds = {
        "later_deals": f"Judged on later {rows_are} than those it was found on",
        "accounts_set_aside": "Judged on accounts set aside (not a test of time)",
    }
    screen.heading(kinds.get(str(backtest.get("kind")), "Backtest"))
    won = won_word(evidence)
    rows: list[tuple[Any, ...]] = [
        (t["tier"], t["deals"], t["accounts"], t["won"], interval_of(t.get("win_rate"))) for t in tiers
    ]
    columns = ["tier", rows_are, "accounts", won, "win rate" if won == "won" else f"share {won}"]
    if judged := judged_column(evidence):
        head, shown = judged
        columns, rows = [*columns, head], [(*row, shown(t)) for row, t in zip(rows, tiers, strict=True)]
    screen.table(columns, rows)
    everyone = ((backtest.get("baselines") or {}).get("everyone") or {}).get("win_rate")
    if everyone is not None and not any(t["deals"] for t in tiers if t["tier"] in ("A", "B")):
        screen.line(f"  Everyone: {percent(everyone)}. Nothing was found that sets any of them above the others.")
        return
    if everyone is not None:
        lift = interval_of(backtest.get("lift_later") or backtest.get("lift"), percent_scale=False) or "not known"
        both = interval_of(backtest.get("lift_ab"), percent_scale=False) or "not known"
        stays = "customers who stay" if won == "stayed" else ""
        what = stays or GOOD.get(str(evidence.get("unit"))) or backtest.get("lift_of") or "good deals"
        good = "good deals" if what == "value" else what
        whole = " in value" if what == "value" else ""
        screen.line(
            f"  Everyone: {percent(everyone)}. Lift in {good} of A and B: {both}; of the whole order{whole}: {lift}."
        )
        screen.line(
            f"  A lift of 1 is chance. The whole order's is the mean over every number of {rows_are} worked; at most 2."
        )
    followed = backtest.get("followed")
    if followed and rows_are == "deals":
        total = followed["wins_kept"] + followed["wins_given_up"]
        share = followed.get("amount_kept_share")
        money = f" and {share:.0%} of their value" if isinstance(share, float) else ""
        screen.line(
            f"  Had only A and B been worked: {followed['worked']:,} of {followed['worked'] + followed['skipped']:,} "
            f"deals, {followed['wins_kept']:,} of {total:,} wins{money} kept."
        )
    for sentence in backtest.get("sentences") or ():
        screen.line(f"  {sentence}.")


def print_today(screen: Screen, summary: Mapping[str, Any] | None) -> None:
    """The open pipeline in A and B, and how A and B did against the rest in all deals."""
    pipeline = (summary or {}).get("pipeline") or {}
    groups = [one for one in (summary or {}).get("by_tier", ()) if one["group"] in {"A+B", "rest"}]
    if not any(one["group"] == "A+B" and one["deals"] for one in groups):
        groups = []
    in_ab = pipeline.get("in_ab") if groups else None
    if not (in_ab is not None and pipeline.get("open_deals")) and not groups:
        return
    screen.heading("A and B against the rest, in all deals (those that it was made from, too)")
    rows = [
        (
            "A and B" if one["group"] == "A+B" else "the rest",
            one["deals"],
            interval_of(one.get("win_rate")),
            interval_of(one.get("amount"), form="{:,.0f}"),
            interval_of(one.get("cycle_days"), form="{:.0f}"),
            interval_of(one.get("retention")),
        )
        for one in groups
    ]
    heads = ("", "deals", "win rate", "median deal", "days to close", "stay a year")
    kept = [at for at, head in enumerate(heads) if not head or any(row[at] for row in rows)]
    screen.table([heads[at] for at in kept], [[row[at] for at in kept] for row in rows])
    if in_ab is not None and pipeline.get("open_deals"):
        money = ""
        if pipeline.get("amount"):
            currency = f" {pipeline['currency']}" if pipeline.get("currency") else ""
            money = f"; {pipeline['amount_in_ab']:,.0f} of {pipeline['amount']:,.0f}{currency}"
        screen.line(
            f"  Open pipeline: {in_ab:,} of {pipeline['open_deals']:,} deals are in A or B accounts"
            f" ({in_ab / pipeline['open_deals']:.0%}){money}."
        )


def print_lists(screen: Screen, lists: Mapping[str, Any] | None) -> None:
    """How many accounts are on each list, what each is for, and why others are on none."""
    if not lists:
        return
    screen.heading("Lists")
    left_out = lists.get("not_targeted") or {}
    unworked = f", {lists['unworked']:,} of them never worked" if lists.get("targets") else ""
    pipeline = (lists.get("pipeline") or {}).get("open_deals")
    rows = [
        ("targets.csv", lists.get("targets"), f"accounts to open next, best first{unworked}"),
        ("pipeline.csv", pipeline, "open deals, each with the tier of its account"),
        ("winback.csv", lists.get("winback"), "former customers"),
        ("neglected.csv", lists.get("neglected"), "A accounts untouched for 60 days"),
        ("not_targeted.csv", sum(left_out.values()), f"left out of targets: {left_out_words(left_out) or 'nobody'}"),
    ]
    screen.table(("list", "rows", "what"), [row for row in rows if row[1] is not None])
    screen.items([f"{str(text).rstrip('.')}." for text in lists.get("messages", ())])


def print_warnings(screen: Screen, warnings: Iterable[str]) -> None:
    """What to keep in mind."""
    texts = list(dict.fromkeys(warnings))
    if texts:
        screen.heading("Keep in mind")
        screen.items(texts)


def print_next(screen: Screen, evidence: Mapping[str, Any]) -> None:
    """Where the evidence supports no profile: what would let it, and whom to ask meanwhile."""
    if evidence.get("verdict") == "profile":
        return
    names = [one.get("name") or one.get("account_id") for one in evidence.get("interview", ())][:4]
    texts = list(evidence.get("collect", ()))
    if names and evidence.get("verdict") == "insufficient":
        texts.append(f"Talk to {', '.join(map(str, names))}: profile.pdf says what to ask")
    if texts:
        screen.heading("What to do next")
        screen.items([f"{text}." for text in texts])


def print_files(screen: Screen, files: Mapping[str, Path]) -> None:
    """Where everything lies: the folder once, then each file with what it is for."""
    if not files:
        return
    page = files.get("page") or next(iter(files.values()))
    screen.heading(f"Written to {shown_path(page.parent)}")
    rows = []
    for what, path in files.items():
        name = str(path.relative_to(page.parent)) if path.is_relative_to(page.parent) else shown_path(path)
        rows.append((name, FILES.get(path.name, what)))
    order = list(FILES)
    rows.sort(key=lambda row: order.index(row[0]) if row[0] in FILES else len(order))
    screen.table(("file", "what"), rows)


def print_hits(screen: Screen, report: ScoreReport) -> None:
    """For how many accounts each criterion and exclusion holds."""
    if not report.hits:
        return
    screen.heading("Hits: for how many accounts each criterion holds")
    rows = [(name, one.true, one.false, one.unknown) for name, one in report.hits.items()]
    screen.table(("criterion", "true", "false", "not known"), rows)


def print_score(screen: Screen, result: ScoreResult) -> None:
    """How many accounts came out in which tier, the best of them, the cards, the motions, and what to know."""
    report = result.report
    if result.motions is None:
        tiers = ", ".join(f"{tier} {count:,}" for tier, count in report.tiers.items())
        screen.headline(f"{report.rows:,} accounts scored as of {report.as_of}: {tiers}.")
    else:
        print_motions(screen, result.motions)
    if result.imported is not None:
        print_readings(screen, result.imported)
    screen.heading("The best of them")
    rows = [
        (
            account,
            name,
            tier_with_range(tier, low, high),
            fit,
            "not known" if account in result.timing_unknown else timing,
        )
        for account, name, tier, low, high, fit, timing in result.best
    ]
    if result.best_motion:
        with_motion = [(*row, motion) for row, motion in zip(rows, result.best_motion, strict=True)]
        screen.table(("account", "name", "tier", "fit", "timing", "motion"), with_motion)
    elif result.chances:
        told = [(*row, f"{one:.0%} ({low:.0%} to {high:.0%})") for row, (one, low, high) in zip(
            rows, result.chances, strict=True)]  # fmt: skip
        screen.table(("account", "name", "tier", "fit", "timing", "chance of winning"), told)
    else:
        screen.table(("account", "name", "tier", "fit", "timing"), rows)
    if result.cards:
        screen.heading("By the inbound card")
        screen.table(
            ("account", "name", "route", "points, and why"),
            [(one.account_id, one.name, one.route or "", one.words) for one in result.cards],
        )
    if result.motions is None:
        print_hits(screen, report)
    motions = result.motions.motions if result.motions else ()
    warnings = [f"{one.motion}: {line}" for one in motions for line in one.report.warnings] or list(report.warnings)
    print_warnings(screen, warnings)
    if result.written is not None:
        screen.line()
        screen.line(f"Written: {shown_path(result.written)}")


def print_motions(screen: Screen, motions: MotionsReport) -> None:
    """Every motion's tiers, for how many accounts it is the best, and whom two of them both want."""
    first = motions.motions[0].report
    screen.headline(f"{first.rows:,} accounts scored as of {first.as_of} by {len(motions.motions)} motions.")
    screen.table(
        ("motion", "profile", "tiers", "best for"),
        [
            (
                one.motion,
                one.profile,
                ", ".join(f"{tier} {count:,}" for tier, count in one.report.tiers.items()),
                one.best_for,
            )
            for one in motions.motions
        ],
    )
    screen.heading("Accounts that two motions want (tier A or B)")
    screen.table(
        ("motion", "and", "both", "first only", "second only", "not known"),
        [
            (
                pair.first,
                pair.second,
                pair.both.accounts,
                pair.only_first.accounts,
                pair.only_second.accounts,
                pair.unknown.accounts,
            )
            for pair in motions.overlaps
        ],
    )


def build_document(result: BuildResult) -> dict[str, Any]:
    """A build as one JSON document."""
    return {
        "schema_version": 1,
        "evidence": result.evidence,
        "import": result.report.as_dict(),
        "summary": result.summary,
        "lists": result.lists,
        "scores": result.scores,
        "motions": result.motions,
        "files": result.files,
    }


def score_document(result: ScoreResult) -> dict[str, Any]:
    """A scoring as one JSON document."""
    return {
        "schema_version": 1,
        "report": result.report,
        "import": None if result.imported is None else result.imported.as_dict(),
        "best": result.best,
        "cards": result.cards,
        "motions": result.motions,
        "best_motion": result.best_motion,
        "written": result.written,
    }
