"""Clean tables and a hundred ways to pollute their CSV in one spot, each with the table that a reader should find.

The idea is that of the published Pollock benchmark: take a clean file, break one rule of the CSV standard, keep the
truth. The tables and the ways are our own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

Row = tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A header (empty where there is none) and rows."""

    name: str
    header: Row
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Polluted:
    """The bytes of a file and the table in it."""

    kind: str
    data: bytes
    truth: Table


def tables() -> list[Table]:
    """The clean tables: plain words and numbers; companies with every kind of text; amounts with decimal commas."""
    cities = ("Bonn", "Lyon", "Porto", "Austin", "Ghent", "Turin")
    plain = Table(
        "plain",
        ("deal_id", "account", "city", "amount", "created", "stage", "seats"),
        tuple(
            (
                f"D{n:04d}",
                f"Firm {n}",
                cities[n % 6],
                f"{1000 + 37 * n}.50",
                f"2024-{n % 12 + 1:02d}-{n % 28 + 1:02d}",
                ("Closed Won", "Closed Lost", "Open")[n % 3],
                str(n % 90 + 1),
            )
            for n in range(60)
        ),
    )
    texts = (
        'Makes "smart" pumps, valves',
        "two\nlines of text",
        "",
        "semi; colon | bar",
        "it's here",
        "5 % off, today",
        "tab\tinside",
    )
    rich = Table(
        "rich",
        ("account_id", "name", "country", "employees", "description"),
        tuple(
            (
                f"00{n:03d}",
                ("Acme, Inc.", "Müller & Söhne", "Beta", "Société Générale d'Eau", "O'Neil Ltd")[n % 5] + f" {n}",
                ("DE", "FR", "US")[n % 3],
                str(7 * n + 1),
                texts[n % 7],
            )
            for n in range(45)
        ),
    )
    decimal = Table(
        "decimal",
        ("Kunde", "Ort", "Umsatz", "Anteil", "Datum"),
        tuple(
            (
                f"Kunde {n}",
                ("Köln", "Zürich", "Wien")[n % 3],
                f"{n + 1}.250,{n % 90 + 10}",
                f"0,{n + 10}",
                f"{n % 28 + 1:02d}.03.2024",
            )
            for n in range(40)
        ),
    )
    return [plain, rich, decimal]


def cell_text(cell: str, delimiter: str, quote: str, escape: str, always: bool) -> str:
    """One cell, in quotes where it needs them."""
    needs = always or any(mark in cell for mark in (delimiter, quote, "\n", "\r") if mark) or cell != cell.strip()
    if not needs or not quote:
        return cell
    if escape:
        return quote + cell.replace(escape, escape * 2).replace(quote, escape + quote) + quote
    return quote + cell.replace(quote, quote * 2) + quote


def line_of(row: Row, delimiter: str = ",", quote: str = '"', escape: str = "", *, always: bool = False) -> str:
    return delimiter.join(cell_text(cell, delimiter, quote, escape, always) for cell in row)


def lines_of(
    table: Table, delimiter: str = ",", quote: str = '"', escape: str = "", *, always: bool = False
) -> list[str]:
    """The records as text, header first, without line ends."""
    rows = [table.header, *table.rows] if table.header else list(table.rows)
    return [line_of(row, delimiter, quote, escape, always=always) for row in rows]


def joined(lines: list[str], end: str = "\r\n") -> str:
    return "".join(line + end for line in lines)


def _own_delimiter(table: Table) -> str:
    return ";" if table.name == "decimal" else ","


def _flat(table: Table) -> Table:
    """The table without line breaks, quotes and tabs inside cells: for writings that cannot carry them."""
    clean = str.maketrans({"\n": " ", '"': "", "\t": " ", "|": " ", ";": " ", ",": " ", "'": "", "~": " ", "^": " "})
    rows = tuple(tuple(" ".join(cell.translate(clean).split()) for cell in row) for row in table.rows)
    return replace(table, rows=rows)


