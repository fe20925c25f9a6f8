"""What one criterion adds to another on the accounts of a workspace."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from idealfit.errors import NoSuchCriterion, PredicateError
from idealfit.frontends.cli.app import run
from idealfit.records.intake import import_folder
from idealfit.store.place import open_place
from idealfit.workspace.overlapping import overlap

PROFILE = """\
profile: Overlapping
layers:
  firmographic:
    criteria:
      - {id: size, when: employees BETWEEN 100 AND 500, points: 5}
      - {id: same, when: employees >= 100 AND employees <= 500, points: 5}
      - {id: big, when: employees >= 50, points: 5}
      - {id: saas, when: "industry = 'SaaS'", points: 5}
exclusions:
  - {id: bank, when: "industry = 'bank'", because: They never buy.}
"""
ACCOUNTS = """\
account_id,name,employees,industry
1,Aco,120,SaaS
2,Bco,300,SaaS
3,Cco,60,bank
4,Dco,20,SaaS
5,Eco,,SaaS
"""
DEALS = """\
deal_id,account_id,created_at,closed_at,outcome,deal_type
d1,1,2025-01-01,2025-02-01,won,new_business
d2,2,2025-01-01,2025-02-01,lost,new_business
d3,4,2025-01-01,2025-02-01,won,new_business
"""


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("overlap")
    records = folder / "records"
    records.mkdir()
    (records / "accounts.csv").write_text(ACCOUNTS)
    (records / "deals.csv").write_text(DEALS)
    (folder / "profile.yaml").write_text(PROFILE)
    import_folder(records, open_place(folder / "w", create=True))
    return folder / "profile.yaml", folder / "w"


def test_every_pair_is_counted_and_named_for_what_it_is(at):
    found = overlap(*at)
    assert found.accounts == 5
    assert len(found.pairs) == 10
    relations = {(pair.first, pair.second): pair.relation for pair in found.pairs}
    assert relations["size", "same"] == "equivalent"
    assert relations["size", "big"] == "first implies second"
    assert relations["saas", "bank"] == "apart"
    assert relations["big", "saas"] == "overlapping"
    assert found.same == (("size", "same"),)


def test_two_statements_tell_what_each_adds_and_how_many_of_it_were_won(at):
    (pair,) = overlap(*at, ["saas", "employees >= 50"]).pairs
    assert (pair.both.accounts, pair.both.won, pair.both.closed) == (2, 1, 2)
    assert (pair.only_first.accounts, pair.only_first.won, pair.only_first.closed) == (1, 1, 1)
    assert (pair.only_second.accounts, pair.neither.accounts, pair.unknown.accounts) == (1, 0, 1)
    with pytest.raises(NoSuchCriterion, match="size"):
        overlap(*at, ["siz"])
    with pytest.raises(PredicateError):
        overlap(*at, ["employees >> 5"])


def test_the_command_shows_the_pairs(at, capsys):
    assert run(["overlap", *map(str, at), "size", "saas", "--json"]) == 0
    (pair,) = json.loads(capsys.readouterr().out)["pairs"]
    assert (pair["relation"], pair["both"]["accounts"]) == ("first implies second", 2)
    assert run(["overlap", *map(str, at)]) == 0
    assert "'size' and 'same' say the same" in capsys.readouterr().out
