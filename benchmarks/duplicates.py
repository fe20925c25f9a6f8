"""How well companies entered twice are found, on sets with a truth, beside Splink and dedupe in the same run; the cost.

    python benchmarks/duplicates.py [--data FOLDER] [--dedupe PYTHON] [--sizes 30000 100000 300000]

The organisation set of dedupe's examples (3,337 rows, 1,162 organisations): Splink by hand is a trained model (chances
by random sampling and expectation maximisation) and dedupe is taught by 150 pairs answered with the truth; each of the
two is shown at the threshold that suits it best, ours at its default. `--dedupe` names a Python that has dedupe (3.0
needs an index package older than 6.5: pip install dedupe 'BTrees<6'). The company pairs of EMM: names only, so that
nothing but equal names may be merged. The chances and the vetoes were reasoned with the organisation set at hand, so
that both halves of its entities are shown; neither was held out when they were set. The sets of persons that Splink
publishes are no companies and are left out. `--sizes`: made-up accounts, one in ten entered twice with slips, for the
growth of time with size.
"""

from __future__ import annotations

import argparse
import collections
import csv
import gzip
import hashlib
import itertools
import json
import random
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).parent
ORGANISATIONS = "dedupe_examples/csv_example_input_with_true_ids.csv"
COMPANY_PAIRS = "emm_company_pairs/unittest_sample_namepairs.csv.gz"
FIELDS = ("Site name", "Address", "Zip", "Phone")
Pairs = set[tuple[int, int]]


def organisations(data: Path) -> list[dict[str, str]]:
    with (data / ORGANISATIONS).open(encoding="utf-8", errors="replace") as file:
        return list(csv.DictReader(file))


def pairs_of(groups: Iterable[Sequence[int]]) -> Pairs:
    return {pair for group in groups for pair in itertools.combinations(sorted(group), 2)}


def truth_of(rows: Sequence[Mapping[str, str]]) -> Pairs:
    groups: dict[str, list[int]] = collections.defaultdict(list)
    for at, row in enumerate(rows):
        groups[row["True Id"]].append(at)
    return pairs_of(groups.values())


def half_of(rows: Sequence[Mapping[str, str]], which: int) -> set[int]:
    """The rows of one half of the organisations, drawn by a hash of their true number."""
    return {at for at, row in enumerate(rows) if hashlib.sha256(row["True Id"].encode()).digest()[0] % 2 == which}


def within(pairs: Pairs, half: set[int]) -> Pairs:
    """The pairs of which both rows are in `half`."""
    return {pair for pair in pairs if half.issuperset(pair)}


def figures(found: Pairs, truth: Pairs) -> tuple[float, float, float]:
    right = len(found & truth)
    precision = right / len(found) if found else 1.0
    recall = right / len(truth)
    return precision, recall, 2 * precision * recall / (precision + recall) if right else 0.0


def show(name: str, found: Pairs, truth: Pairs, entities: int, seconds: float) -> tuple[float, float, float]:
    precision, recall, f1 = figures(found, truth)
    print(f"{name:<42}{precision:>10.4f}{recall:>10.4f}{f1:>10.4f}{entities:>10,}{seconds:>10.1f}")
    return precision, recall, f1


def ours(
    columns: Mapping[str, Sequence[str]], *, likeness: bool = True
) -> tuple[list[list[int]], list[tuple[int, int, float, str]], float]:
    """Groups of rows, the pairs looked at, and the seconds taken, by the step of an import itself."""
    from idealfit.accounts import linkage
    from idealfit.records.assembling.duplicates import TABLE, Deduplication, merge_accounts
    from idealfit.store.engine import connect, insert_texts, quote

    con = connect()
    names = ["account_id", *columns]
    con.execute(f"CREATE TABLE all_accounts ({', '.join(quote(name) + ' VARCHAR' for name in names)})")
    rows = len(next(iter(columns.values())))
    insert_texts(con, "all_accounts", [[f"{at:08d}" for at in range(rows)], *columns.values()])
    there = linkage.is_available
    if not likeness:
        linkage.is_available = lambda: False
    started = time.perf_counter()
    merged = merge_accounts(con, Deduplication(), flat=False)
    seconds = time.perf_counter() - started
    linkage.is_available = there
    groups: dict[str, list[int]] = collections.defaultdict(list)
    for account, survivor in con.execute(
        "SELECT account_id, coalesce(duplicate_of, account_id) FROM all_accounts"
    ).fetchall():
        groups[survivor].append(int(account))
    looked = [
        (int(one), int(other), probability, state)
        for one, other, probability, state in con.execute(
            f"SELECT account_a, account_b, probability, state FROM {TABLE}"
        ).fetchall()
    ]
    for note in merged.notes:
        if likeness:
            print(f"    {note}", file=sys.stderr)
    return list(groups.values()), looked, seconds


