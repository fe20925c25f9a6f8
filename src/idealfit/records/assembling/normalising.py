"""Values made one, with the original beside each: labels, countries, tools; told change by change and undone by a line
in the mapping (`normalise: false`).

Everything is decided once a distinct value and joined back in the engine. `normalise_values` runs before duplicates and
links are looked for, `normalise_rest` (codes, world regions, categories, titles, history) when all accounts are there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import duckdb

from idealfit.accounts.industry import classification, industry_of, industry_of_code
from idealfit.accounts.place import country_of
from idealfit.accounts.technology import technology_of
from idealfit.accounts.title import function_of, seniority_of
from idealfit.records.assembling.assembly import columns_of, count_of
from idealfit.records.assembling.originals import keep_original
from idealfit.records.assembling.value_rules import LABELS, NAMES, TOOLS, Rule, rule_of
from idealfit.records.counted import counted
from idealfit.records.report import Change
from idealfit.store.engine import insert_texts, literal, quote

_MANY_LABELS = 2_000
_NO_LABELS = frozenset(
    """
    account_id name domain parent_id owner_id status referred_by_account_id duplicate_of test_record city account_name
    account_domain account_email email_domain country_code world_region industry_standard naics nace sic
    """.split()  # noqa: SIM905 - a list of names is easier to read as words
)
_DEAL_LABELS = ("source", "product", "loss_reason", "competitor", "motion", "initiated_by")
_SHOWN = 3
_FIRM = 10**12
_UNDO = (
    "every changed value keeps its original in '<column> (as in file)'; changes.csv lists them, and 'normalise: false' "
    "at a column of the mapping undoes it"
)


@dataclass(frozen=True)
class Normalised:
    """What became of the values: a sentence a column, the rule of each (table, column) whose originals tell the changes
    (see `idealfit.records.assembling.originals`), the changes of lists, and the columns that were looked at."""

    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()
    rules: Mapping[tuple[str, str], str] = field(default_factory=dict)
    columns: tuple[str, ...] = ()


def normalise_values(
    con: duckdb.DuckDBPyConnection,
    tables: Collection[str],
    candidates: Collection[str],
    as_in_file: Collection[str],
    spoken: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> Normalised:
    """Normalise `all_accounts` (and the same columns of `all_leads`), and the labels of `all_deals`.

    `candidates` are the columns that speak of the company; `as_in_file` (in lower case) those that a person wants left
    as they are. `spoken` are, for each column, the words of a profile that will be asked of these records: of the names
    of one thing the one that the profile uses stands.
    """
    changes: list[Change] = []
    notes: list[str] = []
    rules: dict[tuple[str, str], str] = {}
    looked_at: list[str] = []
    accounts = columns_of(con, "all_accounts")
    relations = {"accounts": accounts} | ({"leads": columns_of(con, "all_leads")} if "leads" in tables else {})
    for column, kind in accounts.items():
        if column.lower() in as_in_file:
            continue
        if kind == "VARCHAR[]" and (column in candidates or column == "tech"):
            made = _tools_made_one(con, column, spoken.get(column.lower(), ()))
        elif kind == "VARCHAR" and column == "name":
            made = _replace(con, {"accounts": "all_accounts"}, column, NAMES, where=_UNTIDY.format(quote("name")))
        elif kind == "VARCHAR" and column in candidates and column.lower() not in _NO_LABELS:
            having = {table: f"all_{table}" for table, columns in relations.items() if columns.get(column) == "VARCHAR"}
            made = _replace(con, having, column, rule_of(column), spoken=spoken.get(column.lower(), ()))
        else:
            continue
        changes += made.changes
        notes += made.notes
        rules |= made.rules
        looked_at.append(column)
    if "deals" in tables:
        present = columns_of(con, "all_deals")
        for column in _DEAL_LABELS:
            if present.get(column) == "VARCHAR" and column not in as_in_file:
                made = _replace(con, {"deals": "all_deals"}, column, LABELS)
                notes += made.notes
                rules |= made.rules
    if notes:
        notes.append(_UNDO)
    return Normalised(tuple(changes), tuple(notes), rules, tuple(looked_at))


_UNTIDY = "regexp_matches({0}, '[^\\x20-\\x7E]|  |^ | $')"


def _replace(
    con: duckdb.DuckDBPyConnection,
    relations: Mapping[str, str],
    column: str,
    rule: Rule,
    *,
    where: str = "true",
    spoken: Collection[str] = (),
) -> Normalised:
    """Give the texts of a column what the rule makes of them, in every relation (table → relation) that has it."""
    counted: dict[str, Counter[str]] = {}
    for table, relation in relations.items():
        rows = con.execute(
            f"SELECT {quote(column)}, count(*) FROM {quote(relation)} WHERE {quote(column)} IS NOT NULL AND {where} "
            f"GROUP BY 1 ORDER BY 1"
        ).fetchall()
        counted[table] = Counter(dict(rows))
    together = sum(counted.values(), Counter())
    many = rule is not NAMES and len(together) > _MANY_LABELS
    if many or (rule is LABELS and len(together) > max(12, together.total() / 2)):
        return Normalised()  # free text and names: no labels
    changed = _asked_of(rule, together, spoken)
    if not changed:
        return Normalised()
    _keep_map(con, "changed_values", changed)
    changes = []
    for table, relation in relations.items():
        keep_original(con, relation, column)
        con.execute(
            f"UPDATE {quote(relation)} SET {quote(column)} = m.v FROM changed_values m WHERE m.k = {quote(column)}"
        )
        changes += [
            Change(table, column, text, changed[text], rows, rule.why)
            for text, rows in counted[table].items()
            if text in changed
        ]
    rules = {(table, column): rule.why for table in relations}
    return Normalised((), (_told(column, changes, rule.why),), rules)


def _told(column: str, changes: Sequence[Change], why: str) -> str:
    shown = sorted(changes, key=lambda change: (-change.rows, change.original))[:_SHOWN]
    examples = ", ".join(f"{change.original!r} → {change.value!r}" for change in shown)
    rows = sum(change.rows for change in changes)
    where = " and ".join(dict.fromkeys(change.table for change in changes))
    return (
        f"{where}, '{column}': {counted(rows, 'value')} changed ({why}): {examples}"
        f"{f' and {len(changes) - _SHOWN:,} more' if len(changes) > _SHOWN else ''}"
    )


def _keep_map(con: duckdb.DuckDBPyConnection, name: str, values: Mapping[str, str]) -> None:
    con.execute(f"CREATE OR REPLACE TEMP TABLE {quote(name)} (k VARCHAR, v VARCHAR)")
    insert_texts(con, name, [list(values), list(values.values())])


def _asked_of(rule: Rule, counts: Mapping[str, int], firm: Collection[str]) -> dict[str, str]:
    """What `rule` makes of the texts of `counts` where the spellings `firm` stand whatever their number."""
    weighted = dict(counts) | {text: counts.get(text, 0) + _FIRM for text in firm}
    return {text: value for text, value in rule.change(weighted).items() if text in counts}


def _tools_made_one(con: duckdb.DuckDBPyConnection, column: str, spoken: Collection[str]) -> Normalised:
    """The members of a list column by their usual names, each once, in the order of the file."""
    name = quote(column)
    counts = dict(
        con.execute(
            f"SELECT tool, count(*) FROM (SELECT unnest({name}) AS tool FROM all_accounts) WHERE tool IS NOT NULL "
            f"GROUP BY 1 ORDER BY 1"
        ).fetchall()
    )
    rule = TOOLS if column == "tech" else LABELS
    changed = _asked_of(rule, counts, spoken)
    if not changed:
        return Normalised()
    _keep_map(con, "changed_values", changed)
    keep_original(con, "all_accounts", column)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE changed_lists AS WITH lists AS (SELECT DISTINCT {name} AS original "
        f"FROM all_accounts WHERE len({name}) > 0), members AS (SELECT original, unnest(original) AS tool, "
        f"generate_subscripts(original, 1) AS place FROM lists), "
        f"named AS (SELECT original, coalesce(m.v, tool) AS tool, min(place) AS place FROM members "
        f"LEFT JOIN changed_values m ON m.k = tool GROUP BY ALL) "
        f"SELECT original, list(tool ORDER BY place) AS tools FROM named GROUP BY original"
    )
    con.execute(
        f"UPDATE all_accounts SET {name} = c.tools FROM changed_lists c WHERE c.original = {name} AND c.tools <> {name}"
    )
    changes = [Change("accounts", column, text, value, counts[text], rule.why) for text, value in changed.items()]
    return Normalised(tuple(changes), (_told(column, changes, rule.why),))


def normalise_rest(
    con: duckdb.DuckDBPyConnection,
    tables: Collection[str],
    columns: Collection[str],
    headers: Mapping[str, str],
    as_in_file: Collection[str],
) -> list[str]:
    """What needs all accounts to be there: the companions, the titles of contacts, the history of the `columns` that
    were looked at. `headers` are the names of the accounts' columns in the source."""
    notes = add_companions(con, headers, as_in_file)
    if "contacts" in tables:
        notes += read_titles(con, as_in_file)
    if "account_history" in tables:
        normalise_history(con, columns)
    return notes


