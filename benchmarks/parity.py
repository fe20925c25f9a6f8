"""Profiles over one company in three engines: every cell of the scores compared.

    python benchmarks/parity.py [--accounts 1000000] [--runs wide,few,found,motions] [--engines duckdb,postgres,spark]
                                [--drawn 10] [--folder FOLDER]

`wide` is a profile of twenty criteria of every kind; `found` one as discovery leaves it, with chances, values, their
intervals and the rank, and the inbound card; `few` the first with the three reasons that add most in place of all;
`motions` the second, the templates and as many profiles as are `drawn` at random, some of them from the whole language,
as motions of one company, each with its say on every account.

The company is made of numbers that follow from each row's own number: nulls, NaN, infinities, numbers at the edge of
six digits, texts with odd letters, lists with gaps, moments of other time zones, leap days, merged duplicates, events
before, at and after the day. PostgreSQL is a server of the run's own, Spark runs on this machine. Each run is made in
all engines and compared before the next one begins. Prints the seconds of each engine, rows and columns compared, and
differing cells; ends with 1 where there is one. Scores that lie in FOLDER already, of as many accounts, are compared
and not made again.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import psycopg
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import idealfit
from idealfit.profile.document import Profile
from idealfit.records.company import Company
from idealfit.scores.engines.spark_session import SparkAddress, session
from idealfit.scores.motions import score_motions
from idealfit.workspace.scoring import by_one, profiles_of
from idealfit.workspace.scoring_elsewhere import score_elsewhere

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "scores"))
from test_score import profiles
from test_statement import asking

from postgres_server import running_server

DAY = date(2026, 3, 1)
WHENS = (
    "employees BETWEEN 1 AND 100",
    "revenue / employees > 1.000001",
    "industry IN ('saas', 'okta', 'SECURITY', '\u03b1\u03c3')",
    "\"Country Name\" LIKE '%s_%'",
    "is_public",
    "NOT is_public OR seats > 0",
    "founded >= '2024-02-29' AND founded <= as_of - '1 month'",
    "seen_at >= '2026-02-10'",
    "uses_any('okta', 'ß')",
    "includes(labels, 'back\\slash') OR count_in(labels) >= 2",
    "happened('funding_round', within => '30 days')",
    "happened('audit', within => '90 days', detail => 'Series A')",
    "not_happened('audit', within => '20 days')",
    "count_of('visit', within => '40 days') >= 2 OR happened('funding_round')",
    "upcoming('audit', within => '30 days')",
    "growth('employees', over => '30 days') >= 0.2",
    "has_role('security')",
    "revenue * 3 - seats > 7.5",
    "year_of(founded) < 2000 OR count_of_tools() >= 2",
    "industry = '${not.a.setting}' OR \"Country Name\" = '50%'",
)
LAYERS = ("firmographic", "technographic", "situational", "behavioral", "authority")
WORDS = (
    "Okta",
    "okta ",
    "security",
    "Head of Security/IT",
    "SaaS",
    "",
    " ",
    "ΑΣ",
    "İx",
    "ß",
    "a_b",
    "50%",
    "back\\slash",
    "😀e\u0301",
    "\u00a0saas\t",
    'it\'s "so"',
    "${not.a.setting}",
    "Security, Chief-of",
)
NUMBERS = (0.0, -0.0, 1.0, -1.0, 100.0, 0.5, 1e-6, 5e-7, 1.0000005, 2.5e-6, 33.333333, 1e11, 1e12, 999999999999.9999)


def profile_text() -> str:
    """Twenty criteria in five layers, half-lives, alternatives, two exclusions."""
    lines = ["profile: Parity", f"as_of: {DAY}", "layers:"]
    for at, layer in enumerate(LAYERS):
        lines += [f"  {layer}:", f"    weight: {10 + 7 * at}", "    criteria:"]
        for number in range(at, len(WHENS), len(LAYERS)):
            more = ", half_life: 7 days" if number % 3 == 0 else ""
            more += ", group: g" if number % 4 == 0 else ""
            when = WHENS[number].replace("'", "''")
            points = (7 * number) % 19 - 6 or 1
            lines.append(
                f"      - {{id: k{number}, when: '{when}', points: {points}, because: it is so, "
                f"known_true_rate: 0.1234{more}}}"
            )
    lines += ["exclusions:", "  - {id: hard, when: \"industry = 'okta'\", because: x}"]
    lines += ["  - {id: soft, when: seats < 0, because: x, state: proposed}"]
    lines += ["coverage:", "  default_events: listed", "  events: {visit: all}", "  first_record: {visit: 2026-02-01}"]
    return "\n".join(lines) + "\n"


def found_text() -> str:
    """A profile as discovery leaves it: chances and values, and a card."""
    ids = [f"k{number}" for number in range(0, len(WHENS), 2)]
    effects = {name: round(0.9 - 0.17 * at, 4) for at, name in enumerate(ids)}
    errors = {name: round(0.05 + 0.03 * at, 4) for at, name in enumerate(ids)}

    def part(scale: float, **more: float) -> str:
        held = {name: round(scale * value, 4) for name, value in effects.items()}
        return json.dumps({**more, "effects": held, "errors": errors, "variance": 0.04})

    return "\n".join(
        [
            profile_text().replace("profile: Parity", "profile: Found\nmotion: found"),
            "card: {criteria: [{id: k0, points: 40}, {id: k2, points: 35}, {id: k11, points: -10}]}",
            "model:",
            "  {horizon_months: 24, cost: 300.0, level: 0.8,",
            f"   win: {part(1, intercept=-2.6)},",
            f"   amount: {part(0.4, base=9000.0)},",
            f"   margin: {part(-0.1, base=0.7)},",
            f"   months: {part(-0.3, base=0.02)},",
            f"   growth: {part(0.02, base=1.1)}}}",
            "",
        ]
    )


def motions_in(folder: Path, drawn: int = 10) -> Path:
    """A folder of profiles, one a motion: the found one, every template, and some drawn at random."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "found.yaml").write_text(found_text(), encoding="utf-8")
    for template in sorted((Path(idealfit.__file__).parent / "profile" / "templates").glob("*.yaml")):
        text = re.sub(r"(?m)^motion:.*\n", "", template.read_text(encoding="utf-8"))
        (folder / template.name).write_text(f"motion: {template.stem}\n{text}", encoding="utf-8")
    found: list[Profile] = []

    @settings(max_examples=4 * drawn, phases=[Phase.generate], deadline=None, database=None, derandomize=True)
    @given(st.one_of(profiles, asking()))
    def draw(one: Profile) -> None:
        found.append(one)

    draw()
    for number, one in enumerate(found[-drawn:]):
        told = one.model_dump(mode="json", exclude_none=True, by_alias=True, exclude_defaults=True)
        sold = {"sold_to": WHENS[number]} if number % 2 else {}
        text = json.dumps(told | sold | {"profile": f"Drawn {number}", "motion": f"drawn-{number}"})
        (folder / f"drawn-{number}.yaml").write_text(text, encoding="utf-8")
    return folder


