"""What speaks of the profile as a whole: time, later deals, how it grows old, rivals, whether its customers stay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from idealfit.patterns.comparison_words import ROWS
from idealfit.patterns.evidence_page.model import (
    Card,
    Fold,
    Section,
    Table,
    percent,
    ranged,
    records_of,
    shares,
    some,
    table_of,
    times,
    won_of,
)
from idealfit.profile.rendering.reading import did, entries, mapping, number
from idealfit.profile.rendering.wording import capital, clean, count, day, ended, listing, n_of_m, plain

Facts = Mapping[str, Any]


def two_profiles(document: Facts) -> Section:
    """Where the evidence holds more than one profile: what won before and since, or in one part and the others."""
    verb = did(document)
    cards = [
        *(
            _division(one, ("", f"Before {day(one['at'])}", "Since then"), place, verb)
            for place, one in enumerate(map(mapping, entries(document.get("changes"))))
        ),
        *(
            _division(one, (f"{plain(one['by'])} ", "The others", clean(one["value"])), 100 + place, verb)
            for place, one in enumerate(map(mapping, entries(document.get("divisions"))))
        ),
    ]
    return Section("profiles", "More than one profile in the evidence", cards=tuple(cards))


def _division(one: Facts, names: tuple[str, str, str], place: int, verb: str) -> Card:
    """One change or division; `names`: what divides, where nothing but the day does, and what its two sides are
    called.
    """
    by, before, after = names
    moved = [mapping(each) for each in entries(one.get("moved"))]
    rows = []
    folds: list[Fold] = []
    for each in moved:
        sides = [mapping(each.get(side)) for side in ("before", "after")]
        figures = [
            text
            for side in sides
            for text in (
                won_of(mapping(side.get("counts")), "match"),
                won_of(mapping(side.get("counts")), "rest"),
                times(side.get("odds_ratio")),
            )
        ]
        rows.append((capital(plain(each["sentence"])), *figures))
        found = [
            (
                f"{said} ({name[:1].lower()}{name[1:]})",
                entries(mapping(side.get("records")).get(key)),
                number(mapping(side.get("counts")).get(f"match_{key}")),
            )
            for side, name in zip(sides, (before, after), strict=True)
            for key, said in (("won", verb), ("lost", "lost" if verb == "won" else "not"))
        ]
        folds += records_of(f"Records, {plain(each['sentence'])}", found)
    heads = ("trait", f"{before}: {verb}", "elsewhere", "odds x", f"{after}: {verb}", "elsewhere", "odds x")
    lines = [ended(clean(one.get("sentence") or ""))]
    if one.get("low") and one.get("high"):
        lines.append(f"The day lies between {day(one['low'])} and {day(one['high'])}, 95 times in 100.")
    if one.get("deals") is not None:
        lines.append(
            f"{n_of_m(one['won'], one['deals'])} {verb} there, {n_of_m(one['rest_won'], one['rest_deals'])} elsewhere."
        )
    title = f"{capital(by)}{after} / {before.lower()}" if by else f"{before} / {after}"
    return Card(f"profiles-{place}", title, lines=tuple(lines), table=table_of(heads, rows), folds=tuple(folds))


def later_deals(document: Facts) -> Section:
    """The backtest: tiers, rivals, how chances came true, quarter by quarter, and how a profile grows old."""
    backtest = mapping(document.get("backtest"))
    rows = ROWS.get(str(document.get("unit")), "deals")
    kinds = {
        "later_deals": f"Judged on {count(backtest.get('deals') or 0)} {rows} opened after "
        f"{day(backtest.get('at'))}, each by what was learned from earlier ones.",
        "accounts_set_aside": f"Judged on {count(backtest.get('deals') or 0)} {rows} of companies set aside: "
        "not a test of time.",
    }
    told = kinds.get(str(backtest.get("kind")))
    if told is None:
        return Section("later", "Judged on later deals")
    heads = (
        "tier", rows, did(document), "share", "foreseen", "lift", "worth of one worked", "contract", "days to sign",
        "stay a year",
    )  # fmt: skip
    tiers = [
        (
            clean(one["tier"]),
            count(one["deals"]),
            count(one["won"]),
            shares(one.get("win_rate")),
            percent(one.get("predicted")),
            ranged(one.get("lift")),
            ranged(one.get("value"), "{:,.0f}"),
            ranged(one.get("amount"), "{:,.0f}"),
            ranged(one.get("cycle_days"), "{:.0f}"),
            shares(one.get("retention")),
        )
        for one in map(mapping, entries(backtest.get("tiers")))
    ]
    items = [ended(clean(text)) for text in entries(backtest.get("sentences"))]
    folds = [*_over_time(backtest, rows, did(document)), *_followed(mapping(backtest.get("followed")))]
    kind = "later" if backtest.get("kind") == "later_deals" else "set-aside"
    return Section(
        "later",
        "Judged on later deals" if kind == "later" else "Judged on companies set aside",
        (told, "In brackets: the range that is right 95 times in 100. A lift of 1 is chance."),
        tuple(items),
        some(table_of(heads, tiers, wide=()), _rivals(backtest)),
        folds=tuple(folds),
    )


def _rivals(backtest: Facts) -> Table | None:
    """Ours and each rival on the same deals: how often a won one stands before a lost one, and the lift."""
    baselines = mapping(backtest.get("baselines"))
    size = mapping(baselines.get("size"))
    found = [("This way of finding a profile", backtest.get("auc"), backtest.get("lift_later") or backtest.get("lift"))]
    for name, one in (
        ("Size alone", mapping(size.get("order"))),
        ("The profile that you have", mapping(baselines.get("own_profile"))),
        ("A black box, which cannot tell why", mapping(baselines.get("black_box"))),
    ):
        if one:
            found.append((f"{name} ({plain(one['name'])})", one.get("auc"), one.get("lift")))
    return table_of(
        ("order", "a won one before a lost one", "lift"),
        [(name, shares(auc), ranged(lift)) for name, auc, lift in found],
    )


def _over_time(backtest: Facts, rows: str, verb: str) -> list[Fold]:
    calibration = mapping(backtest.get("calibration"))
    bins = [mapping(one) for one in entries(calibration.get("bins"))]
    chances = table_of(
        ("chance foreseen", "came true", rows),
        [(percent(one["predicted"]), percent(one["observed"]), count(one["deals"])) for one in bins],
        wide=(),
    )
    quarters = table_of(
        ("from", "built on", rows, verb, "a won one before a lost one", "lift"),
        [
            (
                day(one["at"]) if one.get("at") else "",
                count(one["built_on"]),
                count(one["deals"]),
                count(one["won"]),
                shares(one.get("auc")),
                ranged(one.get("lift")),
            )
            for one in map(mapping, entries(backtest.get("origins")))
        ],
        wide=(),
    )
    ages = table_of(
        ("age in quarters", rows, "a won one before a lost one", "worse than a fresh one by"),
        [
            (
                "fresh" if not one["quarters"] else count(one["quarters"]),
                count(one["deals"]),
                shares(one.get("auc")),
                ranged(one.get("loss"), "{:+.2f}"),
            )
            for one in map(mapping, entries(backtest.get("aging")))
        ],
        wide=(),
    )
    brier, everyone = number(calibration.get("brier")), number(calibration.get("brier_everyone"))
    said = (
        (f"Squared error of the chances {brier:.3f}; of the same chance for everyone {everyone:.3f}.",)
        if (brier is not None and everyone is not None)
        else ()
    )
    folds = (
        Fold("Whether chances came true", said, some(chances)),
        Fold("Quarter by quarter", (), some(quarters)),
        Fold("How a profile grows old", (), some(ages)),
    )
    return [fold for fold in folds if fold.tables]


def _followed(followed: Facts) -> list[Fold]:
    if not followed:
        return []
    kept, given = count(followed["wins_kept"]), count(followed["wins_given_up"])
    names = listing(entries(followed.get("given_up_names")), 10, of=int(followed["wins_given_up"]))
    worked = n_of_m(followed["worked"], followed["worked"] + followed["skipped"])
    money = number(followed.get("amount_kept_share"))
    text = (
        f"Had only A and B been worked: {worked} worked, {kept} wins kept and {given} given up"
        f"{f', {percent(money)} of their value kept' if money is not None else ''}. "
    )
    return [Fold("If only A and B had been worked", (text, f"Given up: {names}." if followed["wins_given_up"] else ""))]


def staying(document: Facts) -> Section:
    """The churn cross-check: whether the customers that the finished profile calls A or B stay."""
    check = mapping(document.get("cross_check"))
    if not check:
        return Section("staying", "Do they stay?")
    ones = [mapping(check["best"]), mapping(check["rest"]), *map(mapping, entries(check.get("tiers")))]
    rows = [
        (
            clean(one["name"]) if place < 2 else f"tier {clean(one['name'])}",
            count(one["customers"]),
            count(one["left"]),
            shares(one.get("stay_a_year")),
            ranged(one.get("left_a_year"), "{:,.0f}"),
        )
        for place, one in enumerate(ones)
    ]
    leaving = ranged(check.get("leaving"))
    best, rest = ones[0], ones[1]
    told = (
        f"Of the customers that were A or B when their deal opened {n_of_m(best['left'], best['customers'])} left, of "
        f"the others {n_of_m(rest['left'], rest['customers'])}; they leave {leaving} times as often. Judged on "
        f"{clean(check['judged_on'])}."
    )
    folds = records_of(
        "Customers", [(clean(one["name"]), entries(one.get("records")), one["customers"]) for one in ones[:2]]
    )
    warned = (ended(clean(check["warning"])),) if check.get("warning") else ()
    heads = ("when their deal opened", "customers", "left", "stay a year", "left of a year, a customer")
    return Section(
        "staying", "Do they stay?", (told, *warned), (), some(table_of(heads, rows)), (),
        folds,
    )  # fmt: skip
