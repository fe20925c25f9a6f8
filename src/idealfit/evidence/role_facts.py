"""Facts of the people at an account: which roles were known to be there at a moment."""

from __future__ import annotations

import duckdb
import numpy as np

from idealfit.evidence.fact import Fact
from idealfit.evidence.fill import Seen, contacts_seen
from idealfit.records.attribute import AttributeInfo
from idealfit.store.engine import quote

MARKS = ",;:/&|()-._+"
"""What separates the words of a title, beside blanks."""


def role_facts(con: duckdb.DuckDBPyConnection, *, rows: str, seen: bool) -> list[Fact]:
    """For each role or field of work among the contacts, whether somebody known at the row's T has its words as role,
    function, seniority or title; unknown where the account had no contact of whom any of these is said (the rule of
    `has_role`), and for an undated row, since people come to be known as a deal goes on.
    """
    words = {
        name: f"' ' || TRANSLATE(LOWER(TRIM({name})), '{MARKS}', '{' ' * len(MARKS)}') || ' '"
        for name in ("role", "function", "seniority", "title")
    }
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE roles AS
        SELECT words, FIRST(role ORDER BY times DESC, role) AS role FROM (
            SELECT {words["role"]} AS words, LOWER(TRIM(role)) AS role, account_id,
                   COUNT(*) OVER (PARTITION BY LOWER(TRIM(role))) AS times
            FROM (SELECT role, account_id FROM contacts UNION ALL SELECT function, account_id FROM contacts)
        ) WHERE account_id IS NOT NULL AND role <> ''
        GROUP BY 1 HAVING COUNT(DISTINCT account_id) >= 5 ORDER BY COUNT(*) DESC, 1 LIMIT 40
        """
    )
    roles = con.execute("SELECT role FROM roles ORDER BY role").fetchall()
    if not roles:
        return []
    said = ", ".join(f"{spaced} AS {name}" for name, spaced in words.items())
    has = " OR ".join(f"COALESCE(CONTAINS(s.{name}, x.words), FALSE)" for name in words)
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE people AS
        WITH said AS (
            SELECT account_id, CAST(created_at AS DATE) AS known_on, {said} FROM contacts
            WHERE account_id IS NOT NULL AND COALESCE(role, function, seniority, title) IS NOT NULL
        )
        SELECT s.account_id, s.known_on, x.role FROM said s LEFT JOIN roles x ON {has} GROUP BY ALL
        """
    )
    found = con.execute(
        f"""
        WITH numbered AS (SELECT *, ROW_NUMBER() OVER (ORDER BY row_number) - 1 AS place FROM {quote(rows)})
        SELECT DISTINCT r.place, COALESCE(p.role, '') AS role FROM numbered r JOIN people p
          ON p.account_id = r.account_id AND r.t IS NOT NULL AND (p.known_on IS NULL OR p.known_on <= r.t)
        """
    ).fetchnumpy()
    place, held = np.asarray(found["place"], dtype=np.int64), np.asarray(found["role"])
    total = con.execute(f"SELECT COUNT(*) FROM {quote(rows)}").fetchall()[0][0]
    known = np.zeros(total, dtype=bool)
    known[place] = True
    who = contacts_seen(con) if seen else Seen()
    facts = []
    for (role,) in roles:
        values = np.where(known, 0.0, np.nan)
        values[place[held == role]] = 1.0
        info = AttributeInfo(f"role:{role}", f"has {role.replace('_', ' ')}", "boolean", layer="authority")
        facts.append(Fact(f"role.{role}", "role", info, values, known.copy(), who.fill_worked, who.fill_unworked))
    return facts


def undated_roles(con: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """What to tell where deals say who took which part in them: no date says when that was written, and it is written
    as a deal goes well, so only the roles of contacts are read, from the day a contact was known.
    """
    deals, roles = con.execute(
        """
        SELECT COUNT(DISTINCT d.deal_id), COUNT(*) FROM deal_contacts d LEFT JOIN contacts c USING (contact_id)
        WHERE TRIM(d.role) <> '' AND LOWER(TRIM(d.role)) IS DISTINCT FROM LOWER(TRIM(c.role))
        """
    ).fetchall()[0]
    if not roles:
        return ()
    return (
        f"{roles:,} roles of people on {deals:,} deals carry no date, and are written as a deal goes on: not used. Who "
        "is there at an account is read from the roles of its contacts, from the day on which each was entered",
    )