def make(con: duckdb.DuckDBPyConnection, accounts: int) -> None:
    """The company's tables."""
    con.execute("SET TimeZone = 'UTC'")
    con.execute("CREATE MACRO drawn(i, salt, n) AS CAST(hash(i * 1000003 + salt) % n AS INTEGER)")
    words = ", ".join("'" + word.replace("'", "''") + "'" for word in WORDS)
    con.execute(
        "CREATE MACRO word(i, salt) AS CASE WHEN drawn(i, salt, 6) > 0 "
        f"THEN [{words}][1 + drawn(i, salt + 1, {len(WORDS)})] END"
    )
    number = "CASE drawn(i, {0}, 9) WHEN 0 THEN NULL WHEN 1 THEN {1} ELSE {2} END"
    spread = "(drawn(i, {0}, 2000000) - 200000) / 1000.0"
    edges = f"{[*map(float, NUMBERS)]}[1 + drawn(i, {{0}}, {len(NUMBERS)})]"
    odd = "CASE drawn(i, 30, 40) WHEN 0 THEN 'nan' WHEN 1 THEN 'inf' WHEN 2 THEN '-inf' END::DOUBLE"
    con.execute(f"""CREATE TABLE accounts AS SELECT printf('%07d', i) AS account_id, word(i, 1) AS name,
        CASE WHEN drawn(i, 2, 50) = 0 THEN printf('%07d', drawn(i, 3, {accounts})) END AS duplicate_of,
        coalesce({odd}, {number.format(4, edges.format(5), spread.format(6))})::DOUBLE AS employees,
        ({number.format(7, edges.format(8), spread.format(9))})::DOUBLE AS revenue,
        CASE WHEN drawn(i, 10, 5) > 0 THEN drawn(i, 11, 1000)::BIGINT * drawn(i, 12, 1000000) - 9000000 END AS seats,
        word(i, 13) AS industry, word(i, 14) AS "Country Name", word(i, 24) AS sub_industry,
        word(i, 25) AS business_model, ['seed', 'Series A', NULL, ''][1 + drawn(i, 26, 4)] AS funding_stage,
        ['US', 'de', NULL, 'GB '][1 + drawn(i, 27, 4)] AS country, ['private', 'government', NULL][1 + drawn(i, 28, 3)]
            AS ownership,
        CASE drawn(i, 15, 3) WHEN 0 THEN true WHEN 1 THEN false END AS is_public,
        CASE drawn(i, 16, 5) WHEN 0 THEN NULL WHEN 1 THEN DATE '2024-02-29'
            ELSE DATE '1890-01-01' + drawn(i, 17, 50000) END AS founded,
        CASE WHEN drawn(i, 18, 4) > 0 THEN TIMESTAMPTZ '2026-02-10 00:00:00+02' + to_minutes(drawn(i, 19, 600) - 300)
            END AS seen_at,
        CASE WHEN drawn(i, 20, 3) > 0 THEN list_transform(range(drawn(i, 21, 4)), lambda x: word(i, 100 + 2 * x))
            END AS tech,
        CASE WHEN drawn(i, 22, 3) > 0 THEN list_filter(
            list_transform(range(drawn(i, 23, 3)), lambda x: word(i, 200 + 2 * x)),
            lambda x: x IS NOT NULL) END AS labels
        FROM range({accounts}) AS t(i)""")
    whose = f"printf('%07d', drawn(i, 40, {accounts}))"
    kind = "['funding_round', 'Audit ', 'visit', 'FUNDING_ROUND', 'other'][1 + drawn(i, 41, 5)]"
    when = "TIMESTAMPTZ '2026-03-01 00:00:00+00' + to_minutes(drawn(i, 42, 144000) - 115200)"
    detail = "[NULL, 'Series A', 'series a ', 'b'][1 + drawn(i, 43, 4)]"
    con.execute(f"""CREATE TABLE events AS SELECT {whose} AS account_id, {kind} AS event_type, {detail} AS detail,
        {when} AS occurred_at,
        CASE WHEN drawn(i, 44, 2) = 0 THEN {when} + to_days(drawn(i, 45, 60) - 30) END AS known_at
        FROM range({2 * accounts}) AS t(i)""")
    con.execute(f"""CREATE TABLE activities AS SELECT {whose} AS account_id, {kind} AS activity_type,
        {detail} AS channel, [' Inbound', 'outbound', NULL][1 + drawn(i, 46, 3)] AS direction, {when} AS occurred_at
        FROM range({accounts // 2}) AS t(i)""")
    written = "[NULL, '0', '10', '12.5', ' 20 ', '1e3', '-4', '1.0000005', 'many', '+.5', '5.'][1 + drawn(i, {0}, 11)]"
    con.execute(f"""CREATE TABLE account_history AS SELECT {whose} AS account_id, 'Employees' AS field,
        {written.format(47)} AS old_value, {written.format(48)} AS new_value, {when} AS changed_at
        FROM range({accounts // 2}) AS t(i)""")
    con.execute(f"""CREATE TABLE leads AS SELECT printf('L%07d', i) AS lead_id, {whose} AS account_id,
        (['true', 'false', NULL][1 + drawn(i, 57, 3)])::BOOLEAN AS hand_raised,
        CASE WHEN drawn(i, 58, 9) > 0 THEN {when} END AS created_at,
        CASE WHEN drawn(i, 59, 4) = 0 THEN {when} END AS disqualified_at FROM range({accounts // 10}) AS t(i)""")
    con.execute(f"""CREATE TABLE contacts AS SELECT {whose} AS account_id, word(i, 49) AS role, word(i, 51) AS function,
        word(i, 53) AS seniority, word(i, 55) AS title, {when} AS created_at FROM range({accounts // 2}) AS t(i)""")