def normalise_history(con: duckdb.DuckDBPyConnection, columns: Collection[str]) -> None:
    """The history of `columns` in the words that the accounts have now, so that a value as it was compares with the
    value as it is."""
    present = columns_of(con, "all_account_history")
    accounts = columns_of(con, "all_accounts")
    for column in columns:
        mine = f"lower(field) = {literal(column.lower())}"
        if column not in accounts or not count_of(con, "all_account_history", mine):
            continue
        cell = f"unnest({quote(column)})" if accounts[column].endswith("[]") else quote(column)
        today = [row[0] for row in con.execute(f"SELECT DISTINCT {cell} FROM all_accounts ORDER BY 1").fetchall()]
        for side in ("old_value", "new_value"):
            if present.get(side) != "VARCHAR":
                continue
            rows = con.execute(
                f"SELECT {side}, count(*) FROM all_account_history WHERE {mine} AND {side} IS NOT NULL "
                f"GROUP BY 1 ORDER BY 1"
            ).fetchall()
            found = _as_today(column, dict(rows), [text for text in today if text])
            if not found:
                continue
            _keep_map(con, "changed_values", found)
            keep_original(con, "all_account_history", side)
            con.execute(
                f"UPDATE all_account_history SET {side} = m.v FROM changed_values m WHERE m.k = {side} AND {mine}"
            )


