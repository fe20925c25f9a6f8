"""What every page has at hand: the workspace, its door, and what is worked out once for all requests."""

from __future__ import annotations

import contextlib
import threading
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from idealfit.errors import EvidenceMissing, IdealfitError
from idealfit.frontends.web.aside import is_much, made_aside
from idealfit.workspace.entering import Door

if TYPE_CHECKING:
    from idealfit.frontends.web.desk import Desk
    from idealfit.frontends.web.drafting_desks import Desks
    from idealfit.inbound.serving import FreshInbox
    from idealfit.profile.content import Profile
    from idealfit.profile.rendering.model import Page
    from idealfit.workspace.differing import DiffAnswer
    from idealfit.workspace.dossier import Dossier
    from idealfit.workspace.glancing import Glance
    from idealfit.workspace.listing import FreshList
    from idealfit.workspace.overseeing import Overview
    from idealfit.workspace.placing import AccountDesk, Standing
    from idealfit.workspace.reviewing import Queue

MOST_DIFFERENCES: Final = 20
"""So many pairs of versions are kept as they were held against each other."""
MOST_TOLD: Final = 500
"""So many accounts are kept as they were told."""
SEEN_OVER: Final = (
    "scores.parquet",
    "score_history.parquet",
    "evidence.json",
    "profile.yaml",
    "profile.proposed.yaml",
    "profiles",
    "pipeline.csv",
    "neglected.csv",
    "tables",
)
"""What the overview is made from."""
MOST_PAIRS: Final = 2_000
"""So many pairs of accounts can be decided on between two imports."""