TABLES = ("accounts", "events", "activities", "account_history", "contacts", "leads")
_POSTGRES = {"VARCHAR": "text", "DOUBLE": "double precision", "VARCHAR[]": "text[]"}


@dataclass(frozen=True)
class Run:
    """What is scored: a profile's file or a folder of several; whether with the card, or with few reasons (`top`)."""

    name: str
    profile: Path
    card: bool = False
    top: int | None = None


def in_duckdb(con: duckdb.DuckDBPyConnection, runs: Sequence[Run], folder: Path) -> Generator[None]:
    """The scores of the embedded engine, run by run."""
    for run in runs:
        profiles = profiles_of(run.profile)
        if len(profiles) > 1:
            score_motions(con, profiles, as_of=DAY, criteria=True, card=run.card)
        else:
            (one,) = profiles.values()
            by_one(con, one, DAY, {}, Company(), criteria=True, card=run.card, top=run.top)
        con.execute(f"COPY scores TO '{folder}/{run.name}.duckdb.parquet' (FORMAT parquet)")
        con.execute("DROP TABLE scores; DROP TABLE IF EXISTS scores_by_points")
        yield


def in_postgres(con: duckdb.DuckDBPyConnection, runs: Sequence[Run], folder: Path) -> Generator[None]:
    """The scores of a PostgreSQL server of our own; filling it is part of the first run's time."""
    with running_server() as server:
        with psycopg.connect(server.url("postgres"), autocommit=True) as there:
            for table in TABLES:
                filled(con, there, table, folder)
            there.execute("ANALYZE")
        for run in runs:
            told_to(run, "accounts", server.url("postgres"), f"{folder}/{run.name}.postgres.parquet")
            yield


