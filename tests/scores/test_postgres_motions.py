"""The statement that puts several motions together in a PostgreSQL server; that it says the same as here is tested with
a server (`test_statement`).
"""

from __future__ import annotations

from typing import Any, cast

from idealfit.scores.engines.motion_statement import ScoredMotion
from idealfit.scores.engines.postgres_motions import LONGEST, combined


class Server:
    """What it was asked."""

    def execute(self, text: str) -> None:
        self.text = text


def test_motions_with_long_names_get_columns_that_the_server_can_tell_apart() -> None:
    columns = ("account_id", "tier", "fit", "timing", "c_size", "c_place-é")
    names = ("enterprise", "é" * 60, f"{'é' * 60} too")
    motions = [ScoredMotion(name, f"scores_{number}", columns, False) for number, name in enumerate(names)]
    server = Server()
    made = combined(cast("Any", server), motions, "best")
    assert made[:7] == ["account_id", "tier", "fit", "timing", "motion", "motions", "c_enterprise__size"]
    assert len(made) == len(set(made)) == 6 + 2 * len(motions)
    assert all(len(name.encode()) <= LONGEST and f'AS "{name}"' in server.text for name in made[6:])