def _as_today(column: str, texts: Mapping[str, int], today: Collection[str]) -> dict[str, str]:
    """What texts of the history become: of the names of one thing the one that the accounts have `today`."""
    if column == "tech":
        known = _asked_of(TOOLS, {tool: 1 for text in texts for tool in _members(text)}, today)
        lists = {text: "; ".join(dict.fromkeys(known.get(tool, tool) for tool in _members(text))) for text in texts}
        return {text: value for text, value in lists.items() if _members(text) != _members(value)}
    return _asked_of(rule_of(column), texts, today)


def _members(text: str) -> list[str]:
    return [part.strip() for part in text.replace("|", ";").replace(",", ";").split(";") if part.strip()]


def add_companions(
    con: duckdb.DuckDBPyConnection, headers: Mapping[str, str], as_in_file: Collection[str]
) -> list[str]:
    """Add to `all_accounts` what the known values say besides: codes of the country and its world region, the industry
    in one taxonomy with its codes, the categories of tools. No column of the user's is overwritten."""
    notes = []
    present = {name.lower() for name in columns_of(con, "all_accounts")}
    if "country" in present and "country" not in as_in_file:
        notes += _companions(con, "country", _places(con), ("country_code", "world_region"), "countries")
    if "industry" in present and "industry" not in as_in_file:
        counts = _texts(con, "industry")
        kind = classification(headers.get("industry", "industry"), counts)
        found = {
            text: industry
            for text in counts
            if (industry := industry_of_code(text, kind) if kind else industry_of(text)) is not None
        }
        cells = {text: (each.label, each.naics, each.nace, each.sic) for text, each in found.items()}
        notes += _companions(con, "industry", cells, ("industry_standard", "naics", "nace", "sic"), "industries")
    if "tech" in present and "tech" not in as_in_file:
        _add_categories(con)
    return notes


def _texts(con: duckdb.DuckDBPyConnection, column: str) -> dict[str, int]:
    if columns_of(con, "all_accounts").get(column) != "VARCHAR":
        return {}
    return dict(
        con.execute(
            f"SELECT {quote(column)}, count(*) FROM all_accounts WHERE {quote(column)} IS NOT NULL "
            f"GROUP BY 1 ORDER BY 1"
        ).fetchall()
    )


def _places(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, ...]]:
    counts = _texts(con, "country")
    found = {text: country for text in counts if (country := country_of(text)) is not None}
    if sum(counts[text] for text in found) < 0.5 * sum(counts.values()):
        return {}
    return {text: (country.code, country.world_region) for text, country in found.items()}


