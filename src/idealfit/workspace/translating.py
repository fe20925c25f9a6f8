"""A profile as the SQL of a warehouse: one readable statement, or a model for dbt with what describes and tests it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path

from idealfit.errors import FormUnknown, Position
from idealfit.profile.content import Exclusion
from idealfit.profile.document import Profile, substance_hash
from idealfit.scores.dialects import DIALECTS, Dialect
from idealfit.scores.expected_columns import expected_tables
from idealfit.scores.lying import Held, TableAt, TableName, Tables, canonical_table
from idealfit.scores.motions_statement import motions_statement, tables_of_all
from idealfit.scores.sql import VariableDay
from idealfit.scores.statement import TOP, Statement, score_statement
from idealfit.scores.written import as_dbt_model, heading_of, statement_text
from idealfit.store.place import write_text
from idealfit.workspace.scoring import profiles_of
from idealfit.workspace.scoring_elsewhere import names_of

__all__ = ["DBT_MODEL", "DIALECTS", "Sql", "sql"]

DBT_MODEL = "dbt-model"
_PLACE = "idealfit_place_of_{0}"


@dataclass(frozen=True)
class Sql:
    """A statement (`text`) in the words of `dialect`, the columns that it gives, for dbt what stands in the file beside
    the model (`properties`), and the files that were written."""

    dialect: str
    text: str
    columns: tuple[str, ...]
    properties: str | None = None
    written: tuple[Path, ...] = ()


def sql(
    profile: Path,
    *,
    dialect: str = "duckdb",
    form: str | None = None,
    tables: Sequence[str] = (),
    source: str | None = None,
    as_of: date | None = None,
    criteria: bool = False,
    card: bool = False,
    texts: bool = False,
    merged: bool = False,
    to: Path | None = None,
) -> Sql:
    """The profile as one SELECT in `dialect`, one row an account; of a folder of profiles, one a motion, the row of the
    motion that suits it best (`motion`). With `form='dbt-model'` as a model whose day is the variable `as_of`.

    `tables` names the tables to read ('accounts=crm.accounts'): else they have their canonical names, in dbt
    `ref('accounts')`, or `source(source, 'accounts')`. `criteria` adds a column a criterion, `card` the inbound card
    (with a table `leads`, if it is named), `texts` the words of each reason; `merged` says that the accounts have a
    column `duplicate_of`, whose rows get the score of the account that they were merged into. What discovery's model
    tells of an account is there where the profile has one. With `to` it is written there (a model's properties beside
    it, ending in .yml). `as_of`: the option, else the profile's own day, else today.

    Raises ProfileFileError, FormUnknown (a dialect or form that is not written), UsageError and WriteFailed.
    """
    documents = profiles_of(profile)
    document = next(iter(documents.values()))
    words = _dialect(dialect)
    _check_form(form)
    day = as_of or document.as_of or date.today()
    named = names_of(tables)
    model = form == DBT_MODEL
    places: dict[TableName, tuple[str, ...]] = {name: tuple(text.split(".")) for name, text in named.items()}
    if model:
        places = {name: (_PLACE.format(name),) for name in (*_MOST, *named)}
    found = tables_of_all([expected_tables(_with_whom(one), places) for one in documents.values()])
    if merged:
        columns = {**found.accounts.columns, "duplicate_of": Held("text")}
        found = Tables(TableAt(found.accounts.parts, columns), found.others)
    if card and "leads" in named:
        leads = canonical_table("leads", places["leads"])
        found = Tables(found.accounts, {**found.others, "leads": leads})
    versions = {motion: substance_hash(one)[:12] for motion, one in documents.items()}
    moment = VariableDay.at(day) if model else day
    told = _Told(criteria=criteria, texts=texts, card=card)
    statement = _statement(documents, found, moment, versions, told)
    heading = heading_of(documents, statement, found, dialect=words, versions=versions, as_of=None if model else day)
    text = statement_text(statement, words, heading=heading)
    properties = None
    if model:
        refs = {_PLACE.format(name): _ref(name, named.get(name), source) for name in places}
        text = as_dbt_model(text, refs, as_of=day)
        properties = _properties(documents, statement, to.stem if to is not None else "account_scores")
    return Sql(words, text, statement.shown, properties, _write(to, text, properties))


@dataclass(frozen=True)
class _Told:
    """What the statement gives beside the scores."""

    criteria: bool
    texts: bool
    card: bool


def _statement(
    documents: Mapping[str, Profile], tables: Tables, as_of: date, versions: Mapping[str, str], told: _Told
) -> Statement:
    if len(documents) > 1:
        return motions_statement(documents, tables, as_of=as_of, versions=versions, top=TOP, **vars(told))
    ((motion, document),) = documents.items()
    return score_statement(document, tables, as_of=as_of, version=versions[motion], top=TOP, values=True, **vars(told))


def _with_whom(profile: Profile) -> Profile:
    """To whom a motion is sold is read like one exclusion more."""
    if profile.sold_to is None:
        return profile
    sold = Exclusion(id="sold", when=profile.sold_to, because="sold to")
    return profile.model_copy(update={"exclusions": (*profile.exclusions, sold)})


_MOST: tuple[TableName, ...] = ("accounts", "events", "account_history", "contacts")


def _dialect(name: str) -> Dialect:
    wanted = {"postgresql": "postgres"}.get(name.lower(), name.lower())
    for dialect in DIALECTS:
        if dialect == wanted:
            return dialect
    raise FormUnknown(
        f"SQL is not written for {name!r}",
        where=Position(file="--dialect", value=name[:40]),
        remedy=f"Name one of {', '.join(DIALECTS)}.",
    )


def _check_form(form: str | None) -> None:
    if form not in (None, "sql", DBT_MODEL):
        raise FormUnknown(
            f"A profile is not written as {form!r}",
            where=Position(file="--as", value=str(form)[:40]),
            remedy=f"Name {DBT_MODEL}, or leave --as away.",
        )


def _ref(name: TableName, named: str | None, source: str | None) -> str:
    table = (named or name).replace("'", "")
    return f"source('{source}', '{table}')" if source else f"ref('{table}')"


def _properties(profiles: Mapping[str, Profile], statement: Statement, model: str) -> str:
    """What dbt reads beside a model: what each column is, and tests that the scores must pass."""
    from ruamel.yaml import YAML

    tests: dict[str, list[object]] = {
        "account_id": ["unique", "not_null"],
        "tier": ["not_null", {"accepted_values": {"values": ["A", "B", "C", "excluded", "unknown"]}}],
        "timing_band": ["not_null", {"accepted_values": {"values": ["now", "soon", "later", "unknown"]}}],
        "priority": ["not_null"],
        "as_of": ["not_null"],
        "profile_version": ["not_null"],
    }
    columns: list[dict[str, object]] = []
    for name in statement.shown:
        said = _COLUMNS.get(name) or _said(name)
        columns.append({"name": name, "description": said} | ({"data_tests": tests[name]} if name in tests else {}))
    told = {
        "name": model,
        "description": f"Every account scored by {_names(profiles)}.",
        "columns": columns,
    }
    out = StringIO()
    yaml = YAML()
    yaml.width = 110
    yaml.dump({"version": 2, "models": [told]}, out)
    return out.getvalue().replace("{{", "{ {").replace("{%", "{ %")


def _names(profiles: Mapping[str, Profile]) -> str:
    """'the profile X (motion Y)', of several the motion that is the account's best."""
    names = ", ".join(f"'{one.profile}' (motion '{motion}')" for motion, one in profiles.items())
    return f"the profile {names}" if len(profiles) == 1 else f"the best for it of the profiles {names}"


