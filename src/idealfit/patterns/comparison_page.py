"""The comparison as one HTML file, and as Markdown: no network, no script, light and dark, every text escaped."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from idealfit.patterns.comparison_words import (
    GOOD,
    OUTCOMES,
    ROWS,
    both_of,
    figure,
    name_of,
    of_trait,
    outcome_of,
    recipe_rows,
    side_of,
    top_of,
    trial_of,
    yield_columns,
    yield_rows,
)
from idealfit.profile.rendering.html import fonts
from idealfit.profile.rendering.markdown import escaped

MOST_TRAITS = 40


def comparison_page(document: Mapping[str, Any], *, company: str | None = None) -> str:
    """The HTML of a comparison document; `company` is whose records they are."""
    return _render("comparison.html.j2", document, company)


def comparison_markdown(document: Mapping[str, Any], *, company: str | None = None) -> str:
    """The same as Markdown."""
    return _render("comparison.md.j2", document, company)


def _render(template: str, document: Mapping[str, Any], company: str | None) -> str:
    asked = [one for one in document["choices"] if not one["why_not"]]
    shown = [name for name in OUTCOMES if any(name in one["outcomes"] for one in document["traits"])]
    return (
        _environment()
        .get_template(template)
        .render(
            **fonts(),
            d=document,
            company=company or "Your records",
            asked=asked,
            names=[name_of(one["best"]) for one in asked],
            outcomes=[(name, outcome_of(name, document)) for name in shown],
            traits=[
                {
                    "sentence": one["sentence"],
                    "sides": [side_of(one, choice["best"]) for choice in asked],
                    "figures": [of_trait(one, name) for name in shown],
                    "turns": one["turns"],
                }
                for one in document["traits"][:MOST_TRAITS]
            ],
            more=max(0, len(document["traits"]) - MOST_TRAITS),
            trial=trial_of(document),
            top=top_of(document),
            both=both_of(document),
            good="deals won" if document["unit"] == "deal" else f"{ROWS[document['unit']]} {GOOD[document['unit']]}",
            yield_columns=yield_columns(document),
            yield_rows=yield_rows(document),
            recipe_rows=recipe_rows(document),
        )
    )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"figure": figure, "cell": lambda text: escaped(str(text)), "best": name_of}
    return environment