def plain(text: str) -> str:
    return " ".join(text.split()).strip("\"' ").lower()


def splink_by_hand(rows: Sequence[Mapping[str, str]]) -> tuple[Callable[[float], list[list[int]]], float]:
    """A trained model as Splink's own tutorials make one: the groups at a threshold, and the seconds until then."""
    import duckdb
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    started = time.perf_counter()
    con = duckdb.connect()
    con.execute("CREATE TABLE rows (unique_id BIGINT, name VARCHAR, address VARCHAR, zip VARCHAR, phone VARCHAR)")
    con.executemany(
        "INSERT INTO rows VALUES (?, ?, ?, ?, ?)",
        [(at, *(plain(row[field]) or None for field in FIELDS)) for at, row in enumerate(rows)],
    )
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.JaroWinklerAtThresholds("name", [0.95, 0.9, 0.8]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("address", [0.95, 0.9, 0.8]).configure(term_frequency_adjustments=True),
            cl.ExactMatch("zip"),
            cl.ExactMatch("phone").configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("name"),
            block_on("phone"),
            block_on("substr(address, 1, 6)"),
            block_on("zip", "substr(name, 1, 3)"),
        ],
    )
    source = DuckDBAPI(con).register("rows")
    linker = Linker(source, settings, log_level="ERROR")
    linker.training.estimate_probability_two_random_records_match([block_on("name", "phone")], recall=0.4)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6)
    for rule in (block_on("phone"), block_on("name"), block_on("address")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    predicted = linker.inference.predict(threshold_match_probability=0.01)
    seconds = time.perf_counter() - started

    def groups(threshold: float) -> list[list[int]]:
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, threshold)
        found: dict[int, list[int]] = collections.defaultdict(list)
        for cluster, row in con.execute(f"SELECT cluster_id, unique_id FROM {clusters.physical_name}").fetchall():
            found[cluster].append(row)
        return list(found.values())

    return groups, seconds


def taught_dedupe(data: Path) -> None:
    """Run by a Python that has dedupe: prints its groups at several thresholds and the seconds, as JSON."""
    import dedupe
    import numpy
    from dedupe import variables

    random.seed(7)
    numpy.random.seed(7)
    started = time.perf_counter()
    rows = {
        at: {field: plain(row[field]) or None for field in FIELDS} | {"True Id": row["True Id"]}
        for at, row in enumerate(organisations(data))
    }
    fields = [
        variables.String("Site name"),
        variables.String("Address"),
        variables.Exact("Zip", has_missing=True),
        variables.String("Phone", has_missing=True),
    ]
    matcher = dedupe.Dedupe(fields, num_cores=0)
    matcher.prepare_training(rows, sample_size=4000)
    for _ in range(150):
        ((one, other),) = matcher.uncertain_pairs()
        same = one["True Id"] == other["True Id"]
        matcher.mark_pairs({"match": [(one, other)] * same, "distinct": [(one, other)] * (not same)})
    matcher.train(index_predicates=False)
    trained = time.perf_counter() - started
    found = {}
    for threshold in (0.4, 0.5, 0.52, 0.55, 0.6, 0.65, 0.7, 0.8):
        at = time.perf_counter()
        groups = [[int(row) for row in ids] for ids, _ in matcher.partition(rows, threshold)]
        found[threshold] = {"groups": groups, "seconds": trained + time.perf_counter() - at}
    print(json.dumps(found))


