"""From typed files to the canonical tables: put together, accounts made where none are given, linked, finished."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

import duckdb

from idealfit.errors import NoAccounts, NothingKept, Position
from idealfit.records.assembling.assembly import Assembled, assemble, columns_of, count_of
from idealfit.records.assembling.associations import Linked, link_all
from idealfit.records.assembling.children import finish_children, line_amounts
from idealfit.records.assembling.column_typing import base_table
from idealfit.records.assembling.companions import with_companions
from idealfit.records.assembling.conversion import Converted
from idealfit.records.assembling.converted_leads import deals_of_leads
from idealfit.records.assembling.currency import Converted as Money
from idealfit.records.assembling.currency import Rates, convert_currencies
from idealfit.records.assembling.deals import finish_deals
from idealfit.records.assembling.deleted import set_deleted_aside
from idealfit.records.assembling.derived_accounts import accounts_of_flat, accounts_of_references
from idealfit.records.assembling.duplicates import Deduplication, merge_accounts
from idealfit.records.assembling.finishing import (
    point_to_ids,
    status_from_file,
    status_from_type,
    words_to_one,
)
from idealfit.records.assembling.history_shape import one_row_a_change
from idealfit.records.assembling.known_by_email import customers_of_companies
from idealfit.records.assembling.latest_day import latest_day
from idealfit.records.assembling.linking import GIVEN, LINK, SEVERAL
from idealfit.records.assembling.made_up_accounts import mark_made_up
from idealfit.records.assembling.merge_lists import MergeList, follow_merges
from idealfit.records.assembling.normalising import normalise_rest, normalise_values
from idealfit.records.assembling.originals import as_they_are, changes_told, own_originals, range_rules
from idealfit.records.assembling.recurring import monthly_amounts
from idealfit.records.assembling.stage_history import only_stages
from idealfit.records.assembling.standing import status_from_churn, status_from_years
from idealfit.records.attribute import KNOWN, AttributeInfo, describe, is_nameless, without_custom_mark
from idealfit.records.mapping import FLAT, ColumnMapping
from idealfit.records.recognising.status_words import STATUS_WORDS
from idealfit.records.report import CellProblem, Change, Link, PipelineGuess, TableCount
from idealfit.records.tables import DUCKDB_TYPES, TABLES, ColumnType
from idealfit.store.engine import quote

_DROPPED = frozenset({"__line__", "__file__", LINK, SEVERAL, GIVEN, "account_email", "is_won", "is_lost", "is_closed"})


@dataclass(frozen=True)
class Canonical:
    """The tables as relations `all_<table>`, later (`finished`) as `done_<table>`, with everything to tell of them."""

    tables: tuple[str, ...]
    counts: Mapping[str, TableCount]
    notes: tuple[str, ...]
    rejected: tuple[CellProblem, ...]
    mapped: Mapping[str, ColumnMapping]
    headers: Mapping[str, str] = field(default_factory=dict)
    relations: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, AttributeInfo] = field(default_factory=dict)
    deal_columns: Mapping[str, AttributeInfo] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    unused: tuple[tuple[str, str], ...] = ()
    pipelines: tuple[PipelineGuess, ...] = ()
    changes: tuple[Change, ...] = ()
    money: Money = Money()  # noqa: RUF009 - frozen

    def without_made_up(
        self, con: duckdb.DuckDBPyConnection, own_domain: str | None, as_in_file: Collection[str]
    ) -> Canonical:
        """With test records and our own company (`own_domain`) marked, so that nothing is learned from them."""
        notes, changes = mark_made_up(con, own_domain, as_in_file)
        return replace(self, notes=(*self.notes, *notes), changes=(*self.changes, *changes))

    def finished(self, con: duckdb.DuckDBPyConnection) -> Canonical:
        """With relations to publish: canonical columns first, helpers gone, rows sorted by id."""
        relations = {table: _finished_relation(con, table) for table in self.tables}
        attributes = _attributes(con, relations.get("accounts"), self.mapped, self.headers, level="account")
        for name, code in self.money.said.items():
            if name in attributes and attributes[name].type == "number":
                attributes[name] = replace(attributes[name], unit=code)
        deal_columns = _attributes(con, relations.get("deals"), self.mapped, {}, level="deal")
        return replace(self, relations=relations, attributes=attributes, deal_columns=deal_columns)


def make_canonical(
    con: duckdb.DuckDBPyConnection,
    parts: Sequence[Converted],
    *,
    as_of: date | None = None,
    rates: Rates = Rates(),  # noqa: B008 - frozen
    duplicates: Deduplication = Deduplication(),  # noqa: B008 - frozen
    merge_lists: Sequence[MergeList] = (),
    spoken: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> Canonical:
    """All tables of the typed files; `as_of` is the day up to which they speak, where it was said, `rates` what money
    is converted at, `duplicates` what people decided about pairs of accounts.

    Raises NoAccounts where no file names a company or a person, NothingKept where no account can be told.
    """
    by_table: dict[str, list[Converted]] = defaultdict(list)
    for part in parts:
        by_table[base_table(part.mapping)].append(part)
    flat = any(part.mapping.table == FLAT for part in parts)
    assembled, notes = _assembled(con, by_table)
    _need_accounts(assembled.get("accounts"))
    mapped = _mapped(parts)
    money = convert_currencies(con, assembled, rates)
    notes += money.notes
    if "contacts" in assembled and "deal_contacts" not in assembled and "deal_id" in assembled["contacts"].columns:
        assembled["deal_contacts"] = _deal_contacts(con)
    derived = "accounts" not in assembled
    if derived:
        notes += _derive_accounts(con, assembled, mapped, flat=flat)
    as_in_file = as_they_are(parts)
    normalised = normalise_values(
        con, assembled, {name for name, each in mapped.items() if each.level == "account"}, as_in_file, spoken
    )
    notes += normalised.notes
    point_to_ids(con, "parent_id")
    duplicates, told = _with_lists(con, parts, merge_lists, assembled, duplicates, derived=derived)
    notes += told
    merged = merge_accounts(con, duplicates, flat=flat and derived)
    notes += merged.notes
    links = link_all(con, assembled, _vendors(by_table))
    links, linked, pipelines = _deals_decided(con, parts, assembled, as_of, links, mapped)
    notes += linked
    notes += _statuses(con, set(assembled), mapped)
    headers = _headers(parts)
    notes += finish_children(con, by_table, headers, assembled, as_of)
    notes += normalise_rest(con, assembled, normalised.columns, headers, as_in_file)
    tables = tuple(table for table in TABLES if table in assembled or table == "accounts")
    counts = {table: _count(con, table, assembled.get(table), merged.count) for table in tables}
    rejected = tuple(problem for each in assembled.values() for problem in each.rejected)
    return Canonical(
        tables,
        counts,
        tuple(notes),
        rejected,
        mapped,
        headers,
        links=links.links,
        unused=links.unused,
        pipelines=pipelines,
        money=money,
        changes=(
            *merged.changes,
            *normalised.changes,
            *changes_told(con, tables, {**range_rules(parts), **normalised.rules, **money.rules}, own_originals(parts)),
        ),
    )


def _mapped(parts: Sequence[Converted]) -> dict[str, ColumnMapping]:
    """New name → mapping of every column about companies; those of the accounts' own files stand."""
    mapped = {
        column.to: column
        for part in parts
        for column in part.mapping.columns.values()
        if column.to is not None and column.level == "account"
    }
    for part in parts:
        if part.mapping.table == "accounts":
            mapped |= {column.to: column for column in part.mapping.columns.values() if column.to is not None}
    return mapped


