"""From rows of cells to a raw table: which row is the header, which rows belong to the table, and nothing lost.

The same for delimited text and for sheets. Rows in = rows loaded + rows set aside with a reason; rows without any value
are no rows, and are counted in a note.
"""

from __future__ import annotations

import itertools
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import duckdb

from idealfit.errors import Position, UnreadableFile
from idealfit.records.reading import pace
from idealfit.records.reading.layout import Layout, Record, filled_cells, find_layout
from idealfit.records.reading.raw_table import LINE_COLUMN, RawTable, RejectedRow, shorten
from idealfit.store.engine import insert_texts, quote

SAMPLE_ROWS = 1000
_BATCH_ROWS = 10_000
TAIL_ROWS = 12
_TOTAL = re.compile(
    r"(grand\s+|sub[\s-]?)?totals?(\s+\(?\w+\)?)?\s*:?|sum(me|ma)?\s*:?|gesamt(summe)?\s*:?|insgesamt\s*:?|totaal\s*:?|"
    r"total\s+g[eé]n[eé]ral\s*:?|count\s*[:=].*|\d+\s+(rows|records|results|total)",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"copyright|©|\(c\)|confidential|generated|exported|printed|created (by|on|with)|downloaded|report\b|source\s*:|"
    r"notes?\s*:|page \d+|filter(ed|s)?\b.*:|as of |data as of|end of (report|file)|all rights reserved|\*",
    re.IGNORECASE,
)
_RULE = re.compile(r"[-=_+:|~*\s]{3,}")
_ROUNDED = r"\d([.,]\d+)?E\+(1[1-9]|[2-9]\d)"
_KEPT_AS_TEXT = re.compile(r"'\d[\d.,:/-]*")
_QUOTED_FORMULA = re.compile(r'="((?:[^"]|"")*)"')
_BLANK = " \t\r\n\f\v\xa0\x00\x1a\ufeff"
_GUARDED = tuple("'" + mark for mark in "=+-@\t\r\n＝＋－＠")  # noqa: RUF001 - the full-width forms are meant


@dataclass
class Rows:
    """What became of the rows so far. `sink` takes (lines, rows of equal width)."""

    file: str
    layout: Layout
    sink: Callable[[list[int], list[list[str]]], None]
    loaded: int = 0
    rejected: list[RejectedRow] = field(default_factory=list)
    empty: int = 0
    short: int = 0
    first_short: int = 0
    long: int = 0
    changed: int = 0
    below_gap: set[int] = field(default_factory=set)

    @property
    def regular(self) -> bool:
        """Every row was as wide as the header and went in as it came."""
        return not (self.rejected or self.empty or self.short or self.long or self.changed)

    def reject(self, record: Record, reason: str) -> None:
        """Set a row aside."""
        value = shorten(" | ".join(cell for cell in record.cells if cell))
        self.rejected.append(RejectedRow(self.file, record.line, None, value, reason))


def sort_rows(records: Iterable[Record], rows: Rows) -> None:
    """Send each record on to `rows.sink` or set it aside with its reason."""
    width = len(rows.layout.columns)
    header = list(rows.layout.header)
    waiting: list[Record] = []
    gap = second_table = False
    records = _Ahead(records)
    # Rows wait until it is known that they are not the last ones, among which footers are looked for.
    for record in records:
        cells = record.cells
        if record.problem:
            rows.reject(record, record.problem)
            continue
        if not any(cells) or not any(cell.strip(_BLANK) for cell in cells):
            rows.empty += 1
            gap = True
            continue
        if len(cells) != width:
            first_below = gap and rows.loaded + len(waiting) > 0 and width > 2
            second_table = second_table or (first_below and _begins_a_table(record, records, width, rows))
            if not _fitted(record, width, rows, second_table):
                continue
        elif cells == header:
            rows.reject(record, "the header once more")
            continue
        elif header and _is_ruled(cells):
            rows.reject(record, "a ruled line")
            continue
        if gap:
            rows.below_gap.add(record.line)
            gap = False
        waiting.append(record)
        if len(waiting) >= _BATCH_ROWS + TAIL_ROWS:
            _send(waiting[:-TAIL_ROWS], rows)
            waiting = waiting[-TAIL_ROWS:]
            pace.seen(rows.loaded)
    _send(list(_without_footer(waiting, rows)), rows)


