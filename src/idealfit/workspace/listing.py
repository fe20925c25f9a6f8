"""The list of accounts, asked many times a second: searched, filtered, counted, sorted, a page at a time.

Everything but the text of a page's rows is worked out over arrays in memory (see `list_making`); answers are kept for
as long as the scores are the same.
"""

from __future__ import annotations

import json
import re
import sqlite3
import threading
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from idealfit.store.delimited_output import cell, guarded
from idealfit.store.place import Place, open_place
from idealfit.workspace.list_making import ListColumn, is_made, list_stamp, make_list

NOT_KNOWN: Final = ""
"""How a missing value is asked for."""
PLANE: Final = 20
"""The plane of fit against timing has so many steps a side."""
_AT_ONCE: Final = 500

Mask: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True)
class ListQuestion:
    """What is asked: `text` in name, domain or id; `among`: column → the values wanted (`NOT_KNOWN` for none);
    `between`: column → least and most (both included); `sort` a column, or None for the ranking; `counted`: the columns
    whose values are to be counted. `first` is the place of the first row wanted (from 0), `count` how many; `plane`:
    whether the accounts are counted by fit and timing too.
    """

    text: str = ""
    among: tuple[tuple[str, frozenset[str]], ...] = ()
    between: tuple[tuple[str, float | None, float | None], ...] = ()
    sort: str | None = None
    descending: bool = False
    first: int = 0
    count: int = 50
    counted: tuple[str, ...] = ()
    plane: bool = True


@dataclass(frozen=True)
class ListAnswer:
    """`rows`: column → value, in the order asked for; `found` of `total` accounts. `counts`: of each counted column,
    value → how many there would be with it (the other filters standing), the most frequent first. `plane`: how many
    have a fit and a timing in each of PLANE by PLANE steps, fit from left to right, timing from low to high; `by_band`:
    how many are of each timing band and tier.
    """

    rows: tuple[Mapping[str, Any], ...]
    found: int
    total: int
    counts: Mapping[str, Mapping[str, int]]
    plane: NDArray[np.int64]
    by_band: Mapping[tuple[str, str], int]