def _assembled(
    con: duckdb.DuckDBPyConnection, by_table: Mapping[str, Sequence[Converted]]
) -> tuple[dict[str, Assembled], list[str]]:
    """Every table put together, without the rows that its source had thrown away or that tell of something else."""
    assembled = {table: assemble(con, table, by_table[table]) for table in TABLES if by_table.get(table)}
    notes = [note for each in assembled.values() for note in each.notes]
    for table in tuple(assembled):
        assembled[table], told = set_deleted_aside(con, assembled[table])
        notes += told
    if "deal_stages" in assembled:
        assembled["deal_stages"], told = only_stages(con, assembled["deal_stages"])
        notes += told
    if "account_history" in assembled:
        notes += one_row_a_change(con)
    if "invoices" in assembled:
        notes += line_amounts(con)
    if "subscriptions" in assembled:
        notes += monthly_amounts(con)
    return assembled, notes


def _deals_decided(
    con: duckdb.DuckDBPyConnection,
    parts: Sequence[Converted],
    assembled: dict[str, Assembled],
    as_of: date | None,
    links: Linked,
    mapped: dict[str, ColumnMapping],
) -> tuple[Linked, list[str], tuple[PipelineGuess, ...]]:
    """How deals ended and what they are; leads stand for them where nothing else is there. Answers the links, what to
    tell of links and deals, and the pipelines; columns that moved to the accounts are added to `mapped`."""
    linked = list(links.notes)
    pipelines: tuple[PipelineGuess, ...] = ()
    if not {"deals", "subscriptions", "invoices"} & set(assembled) and "leads" in assembled:
        stand_in, told = deals_of_leads(con, as_of or latest_day(con, assembled))
        assembled |= {"deals": stand_in} if stand_in is not None else {}
        linked += told
    if "deals" in assembled:
        decided = finish_deals(con, [part for part in parts if base_table(part.mapping) == "deals"], assembled, as_of)
        if decided.funnel:  # whose rows are linked by their leads
            linked = [note for note in linked if not note.startswith(("leads:", "deals:"))]
            links = _linked_by_leads(con, links)
        linked += decided.notes
        pipelines = decided.pipelines
        mapped |= {
            name: ColumnMapping(to=name, level=guess.level, layer=guess.layer, reason=guess.reason)
            for name, guess in decided.company.items()
        }
    return links, linked, pipelines