def pollute(table: Table) -> Iterator[Polluted]:
    """Every kind of pollution of this table."""
    own = _own_delimiter(table)
    lines = lines_of(table, own)
    text = joined(lines)

    def made(kind: str, content: str | bytes, truth: Table = table, encoding: str = "utf-8") -> Polluted:
        return Polluted(kind, content if isinstance(content, bytes) else content.encode(encoding), truth)

    yield made("clean", text)
    yield from _dialects(table, made)
    yield from _ends(table, lines, made)
    yield from _encodings(table, lines, made)
    yield from _around(table, lines, own, made)
    yield from _headers(table, lines, own, made)
    yield from _rows(table, lines, own, made)
    yield from _quotes(table, lines, own, made)
    yield from _blanks(table, lines, own, made)


Make = Callable[..., Polluted]


def _dialects(table: Table, made: Make) -> Iterator[Polluted]:
    names = {
        ",": "comma",
        ";": "semicolon",
        "\t": "tab",
        "|": "bar",
        "^": "caret",
        "~": "tilde",
        "\x1f": "unit separator",
        "\x01": "control-A",
        ":": "colon",
        " ": "blank",
        "||": "two bars",
        "::": "two colons",
        ";;": "two semicolons",
        "|~|": "bar tilde bar",
        ", ": "comma and blank",
        "\t|\t": "tab bar tab",
        "¦": "broken bar",
        "§": "section sign",
    }
    for mark, name in names.items():
        source = _flat(table) if len(mark) > 1 and mark != ", " else table
        if mark in (":", " "):
            source = _flat(source)
            source = replace(
                source,
                header=tuple(cell.replace(" ", "_").replace(":", "") for cell in source.header),
                rows=tuple(
                    tuple(cell.replace(" ", "_").replace(":", "") or "none" for cell in row) for row in source.rows
                ),
            )
        yield made(f"delimiter {name}", joined(lines_of(source, mark)), source)
        if len(mark) == 1:
            yield made(f"delimiter {name}, all quoted", joined(lines_of(source, mark, always=True)), source)
    own = _own_delimiter(table)
    yield made("quote '", joined(lines_of(table, own, "'", always=True)))
    yield made("quote ' where needed", joined(lines_of(table, own, "'")))
    yield made("backslash escapes", joined(lines_of(table, own, '"', "\\", always=True)))
    yield made("backslash escapes where needed", joined(lines_of(table, own, '"', "\\")))
    flat = _flat(table)
    if own != ",":
        flat = table
    yield made("no quotes at all", joined(lines_of(flat, own, "")), flat)
    yield made("sep= line", f"sep={own}\r\n" + joined(lines_of(table, own)))
    yield made("quoted sep= line", f'"sep={own}"\r\n' + joined(lines_of(table, own)))
    yield made(
        "half the rows quoted",
        joined([line_of(row, own, always=n % 2 == 0) for n, row in enumerate([table.header, *table.rows])]),
    )
    yield made(
        "header quoted only",
        joined([line_of(row, own, always=n == 0) for n, row in enumerate([table.header, *table.rows])]),
    )
    yield made(
        "text quoted, numbers not",
        joined(
            [
                own.join(cell_text(c, own, '"', "", not c.replace(".", "").isdigit()) for c in row)
                for row in [table.header, *table.rows]
            ]
        ),
    )


