"""The lists of one build: made as tables in the engine, counted, checked against each other, and written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import duckdb

from idealfit.activation.money import load_rates
from idealfit.activation.neglected import NEGLECTED_COLUMNS, make_neglected
from idealfit.activation.pipeline import PIPELINE_COLUMNS, make_pipeline, pipeline_share
from idealfit.activation.scored import view_scores
from idealfit.activation.settings import ListSettings
from idealfit.activation.standing import place_accounts
from idealfit.activation.target_list import (
    NOT_TARGETED_COLUMNS,
    TARGET_COLUMNS,
    WINBACK_COLUMNS,
    make_account_words,
    make_not_targeted,
    make_targets,
    make_winback,
)
from idealfit.activation.wording import load_wording, wording_of
from idealfit.errors import ListsDoNotReconcile
from idealfit.profile.content import Profile
from idealfit.records.attribute import AttributeInfo
from idealfit.store.delimited_output import write_csv
from idealfit.store.engine import quote
from idealfit.store.place import Place, write_aside

FILES: dict[str, tuple[str, tuple[str, ...]]] = {
    "targets.csv": ("target_rows", TARGET_COLUMNS),
    "not_targeted.csv": ("not_targeted_rows", NOT_TARGETED_COLUMNS),
    "winback.csv": ("winback_rows", WINBACK_COLUMNS),
    "neglected.csv": ("neglected_rows", NEGLECTED_COLUMNS),
    "pipeline.csv": ("pipeline_rows", PIPELINE_COLUMNS),
}
"""Each list: the table in the engine that it is written from, and its columns."""

UNDATED = date(1970, 1, 1)
"""The day on which lists are made where the records hold no date at all: nothing is compared with it."""


class CompanySettings(Protocol):
    """What the lists need of company.yaml."""

    @property
    def currency(self) -> str | None:
        """The company's own currency."""

    @property
    def undated_rates(self) -> dict[str, float]:
        """Units of it for one unit of another."""

    @property
    def competitors(self) -> list[str]:
        """Competitors by name or domain."""


class Attributes(Protocol):
    """What the lists need of an import's report."""

    @property
    def attributes(self) -> Mapping[str, AttributeInfo]:
        """Every column of `accounts`."""


@dataclass(frozen=True)
class ListRun:
    """What was known when the lists were made: the day, the home currency, whether anything is scored, or touched."""

    as_of: date
    home: str
    scored: bool
    touches_recorded: bool


def write_lists(
    con: duckdb.DuckDBPyConnection,
    place: Place,
    profile: Profile | None,
    *,
    as_of: date | None,
    company: CompanySettings | None = None,
    report: Attributes | None = None,
    settings: ListSettings | None = None,
    run: ListRun | None = None,
) -> dict[str, Any]:
    """Write targets.csv, not_targeted.csv, winback.csv, neglected.csv and pipeline.csv into the workspace.

    `con` holds the canonical views and, where a profile was scored, the table `scores`; `profile` may be None.
    `run` is what `make_lists` gave on this connection, for whoever needs the lists twice and wants them made once.
    Returns what `count_lists` returns, and `files`: the names written. Each file appears whole or not at all.
    Raises ListsDoNotReconcile (our fault) if an account stood on no list or on two.
    """
    run = run or make_lists(con, profile, as_of=as_of, company=company, report=report, settings=settings)
    lists = count_lists(con, run)
    for name, (table, columns) in FILES.items():
        _write(con, place.outputs / name, table, columns)
    return lists | {"files": list(FILES)}


def make_lists(
    con: duckdb.DuckDBPyConnection,
    profile: Profile | None,
    *,
    as_of: date | None,
    company: CompanySettings | None = None,
    report: Attributes | None = None,
    settings: ListSettings | None = None,
) -> ListRun:
    """Make the tables behind the lists (see `FILES`) in the engine, and write nothing."""
    settings = settings or ListSettings()
    day = as_of or _last_day(con)
    scored = view_scores(con)
    home = load_rates(con, company.currency if company else None, company.undated_rates if company else {})
    load_wording(con, wording_of(profile, report.attributes if report else None))
    make_account_words(con)
    place_accounts(con, as_of=day, settings=settings, competitors=company.competitors if company else ())
    make_targets(con, settings)
    make_not_targeted(con)
    make_winback(con)
    touches = make_neglected(con, as_of=day, settings=settings)
    make_pipeline(con, as_of=day, home=home)
    return ListRun(day, home, scored, touches)