def _said(name: str) -> str:
    if name.startswith("c_"):
        return f"Whether '{name.removeprefix('c_')}' holds: true, false, or NULL where it is unknown."
    for end, word in (("_low", "lower"), ("_high", "upper")):
        if name.endswith(end):
            return f"The {word} end of the interval of {name.removesuffix(end)}."
    if name.startswith("p_"):
        return f"The chance of '{name.removeprefix('p_')}', 0 to 1, as the deals that the profile was found in tell it."
    return f"The {name.removesuffix('_score')} layer as people read it, 1 to 5."


_COLUMNS = {
    "account_id": "The company.",
    "tier": "A, B, C, excluded or unknown.",
    "tier_low": "The tier if every unknown turns out at its worst.",
    "tier_high": "The tier if every unknown turns out at its best.",
    "score": "All layers together, 0 to 100.",
    "low": "The lowest that the score can be, once all is known.",
    "high": "The highest that the score can be, once all is known.",
    "fit": "What the company is, 0 to 100.",
    "timing": "What it does now, 0 to 100.",
    "timing_band": "now, soon, later or unknown.",
    "priority": "Tier and timing band together.",
    "completeness": "How much of what fit asks for is known, 0 to 1.",
    "excluded_by": "The exclusions that hold.",
    "reasons": "A JSON list: for each criterion its id, layer, state (true, false, unknown) and the points it counted.",
    "p_win": "The chance that the account is won if it is worked, 0 to 1.",
    "expected_value": "What working the account is expected to bring, less its cost; NULL where no amounts are known.",
    "rank": "The order in which to work accounts, 1 first; NULL for who is excluded.",
    "card_points": "The points of the inbound card.",
    "card_most": "The most that they can be, once all is known.",
    "card_reasons": "A JSON list: for each line of the card its id, state, points and words.",
    "route": "Who answers a lead of so many points.",
    "as_of": "The day of the scores.",
    "profile_version": "The version of the profile that made them.",
    "duplicate_of": "The account that this one was merged into.",
    "motion": "The motion that suits the account best; the scores are by its profile.",
    **{f"reason_{at}": f"The criterion that adds most, number {at}." for at in range(1, TOP + 1)},
}


def _write(to: Path | None, text: str, properties: str | None) -> tuple[Path, ...]:
    if to is None:
        return ()
    write_text(to, text)
    if properties is None:
        return (to,)
    beside = to.with_suffix(".yml")
    write_text(beside, properties)
    return (to, beside)