def told_to(run: Run, accounts: str, on: str, file: str) -> None:
    """The scores of a run by another engine, in a file."""
    score_elsewhere(run.profile, accounts, on=on, to=file, as_of=DAY, criteria=True, card=run.card, top=run.top)


def filled(con: duckdb.DuckDBPyConnection, there: psycopg.Connection, table: str, folder: Path) -> None:
    """A table of the company in the server."""
    kinds = [(row[0], row[1]) for row in con.execute(f"DESCRIBE {table}").fetchall()]
    columns = ", ".join(f'"{name}" {_POSTGRES.get(kind, kind.lower())}' for name, kind in kinds)
    there.execute(f"CREATE TABLE {table} ({columns})")
    item = "'\"' || replace(replace(x, '\\', '\\\\'), '\"', '\\\"') || '\"'"
    as_array = "'{{' || array_to_string(list_transform(\"{0}\", lambda x: coalesce(" + item + ", 'NULL')), ',') || '}}'"
    cells = ", ".join(
        f'CASE WHEN "{name}" IS NULL THEN NULL ELSE {as_array.format(name)} END' if kind.endswith("[]") else f'"{name}"'
        for name, kind in kinds
    )
    file = folder / f"{table}.csv"
    con.execute(f"COPY (SELECT {cells} FROM {table}) TO '{file}' (HEADER false, NULLSTR '\\N', FORCE_QUOTE *)")
    with (
        file.open("rb") as rows,
        there.cursor().copy(f"COPY {table} FROM STDIN (FORMAT csv, NULL '\\N')") as copy,
    ):
        while block := rows.read(1 << 20):
            copy.write(block)
    file.unlink()


def in_spark(con: duckdb.DuckDBPyConnection, runs: Sequence[Run], folder: Path) -> Generator[None]:
    """The scores of Spark on this machine, from Parquet files."""
    source = folder / "company"
    source.mkdir(exist_ok=True)
    for table in TABLES:
        con.execute(f"COPY {table} TO '{source}/{table}.parquet' (FORMAT parquet)")
    settings = {"spark.driver.memory": "4g", "spark.sql.shuffle.partitions": "16"}
    with session(SparkAddress("local[*]", settings)):
        for run in runs:
            told_to(run, str(source), "spark", f"{folder}/{run.name}.spark.parquet")
            yield