class _Ahead:
    """Records, with a look at those to come."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._records = iter(records)
        self._seen: deque[Record] = deque()

    def __iter__(self) -> _Ahead:
        return self

    def __next__(self) -> Record:
        return self._seen.popleft() if self._seen else next(self._records)

    def peek(self, count: int) -> list[Record]:
        """The next `count` records, which will still come."""
        while len(self._seen) < count:
            following = next(self._records, None)
            if following is None:
                break
            self._seen.append(following)
        return list(itertools.islice(self._seen, count))


def _begins_a_table(record: Record, records: _Ahead, width: int, rows: Rows) -> bool:
    """Whether a row below an empty line, of another width than the table's, begins a second table.

    More than two cells say so by themselves; fewer, where rows of one other width follow and none were short so far.
    """
    if len(record.cells) > 2:
        return True
    following = [other for other in records.peek(3) if any(other.cells)]
    widths = {len(other.cells) for other in following}
    alike = len(following) > 1 and len(widths) == 1 and width not in widths and widths != {1}
    return alike and rows.short == 0


def _is_ruled(cells: Sequence[str]) -> bool:
    """Whether the row is a line drawn of signs, as below a header."""
    return _RULE.match(cells[0]) is not None and all(_RULE.fullmatch(cell) for cell in cells)


def _fitted(record: Record, width: int, rows: Rows, second_table: bool) -> bool:
    """Whether a row of another width than the header's can stay: its extra cells empty, or its last ones missing."""
    cells = record.cells
    extra = cells[width:]
    if len(cells) == 1 and cells[0].lstrip().startswith("#") and not _has_hashes(rows):
        rows.reject(record, "a comment")
        return False
    if second_table:
        rows.reject(record, f"stands below an empty line and has {len(cells)} cells, not {width}: a second table")
        return False
    if filled_cells(extra):
        rows.reject(record, f"{len(cells)} cells where the header has {width}")
        return False
    if extra:
        rows.long += 1
    return True


def _has_hashes(rows: Rows) -> bool:
    """Whether the first column is one of values that begin with '#'."""
    return bool(rows.layout.header) and rows.layout.header[0].lstrip().startswith("#")


def _without_footer(waiting: list[Record], rows: Rows) -> Iterator[Record]:
    """The last rows of the file without totals, 'Generated by …' and the like, which are set aside."""
    width = len(rows.layout.columns)
    tail = len(waiting)
    # From the end upwards, as long as rows look like what reports put below a table.
    while tail > max(0, len(waiting) - TAIL_ROWS) and footer_reason(waiting[tail - 1], width, rows):
        tail -= 1
    tail = min(tail, _imprint(waiting, width, rows))
    yield from waiting[:tail]
    for record in waiting[tail:]:
        rows.reject(record, footer_reason(record, width, rows) or "a footer below the table")


def _imprint(waiting: list[Record], width: int, rows: Rows) -> int:
    """Where the lines begin that a report puts below an empty line: narrow to the end of the file, words of a footer
    among them ('Copyright (c) …, inc.', 'Generated by …', the company's name)."""
    start = worded = len(waiting)
    for at in range(len(waiting) - 1, max(-1, len(waiting) - TAIL_ROWS - 1), -1):
        record = waiting[at]
        narrow = len(record.cells) < width and 3 * filled_cells(record.cells) <= rows.layout.typical
        if not narrow or rows.layout.typical < 3:
            break
        worded = at if _FOOTER.match(record.cells[0].strip()) else worded
        if record.line in rows.below_gap and worded < len(waiting):
            start = at
    return start


