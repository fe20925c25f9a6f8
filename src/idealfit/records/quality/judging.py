"""The content of quality.json: every check in one place, the problems sorted by what they would do to a profile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from idealfit.records.quality.across import across_problems, orphans_of
from idealfit.records.quality.afterwards import Fill, afterwards_problems, deal_fills, fills, prepare
from idealfit.records.quality.columns import add_history, figures_of, table_freshness
from idealfit.records.quality.days import day_problems, migration_days
from idealfit.records.quality.deals import deal_problems
from idealfit.records.quality.drift import add_drift, drift_problems
from idealfit.records.quality.effect import share_of
from idealfit.records.quality.gaps import balances, candidate_problems, count_problems, invalid_problems, link_problems
from idealfit.records.quality.grade import grade_table, overall_grade, verdict_of
from idealfit.records.quality.keeping import spread_of, to_compare_with
from idealfit.records.quality.problem import worst_first
from idealfit.records.quality.row_checks import row_problems
from idealfit.records.quality.scene import Scene, make_scene
from idealfit.records.quality.stages import stage_problems
from idealfit.records.report import ImportReport, TableCount

_CHANGES = 200


def judge(
    con: duckdb.DuckDBPyConnection,
    report: ImportReport,
    relations: Mapping[str, str],
    *,
    invalid: Mapping[str, Mapping[str, int]] | None = None,
    withheld: Mapping[str, Sequence[str]] | None = None,
    kept: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """quality.json as a document, from an import's report and its finished tables (`relations`: table → relation).

    `invalid`: table → column → cells that were not of its type. `withheld`: table → headers of personal columns that
    were left out. `kept`: what `keeping.keep` left at the last import, to tell what moved since.
    """
    rated = {code.upper() for code in (*report.company.rates, report.company.currency or "")}
    scene = make_scene(con, relations, as_of=report.as_of, attributes=report.attributes, rated=rated)
    tables = {
        table: _table(scene, table, count, (invalid or {}).get(table, {}), (withheld or {}).get(table, ()))
        for table, count in report.tables.items()
    }
    filled: dict[str, Fill] = {}
    of_deals: dict[str, Fill] = {}
    if prepare(scene):
        filled = fills(scene)
        for name, fill in filled.items():
            tables["accounts"]["columns"][name]["filled_by_outcome"] = fill.as_dict()
        of_deals = deal_fills(scene)
        for name, fill in of_deals.items():
            tables["deals"]["columns"][name]["filled_by_outcome"] = fill.as_dict()
    if "accounts" in tables:
        add_history(scene, tables["accounts"]["columns"])
    as_of = None if report.as_of is None else report.as_of.isoformat()
    drift = add_drift(scene, tables, to_compare_with(kept, spread_of(as_of, tables)))
    days = migration_days(scene)
    deals, silent = deal_problems(scene, days)
    after = afterwards_problems(scene, filled, of_deals) if filled else []
    told = {column for one in after if one.table == "accounts" for column in one.columns}
    problems = worst_first(
        [
            *row_problems(scene),
            *day_problems(scene, days),
            *deals,
            *across_problems(scene),
            *stage_problems(scene),
            *after,
            *(candidate_problems(scene, filled, tables["accounts"]["columns"], told) if "accounts" in tables else ()),
            *invalid_problems(scene, tables),
            *count_problems(scene, report.tables),
            *link_problems(scene, report.links),
            *drift_problems(scene, tables, drift),
        ]
    )
    for table, each in tables.items():
        each.update(grade_table(scene, table, [one for one in problems if one.table == table], each["columns"]))
    verdict = verdict_of(scene, tables, problems)
    return {
        "schema_version": 2,
        "as_of": as_of,
        "good_enough": verdict["answer"] != "no",
        "verdict": verdict,
        "grade": overall_grade(scene, tables, verdict, max((one.harm.effect() for one in problems), default=0.0)),
        "evidence": {"won": scene.evidence.won, "lost": scene.evidence.lost, "open": scene.evidence.open},
        "problems": [one.as_dict() for one in problems],
        "silent_losses": silent,
        "migration_days": [day.as_dict() for day in days],
        "reconciliation": [_reconciled(scene, table, count) for table, count in report.tables.items()],
        "drift": drift,
        "tables": tables,
        **_done(report),
    }


def _table(
    scene: Scene, table: str, count: TableCount, invalid: Mapping[str, int], withheld: Sequence[str]
) -> dict[str, Any]:
    return {
        "read": count.read,
        "kept": count.kept,
        "merged": count.merged,
        "rejected": count.rejected,
        "files": list(count.files),
        "derived": count.derived,
        "rows": scene.rows[table],
        "orphans": orphans_of(scene, table),
        "freshness": table_freshness(scene, table),
        "withheld": sorted(withheld),
        "columns": figures_of(scene, table, invalid),
    }


def _reconciled(scene: Scene, table: str, count: TableCount) -> dict[str, Any]:
    return {
        "table": table,
        "read": count.read,
        "kept": count.kept,
        "merged": count.merged,
        "rejected": count.rejected,
        "holds": balances(count, scene.rows[table], table),
    }


def _done(report: ImportReport) -> dict[str, Any]:
    """What the import did to the records: changes, links, files; in quality.json so that the page can show it."""
    largest = sorted(report.changes, key=lambda each: (-each.rows, each.table, each.column, each.original))[:_CHANGES]
    return {
        "changes": {
            "cells": sum(each.rows for each in report.changes),
            "values": len(report.changes),
            "shown": [vars(each) for each in largest],
        },
        "links": [
            {**vars(each), "examples": list(each.examples), "share": round(share_of(each.linked, each.rows), 4)}
            for each in report.links
        ],
        "files": {
            "used": [
                {"file": entry.file, "table": entry.table} for entry in report.mappings if entry.table != "unused"
            ],
            "unused": [{"file": file, "reason": reason} for file, reason in report.unused],
        },
    }


def churn_notes(quality: Mapping[str, Any]) -> list[str]:
    """The contradictions about who left, in words: an import tells them at once."""
    told = ("churn_told_twice", "churned_but_running", "ended_but_not_churned")
    return [str(one["text"]) for one in quality["problems"] if one["id"] in told]
