"""What kind of deal each row is: its product, motion and pipeline, to compare kinds with, never a criterion."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

KINDS = ("product", "motion", "pipeline")


def gather_kinds(con: duckdb.DuckDBPyConnection) -> dict[str, NDArray[Any]]:
    """For each kind that any deal of `evidence_rows` tells, the text of each row (None unknown), in their order."""
    found = con.execute(
        """
        WITH told AS (
            SELECT deal_id, ANY_VALUE(TRIM(product)) AS product, ANY_VALUE(TRIM(motion)) AS motion,
                   ANY_VALUE(TRIM(pipeline)) AS pipeline
            FROM deals GROUP BY deal_id
        )
        SELECT t.product, t.motion, t.pipeline FROM evidence_rows r LEFT JOIN told t USING (deal_id)
        ORDER BY r.row_number
        """
    ).fetchall()
    kinds: dict[str, NDArray[Any]] = {}
    for place, name in enumerate(KINDS):
        values = np.empty(len(found), dtype=object)
        values[:] = [row[place] or None for row in found]
        if any(value is not None for value in values):
            kinds[name] = values
    return kinds