def on_organisations(data: Path, dedupe_python: str | None) -> bool:
    rows = organisations(data)
    truth = truth_of(rows)
    print(f"\norganisations: {len(rows):,} rows, {len(truth):,} true pairs\n")
    print(f"{'':<42}{'precision':>10}{'recall':>10}{'F1':>10}{'entities':>10}{'seconds':>10}")
    columns = {"name": [row["Site name"].strip() for row in rows]}
    columns |= {field: [row[field].strip() for row in rows] for field in FIELDS[1:]}
    groups, looked, seconds = ours(columns)
    unasked, waiting = groups, looked
    precision, _, best = show("idealfit, merged unasked", pairs_of(groups), truth, len(groups), seconds)
    proposed = pairs_of(groups) | {(one, other) for one, other, _, state in looked if state == "probably same"}
    show("idealfit, with 'probably same'", proposed, truth, len(groups), seconds)
    groups, _, seconds = ours(columns, likeness=False)
    show("idealfit, equal keys only", pairs_of(groups), truth, len(groups), seconds)
    for which, name in ((0, "first"), (1, "second")):
        half = half_of(rows, which)
        of = sum(not half.isdisjoint(group) for group in unasked)
        show(
            f"  of which the {name} half of the entities", within(pairs_of(unasked), half), within(truth, half), of, 0.0
        )
    first = half_of(rows, 0)
    across = sum((one in first) != (other in first) for one, other in pairs_of(unasked))
    print(f"  {across:,} pairs merged across the halves, all of them wrong")
    for state in ("probably same", "cannot tell"):
        told = {(one, other) for one, other, _, what in waiting if what == state}
        print(f"  {len(told):,} pairs told as '{state}', right {len(told & truth) / max(1, len(told)):.0%}")
    peers = []
    at_threshold, seconds = splink_by_hand(rows)
    tried = {threshold: at_threshold(threshold) for threshold in (0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999, 0.99999)}
    threshold, found = max(tried.items(), key=lambda item: figures(pairs_of(item[1]), truth)[2])
    peers.append(show(f"Splink by hand, trained (at {threshold})", pairs_of(found), truth, len(found), seconds)[2])
    if dedupe_python:
        command = [dedupe_python, __file__, "--data", str(data), "--as-dedupe"]
        said = json.loads(
            subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[-1]
        )
        threshold, answer = max(said.items(), key=lambda item: figures(pairs_of(item[1]["groups"]), truth)[2])
        found = answer["groups"]
        peers.append(
            show(f"dedupe, 150 answers (at {threshold})", pairs_of(found), truth, len(found), answer["seconds"])[2]
        )
    else:
        print("dedupe: not run (--dedupe PYTHON names a Python that has it)")
    return precision >= 0.98 and best >= max(peers)


def on_company_pairs(data: Path) -> bool:
    with gzip.open(data / COMPANY_PAIRS, "rt", encoding="utf-8") as file:
        pairs = list(csv.DictReader(file))
    given = sorted({row["gt_name"] for row in pairs} | {row["name"] for row in pairs})
    at = {name: number for number, name in enumerate(given)}
    _, looked, seconds = ours({"name": given})
    scored = {(one, other): (probability, state) for one, other, probability, state in looked}
    right = {tuple(sorted((at[row["gt_name"]], at[row["name"]]))): row["correct"] == "True" for row in pairs}
    right = {pair: true for pair, true in right.items() if pair[0] != pair[1]}
    merged = [pair for pair, (_, state) in scored.items() if state == "same" and not right.get(pair, False)]  # type: ignore[call-overload]
    print(f"\ncompany pairs: {len(pairs)} pairs of {len(given)} names, {sum(right.values())} true ones whose names "
          f"differ, {seconds:.1f} s")  # fmt: skip
    print(
        f"wrong merges above the default threshold, of all {len(given) * (len(given) - 1) // 2:,} pairs: {len(merged)}"
    )
    print(f"{'probability from':>18}{'pairs':>8}{'right':>8}{'precision':>11}{'recall':>9}")
    for threshold in (0.99, 0.95, 0.9, 0.8, 0.5, 0.3, 0.2):
        above = [pair for pair in right if scored.get(pair, (0.0, ""))[0] >= threshold]  # type: ignore[call-overload]
        hits = sum(right[pair] for pair in above)
        shown = f"{hits / len(above):.3f}" if above else "-"
        print(f"{threshold:>18}{len(above):>8}{hits:>8}{shown:>11}{hits / sum(right.values()):>9.2f}")
    return not merged