def _ends(table: Table, lines: list[str], made: Make) -> Iterator[Polluted]:
    for name, end in {"LF": "\n", "CR": "\r", "CRLF": "\r\n", "LFCR": "\n\r", "CRCRLF": "\r\r\n"}.items():
        yield made(f"ends {name}", joined(lines, end))
    yield made("ends mixed LF and CRLF", "".join(line + ("\n" if n % 3 else "\r\n") for n, line in enumerate(lines)))
    yield made("ends mixed CR and LF", "".join(line + ("\n" if n % 3 else "\r") for n, line in enumerate(lines)))
    yield made("one LF among CRLF", "".join(line + ("\n" if n == 9 else "\r\n") for n, line in enumerate(lines)))
    yield made("one CR among LF", "".join(line + ("\r" if n == 9 else "\n") for n, line in enumerate(lines)))
    yield made("no end after the last line", joined(lines, "\n").rstrip("\n"))
    yield made("empty lines at the end", joined(lines) + "\r\n" * 5)
    yield made("control-Z at the end", joined(lines) + "\x1a")
    yield made("NULs at the end", joined(lines) + "\x00" * 16)
    if all("\n" not in line for line in lines):
        yield made("line separators U+2028", "\u2028".join(lines))
    yield made(
        "vertical tab inside a cell",
        joined([line.replace("Firm 7", "Firm\x0b7") for line in lines]),
        _with(table, "Firm 7", "Firm\x0b7"),
    )
    yield made("form feed before the last line", joined([*lines[:-1], "\x0c" + lines[-1]]))


def _with(table: Table, old: str, new: str) -> Table:
    return replace(table, rows=tuple(tuple(cell.replace(old, new) for cell in row) for row in table.rows))


def _encodings(table: Table, lines: list[str], made: Make) -> Iterator[Polluted]:
    for codec in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1", "mac_roman", "cp850"):
        yield made(f"encoding {codec}", joined(lines), table, codec)
    yield made("encoding utf-16 be with mark", "\ufeff" + joined(lines), table, "utf-16-be")
    yield made("encoding utf-32 be with mark", "\ufeff" + joined(lines), table, "utf-32-be")
    yield made("two marks of utf-8", "\ufeff\ufeff" + joined(lines))
    foreign = {
        "cp1250": "Łódź Spółka Żółw",
        "iso8859_2": "Łódź Spółka Żółw",
        "shift_jis": "株式会社サンプル",
        "cp932": "有限会社見本①",
        "euc_jp": "株式会社サンプル",
        "gbk": "示例科技有限公司",
        "gb18030": "北京示例公司",
        "big5": "範例科技股份",
        "euc_kr": "주식회사 예시",
        "koi8_r": "Пример и партнёры",
        "cp1251": "Пример и партнёры",
        "cp866": "Завод Пример",
        "iso8859_5": "Пример Завод",
        "cp1253": "Εταιρεία Παράδειγμα",
        "cp1254": "Şirket Örneği Ğ",
        "cp1255": "חברה לדוגמה",
        "cp1256": "شركة مثال",
        "cp874": "บริษัท ตัวอย่าง",
    }
    base = Table(
        "x",
        table.header,
        tuple(("Code" + row[0][-2:], *("x" if not c.isascii() else c for c in row[1:])) for row in _flat(table).rows),
    )
    for codec, name in foreign.items():
        rows = tuple((row[0], f"{name} {n}", *row[2:]) for n, row in enumerate(base.rows))
        source = replace(base, header=tuple(f"h{n}_id" for n in range(len(table.header))), rows=rows)
        yield made(f"encoding {codec}", joined(lines_of(source, _own_delimiter(table))), source, codec)
    accents = (
        joined(lines).encode()
        + line_of(("9999", *("Müller",) * (len(table.header) - 1)), _own_delimiter(table)).encode("cp1252")
        + b"\r\n"
    )
    longer = replace(table, rows=(*table.rows, ("9999", *("Müller",) * (len(table.header) - 1))))
    yield made("one line of cp1252 in UTF-8", accents, longer)
    yield made(
        "NUL inside a cell",
        joined(lines).replace(table.rows[3][0], table.rows[3][0][:2] + "\x00" + table.rows[3][0][2:], 1),
    )
    yield made(
        "no-break blanks around a name", joined(lines).replace(table.header[1], f"\u00a0{table.header[1]}\u00a0", 1)
    )
    yield made("zero-width blank in the header", joined(lines).replace(table.header[0], f"\u200b{table.header[0]}", 1))


