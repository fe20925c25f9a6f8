"""What tells one company from another, made comparable: one row an account, in a table that both matchers read.

The columns are found by their names (`sources_of`), the values made comparable here: names without legal forms, streets
without kinds, phones as digits, registration numbers without blanks. Nothing is guessed: what cannot be read is NULL.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import duckdb

from idealfit.accounts.address import street_key
from idealfit.accounts.domain import PERSONAL_PROVIDERS
from idealfit.accounts.name import normalised_name, squash
from idealfit.accounts.name_difference import marks_of
from idealfit.store.engine import insert_texts, literal, quote

_AT_ONCE = 50_000
"""So many names are made comparable before they go to the engine: a million at once, five times over, fill memory."""
BRANDS_OF_ONE_SITE = 5
"""A website that more names than this share (a franchise, a market place, a site builder) tells nothing."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


GENERIC_WORDS = _words(
    "solutions services service systems technologies technology tech consulting partners international global "
    "industries enterprises management software digital media marketing center centre school association society "
    "institute university college studio studios agency labs and of the for de la des und et y"
)
GENERIC_SHARE = 0.4
"""What such a word is worth, beside one that says something of a company."""
KIN_WORDS = _words(
    "holding holdings beteiligungs beteiligung participations research foundation stiftung fondation ventures capital "
    "immobilien immobilier estate logistics logistik leasing finance financial insurance versicherung "
    "emea apac latam dach benelux nordics europe european asia africa america americas usa us uk uae "
    "germany deutschland france austria osterreich switzerland schweiz suisse italy italia spain espana iberia "
    "portugal netherlands nederland belgium belgique poland polska sweden sverige norway norge denmark danmark finland "
    "suomi ireland britain england scotland canada mexico brazil brasil argentina chile colombia australia zealand "
    "japan china india singapore malaysia indonesia korea taiwan israel turkey russia ukraine hungary romania czech "
    "greece egypt nigeria kenya"
)
"""Words by which a group tells its own companies apart: two names that differ in one are kin, hardly one company."""

_COLUMNS: Mapping[str, str] = {
    "phone": "phone phonenumber telephone telephonenumber tel mainphone companyphone corporatephone hqphone phone1 "
    "telefon telefono officephone switchboard businessphone accountphone organizationphone",
    "postal": "zip zipcode postalcode postcode plz codepostal cap billingzip billingpostalcode billingzippostalcode "
    "hqzip hqpostalcode companyzip companyzipcode companypostalcode addresspostalcode mailingpostalcode",
    "street": "address street streetaddress address1 addressline1 billingstreet billingaddress billingaddressline1 "
    "companystreet companyaddress companystreetaddress hqstreet hqaddress strasse rue mailingstreet",
    "vat": "vat vatid vatnumber vatno ustid ustidnr uid uidnr tva tvanumber numerotva partitaiva btw btwnumber nif cif",
    "register": "companynumber companyregistrationnumber registrationnumber crn registernumber companyregno hrb "
    "handelsregisternummer kvk kvknumber orgnumber organisationsnummer cnpj krs abn acn",
    "siren": "siren sirennumber",
    "siret": "siret siretnumber",
    "duns": "duns dunsnumber dunsno dandbnumber",
    "lei": "lei leicode",
    "ein": "ein taxid taxnumber einnumber fein federaltaxid",
}
REGISTRATIONS = ("vat", "register", "siren", "siret", "duns", "lei", "ein")


@dataclass(frozen=True)
class Sources:
    """Column of the accounts that holds each thing: 'phone' → 'Main Phone'. Only what is there."""

    columns: Mapping[str, str]

    def sql(self, thing: str) -> str:
        """The column as SQL text of type VARCHAR; NULL where there is none."""
        name = self.columns.get(thing)
        return "NULL::VARCHAR" if name is None else f"CAST({quote(name)} AS VARCHAR)"


def sources_of(columns: Collection[str]) -> Sources:
    """Which of an accounts table's columns tell companies apart, by their names."""
    found = {name: name for name in ("name", "domain", "country", "city", "parent_id", "employees") if name in columns}
    words = {word: thing for thing, text in _COLUMNS.items() for word in text.split()}
    for column in sorted(columns):
        thing = words.get(squash(column))
        if thing is not None:
            found.setdefault(thing, column)
    return Sources(found)