def _with_lists(
    con: duckdb.DuckDBPyConnection,
    parts: Sequence[Converted],
    merge_lists: Sequence[MergeList],
    tables: Collection[str],
    duplicates: Deduplication,
    *,
    derived: bool,
) -> tuple[Deduplication, list[str]]:
    """The decisions of people with those that lists of merges, and a billing tool's customers, amount to."""
    listed, survivors, notes = follow_merges(con, merge_lists, tables, duplicates.decisions)
    said = (*duplicates.decisions, *listed)
    if not derived:
        billed, companies, told = customers_of_companies(con, parts, said)
        said, survivors, notes = (*said, *billed), survivors | companies, [*notes, *told]
    return replace(duplicates, decisions=said, survivors=survivors), notes


def _statuses(con: duckdb.DuckDBPyConnection, present: set[str], mapped: dict[str, ColumnMapping]) -> list[str]:
    """What every account is to us, in our words; columns that tell the outcome become 'after the fact' in `mapped`."""
    notes = words_to_one(con, "all_accounts", "status", STATUS_WORDS)
    if "status" in columns_of(con, "all_accounts"):
        after = [name for name, column in mapped.items() if name and name != "status" and column.level == "after_fact"]
        notes += status_from_type(con, [name for name in after if "type" in name.lower() or "relation" in name.lower()])
    if not {"deals", "subscriptions", "invoices"} & present:
        told, telling = status_from_years(con)
        mapped.update(
            {name: mapped[name].model_copy(update={"level": "after_fact"}) for name in telling if name in mapped}
        )
        notes += [*told, *status_from_file(con), *status_from_churn(con)]
    return notes


def _linked_by_leads(con: duckdb.DuckDBPyConnection, links: Linked) -> Linked:
    """The links of a funnel: a lead has an account, its own where it names none, and a deal that of its lead."""
    own = [Link(table, "its own lead", count_of(con, f"all_{table}")) for table in ("leads", "deals")]
    return replace(links, links=(*own, *(link for link in links.links if link.table not in ("leads", "deals"))))


def _need_accounts(accounts: Assembled | None) -> None:
    """Raise NothingKept where every row of the accounts' files was rejected."""
    if accounts is not None and accounts.read and len(accounts.rejected) == accounts.read:
        first = accounts.rejected[0]
        raise NothingKept(
            f"All {accounts.read:,} rows of {', '.join(accounts.files)} were rejected: {first.reason}",
            where=Position(first.file, first.line),
            remedy="Fill the column that names the company, or say in a mapping (--map) which one it is.",
        )


def _headers(parts: Sequence[Converted]) -> dict[str, str]:
    """Column of `accounts` → its header in the source; the accounts' own file first."""
    own = [part for part in parts if part.mapping.table == "accounts"]
    found: dict[str, str] = {}
    for part in [*own, *(part for part in parts if part not in own)]:
        for name, header in part.sources.items():
            column = part.mapping.columns.get(header)
            if part in own or (column is not None and column.level == "account"):
                found.setdefault(name, header)
    return found


def _derive_accounts(
    con: duckdb.DuckDBPyConnection,
    assembled: Mapping[str, Assembled],
    mapped: Mapping[str, ColumnMapping],
    *,
    flat: bool,
) -> list[str]:
    company = with_companions({name for name, column in mapped.items() if column.level == "account"})
    if flat:
        return [accounts_of_flat(con, company)]
    carriers = {
        table: company
        for table in ("deals", "leads", "invoices", "subscriptions", "contacts", "usage", "tickets", "events")
        if table in assembled
    }
    notes, used = accounts_of_references(con, carriers)
    if used:
        return [
            *notes,
            f"no file of accounts: {count_of(con, 'all_accounts'):,} companies are named in "
            f"{', '.join(used)} and became accounts",
        ]
    con.execute(
        "CREATE OR REPLACE TABLE all_accounts (__line__ BIGINT, __file__ VARCHAR, account_id VARCHAR, name VARCHAR)"
    )
    if not {"leads", "contacts"} & set(assembled):
        raise NoAccounts(
            "No file of this folder names a company",
            remedy="Add a table of companies (accounts.csv), or name the columns in a mapping with --map.",
        )
    return ["no file names a company: these rows are persons, and no profile is made of persons"]


