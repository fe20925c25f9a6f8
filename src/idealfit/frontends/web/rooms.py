"""What every page has at hand: the workspace, its door, and what is worked out once for all requests."""

from __future__ import annotations

import contextlib
import threading
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from idealfit.errors import EvidenceMissing, IdealfitError
from idealfit.frontends.web.desk import Desk
from idealfit.frontends.web.drafting_desks import Desks
from idealfit.inbound.serving import FreshInbox
from idealfit.workspace.correcting import newest_correction
from idealfit.workspace.dossier import Dossier
from idealfit.workspace.entering import Door
from idealfit.workspace.glancing import Glance, glance
from idealfit.workspace.list_making import list_stamp
from idealfit.workspace.listing import FreshList
from idealfit.workspace.overseeing import Overview, overview
from idealfit.workspace.placing import AccountDesk, Standing
from idealfit.workspace.printing import page_in, reprint
from idealfit.workspace.reviewing import Queue, duplicates

if TYPE_CHECKING:
    from idealfit.profile.content import Profile
    from idealfit.profile.rendering.model import Page

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
    """Made once for an application; several requests may ask at once."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.drafting = Desks(door.place)
        self.accounts = FreshList(self.workspace)
        self.inbox = FreshInbox(self.workspace)
        self._told = lru_cache(maxsize=MOST_TOLD)(self._tell)
        self._with_accounts = threading.Lock()
        self._accounts: tuple[str, AccountDesk] | None = None
        self._turn = threading.Lock()
        self._at_the_press = threading.Lock()
        self._page: tuple[tuple[int, ...], tuple[Page, Profile]] | None = None
        self.desk = Desk(door)
        self._glance: tuple[tuple[int, ...], Glance] | None = None
        self._at_the_overview = threading.Lock()
        self._overview: tuple[tuple[int, ...], Overview] | None = None
        self._at_the_pairs = threading.Lock()
        self._pairs: tuple[tuple[int, ...], Queue] | None = None

    def _stamp(self, *names: str) -> tuple[int, ...]:
        """When these files of the workspace were last written."""
        paths = [self.workspace / name for name in names]
        return tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in paths)

    def overview(self) -> Overview:
        """What the overview shows; gathered once for the same files. Raises EvidenceMissing before the first scores."""
        if not (self.workspace / "scores.parquet").is_file():
            raise EvidenceMissing("The workspace holds no scores yet", remedy="Hand files over on the page Data.")
        now = self._stamp(*SEEN_OVER)
        with self._at_the_overview:
            if self._overview is None or self._overview[0] != now:
                self._overview = (now, overview(self.door.place))
            return self._overview[1]

    def pairs(self) -> Queue:
        """The pairs of accounts that waited for a person after the last import, those that are decided by now as well;
        gathered once for the same records.
        """
        now = self._stamp("tables")
        with self._at_the_pairs:
            if self._pairs is None or self._pairs[0] != now:
                self._pairs = (now, duplicates(self.workspace, limit=MOST_PAIRS, decided=True))
            return self._pairs[1]

    def page(self) -> tuple[Page, Profile]:
        """The one page as it is now, and its profile; made anew when either or the records have changed. Raises what
        `printing.page_in` raises.
        """
        stamp = (self.workspace / "profile.yaml", self.workspace / "evidence.json", self.workspace / "tables")
        now = tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in stamp)
        with self._at_the_press:
            if self._page is None or self._page[0] != now:
                self._page = (now, page_in(self.workspace))
            return self._page[1]

    def reprint_soon(self) -> None:
        """Print the files of the page anew, aside: what was decided is then on the page that others open."""
        threading.Thread(target=self._reprint, daemon=True).start()

    def _reprint(self) -> None:
        with contextlib.suppress(IdealfitError), self._at_the_press:
            reprint(self.workspace)

    @property
    def workspace(self) -> Path:
        """The folder."""
        return self.door.place.root

    def account(self, account_id: str) -> tuple[Standing, Dossier]:
        """Where an account stands, and what the records hold of it; worked out once for the same scores and records.

        Raises EvidenceMissing before the first build, NoSuchAccount where no account has the id.
        """
        return self._told(list_stamp(self.door.place), newest_correction(self.door.place), account_id)

    def _tell(self, stamp: str, _newest: int, account_id: str) -> tuple[Standing, Dossier]:
        with self._with_accounts:
            if self._accounts is None or self._accounts[0] != stamp:
                if self._accounts is not None:
                    self._accounts[1].close()
                self._accounts = None
                self._accounts = (stamp, AccountDesk(self.door.place))
            desk = self._accounts[1]
            standing = desk.tell(account_id)
            return standing, desk.dossier(standing)

    def glance(self) -> Glance:
        """By which profile and as of when, as the workspace is now."""
        paths = (self.workspace / "profile.yaml", self.workspace / "profiles", self.workspace / "tables")
        stamp = tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in paths)
        with self._turn:
            if self._glance is None or self._glance[0] != stamp:
                self._glance = (stamp, glance(self.door.place))
            return self._glance[1]

    def warm(self) -> None:
        """Work out now what the first page would wait for. Raises what that raises."""
        self.glance()
        self.accounts.now()
        self.pairs()
        self.overview()