def _companions(
    con: duckdb.DuckDBPyConnection,
    column: str,
    cells: Mapping[str, Sequence[str]],
    names: Sequence[str],
    what: str,
) -> list[str]:
    """Fill the columns `names` from the texts of `column`; answers which texts are not known."""
    counts = _texts(con, column)
    taken = {name.lower() for name in columns_of(con, "all_accounts")}
    fresh = [(at, name) for at, name in enumerate(names) if name not in taken]
    if not cells or not fresh:
        return []
    listed = ", ".join(f"{quote(name)} VARCHAR" for _, name in fresh)
    con.execute(f"CREATE OR REPLACE TEMP TABLE companions (k VARCHAR, {listed})")
    insert_texts(con, "companions", [list(cells), *([each[at] for each in cells.values()] for at, _ in fresh)])
    for _, name in fresh:
        con.execute(f"ALTER TABLE all_accounts ADD COLUMN {quote(name)} VARCHAR")
    setting = ", ".join(f"{quote(name)} = c.{quote(name)}" for _, name in fresh)
    con.execute(f"UPDATE all_accounts SET {setting} FROM companions c WHERE c.k = {quote(column)}")
    unknown = sorted((text for text in counts if text not in cells), key=lambda text: (-counts[text], text))
    if not unknown:
        return []
    rows = sum(counts[text] for text in unknown)
    return [
        f"accounts, '{column}': {rows:,} of {sum(counts.values()):,} values are none of our {what} and keep no code "
        f"({', '.join(map(repr, unknown[:_SHOWN]))})"
    ]


def _add_categories(con: duckdb.DuckDBPyConnection) -> None:
    """`tech_categories`: what the known tools of an account are for, each once."""
    present = columns_of(con, "all_accounts")
    if present["tech"] != "VARCHAR[]" or "tech_categories" in {name.lower() for name in present}:
        return
    tools = [row[0] for row in con.execute("SELECT DISTINCT unnest(tech) FROM all_accounts ORDER BY 1").fetchall()]
    known = {tool: found.category for tool in tools if tool and (found := technology_of(tool)) is not None}
    if not known:
        return
    _keep_map(con, "changed_values", known)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE list_categories AS "
        "SELECT tech, list(DISTINCT m.v ORDER BY m.v) AS categories "
        "FROM (SELECT tech, unnest(tech) AS tool FROM (SELECT DISTINCT tech FROM all_accounts WHERE len(tech) > 0)) "
        "JOIN changed_values m ON m.k = tool GROUP BY tech"
    )
    con.execute("ALTER TABLE all_accounts ADD COLUMN tech_categories VARCHAR[]")
    con.execute(
        "UPDATE all_accounts SET tech_categories = c.categories FROM list_categories c WHERE c.tech = all_accounts.tech"
    )


def read_titles(con: duckdb.DuckDBPyConnection, as_in_file: Collection[str]) -> list[str]:
    """Fill `function` and `seniority` of `all_contacts` from `title` where they are empty; the title stays."""
    present = columns_of(con, "all_contacts")
    if present.get("title") != "VARCHAR" or "title" in as_in_file:
        return []
    titles = [
        row[0]
        for row in con.execute("SELECT DISTINCT title FROM all_contacts WHERE title IS NOT NULL ORDER BY 1").fetchall()
    ]
    read = {title: (function_of(title) or "", seniority_of(title) or "") for title in titles}
    if not read:
        return []
    con.execute("CREATE OR REPLACE TEMP TABLE read_titles (k VARCHAR, function VARCHAR, seniority VARCHAR)")
    columns = [list(read), [each[0] for each in read.values()], [each[1] for each in read.values()]]
    insert_texts(con, "read_titles", columns)
    told = []
    for name in ("function", "seniority"):
        if name not in present:
            con.execute(f"ALTER TABLE all_contacts ADD COLUMN {quote(name)} VARCHAR")
        if present.get(name, "VARCHAR") != "VARCHAR":
            continue
        empty = f"all_contacts.{quote(name)} IS NULL"
        before = count_of(con, "all_contacts", f"{quote(name)} IS NULL")
        con.execute(
            f"UPDATE all_contacts SET {quote(name)} = t.{quote(name)} FROM read_titles t WHERE t.k = title AND {empty}"
        )
        filled = before - count_of(con, "all_contacts", f"{quote(name)} IS NULL")
        if filled:
            told.append(f"the {name} of {filled:,}")
    return [f"contacts: {' and '.join(told)} read from the job title, which stays as it is"] if told else []
