"""Which kinds of dirt the matching of accounts sees through, and what it makes of lists in which nothing is doubled.

    python benchmarks/duplicate_dirt.py [--data FOLDER]

Dirt: the names of two published lists (about 5,500 companies), a hundred of them entered a second time for each kind of
dirt, in one file, once with nothing but names and once each with a shared city, phone or domain beside them (made up;
every company has its own). Clean lists: every pair in them is two companies, or, in the list of layoffs, mostly one
that the list itself spells twice.
"""

from __future__ import annotations

import argparse
import collections
import csv
import itertools
import random
import re
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
import duplicates as matching  # noqa: E402 - its own folder is no package

Chance = random.Random
A_KIND = 100
SHORT_FORMS = {
    "International": "Intl", "Technologies": "Tech", "Technology": "Tech", "Corporation": "Corp", "Company": "Co",
    "Management": "Mgmt", "Manufacturing": "Mfg", "Services": "Svcs", "Solutions": "Sol", "Associates": "Assoc",
    "Communications": "Comm", "Group": "Grp", "Systems": "Sys", "National": "Natl", "Financial": "Fin",
}  # fmt: skip
CITIES = [f"{one}{other}" for one, other in itertools.product(
    ("Spring", "Green", "Oak", "Lake", "Fair", "River", "Mill", "Ash", "Stone", "Clear"),
    ("field", "ville", "wood", "ton", "view", "dale", "brook", "ford", "port", "mont"))]  # fmt: skip


def typo(name: str, chance: Chance) -> str | None:
    at = chance.randrange(1, max(2, len(name) - 1))
    if len(name) < 5 or not name[at : at + 2].isalpha() or name[at] == name[at + 1]:
        return None
    kind = chance.randrange(3)
    if kind == 0:
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return name[:at] + (name[at] * 2 if kind == 1 else "") + name[at + 1 :]


def short_form(name: str, _chance: Chance) -> str | None:
    words = [SHORT_FORMS.get(word, word) for word in name.split()]
    return None if words == name.split() else " ".join(words)


def word_lost(name: str, chance: Chance) -> str | None:
    words = name.split()
    return " ".join(words[:-1]) if len(words) > 2 else None


def swapped(name: str, _chance: Chance) -> str | None:
    words = name.split()
    return " ".join([*words[1:], words[0]]) if len(words) in (2, 3) and "." not in name else None


def accents(name: str, chance: Chance) -> str | None:
    at = [place for place, sign in enumerate(name) if sign in "aeiou"]
    if not at:
        return None
    place = chance.choice(at)
    return name[:place] + unicodedata.normalize("NFC", name[place] + "\u0301") + name[place + 1 :]


def ampersand(name: str, _chance: Chance) -> str | None:
    if " & " in name:
        return name.replace(" & ", " and ")
    return name.replace(" and ", " & ") if " and " in name else None


def unspaced(name: str, _chance: Chance) -> str | None:
    return re.sub(r"[ -]", "", name) if " " in name and len(name) < 22 else None


def legal_form(name: str, chance: Chance) -> str | None:
    return f"{re.sub(',? (Inc|Corp|LLC|Ltd|plc)[.]?$', '', name)}{chance.choice([', Inc.', ' LLC', ' Corp.', ' Ltd'])}"


KINDS: dict[str, Callable[[str, Chance], str | None]] = {
    "the name as it is": lambda name, _chance: name,
    "ALL CAPITALS": lambda name, _chance: name.upper(),
    "another legal form": legal_form,
    "'The' before it": lambda name, _chance: None if name.startswith("The ") else f"The {name}",
    "'&' and 'and'": ampersand,
    "an accent": accents,
    "no blanks": unspaced,
    "words in another order": swapped,
    "words shortened": short_form,
    "a slip of typing": typo,
    "the last word lost": word_lost,
    "the city behind it": lambda name, chance: f"{name} - {chance.choice(CITIES)}",
    "'(copy)' behind it": lambda name, _chance: f"{name} (copy)",
    "'dba' another name": lambda name, chance: f"{name} dba {chance.choice(CITIES)} Trading",
}
BESIDE = ("nothing", "city", "phone", "domain")


def read(path: Path) -> list[dict[str, str]]:
    csv.field_size_limit(10**8)
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        return list(csv.DictReader(file))


def listed(data: Path) -> list[str]:
    names = [row["Security"] for row in read(data / "sp500" / "constituents.csv")]
    names += [row["COMPANY NAME"] for row in read(data / "inc5000" / "inc5000.csv")]
    return sorted({name.strip() for name in names})


def dirty(names: list[str], seed: int = 11) -> list[tuple[str, int, str]]:
    """(kind, place of the original, dirty name), a hundred of each kind where the names have what it needs."""
    chance = Chance(seed)
    order = list(range(len(names)))
    chance.shuffle(order)
    found, free = [], set(order)
    for kind in sorted(KINDS, key=lambda kind: kind not in ("'&' and 'and'", "words shortened", "the last word lost")):
        made = 0
        for at in [at for at in order if at in free]:
            made_name = KINDS[kind](names[at], chance)
            if made_name is None or (made_name == names[at] and kind != "the name as it is"):
                continue
            found.append((kind, at, made_name))
            free.discard(at)
            made += 1
            if made == A_KIND:
                break
    return found


