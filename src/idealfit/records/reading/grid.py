"""From rows of cells to a raw table: which row is the header, which rows belong to the table, and nothing lost.

The same for delimited text and for sheets. Rows in = rows loaded + rows set aside with a reason; rows without any value
are no rows, and are counted in a note.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import duckdb

from idealfit.errors import Position, UnreadableFile
from idealfit.records.reading.raw_table import LINE_COLUMN, RawTable, RejectedRow, shorten
from idealfit.store.engine import insert_texts, quote

SAMPLE_ROWS = 1000
MOST_COLUMNS = 4_096
_BATCH_ROWS = 10_000
TAIL_ROWS = 12
_MOST_PREAMBLE = 60
_TYPED = re.compile(
    r"""(?P<date>\d{1,4}[-/.]\d{1,2}([-/.]\d{1,4})?([T ]\d{1,2}:\d{2}\S*(\s?[AaPp][Mm])?)?)
      | (?P<number>[+-]?[$€£¥]?\s?\d[\d.,' ]*\s?%?[$€£¥]? | [+-]?\d+(\.\d+)?[eE][+-]?\d+)
      | (?P<time>\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)
      | (?P<email>[\w.+-]+@[\w.-]+\.\w{2,})
      | (?P<address>https?://\S+)
      | (?P<phone>[+(]?\d[\d() .+-]{6,})
      | (?P<uuid>[0-9a-fA-F]{8}-[0-9a-fA-F-]{27})
      | (?P<flag>true|false)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LONGEST_TYPED = 200
_CODE = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9_./-]{5,}")
_HEADER_WORD = re.compile(
    r"\b(id|name|date|type|status|stage|amount|email|e-mail|phone|domain|website|url|country|city|state|region|industry|"
    r"owner|source|created|closed|updated|value|revenue|employees|number|code|title|company|account|deal|description)\b",
    re.IGNORECASE,
)
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
_BLANK = " \t\r\n\f\v\xa0\x00\x1a\ufeff"
_UNSEEN = str.maketrans(dict.fromkeys("\ufeff\u200b\u200c\u200d\u2060\x00"))
_GUARDED = tuple("'" + mark for mark in "=+-@\t\r\n＝＋－＠")  # noqa: RUF001 - the full-width forms are meant


class Record(NamedTuple):
    """One row as it came: the line where it begins, its cells, and what is wrong with it (or '')."""

    line: int
    cells: list[str]
    problem: str = ""


@dataclass(frozen=True)
class Layout:
    """Where the table is: the names of its columns, how many records come before its data, and what to tell."""

    columns: tuple[str, ...]
    header: tuple[str, ...]
    unnamed: tuple[int, ...]
    skip: int
    typical: int
    notes: tuple[str, ...]
    headerless: bool = False


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


def find_layout(sample: Sequence[Record], file: str) -> Layout:
    """Header and columns from the first records. Raises UnreadableFile: nothing in it, header only, a short header."""
    rows = [(index, record) for index, record in enumerate(sample) if any(map(str.strip, record.cells))]
    if not rows:
        raise UnreadableFile(
            "The file is empty", where=Position(file=file), remedy="Export it again, or take it out of the folder."
        )
    width = _usual_width([record for _, record in rows])
    if width > MOST_COLUMNS:
        raise UnreadableFile(
            f"The table has {width} columns; {MOST_COLUMNS} is the most that is read",
            where=Position(file=file, line=rows[0][1].line),
            remedy="Export only the columns that say something about the companies.",
        )
    start = _first_full_row([record for _, record in rows], width)
    at, header = rows[start]
    below = [record.cells for _, record in rows[start + 1 :] if not record.problem][:300]
    named = _looks_like_header(header.cells, below)
    _refuse_short_header([record for _, record in rows], start, width, named, file)
    before = [f"{start} line{'s' if start > 1 else ''} before the table left out"] if start else []
    typical = _typical_filled(below, header.cells)
    if not named:
        columns = tuple(f"column_{number}" for number in range(1, width + 1))
        notes = (*before, f"no header line: columns named column_1 to column_{width}")
        return Layout(columns, (), (), at, typical, notes, headerless=True)
    damaged = [record for _, record in rows[start + 1 :] if record.problem]
    if not below and damaged:
        raise UnreadableFile(
            f"No row below the header can be read: {damaged[0].problem}",
            where=Position(file=file, line=damaged[0].line),
            remedy="Export the table again with quotes doubled inside cells, or as Excel.",
        )
    if not below:
        raise UnreadableFile(
            "The file has a header and no rows",
            where=Position(file=file, line=header.line),
            remedy="Export it again with its rows, or take it out of the folder.",
        )
    names, unnamed, told = _column_names(header.cells)
    return Layout(names, tuple(header.cells), unnamed, at + 1, typical, (*before, *told))


def _usual_width(rows: Sequence[Record]) -> int:
    counts = Counter(len(record.cells) for record in rows if not record.problem)
    if not counts:
        return len(rows[0].cells)
    return max(counts.items(), key=lambda item: (item[1], item[0]))[0]


def _filled(cells: Iterable[str]) -> int:
    return sum(1 for cell in cells if cell and not cell.isspace())


def _first_full_row(rows: Sequence[Record], width: int) -> int:
    """The first row that is filled well enough to be the header (or the first row of data)."""
    enough = 1 if width == 1 else max(2, math.ceil(width * 0.5))
    for index, record in enumerate(rows[:_MOST_PREAMBLE]):
        comment = record.cells[0].lstrip().startswith("#") and len(record.cells) != width
        if _filled(record.cells) >= enough and not comment and not record.problem:
            return index
    return 0


def _looks_like_header(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Names above values: a vote over the columns. Without good evidence to the contrary, yes."""
    votes = 0.0
    years = _are_years(first)
    for position, raw in enumerate(first):
        cell = raw.strip()
        column = [row[position].strip() for row in below if position < len(row) and row[position].strip()]
        kinds = Counter(map(_kind, column))
        kind, count = kinds.most_common(1)[0] if kinds else ("", 0)
        typed = kind != "" and count >= 0.8 * len(column)
        if not cell:
            votes -= 0.25 if column else 0
        elif _kind(cell):
            # A month above amounts is a name; an amount above amounts is none.
            same = not typed or _kind(cell) == kind
            votes += (-1.5 if typed or not column else -0.75) if same and cell not in years else 0.5
        elif typed or _HEADER_WORD.search(cell.replace("_", " ")):
            votes += 1.5
        elif cell in column:
            # In a short table a value may well be named like its column.
            votes -= 1.0 if len(column) >= 20 else 0.45
        elif _all_codes([cell, *column]):
            votes -= 1.0
        elif "_" in cell:
            votes += 0.5
    return votes > -1


def _kind(value: str) -> str:
    """'number', 'date', …; '' for words."""
    match = _TYPED.fullmatch(value) if len(value) <= _LONGEST_TYPED else None
    return (match.lastgroup or "") if match else ""


def _are_years(first: Sequence[str]) -> set[str]:
    """The cells 2019, 2020, 2021 of a row in which years follow each other, as in the header of a table by year."""
    found = [cell.strip() for cell in first if re.fullmatch(r"(19|20)\d\d", cell.strip())]
    numbers = [int(cell) for cell in found]
    in_steps = len(numbers) > 1 and all(abs(after - before) == 1 for before, after in itertools.pairwise(numbers))
    return set(found) if in_steps else set()


def _all_codes(values: Sequence[str]) -> bool:
    """Whether (nearly) all are identifiers such as 'AW00000001'."""
    codes = sum(_CODE.fullmatch(value) is not None for value in values)
    return len(values) > 1 and codes > 0.8 * len(values) and _CODE.fullmatch(values[0]) is not None


def _refuse_short_header(rows: Sequence[Record], start: int, width: int, named: bool, file: str) -> None:
    """A header with fewer names than the rows have cells would shift every column: refused rather than guessed."""
    above = rows[start - 1] if start else None
    if above is not None and not named and above.line == rows[start].line - 1 and 1 < _filled(above.cells) < width:
        header, seen = above, width
    elif named and len(rows[start].cells) < width:
        header, seen = rows[start], width
    else:
        return
    if all(_filled(record.cells[len(header.cells) :]) == 0 for record in rows[start + 1 :]):
        return
    raise UnreadableFile(
        f"The header names {len(header.cells)} columns and most rows have {seen} cells",
        where=Position(file=file, line=header.line),
        remedy="Add the missing name to the header, or put text that holds the delimiter into quotes.",
    )


def _typical_filled(below: Sequence[Sequence[str]], header: Sequence[str]) -> int:
    counts = sorted(_filled(cells) for cells in below) or [_filled(header)]
    return counts[len(counts) // 2]


def _column_names(header: Sequence[str]) -> tuple[tuple[str, ...], tuple[int, ...], list[str]]:
    """Names as written, blanks around them taken off; a blank one is 'column_7', a repeated one gets ' (2)'."""
    taken = {LINE_COLUMN}
    names: list[str] = []
    unnamed: list[int] = []
    repeated: list[str] = []
    for position, raw in enumerate(header):
        name = " ".join(raw.translate(_UNSEEN).split())
        if not name:
            unnamed.append(position)
            name = f"column_{position + 1}"
        base, number = name, 1
        while name.casefold() in taken:
            number += 1
            name = f"{base} ({number})"
        if number > 1:
            repeated.append(name)
        taken.add(name.casefold())
        names.append(name)
    notes = [f"repeated column names numbered: {shorten(', '.join(repeated))}"] if repeated else []
    return tuple(names), tuple(unnamed), notes


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
    if _filled(extra):
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
    yield from waiting[:tail]
    for record in waiting[tail:]:
        rows.reject(record, footer_reason(record, width, rows))


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
        if "\x00" in joined or "'" in joined:
            cleaned = [_clean(cell) for cell in cells]
            rows.changed += cleaned != cells
            cells = cleaned
        lines.append(record.line)
        fitted.append(cells)
    rows.loaded += len(fitted)
    if fitted:
        rows.sink(lines, fitted)


def _clean(cell: str) -> str:
    """Without NUL characters, and without the `'` that a guarded export puts before what could become a formula."""
    cell = cell.replace("\x00", "")
    return cell[1:] if cell.startswith(_GUARDED) else cell


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
    read = rows.loaded + len(rows.rejected)
    digest = content_sha256(con, relation, columns)
    return RawTable(
        file, columns, relation, read, tuple(rows.rejected), tuple(told), digest, headerless=layout.headerless
    )


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