def _vendors(by_table: Mapping[str, Sequence[Converted]]) -> dict[str, list[str]]:
    """The tools that each table's files come from, where their mapping knows."""
    return {
        table: [vendor for part in parts if (vendor := getattr(part.mapping, "vendor", None))]
        for table, parts in by_table.items()
    }


def _deal_contacts(con: duckdb.DuckDBPyConnection) -> Assembled:
    role = ", role" if "role" in columns_of(con, "all_contacts") else ""
    con.execute(
        f"CREATE OR REPLACE TABLE all_deal_contacts AS SELECT __line__, __file__, deal_id, "
        f"contact_id{role} FROM all_contacts WHERE deal_id IS NOT NULL ORDER BY __file__, __line__"
    )
    rows = count_of(con, "all_deal_contacts")
    return Assembled(
        "deal_contacts", "all_deal_contacts", tuple(columns_of(con, "all_deal_contacts")), rows, 0, (), (), ()
    )


def _count(con: duckdb.DuckDBPyConnection, table: str, assembled: Assembled | None, merged_accounts: int) -> TableCount:
    """The reconciliation of one table; rows read = kept + merged + rejected."""
    rows = count_of(con, f"all_{table}")
    merged = merged_accounts if table == "accounts" else 0
    if assembled is None:
        return TableCount(rows, rows - merged, merged, 0, (), derived=True)
    derived = not assembled.files
    # rows made of leads: accounts that only leads name, deals of a funnel
    rejected = len(assembled.rejected) + assembled.aside
    extra = rows - (assembled.read - assembled.merged - rejected)
    return TableCount(
        assembled.read + extra,
        rows - merged,
        assembled.merged + merged,
        rejected,
        assembled.files,
        derived,
    )


def _finished_relation(con: duckdb.DuckDBPyConnection, table: str) -> str:
    relation = f"done_{table}"
    present = columns_of(con, f"all_{table}")
    lower = {name.lower(): name for name in present}
    canonical = TABLES[table].columns
    chosen = [
        f"CAST({quote(lower[name])} AS {DUCKDB_TYPES[kind]}) AS {quote(name)}"
        for name, kind in canonical.items()
        if name in lower
    ]
    chosen += [quote(name) for name in present if name.lower() not in canonical and name not in _DROPPED]
    key = TABLES[table].key
    order = ", ".join(quote(name) for name in (key, "__file__", "__line__") if name is not None and name in present)
    con.execute(
        f"CREATE OR REPLACE TABLE {quote(relation)} AS SELECT {', '.join(chosen)} FROM "
        f"{quote('all_' + table)} ORDER BY {order}"
    )
    return relation


def _type_of(kind: str) -> ColumnType:
    return {
        "DOUBLE": "number",
        "BIGINT": "number",
        "BOOLEAN": "boolean",
        "DATE": "date",
        "TIMESTAMP": "timestamp",
        "VARCHAR[]": "list",
    }.get(kind, "text")  # type: ignore[return-value]


def _attributes(
    con: duckdb.DuckDBPyConnection,
    relation: str | None,
    mapped: Mapping[str, ColumnMapping],
    headers: Mapping[str, str],
    *,
    level: str,
) -> dict[str, AttributeInfo]:
    """What is known of every column of a finished relation; `headers` are the names in the source."""
    if relation is None:
        return {}
    found = {}
    for name, kind in columns_of(con, relation).items():
        info = replace(
            describe(name)
            if level == "account" or name not in KNOWN
            else AttributeInfo(name, name.replace("_", " "), "text"),
            type=_type_of(kind),
        )
        column = mapped.get(name)
        header = headers.get(name)
        if header is not None and header != name and not is_nameless(header):  # else the name it was given
            info = replace(info, source_name=header)
        if level == "deal":
            info = replace(
                info, level="identifier" if name.endswith("_id") or name in ("name", "account_name") else "deal"
            )
        elif column is not None:
            info = replace(info, level=column.level, layer=column.layer, label=column.label or info.label)
        elif name not in KNOWN:
            info = replace(
                info, level="after_fact" if name.endswith("(as in file)") and name.startswith("status") else "deal"
            )
        found[name] = info
    return without_custom_mark(found)