def count_lists(con: duckdb.DuckDBPyConnection, run: ListRun) -> dict[str, Any]:
    """The counts of the lists that `make_lists` made.

    `accounts` = `targets` + the sum of `not_targeted` (by reason) + `winback`, checked here; `neglected` is a view on
    these and may overlap; `by_priority`: targets by priority; `unworked`: targets that never had a deal; `pipeline`:
    see `pipeline_share`; `messages`: what a person must know, each one a sentence.
    """
    accounts = _one(con, "SELECT COUNT(*) FROM accounts")
    counts = {table: _one(con, f"SELECT COUNT(*) FROM {quote(table)}") for table, _ in FILES.values()}
    left_out = dict(
        con.execute("SELECT reason, COUNT(*) FROM not_targeted_rows GROUP BY 1 ORDER BY 2 DESC, 1").fetchall()
    )
    distinct = _one(
        con,
        "SELECT COUNT(DISTINCT account_id) FROM (SELECT account_id FROM target_rows UNION ALL "
        "SELECT account_id FROM not_targeted_rows UNION ALL SELECT account_id FROM winback_rows)",
    )
    told = counts["target_rows"] + counts["not_targeted_rows"] + counts["winback_rows"]
    if not accounts == told == distinct:
        raise ListsDoNotReconcile(
            f"{accounts} accounts, but {told} rows for {distinct} of them on the lists",
            remedy="Please report this; nothing was written",
        )
    unworked = _one(con, "SELECT COUNT(*) FROM account_standing WHERE list = 'targets' AND NOT worked")
    lists = {
        "accounts": accounts,
        "targets": counts["target_rows"],
        "winback": counts["winback_rows"],
        "neglected": counts["neglected_rows"],
        "not_targeted": left_out,
        "by_priority": dict(
            con.execute("SELECT priority, COUNT(*) FROM target_rows GROUP BY 1 ORDER BY MIN(rank)").fetchall()
        ),
        "unworked": unworked,
        "pipeline": pipeline_share(con, run.home, scored=run.scored),
    }
    return lists | {"messages": _messages(con, run, lists)}


def _messages(con: duckdb.DuckDBPyConnection, run: ListRun, lists: Mapping[str, Any]) -> list[str]:
    said = []
    if lists["accounts"] and not lists["unworked"]:
        rest = (
            f"the {lists['targets']:,} targets were all worked before" if lists["targets"] else "there are no targets"
        )
        said.append(
            f"Nothing unworked remains: of {lists['accounts']:,} accounts every one is a customer, was one, had a deal "
            f"or is left out for a reason; {rest}. Add a market list: an accounts file with companies that you have "
            "never sold to (name, domain and the columns that the profile asks for)"
        )
    if not run.scored:
        said.append("Nothing is scored, so the targets are in no order of fit: write a profile, or let one be found")
    doubtful = _one(con, "SELECT COUNT(*) FROM customer_states WHERE contradicted")
    if doubtful:
        said.append(
            f"{doubtful:,} accounts are marked as former customers and have a running subscription: kept as customers"
        )
    if lists["not_targeted"].get("lost_undated"):
        said.append(
            f"{lists['not_targeted']['lost_undated']:,} lost accounts have no closing date, so nobody can tell whether "
            "enough time has passed: left out. Add the closing dates of deals"
        )
    if not run.touches_recorded and lists["accounts"]:
        said.append("No activity of yours is on record: whether an account without deals was touched is unknown")
    pipeline = lists["pipeline"]
    if pipeline["without_account"]:
        said.append(
            f"{pipeline['without_account']:,} of {pipeline['open_deals']:,} open deals belong to no account: their "
            "tier is unknown. Link them to accounts"
        )
    if pipeline["amount_unknown"]:
        said.append(f"{pipeline['amount_unknown']:,} of {pipeline['open_deals']:,} open deals have no amount")
    if pipeline["amount_without_rate"]:
        said.append(
            f"{pipeline['amount_without_rate']:,} open deals are in other currencies and not in the sum: give 'rates' "
            "in company.yaml"
        )
    return said


def _last_day(con: duckdb.DuckDBPyConnection) -> date:
    """The last day on which anything is on record; a fixed day where the records hold no date."""
    row = con.execute(
        "SELECT CAST(MAX(moment) AS DATE) FROM (SELECT created_at AS moment FROM deals UNION ALL "
        "SELECT closed_at FROM deals WHERE outcome <> 'open' UNION ALL SELECT occurred_at FROM activities UNION ALL "
        "SELECT started_at FROM subscriptions UNION ALL SELECT ended_at FROM subscriptions)"
    ).fetchone()
    return row[0] if row and row[0] is not None else UNDATED


def _write(con: duckdb.DuckDBPyConnection, path: Path, table: str, columns: Sequence[str]) -> None:
    chosen = ", ".join(quote(column) for column in columns)
    # the tables were made with ORDER BY and DuckDB keeps insertion order
    con.execute(f"SELECT {chosen} FROM {quote(table)}{' ORDER BY rank' if 'rank' in columns else ''}")

    def rows() -> Iterator[tuple[object, ...]]:
        while batch := con.fetchmany(10_000):
            yield from batch

    write_aside(path, lambda aside: _discard_count(write_csv(aside, columns, rows())))


def _discard_count(_: int) -> None:
    return None


def _one(con: duckdb.DuckDBPyConnection, query: str) -> int:
    row = con.execute(query).fetchone()
    return int(row[0]) if row else 0
