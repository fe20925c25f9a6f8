"""Where one account stands and why: its tier, its chance and its worth with their intervals, taken apart; nothing is
written.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from idealfit.activation.wording import action_of, wording_of
from idealfit.errors import EvidenceMissing, NoSuchAccount, Position
from idealfit.evidence.economics import commonest_currency
from idealfit.profile.content import Profile
from idealfit.profile.document import load_profile, substance_hash
from idealfit.profile.parsing import suggest
from idealfit.records.corrected import IMPORTED, load_corrected
from idealfit.records.imported import company_of, load_attributes, load_report
from idealfit.records.tables import TABLES
from idealfit.scores.account_told import AccountTold, Around, around, tell_account
from idealfit.scores.scorecard import scorecard
from idealfit.scores.scored_before import read_scores
from idealfit.scores.worth import Worth, worth_of
from idealfit.store.engine import connect, quote
from idealfit.store.place import Place, open_place
from idealfit.workspace.last_scoring import counted_until
from idealfit.workspace.remembering import Remembered, because_words, history_of
from idealfit.workspace.scored_by import profile_of

if TYPE_CHECKING:
    from idealfit.workspace.dossier import Dossier

MOST_NAMED = 5
MOST_HELD = 1_000_000
"""Tables of at most so many rows are held in memory."""
MOST_COMPARED = 200_000
"""So many names are looked through for the one that was meant."""


@dataclass(frozen=True)
class Standing:
    """One account as it was scored by the last build. `scores`: its row of scores.parquet (without the reasons);
    `reasons`: id, layer, state, points and text, most decisive first; `worth`: the parts of the expected value, None
    where the profile has no model or has changed since; `currency` of its amounts; `level` of its intervals;
    `survivor`: the account that it was merged into; `told`: the parts of its score, what to find out, what would change
    its tier, who is like it, its neighbours in rank (None where the profile that made the scores is gone); `history`:
    what its score was before and why it changed, newest first; `action`: what to do with an account of its priority.
    """

    account_id: str
    name: str
    scores: Mapping[str, Any]
    reasons: tuple[Mapping[str, Any], ...]
    worth: Worth | None
    accounts_ranked: int
    currency: str
    level: float | None
    survivor: str | None = None
    told: AccountTold | None = None
    history: tuple[Remembered, ...] = ()
    action: str | None = None


def account(workspace: Path, who: str) -> Standing:
    """Where the account stands whose id, domain or name is `who` (case and outer blanks do not matter).

    Raises EvidenceMissing before the first build, NoSuchAccount where no account or several are called so.
    """
    with closing(AccountDesk(open_place(workspace))) as desk:
        return desk.tell(who)


class AccountDesk:
    """The scores and the records of a workspace, read once for one account after the other; for one thread at a time.
    Values that were corrected by hand are as the scores know them.
    """

    def __init__(self, place: Place) -> None:
        """Raises EvidenceMissing before the first build."""
        self._place, self._path = place, place.root / "scores.parquet"
        if not self._path.is_file():
            raise EvidenceMissing(
                "The workspace holds no scores yet",
                where=Position(str(self._path)),
                remedy="Run 'idealfit build DIR' first.",
            )
        self._con = connect(place.root, threads=1)  # many small questions: to wake a second thread costs more
        corrected = load_corrected(self._con, place, until=counted_until(place))
        self._records = IMPORTED if corrected else "accounts"
        self._hold()
        self._con.execute(
            "CREATE TABLE idealfit_scored AS SELECT * FROM read_parquet($path)", {"path": str(self._path)}
        )
        self._columns = [str(row[0]) for row in self._con.execute("DESCRIBE idealfit_scored").fetchall()]
        self._ranked = 0
        if "rank" in self._columns:
            query = "SELECT COUNT(rank) FROM idealfit_scored WHERE duplicate_of IS NULL"
            self._ranked = int(self._con.execute(query).fetchall()[0][0])
        company = (load_report(place) or {}).get("company") or {}
        self._currency = str(company.get("currency") or commonest_currency(self._con))
        self._profiles: dict[str, Profile | None] = {}
        self._around: tuple[str, Around] | None = None
        self._attributes, self._company = load_attributes(place), company_of(place)

    def _hold(self) -> None:
        """Tables are asked again and again: what is not too large is held in memory, where a row is found at once."""
        for name in TABLES:
            table = quote(name)
            if self._con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0] <= MOST_HELD:
                self._con.execute(f"CREATE TABLE idealfit_held AS FROM {table}")
                self._con.execute(f"DROP VIEW {table}")
                self._con.execute(f"ALTER TABLE idealfit_held RENAME TO {table}")

    def close(self) -> None:
        """Let go of what was read."""
        self._con.close()

    def tell(self, who: str) -> Standing:
        """As `account`."""
        found, name = found_account(self._con, who)
        query = "SELECT * FROM idealfit_scored WHERE account_id = $id"
        rows = self._con.execute(query, {"id": found}).fetchall()
        if not rows:
            raise NoSuchAccount(
                f"'{name}' has no score",
                where=Position(self._path.name, value=who),
                remedy="Build again: the records are newer.",
            )
        scores = dict(zip(self._columns, rows[0], strict=True))
        reasons = tuple(scores.pop("reasons", None) or ())
        version = str(scores.get("profile_version") or "")
        profile = self._profile(version)
        survivor = scores.get("duplicate_of")
        whose = str(survivor or found)
        told = None
        if profile is not None:
            if self._around is None or self._around[0] != version:
                read_scores(self._con, self._path, scorecard(profile))
                self._around = (version, around(self._con, profile))
            told = tell_account(
                self._con,
                profile,
                whose,
                as_of=scores["as_of"],
                attributes=self._attributes,
                company=self._company,
                beside=self._around[1],
            )
        texts = {} if told is None else told.texts
        past = tuple(
            replace(one, because=tuple(because_words(text, texts) for text in one.because))
            for one in history_of(self._con, self._place, whose)
        )
        model = (profile.model if profile is not None else None) or {}
        worth = worth_of(profile, _states(profile, reasons)) if profile is not None else None
        actions = wording_of(profile).actions
        action = action_of(actions, str(scores.get("priority")), str(scores.get("tier")))
        ranked, level = self._ranked, model.get("level")
        return Standing(
            found, name, scores, reasons, worth, ranked, self._currency, level, survivor, told, past, action
        )

    def dossier(self, standing: Standing) -> Dossier:
        """What the records hold of an account, or of the one that it was merged into, with the corrections of now."""
        from idealfit.workspace.dossier import gathered  # it needs `profile_behind` from here

        whose = standing.survivor or standing.account_id
        profile = self._profile(str(standing.scores.get("profile_version") or ""))
        return gathered(self._con, self._place, whose, profile, self._records)

    def _profile(self, version: str) -> Profile | None:
        if version not in self._profiles:
            self._profiles[version] = profile_behind(self._place, version)
        return self._profiles[version]


def found_account(con: duckdb.DuckDBPyConnection, who: str) -> tuple[str, str]:
    """The id and the name of the one account that is called so: by its id, else its domain, else its name."""
    wanted = who.strip().casefold()
    columns = {str(row[0]) for row in con.execute("DESCRIBE accounts").fetchall()}
    called = "COALESCE(name, account_id)" if "name" in columns else "account_id"
    for column in ("account_id", "domain", "name"):
        if column not in columns:
            continue
        rows = con.execute(
            f"SELECT account_id, {called} FROM accounts WHERE LOWER(TRIM({column})) = $wanted "
            "ORDER BY (duplicate_of IS NOT NULL), account_id",
            {"wanted": wanted},
        ).fetchall()
        living = _survivors(con, [row[0] for row in rows])
        if len(rows) == 1 or (rows and len(living) == 1):
            return str(rows[0][0]), str(rows[0][1])
        if rows:
            ids = ", ".join(str(row[0]) for row in rows[:MOST_NAMED])
            raise NoSuchAccount(
                f"{len(rows)} accounts are called '{who}'",
                where=Position("accounts", value=who),
                remedy=f"Name one by its id: {ids}{' …' if len(rows) > MOST_NAMED else ''}",
            )
    query = f"SELECT {called} FROM accounts ORDER BY account_id LIMIT {MOST_COMPARED}"
    names = [str(row[0]) for row in con.execute(query).fetchall()]
    nearest = suggest(who, names)
    raise NoSuchAccount(
        f"No account has the id, the domain or the name '{who}'",
        where=Position("accounts", value=who),
        remedy=f"Did you mean '{nearest}'?" if nearest else "See scores.csv for the accounts of the workspace.",
    )


def _survivors(con: duckdb.DuckDBPyConnection, ids: list[str]) -> set[str]:
    """The companies behind the ids: a merged account is its survivor."""
    rows = con.execute(
        "SELECT DISTINCT COALESCE(duplicate_of, account_id) FROM accounts WHERE list_contains($ids, account_id)",
        {"ids": ids},
    ).fetchall()
    return {str(row[0]) for row in rows}


def profile_behind(place: Place, version: str) -> Profile | None:
    """The profile that made the scores: the one in force, else the one that was kept; None where there is none."""
    motions = []
    for path in (place.root / "profile.yaml", *sorted((place.root / "profiles").glob("*.yaml"))):
        if not path.is_file():
            continue
        profile = load_profile(path)
        if substance_hash(profile).startswith(version):
            return profile
        motions.append(profile.motion)
    return profile_of(place, version, *motions)


def _states(profile: Profile, reasons: tuple[Mapping[str, Any], ...]) -> dict[str, bool | None]:
    """True, false or unknown of every criterion and exclusion; an exclusion that is false is no reason."""
    told = {str(one["id"]): {"true": True, "false": False}.get(str(one["state"])) for one in reasons}
    return {one.id: False for one in profile.exclusions} | told