def _around(table: Table, lines: list[str], own: str, made: Make) -> Iterator[Polluted]:
    text = joined(lines)
    pad = own * (len(table.header) - 1)
    yield made("one title line", "Accounts of the year\r\n" + text)
    yield made("three title lines", "Report\r\nAll accounts\r\nMade by the system\r\n" + text)
    yield made("title and an empty line", "Report of accounts\r\n\r\n" + text)
    yield made("padded title line", f"Report of accounts{pad}\r\n{pad}\r\n" + text)
    yield made("title with key and value", f"Report{own}Accounts\r\nDate{own}2024-05-01\r\n\r\n" + text)
    yield made("comment lines before", "# made by a tool\r\n# at night\r\n" + text)
    yield made("comment with delimiters before", f"# a{own} b{own} c\r\n" + text)
    yield made("empty lines before", "\r\n\r\n\r\n" + text)
    yield made("lines of delimiters before", f"{pad}\r\n{pad}\r\n" + text)
    yield made("total row", text + f"Total{pad}\r\n")
    sums = own.join(["Grand total", *[""] * (len(table.header) - 2), "4711"])
    yield made("grand total row with a sum", text + sums + "\r\n")
    yield made("footer after an empty line", text + "\r\nCopyright by the tool. All rights reserved.\r\n")
    yield made("padded footer", text + f"Report generated on 2024-05-01{pad}\r\n")
    yield made("footer with row count", text + f"\r\n{len(table.rows)} rows\r\n")
    yield made("comment line after", text + "# the end\r\n")
    yield made("three footer lines", text + "\r\nConfidential\r\nGenerated by a person\r\nPage 1\r\n")
    second = f"colour{own}count\r\nred{own}5\r\nblue{own}7\r\n"
    yield made("second table below", text + "\r\n" + second)
    yield made("second table with a title below", text + "\r\n\r\nColours\r\n" + second)


def _headers(table: Table, lines: list[str], own: str, made: Make) -> Iterator[Polluted]:
    rest = lines[1:]
    header = list(table.header)
    again = replace(table, header=(*header[:-1], header[1]))
    yield made("a name twice", joined([line_of(again.header, own), *rest]), again)
    same = replace(table, header=("name",) * len(header))
    yield made("all names alike", joined([line_of(same.header, own), *rest]), same)
    blank = replace(table, header=(*header[:2], "", *header[3:]))
    yield made("a name missing", joined([line_of(blank.header, own), *rest]), blank)
    yield made(
        "first name missing", joined([line_of(("", *header[1:]), own), *rest]), replace(table, header=("", *header[1:]))
    )
    broken = replace(table, header=(header[0], "two\nlines", *header[2:]))
    yield made("a name of two lines", joined([line_of(broken.header, own), *rest]), broken)
    yield made("no header", joined(rest), replace(table, header=()))
    upper = replace(table, header=tuple(cell.upper() for cell in header))
    yield made("upper case header", joined([line_of(upper.header, own), *rest]), upper)
    spaced = replace(table, header=tuple(f"The {cell} (of the account)" for cell in header))
    yield made("long names", joined([line_of(spaced.header, own), *rest]), spaced)
    yield made("header repeated in the middle", joined([*lines[:20], lines[0], *lines[20:]]))
    yield made("blanks after names", joined([own.join(f" {cell} " for cell in header), *rest]))
    yield made(
        "header of years",
        joined([line_of((header[0], *[str(2015 + n) for n in range(len(header) - 1)]), own), *rest]),
        replace(table, header=(header[0], *[str(2015 + n) for n in range(len(header) - 1)])),
    )
    yield made("ruled line below the header", joined([lines[0], own.join("-" * 8 for _ in header), *rest]))
    yield made("two rows of header", joined([own.join(["Group", *[""] * (len(header) - 1)]), *lines]))


