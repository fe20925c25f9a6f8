"""A company of forty accounts in two files, small enough to be built in a second or two, for tests that need one."""

from __future__ import annotations

import hashlib
from pathlib import Path

_NAMES = """
Adder Basalt Cobalt Dolmen Ember Fjord Garnet Hazel Indigo Jasper Kestrel Lantern Marlin Nimbus Obsidian Pelican Quartz
Raven Saffron Tundra Umber Velvet Walnut Xenon Yarrow Zephyr Almond Birch Cedar Drumlin Egret Falcon Glacier Heron Ibis
Juniper Kelp Lichen Mallow Nettle Onyx Poplar Quince Rowan Sorrel Thistle Urchin Violet Willow Yucca Zinc Anchor Beacon
Comet Dynamo Estuary Ferry Grove Harbour Island
"""
NAMES = tuple(_NAMES.split())
"""Sixty names of which no two are alike: where they were, most of an import would go into comparing them."""

ACCOUNTS = "account_id,name,industry,employees\n" + "".join(
    f"{i:03},{NAMES[i]},{('software', 'retail', 'logistics')[i % 3]},{20 + 7 * i}\n" for i in range(40)
)
DEALS = "deal_id,account_id,created_at,closed_at,outcome,amount\n" + "".join(
    f"D{i},{i:03},2025-{1 + i % 12:02}-03,2026-01-{1 + i % 28:02},{outcome},{amount}\n"
    for i in range(36)
    for outcome, amount in [("won", 1000) if i % 3 == 0 else ("lost", 0)]
)


def write(folder: Path, **files: str | bytes) -> Path:
    """`folder` with the files given as name_ending=content."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        stem, _, ending = name.rpartition("_")
        data = content.encode() if isinstance(content, str) else content
        (folder / f"{stem}.{ending}").write_bytes(data)
    return folder


def small_company(folder: Path) -> Path:
    """The two files."""
    return write(folder, accounts_csv=ACCOUNTS, deals_csv=DEALS)


def fingerprint(workspace: Path) -> dict[str, str]:
    """What a person would look at: every output, the tables and the snapshots (the ledger may note a failed run)."""
    paths = [path for path in workspace.rglob("*") if path.is_file() and not path.name.startswith("ledger.sqlite")]
    return {str(path.relative_to(workspace)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