@dataclass
class AccountList:
    """The list as it was when its file was made. Several threads may ask at once."""

    path: Path
    _own: threading.local = field(default_factory=threading.local, repr=False)

    def __post_init__(self) -> None:
        found = self._connection().execute("SELECT name, label, kind FROM columns ORDER BY place").fetchall()
        self.columns: Mapping[str, ListColumn] = {str(row[0]): ListColumn(*row) for row in found}
        self.currency = str(self._connection().execute("SELECT currency FROM money").fetchone()[0])
        self.total = int(self._connection().execute("SELECT count(*) FROM rows").fetchone()[0])
        # Kept for as long as this list is: a method's own cache would keep the list itself.
        self._arrays = lru_cache(maxsize=64)(self._read_array)
        self._orders = lru_cache(maxsize=16)(self._make_order)
        self._searched = lru_cache(maxsize=1)(self._read_searched)
        self._filters = lru_cache(maxsize=48)(self._filter)
        self._places = lru_cache(maxsize=8)(self._find_places)
        self._counted = lru_cache(maxsize=256)(self._counts)
        self.limits: Callable[[str], tuple[float, float] | None] = lru_cache(maxsize=64)(self._limits)
        self._selections = lru_cache(maxsize=64)(self._select)
        self.ask: Callable[[ListQuestion], ListAnswer] = lru_cache(maxsize=256)(self._answer)

    def labels(self, column: str) -> tuple[str, ...] | None:
        """The values of a text column in their order; None for another kind, or where there are too many."""
        return self._arrays(column)[1]

    def _limits(self, column: str) -> tuple[float, float] | None:
        """The least and the greatest number of a column."""
        values = self._arrays(column)[0]
        known = values[~np.isnan(values)] if values.dtype.kind == "f" else values[:0]
        return (float(known.min()), float(known.max())) if len(known) else None

    def export(self, question: ListQuestion, columns: Sequence[str]) -> Iterator[str]:
        """All that the question finds as CSV, row by row, with the words of `columns` as a header; no cell of it is
        taken for a formula."""
        yield _line([guarded(self.columns[name].label) for name in columns])
        chosen = self._selections(self._whole(question))
        for start in range(0, len(chosen), _AT_ONCE):
            for row in self._rows(chosen[start : start + _AT_ONCE]):
                yield _line([cell(row[name]) for name in columns])

    def _answer(self, question: ListQuestion) -> ListAnswer:
        chosen = self._selections(self._whole(question))
        rows = self._rows(chosen[question.first : question.first + question.count])
        # How many there are of each value does not hang on the order, nor on the page.
        unordered = ListQuestion(question.text.strip(), question.among, question.between)
        counts = {name: self._counted(unordered, name) for name in question.counted}
        where = chosen if question.plane else chosen[:0]
        return ListAnswer(tuple(rows), len(chosen), self.total, counts, self._plane(where), self._by_band(where))

    @staticmethod
    def _whole(question: ListQuestion) -> ListQuestion:
        """The question without the page of it."""
        return ListQuestion(question.text.strip(), question.among, question.between, question.sort, question.descending)

    def _select(self, question: ListQuestion) -> NDArray[np.int32]:
        mask = self._mask(question)
        order = self._orders(question.sort, question.descending)
        return order if mask is None else order[mask[order]]

    def _mask(self, question: ListQuestion, without: str | None = None) -> Mask | None:
        """Which accounts are asked for; `without` the filters of one column. None for all."""
        wanted: list[tuple[Any, ...]] = [("text", _folded(question.text))] if question.text else []
        wanted += [("among", *one) for one in question.among if one[0] != without]
        wanted += [("between", *one) for one in question.between if one[0] != without and one[1:] != (None, None)]
        masks = [self._filters(one) for one in wanted]
        return np.logical_and.reduce(masks) if len(masks) > 1 else masks[0] if masks else None

    def _filter(self, wanted: tuple[Any, ...]) -> Mask:
        """Which accounts one filter lets through; of several, each is worked out once."""
        if wanted[0] == "text":
            return self._search(wanted[1])
        if wanted[0] == "among":
            return self._among(*wanted[1:])
        _kind, name, least, most = wanted
        values = self._arrays(name)[0]
        mask = values >= (-np.inf if least is None else least)
        return mask if most is None else mask & (values <= most)

    def _find_places(self, question: ListQuestion, without: str | None) -> NDArray[np.int32] | None:
        mask = self._mask(question, without)
        return None if mask is None else np.flatnonzero(mask).astype(np.int32)

    def _among(self, name: str, wanted: frozenset[str]) -> Mask:
        values, labels = self._arrays(name)
        if values.dtype.kind == "f":
            mask = np.isnan(values) if NOT_KNOWN in wanted else np.zeros(self.total, dtype=bool)
            for word, number in (("true", 1.0), ("false", 0.0)):
                if word in wanted:
                    mask |= values == number
            return mask
        places = {label: place for place, label in enumerate(labels or ())}
        codes = [places[one] for one in wanted if one in places] + ([-1] if NOT_KNOWN in wanted else [])
        return np.isin(values, codes)

    def _counts(self, question: ListQuestion, name: str) -> dict[str, int]:
        values, labels = self._arrays(name)
        own = {one[0] for one in (*question.among, *question.between)}
        places = self._places(question, name if name in own else None)
        values = values if places is None else values[places]
        if values.dtype.kind == "f":
            missing = int(np.isnan(values).sum())
            found = {"true": int((values == 1.0).sum()), "false": int((values == 0.0).sum())}
        else:
            if labels is None:
                return {}
            many = np.bincount(values + 1, minlength=len(labels) + 1)
            missing = int(many[0])
            found = {label: int(many[place + 1]) for place, label in enumerate(labels)}
        ordered = dict(sorted(found.items(), key=lambda one: -one[1]))
        return ordered | ({NOT_KNOWN: missing} if missing else {})

    def _plane(self, chosen: NDArray[np.int32]) -> NDArray[np.int64]:
        if not {"fit", "timing"} <= self.columns.keys():
            return np.zeros((PLANE, PLANE), dtype=np.int64)
        fit, timing = (self._arrays(name)[0][chosen] for name in ("fit", "timing"))
        known = ~(np.isnan(fit) | np.isnan(timing))
        step = 100 / PLANE
        across, up = (np.minimum(axis[known] // step, PLANE - 1).astype(np.int64) for axis in (fit, timing))
        return np.bincount(up * PLANE + across, minlength=PLANE * PLANE).reshape(PLANE, PLANE)

    def _by_band(self, chosen: NDArray[np.int32]) -> dict[tuple[str, str], int]:
        if not {"timing_band", "tier"} <= self.columns.keys():  # a list without a single account
            return {}
        (bands, band_words), (tiers, tier_words) = (self._arrays(name) for name in ("timing_band", "tier"))
        words = tier_words or ()
        many = np.bincount(bands[chosen] * len(words) + tiers[chosen])
        return {
            (band, tier): int(many[place])
            for i, band in enumerate(band_words or ())
            for j, tier in enumerate(words)
            if (place := i * len(words) + j) < len(many)
        }

    def _rows(self, chosen: NDArray[np.int32]) -> list[Mapping[str, Any]]:
        wanted = [int(n) for n in chosen]
        marks = ", ".join("?" * len(wanted))
        found = self._connection().execute(f"SELECT n, row FROM rows WHERE n IN ({marks})", wanted).fetchall()
        rows = {n: dict(zip(self.columns, json.loads(row), strict=True)) for n, row in found}
        return [rows[n] for n in wanted]

    def _search(self, text: str) -> Mask:
        # One look through one text, and no row is fetched: a million accounts in a fraction of a second.
        mask = np.zeros(self.total, dtype=bool)
        texts, starts = self._searched()
        found = [one.start() for one in re.finditer(re.escape(text.encode("utf-8", "replace")), texts)]
        mask[np.searchsorted(starts, np.asarray(found, dtype=np.int64), side="right") - 1] = True
        return mask

    def _read_searched(self) -> tuple[bytes, NDArray[np.int64]]:
        texts, starts = self._connection().execute("SELECT texts, starts FROM search").fetchone()
        return texts, np.frombuffer(starts, dtype="<i8")

    def _make_order(self, name: str | None, descending: bool) -> NDArray[np.int32]:
        if name is None:
            order = np.arange(self.total, dtype=np.int32)
            return order[::-1] if descending else order
        values = self._arrays(name)[0]
        keys = np.where(values < 0, np.nan, values) if values.dtype.kind == "i" else values
        # What is missing comes last both ways: NaN sorts to the end.
        return np.argsort(-keys if descending else keys, kind="stable").astype(np.int32)

    def _read_array(self, name: str) -> tuple[NDArray[Any], tuple[str, ...] | None]:
        row = self._connection().execute("SELECT kind, data, labels FROM columns WHERE name = ?", (name,)).fetchone()
        kind, data, labels = row
        if data is None:
            return np.full(self.total, np.nan), None
        values = np.frombuffer(data, dtype="<i4" if kind == "text" else "<f8")
        return values, None if labels is None else tuple(json.loads(labels))

    def _connection(self) -> sqlite3.Connection:
        own: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if own is None:
            own = sqlite3.connect(f"{self.path.as_uri()}?mode=ro&immutable=1", uri=True)
            self._own.connection = own
        return own


class FreshList:
    """Gives the list of a workspace, made anew when its scores or its records have changed since."""

    def __init__(
        self, workspace: Path, prepare: Callable[[Callable[[float], None]], None] = lambda _tell: None
    ) -> None:
        """Raises what `open_place` raises; the list itself is made when it is first asked for. `prepare` may
        make its file before, elsewhere; it tells how much of it is made, from 0 to 1.
        """
        self._prepare = prepare
        self._place: Place = open_place(workspace)
        self._turn = threading.Lock()
        self._made: tuple[str, AccountList] | None = None
        self.share: float | None = None
        """While the list is being made: how much of it is."""

    def _told(self, share: float) -> None:
        self.share = share

    def now(self, wait: float = -1) -> AccountList | None:
        """The list as the scores are now; None where another thread is still making it after `wait` seconds.

        Raises EvidenceMissing before the first scores.
        """
        stamp = list_stamp(self._place)
        made = self._made
        if made is not None and made[0] == stamp:
            return made[1]
        if not self._turn.acquire(timeout=wait):
            return None
        try:
            if self._made is None or self._made[0] != stamp:
                if not is_made(self._place):
                    self._prepare(self._told)
                self._made = (stamp, AccountList(make_list(self._place, self._told)))
            return self._made[1]
        finally:
            self.share = None
            self._turn.release()


def _folded(text: str) -> str:
    """As `search` holds it: small letters without accents."""
    apart = unicodedata.normalize("NFD", text.lower())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def _line(cells: Sequence[str]) -> str:
    return ",".join('"' + one.replace('"', '""') + '"' for one in cells) + "\n"