def make_identities(con: duckdb.DuckDBPyConnection, relation: str, sources: Sources, into: str = "identities") -> None:
    """Write the table `into`, one row an account of `relation` (which needs `account_id` and may have `filled`)."""
    described = {row[0] for row in con.execute(f"DESCRIBE {quote(relation)}").fetchall()}
    filled = "filled" if "filled" in described else "0"
    registrations = ", ".join(_registration(sources, kind) for kind in REGISTRATIONS if kind in sources.columns)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE raw_identities AS SELECT account_id, {filled} AS filled, "
        f"{sources.sql('name')} AS name, lower(trim({sources.sql('domain')})) AS domain, "
        f"{_plain(sources.sql('country'))} AS country, {_plain(sources.sql('city'))} AS city, "
        f"nullif(upper(regexp_replace(regexp_replace({sources.sql('postal')}, '\\.0$', ''), '[^A-Za-z0-9]', '', 'g')), "
        f"'') AS postal, {sources.sql('street')} AS address, {_phone(sources.sql('phone'))} AS phone, "
        f"TRY_CAST({sources.sql('employees')} AS DOUBLE) AS employees, {sources.sql('parent_id')} AS parent_id, "
        f"list_filter([{registrations}]::VARCHAR[], x -> x IS NOT NULL) AS registrations FROM {quote(relation)}"
    )
    _names(con)
    _streets(con)
    personal = ", ".join(literal(each) for each in sorted(PERSONAL_PROVIDERS))
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {quote(into)} AS WITH sites AS (SELECT r.domain FROM raw_identities r LEFT JOIN "
        f"raw_names n ON n.k = r.name WHERE r.domain IS NOT NULL GROUP BY 1 HAVING count(DISTINCT n.norm) > "
        f"{BRANDS_OF_ONE_SITE}), named AS (SELECT n.norm, count(*) AS rows FROM raw_identities r JOIN raw_names n "
        "ON n.k = r.name WHERE n.norm IS NOT NULL GROUP BY 1) "
        "SELECT row_number() OVER (ORDER BY r.account_id) AS row, r.account_id, r.filled, "
        "r.name, n.norm, n.squashed, n.kin, n.digits, "
        f"CASE WHEN r.domain NOT IN ({personal}) AND r.domain NOT IN (SELECT domain FROM sites) THEN r.domain END AS "
        "domain, r.country, r.city, r.postal, s.number, s.street, r.phone, r.employees, r.parent_id, "
        "CASE WHEN len(r.registrations) > 0 THEN r.registrations END AS registrations, "
        "list_transform(r.registrations, x -> split_part(x, ':', 1)) AS registers, "
        "coalesce(named.rows, 0) AS name_rows "
        "FROM raw_identities r LEFT JOIN raw_names n ON n.k = r.name LEFT JOIN raw_streets s ON s.k = r.address "
        "LEFT JOIN named ON named.norm = n.norm "
        "ORDER BY r.account_id"
    )


def _plain(text: str) -> str:
    return f"nullif(lower(strip_accents(trim({text}))), '')"


def _phone(text: str) -> str:
    """The last nine digits: with and without the country's code a number is the same; seven are the least."""
    digits = f"regexp_replace({text}, '(?i)(?:ext|x).*$|[^0-9]', '', 'g')"
    return f"CASE WHEN length({digits}) >= 7 AND length(ltrim({digits}, '0')) > 4 THEN right({digits}, 9) END"


def _registration(sources: Sources, kind: str) -> str:
    """A number of at least six signs, five of them digits, that nobody typed to fill a field."""
    plain = f"upper(regexp_replace({sources.sql(kind)}, '[^A-Za-z0-9]', '', 'g'))"
    digits = f"regexp_replace({plain}, '[^0-9]', '', 'g')"
    real = (
        f"length({plain}) BETWEEN 6 AND 24 AND length({digits}) >= 5 AND length(replace({digits}, left({digits}, 1), "
        f"'')) > 1 AND {digits} NOT IN ('12345', '123456', '1234567', '12345678', '123456789', '1234567890')"
    )
    return f"CASE WHEN {real} THEN {literal(kind + ':')} || {plain} END"


def _names(con: duckdb.DuckDBPyConnection) -> None:
    names = _distinct(con, "name")
    con.execute("CREATE OR REPLACE TEMP TABLE raw_names (k VARCHAR, norm VARCHAR, squashed VARCHAR, kin VARCHAR, "
                "digits VARCHAR)")  # fmt: skip
    for start in range(0, len(names), _AT_ONCE):
        _add_names(con, names[start : start + _AT_ONCE])


def _add_names(con: duckdb.DuckDBPyConnection, names: list[str]) -> None:
    norms = [normalised_name(name) for name in names]
    kin, digits = [], []
    for name, norm in zip(names, norms, strict=True):
        words = re.split(r"[\W_]+", name.casefold())
        kin.append(" ".join(sorted(KIN_WORDS.intersection([*words, *norm.split()]))))
        digits.append(marks_of(norm))
    insert_texts(con, "raw_names", [names, norms, [squash(norm) for norm in norms], kin, digits])


def _streets(con: duckdb.DuckDBPyConnection) -> None:
    addresses = _distinct(con, "address")
    keys = [street_key(address) for address in addresses]
    con.execute("CREATE OR REPLACE TEMP TABLE raw_streets (k VARCHAR, number VARCHAR, street VARCHAR)")
    if addresses:
        insert_texts(con, "raw_streets", [addresses, [key[0] for key in keys], [key[1] for key in keys]])


def _distinct(con: duckdb.DuckDBPyConnection, column: str) -> list[str]:
    return [
        row[0]
        for row in con.execute(
            f"SELECT DISTINCT {column} FROM raw_identities WHERE trim({column}) <> '' ORDER BY 1"
        ).fetchall()
    ]