def _rows(table: Table, lines: list[str], own: str, made: Make) -> Iterator[Polluted]:
    middle, last = 17, len(table.rows) - 1

    def changed(at: int, line: str, row: Row | None, kind: str) -> Polluted:
        rows = [*table.rows[:at], *([row] if row else []), *table.rows[at + 1 :]]
        return made(kind, joined([*lines[: at + 1], line, *lines[at + 2 :]]), replace(table, rows=tuple(rows)))

    for at, where in ((0, "first"), (middle, "middle"), (last, "last")):
        row = table.rows[at]
        yield changed(at, line_of(row[:-1], own), row[:-1], f"{where} row without its last cell")
        yield changed(at, line_of(row[:2], own), row[:2], f"{where} row of two cells")
        yield changed(at, line_of(row, own) + own, row, f"{where} row with a delimiter more")
        yield changed(at, line_of(row, own) + own * 3, row, f"{where} row with three delimiters more")
        yield changed(at, line_of((*row, "more"), own), (*row, "more"), f"{where} row with a cell more")
    yield made("trailing delimiters", joined([line + own for line in lines]))
    yield made("trailing delimiters on rows only", joined([lines[0], *[line + own for line in lines[1:]]]))
    yield made("two trailing delimiters", joined([line + own * 2 for line in lines]))
    yield made("leading delimiters", joined([own + line for line in lines]))
    yield made("a row of delimiters", joined([*lines[:9], own * (len(table.header) - 1), *lines[9:]]))
    yield made("an empty line in the middle", joined([*lines[:9], "", *lines[9:]]))
    yield made("a blank line in the middle", joined([*lines[:9], "   ", *lines[9:]]))
    yield made("an empty line after each", joined([part for line in lines for part in (line, "")]))
    yield made("a comment in the middle", joined([*lines[:9], "# not a row", *lines[9:]]))
    ragged = tuple(row[: -1 - n % 2] if n % 9 == 4 else row for n, row in enumerate(table.rows))
    yield made("ragged rows", joined([lines[0], *[line_of(row, own) for row in ragged]]), replace(table, rows=ragged))
    yield made("one row only", joined(lines[:2]), replace(table, rows=table.rows[:1]))
    yield made("two rows only", joined(lines[:3]), replace(table, rows=table.rows[:2]))
    tall = replace(table, header=table.header[:1], rows=tuple(row[:1] for row in table.rows))
    yield made("one column", joined(lines_of(tall)), tall)
    two = replace(table, header=table.header[:2], rows=tuple(row[:2] for row in table.rows))
    yield made("two columns", joined(lines_of(two, own)), two)
    long = "long text, " * 4000
    lengthy = replace(table, rows=(*table.rows[:5], (*table.rows[5][:-1], long.strip()), *table.rows[6:]))
    yield made("a cell of 44 kB", joined(lines_of(lengthy, own)), lengthy)
    empty = replace(table, rows=tuple((*row[:2], "", *row[3:]) for row in table.rows))
    yield made("an empty column", joined(lines_of(empty, own)), empty)
    sparse = replace(
        table,
        rows=tuple((row[0], row[1], *("",) * (len(row) - 2)) if n % 4 else row for n, row in enumerate(table.rows)),
    )
    yield made("mostly empty cells", joined(lines_of(sparse, own)), sparse)


