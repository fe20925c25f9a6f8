from __future__ import annotations

from itertools import combinations
from pathlib import Path

from idealfit.demo import make_company
from idealfit.records.intake import import_folder
from idealfit.store.engine import connect, load_tables
from idealfit.store.place import open_place


def test_the_doubles_of_the_messy_demo_are_found_and_nothing_else_is_merged(tmp_path: Path) -> None:
    make_company(tmp_path / "in", 5, deals=300, recipe="messy")
    place = open_place(tmp_path / "w", create=True)
    import_folder(tmp_path / "in", place)
    con = connect(place.root)
    load_tables(con, place)
    domains: dict[str, list[str]] = {}
    groups: dict[str, list[str]] = {}
    rows = con.execute("SELECT account_id, domain, coalesce(duplicate_of, account_id) FROM accounts ORDER BY 1")
    for account, domain, survivor in rows.fetchall():
        domains.setdefault(domain, []).append(account)
        groups.setdefault(survivor, []).append(account)
    planted = {pair for group in domains.values() for pair in combinations(group, 2)}
    merged = {pair for group in groups.values() for pair in combinations(sorted(group), 2)}
    assert len(planted) > 10
    assert merged <= planted
    assert len(merged) >= 0.95 * len(planted)