def footer_reason(record: Record, width: int, rows: Rows) -> str:
    """Why a row at the end is no row of the table; '' where it may be one."""
    filled = [cell.strip() for cell in record.cells if cell.strip()]
    typical = rows.layout.typical
    if width < 2 or typical < 2 or len(filled) >= typical:
        return ""
    if _TOTAL.fullmatch(filled[0]):
        return "a total below the table"
    if len(filled) > 1 or typical < 3 or not record.cells[0].strip():
        return ""
    if _FOOTER.match(filled[0]) or (record.line in rows.below_gap and len(record.cells) < width):
        return "a footer below the table"
    return ""


def _send(records: list[Record], rows: Rows) -> None:
    width = len(rows.layout.columns)
    lines: list[int] = []
    fitted: list[list[str]] = []
    for record in records:
        cells = record.cells
        if len(cells) < width:
            rows.short += 1
            rows.first_short = rows.first_short or record.line
            cells = cells + [""] * (width - len(cells))
        elif len(cells) > width:
            cells = cells[:width]
        joined = "".join(cells)
        if "\x00" in joined or "'" in joined or '="' in joined:
            cleaned = [_clean(cell) for cell in cells]
            rows.changed += cleaned != cells
            cells = cleaned
        lines.append(record.line)
        fitted.append(cells)
    rows.loaded += len(fitted)
    if fitted:
        rows.sink(lines, fitted)


def _clean(cell: str) -> str:
    """Without NUL characters, and without what exports put around a cell so that a spreadsheet leaves it alone: a `'`
    before what could become a formula or a number, and `="00017"`."""
    cell = cell.replace("\x00", "")
    if cell.startswith(_GUARDED) or _KEPT_AS_TEXT.fullmatch(cell):
        return cell[1:]
    found = _QUOTED_FORMULA.fullmatch(cell) if cell.startswith('="') else None
    return found[1].replace('""', '"') if found else cell


def load_grid(
    con: duckdb.DuckDBPyConnection, file: str, records: Iterator[Record], notes: Sequence[str] = ()
) -> RawTable:
    """Read `records` into a new table of `con`. Raises UnreadableFile."""
    sample = take(records, SAMPLE_ROWS)
    layout = find_layout(sample, file)
    relation = create_raw_table(con, layout.columns)
    width = len(layout.columns)

    def sink(lines: list[int], rows: list[list[str]]) -> None:
        columns = list(zip(*rows, strict=True)) if width else []
        insert_texts(con, relation, columns, numbers=lines)

    rows = Rows(file, layout, sink)
    try:
        sort_rows(itertools.chain(sample[layout.skip :], records), rows)
        return finish(con, relation, rows, notes)
    except BaseException:
        con.execute(f"DROP TABLE {quote(relation)}")
        raise


def finish(con: duckdb.DuckDBPyConnection, relation: str, rows: Rows, notes: Sequence[str]) -> RawTable:
    """The raw table of what `rows` has sent to `relation`, with its notes and its content's hash."""
    layout, file = rows.layout, rows.file
    wide = sum("cells where the header has" in row.reason for row in rows.rejected)
    if rows.loaded == 0 or wide > rows.loaded:
        raise UnreadableFile(
            "No row of the file fits its header"
            if rows.loaded == 0
            else f"{wide} rows have more cells than the header",
            where=Position(file=file, line=rows.rejected[0].line if rows.rejected else None),
            remedy="See the first of them in the file: a name missing in the header, or a text not in quotes.",
        )
    columns, dropped = _drop_empty_unnamed(con, relation, layout)
    told = [*notes, *layout.notes]
    if dropped:
        told.append(f"{dropped} empty column{'s' if dropped > 1 else ''} without a name left out")
    if rows.empty:
        told.append(f"{rows.empty} empty line{'s' if rows.empty > 1 else ''} left out")
    if rows.short:
        told.append(
            f"{rows.short} row{'s' if rows.short > 1 else ''} shorter than the header, filled up with "
            f"empty cells (first: line {rows.first_short})"
        )
    if rows.long:
        told.append(f"{rows.long} row{'s' if rows.long > 1 else ''} longer than the header by empty cells only")
    if rows.changed:
        told.append(
            f"{rows.changed} row{'s' if rows.changed > 1 else ''} freed of NUL characters or of the mark that "
            "guards against formulas"
        )
    if rows.rejected:
        told.append(
            f"{len(rows.rejected)} row{'s' if len(rows.rejected) > 1 else ''} set aside "
            f"(first: line {rows.rejected[0].line}, {rows.rejected[0].reason})"
        )
    told += _rounded_numbers(con, relation, columns)
    read = rows.loaded + len(rows.rejected)
    digest = content_sha256(con, relation, columns)
    return RawTable(
        file, columns, relation, read, tuple(rows.rejected), tuple(told), digest, headerless=layout.headerless
    )


