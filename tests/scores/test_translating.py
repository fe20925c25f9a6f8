"""A profile as SQL to keep: readable, the same in every dialect's own words, and a model that dbt compiles."""

from __future__ import annotations

import datetime
from pathlib import Path
from types import SimpleNamespace

import duckdb
import jinja2
import pytest
import sqlglot
from ruamel.yaml import YAML

from idealfit.errors import FormUnknown
from idealfit.frontends.cli.app import run
from idealfit.profile.document import load_profile
from idealfit.scores.dialects import DIALECTS, WRITTEN
from idealfit.scores.score import score_tables
from idealfit.workspace.translating import sql

EXAMPLE = Path(__file__).parent.parent / "profile" / "example_profile.yaml"
GOLDEN = Path(__file__).parent / "golden"
DAY = datetime.date(2026, 9, 30)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("profile", ["", "found."])
def test_every_dialect_parses_its_own_statement_as_it_was_approved(dialect: str, profile: str) -> None:
    made = sql(EXAMPLE, dialect=dialect, as_of=DAY)
    if profile:  # as discovery leaves one, with a card
        made = sql(GOLDEN / "found.yaml", dialect=dialect, card=True, merged=True, tables=["leads=leads"])
    golden = GOLDEN / f"{profile}{dialect}.sql"
    assert made.text == golden.read_text(encoding="utf-8"), f"look at it, then write it to {golden.name}"
    read = sqlglot.parse_one(made.text, read=WRITTEN[dialect])  # type: ignore[index]
    assert tuple(column.alias_or_name.lower() for column in read.selects) == made.columns  # type: ignore[attr-defined]


def company(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "CREATE TABLE accounts AS SELECT * FROM (VALUES ('1', 200, 'SaaS', ['Okta'], NULL, 'de'), "
        "('2', 20.5, NULL, NULL, 'Government', 'KP')) t(account_id, employees, industry, tech, ownership, country)"
    )
    con.execute(
        "CREATE TABLE events AS SELECT *, NULL::DATE AS known_at FROM (VALUES ('1', 'funding_round', NULL::TEXT, "
        "DATE '2026-06-01'), ('2', 'x', NULL, DATE '2026-01-01')) t(account_id, event_type, detail, occurred_at)"
    )
    con.execute("CREATE TABLE activities AS SELECT account_id, '' AS direction FROM events WHERE false")
    con.execute("ALTER TABLE activities ADD COLUMN activity_type TEXT; ALTER TABLE activities ADD COLUMN channel TEXT")
    con.execute("ALTER TABLE activities ADD COLUMN occurred_at DATE")


@pytest.mark.parametrize("moved", [0, 40])
def test_a_model_of_dbt_scores_as_of_its_variable(tmp_path: Path, moved: int) -> None:
    profile = tmp_path / "profile.yaml"
    text = EXAMPLE.read_text(encoding="utf-8").replace("'KP'", "'KP', '{{ x }}{%'")
    profile.write_text(text, encoding="utf-8")
    day = DAY + datetime.timedelta(days=moved)
    made = sql(profile, form="dbt-model", source="crm", as_of=DAY, to=tmp_path / "models" / "fit.sql")
    assert [path.name for path in made.written] == ["fit.sql", "fit.yml"]
    compiled = jinja2.Template(made.text).render(
        config=lambda **_: "",
        source=lambda place, table: {"crm": table}[place],
        var={"as_of": day}.get,
        modules=SimpleNamespace(datetime=datetime),
    )
    con = duckdb.connect()
    company(con)
    score_tables(con, load_profile(profile), as_of=day)
    shown = "account_id, tier, tier_low, score, fit, timing, priority, excluded_by, as_of, profile_version"
    expected = con.execute(f"SELECT {shown} FROM scores").fetchall()
    assert con.execute(f"SELECT {shown} FROM ({compiled}) ORDER BY account_id").fetchall() == expected
    described = YAML(typ="safe").load((tmp_path / "models" / "fit.yml").read_text(encoding="utf-8"))
    (model,) = described["models"]
    assert (model["name"], tuple(column["name"] for column in model["columns"])) == ("fit", made.columns)


def test_a_label_ends_no_comment_and_opens_no_template(tmp_path: Path) -> None:
    profile = tmp_path / "profile.yaml"
    text = EXAMPLE.read_text(encoding="utf-8")
    profile.write_text(text.replace("'Government'", "'*/ DROP TABLE x; /* {{ y }} --'"), encoding="utf-8")
    made = sql(profile, dialect="postgres", as_of=DAY)
    assert len(sqlglot.parse(made.text, read="postgres")) == 1
    assert "*/ DROP" not in made.text.replace("'*/ drop", "")


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    tables = ["--table", "accounts=crm.companies", "--table", "activities=crm.visits"]
    assert run(["sql", str(EXAMPLE), "--dialect", "postgresql", "--criteria", *tables]) == 0
    out = capsys.readouterr().out
    assert "FROM crm.companies" in out
    assert "FROM crm.visits" in out
    assert "/* size: 100 to 500 employees */" in out
    assert run(["sql", str(EXAMPLE), "--dialect", "oracle"]) == 2
    assert run(["sql", str(EXAMPLE), "--table", "deals=x"]) == 2


def test_a_form_that_is_not_written_is_refused() -> None:
    with pytest.raises(FormUnknown, match="excel"):
        sql(EXAMPLE, form="excel")