def made_up(size: int, seed: int = 5) -> tuple[dict[str, list[str]], Pairs]:
    """Accounts of three made-up words each, one in ten entered a second time with slips of typing and gaps."""
    chance = random.Random(seed)  # noqa: S311
    heads = [
        "".join(chance.choice("bdfgklmnprstvz") + chance.choice("aeiou") for _ in range(3)) for _ in range(size // 4)
    ]
    kinds = [
        "Logistics",
        "Systems",
        "Software",
        "Foods",
        "Labs",
        "Energy",
        "Health",
        "Media",
        "Tools",
        "Works",
        "Trade",
    ]
    forms = ["Inc.", "GmbH", "Ltd", "SAS", "LLC", "", "AG"]
    cities = [
        "".join(chance.choice("bdfgklmnprst") + chance.choice("aeiou") for _ in range(4)).title() for _ in range(400)
    ]
    rows: list[list[str]] = []
    true: Pairs = set()
    for at in range(round(size / 1.1)):
        words = (chance.choice(heads).title(), chance.choice(heads).title(), chance.choice(kinds), chance.choice(forms))
        name = " ".join(words).strip()
        site = re.sub(r"[^a-z]", "", name.lower())[:18] + str(at) + ".com"
        row = [name, site, chance.choice("US US US DE FR GB".split()), chance.choice(cities),  # noqa: SIM905
               f"{chance.randrange(10**8, 10**9)}", f"{chance.randrange(1, 300)} {chance.choice(heads).title()} St",
               f"{chance.randrange(10000, 99999)}", str(chance.randrange(5, 5000))]  # fmt: skip
        rows.append(row)
        if chance.random() < 0.1:
            slip = chance.randrange(len(row[0].split()[0]) - 1)
            copy = [row[0][:slip] + row[0][slip + 1 :] if chance.random() < 0.5 else row[0].upper(), *row[1:]]
            for column in range(1, len(copy)):
                if chance.random() < 0.4:
                    copy[column] = ""
            rows.append(copy)
    order = list(range(len(rows)))
    chance.shuffle(order)
    where = {row: at for at, row in enumerate(order)}
    for one, other in itertools.pairwise(range(len(rows))):
        if rows[one][0].lower()[-6:] == rows[other][0].lower()[-6:] and _copied(rows[one], rows[other]):
            true.add(tuple(sorted((where[one], where[other]))))  # type: ignore[arg-type]
    columns = ("name", "domain", "country", "city", "phone", "address", "postal_code", "employees")
    return {name: [rows[row][at] for row in order] for at, name in enumerate(columns)}, true


def _copied(one: Sequence[str], other: Sequence[str]) -> bool:
    return all(right in (left, "") for left, right in zip(one[1:], other[1:], strict=True))


def on_sizes(sizes: Sequence[int]) -> None:
    print("\nmade-up accounts")
    print(f"{'accounts':>10}{'seconds':>9}{'µs a row':>10}{'GB':>7}{'precision':>11}{'recall':>9}{'F1':>8}")
    for size in sizes:
        columns, truth = made_up(size)
        groups, _, seconds = ours(columns)
        precision, recall, f1 = figures(pairs_of(groups), truth)
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        rows = len(columns["name"])
        row = f"{rows:>10,}{seconds:>9.1f}{1e6 * seconds / rows:>10.1f}{most:>7.2f}"
        print(f"{row}{precision:>11.4f}{recall:>9.4f}{f1:>8.4f}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=HERE.parent.parent / "shared" / "data")
    parser.add_argument("--dedupe", metavar="PYTHON")
    parser.add_argument("--sizes", type=int, nargs="*", default=[])
    parser.add_argument("--only-sizes", action="store_true")
    parser.add_argument("--as-dedupe", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.as_dedupe:
        taught_dedupe(given.data)
        return 0
    good = given.only_sizes or (on_organisations(given.data, given.dedupe) & on_company_pairs(given.data))
    on_sizes(given.sizes)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
