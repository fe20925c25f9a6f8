"""Stage histories: deals that go backwards, and history that is older than what it is about."""

from __future__ import annotations

from idealfit.records.quality.effect import Harm, share_of
from idealfit.records.quality.problem import Problem
from idealfit.records.quality.scene import Scene
from idealfit.store.engine import quote

_CREATED = (
    "created_at",
    "create date",
    "created date",
    "createddate",
    "created",
    "date created",
    "created on",
    "created time",
)


def stage_problems(scene: Scene) -> list[Problem]:
    """What the histories of deals and of accounts say against the order of things."""
    return [*_backwards(scene), *_before_the_deal(scene), *_before_the_account(scene)]


def _backwards(scene: Scene) -> list[Problem]:
    """Steps between two stages that most deals take the other way round (at least ten, and five times as many)."""
    if not scene.has("deal_stages", "deal_id", "stage", "entered_at"):
        return []
    rows = scene.all(
        f"""
        WITH steps AS (
            SELECT deal_id, lag(stage) OVER (PARTITION BY deal_id ORDER BY entered_at, stage) AS a, stage AS b
            FROM {scene.relation("deal_stages")}
            WHERE deal_id IS NOT NULL AND stage IS NOT NULL AND entered_at IS NOT NULL
        ), pairs AS (SELECT a, b, count(*) AS n, list_sort(list(DISTINCT deal_id))[:5] AS deals
            FROM steps WHERE a IS NOT NULL AND a <> b GROUP BY 1, 2)
        SELECT p.a, p.b, p.n, q.n, p.deals FROM pairs p JOIN pairs q ON q.a = p.b AND q.b = p.a
        WHERE q.n >= 10 AND q.n >= 5 * p.n ORDER BY p.n DESC, 1, 2
        """
    )
    steps = sum(int(row[2]) for row in rows)
    deals = int(scene.row(f"SELECT count(DISTINCT deal_id) FROM {scene.relation('deal_stages')}")[0])
    share = min(share_of(steps, deals), 1.0)
    if share < 0.01:
        return []
    a, b, times, other = rows[0][:4]
    return [
        Problem(
            "stages_backwards",
            "deal_stages",
            f"{steps:,} times a deal went backwards, most often from '{a}' to '{b}' ({times:,} times; {other:,} went "
            "the other way)",
            f"the time in a stage is told wrongly for up to {share:.0%} of deals; outcomes and cycles are not",
            "Often a stage chosen by mistake: see these deals' histories",
            Harm(side=share),
            column="stage",
            rows=steps,
            of=scene.rows["deal_stages"],
            examples=tuple(str(each) for each in rows[0][4]),
        )
    ]


def _before_the_deal(scene: Scene) -> list[Problem]:
    """Stages entered before the deal was created."""
    if not (scene.has("deal_stages", "deal_id", "entered_at") and scene.has("deals", "deal_id", "created_at")):
        return []
    rows, deals = scene.row(
        f"SELECT count(*), count(DISTINCT s.deal_id) FROM {scene.relation('deal_stages')} s JOIN "
        f"{scene.relation('deals')} d USING (deal_id) WHERE CAST(s.entered_at AS DATE) < CAST(d.created_at AS DATE)"
    )
    if not rows:
        return []
    share = share_of(deals, scene.rows["deals"])
    return [
        Problem(
            "stage_before_creation",
            "deal_stages",
            f"{rows:,} stages of {deals:,} deals were entered before the deal was created",
            f"{share:.1%} of deals opened earlier than they say: their cycle is too short",
            "The create date was set by an import: export the first stage's day as create date",
            Harm(timing=share),
            column="entered_at",
            rows=int(rows),
            of=scene.rows["deal_stages"],
        )
    ]


def _before_the_account(scene: Scene) -> list[Problem]:
    """Changes of an account that are older than the account."""
    created = next((name for name in scene.columns.get("accounts", {}) if name.lower() in _CREATED), None)
    if created is None or not scene.has("account_history", "account_id", "changed_at") or not scene.has("accounts"):
        return []
    if scene.columns["accounts"][created] not in ("TIMESTAMP", "DATE"):
        return []
    rows = int(
        scene.row(
            f"SELECT count(*) FROM {scene.relation('account_history')} h JOIN {scene.relation('accounts')} a USING "
            f"(account_id) WHERE CAST(h.changed_at AS DATE) < CAST(a.{quote(created)} AS DATE)"
        )[0]
    )
    of = scene.rows["account_history"]
    if share_of(rows, of) < 0.01:
        return []
    return [
        Problem(
            "history_before_creation",
            "account_history",
            f"{rows:,} of {of:,} changes are older than the account that they are about",
            "the accounts were created anew (a migration), or the changes are another record's",
            "Export the original create date of the former system",
            Harm(side=rows / of),
            column="changed_at",
            rows=rows,
            of=of,
        )
    ]