def _quotes(table: Table, lines: list[str], own: str, made: Make) -> Iterator[Polluted]:
    flat = [line_of(row, own) for row in [table.header, *table.rows]]
    at = next(
        n
        for n, row in enumerate(table.rows)
        if n > 10 and all('"' not in c and "\n" not in c and own not in c for c in row)
    )
    row = table.rows[at]

    def changed(kind: str, line: str, new: Row) -> Polluted:
        rows = (*table.rows[:at], new, *table.rows[at + 1 :])
        return made(kind, joined([*flat[: at + 1], line, *flat[at + 2 :]]), replace(table, rows=rows))

    yield changed(
        "inches in a cell", line_of((row[0], "X", *row[2:]), own).replace("X", '5" pipe'), (row[0], '5" pipe', *row[2:])
    )
    yield changed(
        "quoted word in a plain cell",
        own.join((row[0], 'the "best" of', *row[2:])),
        (row[0], 'the "best" of', *row[2:]),
    )
    yield changed(
        "quotes not doubled inside quotes",
        own.join((row[0], '"the "best" of all"', *row[2:])),
        (row[0], 'the "best" of all', *row[2:]),
    )
    yield changed(
        "single quotes around one cell",
        own.join((row[0], "'some words'", *row[2:])),
        (row[0], "'some words'", *row[2:]),
    )
    yield changed(
        "blank before an opening quote", own.join((row[0], f' "a{own} b"', *row[2:])), (row[0], f"a{own} b", *row[2:])
    )
    yield changed(
        "blank after a closing quote", own.join((row[0], f'"a{own} b" ', *row[2:])), (row[0], f"a{own} b", *row[2:])
    )
    yield changed("text after a closing quote", own.join((row[0], '"a b"c', *row[2:])), (row[0], "a bc", *row[2:]))
    yield changed("a quote that is never closed", own.join((row[0], '"open', *row[2:])), (row[0], '"open', *row[2:]))
    yield changed("a quote that is never opened", own.join((row[0], 'close"', *row[2:])), (row[0], 'close"', *row[2:]))
    yield changed("only a quote in a cell", own.join((row[0], '"', *row[2:])), (row[0], '"', *row[2:]))
    yield changed("a cell of two quotes in quotes", own.join((row[0], '""""""', *row[2:])), (row[0], '""', *row[2:]))
    yield changed(
        "three lines in a cell", own.join((row[0], '"one\r\n\r\nthree"', *row[2:])), (row[0], "one\n\nthree", *row[2:])
    )
    yield changed("typographic quotes", own.join((row[0], "“best” of", *row[2:])), (row[0], "“best” of", *row[2:]))
    yield changed(
        "backslash at the end of a quoted cell",
        own.join((row[0], '"C:\\dir\\"', *row[2:])),
        (row[0], "C:\\dir\\", *row[2:]),
    )
    yield changed(
        "JSON in a cell", own.join((row[0], '"{""a"": [1, 2]}"', *row[2:])), (row[0], '{"a": [1, 2]}', *row[2:])
    )
    yield made(
        "whole lines in quotes",
        joined(['"' + line_of(r, own).replace('"', '""') + '"' for r in [table.header, *table.rows]]),
    )


def _blanks(table: Table, lines: list[str], own: str, made: Make) -> Iterator[Polluted]:
    flat = _flat(table) if own == "," else table
    plain = lines_of(flat, own)
    yield made("blank after each delimiter", joined([line.replace(own, own + " ") for line in plain]), flat)
    yield made("blanks around each delimiter", joined([line.replace(own, f" {own} ") for line in plain]), flat)
    yield made(
        "blank after delimiters, quoted",
        joined([line.replace(f'"{own}"', f'"{own} "') for line in lines_of(table, own, always=True)]),
    )
    yield made("leading blanks on lines", joined(["   " + line for line in plain]), flat)
    yield made("trailing blanks on lines", joined([line + "   " for line in plain]), flat)
    widths = [max(len(row[n]) for row in [flat.header, *flat.rows]) for n in range(len(flat.header))]
    padded = [
        own.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in [flat.header, *flat.rows]
    ]
    yield made("cells padded to a width", joined(padded), flat)
    yield made(
        "table drawn with bars",
        joined(["| " + " | ".join(row) + " |" for row in [_flat(table).header, *_flat(table).rows]]),
        _flat(table),
    )