def columns_of(names: list[str], copies: list[tuple[str, int, str]], beside: str) -> dict[str, list[str]]:
    origin = [*range(len(names)), *(at for _, at, _ in copies)]
    columns = {"name": [*names, *(name for _, _, name in copies)]}
    if beside == "city":
        columns |= {"city": [CITIES[at * 37 % len(CITIES)] for at in origin], "country": ["US"] * len(origin)}
    elif beside == "phone":
        columns["phone"] = [f"+1 {200 + at % 700} {at * 7919 % 10**7:07d}" for at in origin]
    elif beside == "domain":
        columns["domain"] = [re.sub(r"[^a-z0-9]", "", names[at].lower())[:24] + f"{at}.com" for at in origin]
    return columns


def on_dirt(data: Path) -> None:
    names = listed(data)
    copies = dirty(names)
    print(f"\ndirt: {len(names):,} companies, {len(copies):,} of them entered again; per cent merged / told as "
          "probably the same / told as doubtful\n")  # fmt: skip
    shares: dict[str, dict[str, str]] = collections.defaultdict(dict)
    wrong = {}
    for beside in BESIDE:
        groups, looked, _ = matching.ours(columns_of(names, copies, beside))
        group_of = {row: at for at, group in enumerate(groups) for row in group}
        state = {(one, other): what for one, other, _, what in looked}
        counts: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
        for place, (kind, at, _) in enumerate(copies, len(names)):
            told = "same" if group_of[at] == group_of[place] else state.get((at, place), "missed")
            counts[kind][told] += 1
        for kind, count in counts.items():
            of = count.total()
            parts = (count[what] * 100 // of for what in ("same", "probably same", "cannot tell"))
            shares[kind][beside] = "/".join(f"{part:>3}" for part in parts)
        true = {at: place for place, (_, at, _) in enumerate(copies, len(names))}
        wrong[beside] = sum(
            true.get(one) != other for group in groups for one, other in itertools.combinations(sorted(group), 2)
        )
    print(f"{'beside the name':<26}{'copies':>8}" + "".join(f"{beside:>14}" for beside in BESIDE))
    for kind in KINDS:
        copied = sum(kind == one for one, _, _ in copies)
        print(f"{kind:<26}{copied:>8}" + "".join(f"{shares[kind].get(beside, '-'):>14}" for beside in BESIDE))
    print(f"{'pairs merged wrongly':<26}{'':>8}" + "".join(f"{wrong[beside]:>14}" for beside in BESIDE))


def on_clean_lists(data: Path) -> bool:
    """Lists without doubles: what is merged, and what would be put before a person. True if nothing is merged where
    anything but the name is known."""
    from idealfit.accounts.domain import registrable_domain

    stocks, grown = read(data / "sp500" / "constituents.csv"), read(data / "inc5000" / "inc5000.csv")
    young = read(data / "yc_companies" / "yc_companies.csv")
    deals = read(data / "adeliyio_deals" / "deals.csv")
    layoffs = read(data / "layoffs" / "layoffs_2026.csv")
    lists = {
        "S&P 500, names": {"name": [row["Security"] for row in stocks]},
        "S&P 500, with cities": {
            "name": [row["Security"] for row in stocks],
            "city": [row["Headquarters Location"].split(",")[0] for row in stocks],
        },
        "Inc. 5000, names": {"name": [row["COMPANY NAME"] for row in grown]},
        "Inc. 5000, with states": {
            "name": [row["COMPANY NAME"] for row in grown],
            "city": [row["STATE"] for row in grown],
            "country": ["US"] * len(grown),
        },
        "Y Combinator, names": {"name": [row["name"] for row in young]},
        "Y Combinator, with websites": {
            "name": [row["name"] for row in young],
            "domain": [registrable_domain(row["website"]) or "" for row in young],
        },
        "Adeliyio, names": {"name": sorted({row["company_name"] for row in deals})},
        "layoffs, names once each": {"name": sorted({row["company"].strip() for row in layoffs} - {""})},
    }
    print("\nlists without doubles")
    print(f"{'':<30}{'companies':>10}{'merged':>8}{'probably':>10}{'a 1,000':>9}{'cannot tell':>13}{'different':>11}")
    good = True
    for name, columns in lists.items():
        _, looked, _ = matching.ours(columns)
        count = collections.Counter(state for *_, state in looked)
        rows = len(columns["name"])
        print(
            f"{name:<30}{rows:>10,}{count['same']:>8}{count['probably same']:>10}"
            f"{1000 * count['probably same'] / rows:>9.2f}{count['cannot tell']:>13}{count['different']:>11}"
        )
        good &= not count["same"] or "names" in name
    return good


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=HERE.parent.parent / "shared" / "data")
    given = parser.parse_args()
    on_dirt(given.data)
    return 0 if on_clean_lists(given.data) else 1


if __name__ == "__main__":
    sys.exit(main())