ENGINES: dict[str, Callable[[duckdb.DuckDBPyConnection, Sequence[Run], Path], Generator[None]]] = {
    "duckdb": in_duckdb,
    "postgres": in_postgres,
    "spark": in_spark,
}


AT_ONCE = 24
"""So many columns are compared at once: a million rows of all of them are more than memory should hold."""


def differences(con: duckdb.DuckDBPyConnection, one: str, other: str) -> tuple[int, int, dict[str, int]]:
    """Rows and columns that two files of scores share, and the cells that differ, by column: each cell by 64 bits of
    its own, made of a number's text and of the whole of a list, so that two files are as narrow as they can be."""
    kinds = {row[0]: row[1] for row in con.execute(f"DESCRIBE SELECT * FROM '{one}'").fetchall()}
    also = {row[0]: row[1] for row in con.execute(f"DESCRIBE SELECT * FROM '{other}'").fetchall()}
    if kinds != also:
        return 0, 0, {name: 1 for name in sorted({*kinds, *also}) if kinds.get(name) != also.get(name)}
    names = [name for name in kinds if name != "account_id"]
    total, different = 0, dict[str, int]()
    for at in range(0, len(names), AT_ONCE):
        chosen = dict(enumerate(names[at : at + AT_ONCE]))
        cells = {number: _cell(name, kinds[name]) for number, name in chosen.items()}
        marks = ", ".join(f"hash({cell}) AS h{number}" for number, cell in cells.items())
        counts = ", ".join(f"count(*) FILTER (a.h{number} IS DISTINCT FROM b.h{number})" for number in chosen)
        sides = [f"(SELECT account_id, {marks} FROM '{file}')" for file in (one, other)]
        (row,) = con.execute(
            f"SELECT count(*), count(a.account_id), count(b.account_id), {counts} FROM {sides[0]} AS a "
            f"FULL JOIN {sides[1]} AS b USING (account_id)"
        ).fetchall()
        total, left, right, *found = row
        different |= {name: count for name, count in zip(chosen.values(), found, strict=True) if count}
        if left != total or right != total:
            different["account_id"] = 2 * total - left - right
    return total, len(names) + 1, different


def _cell(name: str, kind: str) -> str:
    return f'CAST("{name}" AS VARCHAR)' if kind == "DOUBLE" else f'"{name}"'


def place_of(folder: Path, run: Run, engine: str) -> Path:
    """Where an engine's scores of a run lie: a file, or a folder of Spark's."""
    return folder / f"{run.name}.{engine}.parquet"


def read_at(place: Path) -> str:
    """What reads the scores there."""
    return f"{place}/*.parquet" if place.is_dir() else str(place)


def main() -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--runs", default="wide,few,found,motions")
    parser.add_argument("--drawn", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="idealfit-parity-") as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in (("wide", profile_text()), ("found", found_text())):
            (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        known = (
            Run("wide", folder / "wide.yaml"),
            Run("few", folder / "wide.yaml", top=3),
            Run("found", folder / "found.yaml", card=True),
            Run("motions", motions_in(folder / "motions", options.drawn), card=True),
        )
        runs = [run for run in known if run.name in options.runs.split(",")]
        con = duckdb.connect(str(Path(temporary) / "company.duckdb"))
        con.execute("SET memory_limit = '3GB'")
        make(con, options.accounts)
        kept = folder / f"scores of {options.accounts}"
        kept.mkdir(exist_ok=True)
        engines = options.engines.split(",")
        made = {
            engine: ENGINES[engine](con, [run for run in runs if not place_of(kept, run, engine).exists()], kept)
            for engine in engines
        }
        wrong = 0
        for run in runs:
            for engine in engines:
                if not place_of(kept, run, engine).exists():
                    start = time.monotonic()
                    next(made[engine])
                    print(f"{engine}, {run.name}: {time.monotonic() - start:.0f} s", flush=True)
            first, *others = (read_at(place_of(kept, run, engine)) for engine in engines)
            for name, other in zip(engines[1:], others, strict=True):
                rows, columns, different = differences(con, first, other)
                wrong += sum(different.values())
                said = different or "no cell differs"
                print(f"{run.name}: {engines[0]} = {name}: {rows:,} rows, {columns} columns, {said}", flush=True)
        for one in made.values():
            one.close()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
