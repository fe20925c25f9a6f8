"""The quality report as one HTML file: no network, no script, light and dark, every text escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

MATTER_MOST = 5
_COLUMNS = 150
_CHANGES = 60
_BARS = 12
_HEIGHT = 10.0

ANSWERS = {"yes": "Yes", "with care": "With care", "no": "No"}
SENTENCES = {
    "yes": "These records are good enough to build a profile on.",
    "with care": "A profile can be built on these records; read it with what follows in mind.",
    "no": "No profile should rest on these records as they are.",
}
HARMS = {
    "wrong": "outcomes told wrongly",
    "lost": "evidence lost",
    "shift": "win rate moved",
    "untestable": "columns that cannot be tested",
    "timing": "dates that serve no window",
    "worth": "worth or staying unknown",
    "leak": "outcome seemingly explained",
    "side": "rows of lists",
}


def quality_page(quality: Mapping[str, Any], *, company: str | None = None) -> str:
    """The HTML of a quality.json document; `company` is whose records they are."""
    problems = quality["problems"]
    tables = {name: _shown_table(each) for name, each in quality["tables"].items()}
    return _template().render(
        q=quality,
        company=company or "Your records",
        answer=ANSWERS[quality["verdict"]["answer"]],
        sentence=SENTENCES[quality["verdict"]["answer"]],
        first=problems[:MATTER_MOST],
        others=problems[MATTER_MOST:],
        tables=tables,
        harms=HARMS,
        moved=_moved(quality["tables"]),
        changes=quality["changes"]["shown"][:_CHANGES],
    )


def _shown_table(table: Mapping[str, Any]) -> dict[str, Any]:
    """A table as the page shows it: its columns with the bars of their values, at most 150 of them."""
    columns = [
        {"name": name, **figure, "bars": bars_of(figure), "most_common": _most_common(name, figure)}
        for name, figure in table["columns"].items()
        if name != "duplicate_of" or figure["filled"]
    ]
    return {
        **table,
        "columns": columns[:_COLUMNS],
        "more": max(0, len(columns) - _COLUMNS),
        "any_invalid": any(figure["invalid"] for figure in table["columns"].values()),
    }


def bars_of(figure: Mapping[str, Any]) -> list[tuple[float, float]]:
    """(from the top, height) of the little bars that show how a column's values are spread; empty where none may be."""
    counts: Sequence[int] = [rows for _, rows in figure["levels"][:_BARS]]
    if not counts and figure["bins"]:
        counts = figure["bins"]["counts"]
    if len(counts) < 2:
        return []
    most = max(counts) or 1
    heights = [max(round(_HEIGHT * count / most, 2), 0.6) for count in counts]
    return [(round(_HEIGHT - height, 2), height) for height in heights]


def _most_common(name: str, figure: Mapping[str, Any]) -> str:
    """'software 41%, retail 20%' for a column of few values; '12 to 4,000' for numbers and dates."""
    if figure["levels"] and figure["filled"]:
        return ", ".join(f"{level} {_percent(rows / figure['filled'])}" for level, rows in figure["levels"][:3])
    if figure["least"] is None:
        return ""
    form = "{:.10g}" if "year" in name.lower() else "{:,.10g}"
    ends = [form.format(end) if isinstance(end, float) else str(end) for end in (figure["least"], figure["most"])]
    return f"{ends[0]} to {ends[1]}"


def _moved(tables: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Columns that are not as they were at the last import, those that moved furthest first."""
    found = [
        {"table": table, "column": name, "completeness": figure["completeness"], **figure["drift"]}
        for table, each in tables.items()
        for name, figure in each["columns"].items()
        if (drift := figure["drift"]) is not None
        and (
            drift["moved"]
            or drift["appeared"]
            or drift["disappeared"]
            or abs(drift["completeness_before"] - figure["completeness"]) >= 0.01
        )
    ]
    return sorted(found, key=lambda each: (-(each["distance"] or 0.0), each["table"], each["column"]))[:_CHANGES]


def _percent(share: float | None, digits: int = 0) -> str:
    """'41%'; almost all and almost nothing are not rounded to all and nothing."""
    if share is None:
        return ""
    if not digits and 0 < share < 0.005:
        return "<1%"
    return ">99%" if not digits and 0.995 <= share < 1 else f"{share:.{digits}%}"


def _count(number: float | None) -> str:
    return "" if number is None else f"{number:,.0f}"


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"percent": _percent, "count": _count, "words": lambda text: str(text).replace("_", " ")}
    return environment.get_template("quality.html.j2")