def _rounded_numbers(con: duckdb.DuckDBPyConnection, relation: str, columns: Sequence[str]) -> list[str]:
    """A note for each column with values such as 1.23E+17, which is what a spreadsheet leaves of a long identifier."""
    found: list[int] = []
    for start in range(0, len(columns), 50):  # the engine's plan of many filtered counts grows with their square
        counts = ", ".join(
            f"count(*) FILTER ({quote(name)} LIKE '%E+%' AND regexp_full_match({quote(name)}, '{_ROUNDED}'))"
            for name in columns[start : start + 50]
        )
        found += con.execute(f"SELECT {counts} FROM {quote(relation)}").fetchone() or ()
    return [
        f"{count} value{'s' if count > 1 else ''} of '{name}' written like 1.23E+17: a spreadsheet has rounded them, "
        "and what they were is lost; export it with the column as text"
        for name, count in zip(columns, found, strict=True)
        if count
    ]


def _drop_empty_unnamed(con: duckdb.DuckDBPyConnection, relation: str, layout: Layout) -> tuple[tuple[str, ...], int]:
    names = [layout.columns[position] for position in layout.unnamed]
    if not names:
        return layout.columns, 0
    counts = con.execute(f"SELECT {', '.join(f'count({quote(name)})' for name in names)} FROM {quote(relation)}")
    row = counts.fetchone() or ()
    empty = {name for name, count in zip(names, row, strict=True) if not count}
    for name in empty:
        con.execute(f"ALTER TABLE {quote(relation)} DROP COLUMN {quote(name)}")
    return tuple(name for name in layout.columns if name not in empty), len(empty)


def create_raw_table(con: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> str:
    """A new empty table for `columns`, its line column first; its name."""
    relation = free_name(con)
    parts = [f"{quote(LINE_COLUMN)} BIGINT", *(f"{quote(name)} VARCHAR" for name in columns)]
    con.execute(f"CREATE TABLE {quote(relation)} ({', '.join(parts)})")
    return relation


def free_name(con: duckdb.DuckDBPyConnection) -> str:
    """A name for a raw table that `con` does not have yet."""
    taken = {row[0] for row in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    number = 1
    while f"raw_{number}" in taken:
        number += 1
    return f"raw_{number}"


def content_sha256(con: duckdb.DuckDBPyConnection, relation: str, columns: Sequence[str]) -> str:
    """SHA-256 of headers and cells in their order, whatever file they came in."""
    cells = ", ".join(f"coalesce({quote(name)}, chr(30))" for name in columns)
    heads = chr(31).join(columns)
    rows = f"string_agg(md5(concat_ws(chr(31), {cells})), '' ORDER BY {quote(LINE_COLUMN)})"
    found = con.execute(f"SELECT sha256(? || coalesce({rows}, '')) FROM {quote(relation)}", [heads]).fetchone()
    return str(found[0]) if found else ""


def take(records: Iterator[Record], count: int) -> list[Record]:
    """The first `count` of `records`."""
    taken = []
    for record in records:
        taken.append(record)
        if len(taken) >= count:
            break
    return taken