class Rooms:
    """Made once for an application; several requests may ask at once. What a room needs is imported when it is first
    entered: the door opens before.
    """

    def __init__(self, door: Door) -> None:
        self.door = door
        self._told = lru_cache(maxsize=MOST_TOLD)(self._tell)
        self._differences = lru_cache(maxsize=MOST_DIFFERENCES)(self._differ)
        self._with_accounts = threading.Lock()
        self._accounts: tuple[str, AccountDesk] | None = None
        self._turn = threading.Lock()
        self._at_the_press = threading.Lock()
        self._pages: dict[str, tuple[tuple[int, ...], tuple[Page, Profile]]] = {}
        self._glance: tuple[tuple[int, ...], Glance] | None = None
        self._at_the_overview = threading.Lock()
        self._overview: tuple[tuple[int, ...], Overview] | None = None
        self._at_the_pairs = threading.Lock()
        self._pairs: tuple[tuple[int, ...], Queue] | None = None

    @cached_property
    def drafting(self) -> Desks:
        """Where profiles are drafted."""
        from idealfit.frontends.web.drafting_desks import Desks

        return Desks(self.door.place)

    @cached_property
    def desk(self) -> Desk:
        """Where questions to the evidence are answered."""
        from idealfit.frontends.web.desk import Desk

        return Desk(self.door)

    @cached_property
    def accounts(self) -> FreshList:
        """The list of accounts."""
        from idealfit.workspace.listing import FreshList

        return FreshList(self.workspace, lambda tell: made_aside("list", self.workspace, tell))

    @cached_property
    def inbox(self) -> FreshInbox:
        """Where leads are answered."""
        from idealfit.inbound.serving import FreshInbox

        return FreshInbox(self.workspace, lambda: made_aside("companies", self.workspace))

    def _stamp(self, *names: str) -> tuple[int, ...]:
        """When these files of the workspace were last written."""
        paths = [self.workspace / name for name in names]
        return tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in paths)

    def overview(self) -> Overview:
        """What the overview shows; gathered once for the same files. Raises EvidenceMissing before the first scores."""
        if not (self.workspace / "scores.parquet").is_file():
            raise EvidenceMissing("The workspace holds no scores yet", remedy="Hand files over on the page Data.")
        from idealfit.workspace.kept_answer import kept_answer
        from idealfit.workspace.overseeing import Overview, overview

        now = self._stamp(*SEEN_OVER)
        with self._at_the_overview:
            if self._overview is None or self._overview[0] != now:
                place = self.door.place
                self._overview = (now, kept_answer(place, "overview", Overview, lambda: overview(place)))
            return self._overview[1]

    def pairs(self) -> Queue:
        """The pairs of accounts that waited for a person after the last import, those that are decided by now as well;
        gathered once for the same records.
        """
        from idealfit.workspace.reviewing import duplicates

        now = self._stamp("tables")
        with self._at_the_pairs:
            if self._pairs is None or self._pairs[0] != now:
                self._pairs = (now, duplicates(self.workspace, limit=MOST_PAIRS, decided=True))
            return self._pairs[1]

    def undecided(self) -> int:
        """How many pairs of accounts wait for a person now."""
        from idealfit.workspace.reviewing import still_waiting

        return still_waiting(self.workspace)

    def page(self, motion: str | None = None) -> tuple[Page, Profile]:
        """The one page of a motion as it is now, and its profile; made anew when either or the records have changed.
        Raises what `printing.page_in` raises.
        """
        from idealfit.workspace.printing import page_in

        own = f"profiles/{motion}.yaml" if motion else "profile.yaml"
        now = self._stamp(own, own.replace(".yaml", ".evidence.json"), "evidence.json", "tables")
        with self._at_the_press:
            if (motion or "") not in self._pages or self._pages[motion or ""][0] != now:
                self._pages[motion or ""] = (now, page_in(self.workspace, motion=motion))
            return self._pages[motion or ""][1]

    def difference(self, a: str, b: str, motion: str | None = None) -> DiffAnswer:
        """What one version says that another did not, and what follows; worked out once for the same profile and
        records. Raises what `differing.diff` raises.
        """
        from idealfit.workspace.correcting import newest_correction

        own = f"profiles/{motion}.yaml" if motion else "profile.yaml"
        now = (*self._stamp(own, "evidence.json", "tables"), newest_correction(self.door.place))
        return self._differences(now, a, b, motion)

    def _differ(self, _now: tuple[int, ...], a: str, b: str, motion: str | None) -> DiffAnswer:
        from idealfit.workspace.differing import diff

        return diff(a, b, self.workspace, motion=motion)

    def reprint_soon(self, motion: str | None = None) -> None:
        """Print the files of the page anew, aside: what was decided is then on the page that others open."""
        threading.Thread(target=self._reprint, args=(motion,), daemon=True).start()

    def _reprint(self, motion: str | None) -> None:
        from idealfit.workspace.printing import reprint

        with contextlib.suppress(IdealfitError), self._at_the_press:
            reprint(self.workspace, motion=motion)

    @property
    def workspace(self) -> Path:
        """The folder."""
        return self.door.place.root

    def account(self, account_id: str) -> tuple[Standing, Dossier]:
        """Where an account stands, and what the records hold of it; worked out once for the same scores and records.

        Raises EvidenceMissing before the first build, NoSuchAccount where no account has the id.
        """
        from idealfit.workspace.correcting import newest_correction
        from idealfit.workspace.list_making import list_stamp

        return self._told(list_stamp(self.door.place), newest_correction(self.door.place), account_id)

    def _tell(self, stamp: str, _newest: int, account_id: str) -> tuple[Standing, Dossier]:
        with self._with_accounts:
            desk = self._desk_of_accounts(stamp)
            standing = desk.tell(account_id)
            return standing, desk.dossier(standing)

    def _desk_of_accounts(self, stamp: str) -> AccountDesk:
        from idealfit.workspace.placing import AccountDesk

        if self._accounts is None or self._accounts[0] != stamp:
            if self._accounts is not None:
                self._accounts[1].close()
            self._accounts = None
            self._accounts = (stamp, AccountDesk(self.door.place))
        return self._accounts[1]

    def glance(self) -> Glance:
        """By which profile and as of when, as the workspace is now."""
        from idealfit.workspace.glancing import Glance, glance
        from idealfit.workspace.kept_answer import kept_answer

        stamp = self._stamp("profile.yaml", "profiles", "tables", "scores.parquet")
        with self._turn:
            if self._glance is None or self._glance[0] != stamp:
                place = self.door.place
                self._glance = (stamp, kept_answer(place, "glance", Glance, lambda: glance(place)))
            return self._glance[1]

    def warm_the_first(self) -> None:
        """Work out now what the first page would wait for. Raises what that raises."""
        self.glance()
        self.overview()

    def warm(self) -> None:
        """Work out what the pages beside it would wait for. Raises what that raises."""
        self.accounts.now()
        self.pairs()

    def warm_what_comes_next(self) -> None:
        """Work out what is opened after the first pages: where that is long work, only the figures of the page, and in
        another process. Raises what that raises.
        """
        if is_much(self.workspace):
            made_aside("figures", self.workspace)
            return
        from idealfit.workspace.list_making import list_stamp

        with self._with_accounts:
            self._desk_of_accounts(list_stamp(self.door.place))
        self.page()
        with self.drafting.at(None) as desk:
            _made = desk.bench
        self.desk.gather()
