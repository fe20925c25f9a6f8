"""The page as one HTML file: no network, light and dark, printed on one side of paper; below it, if asked for, the
appendix.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from idealfit.profile.rendering.blocks import Block, block_data
from idealfit.profile.rendering.breaking import UNBROKEN, soft
from idealfit.profile.rendering.model import Page

HERE = Path(__file__).parent


def render_html(page: Page, appendix: Sequence[Block] = ()) -> str:
    """The HTML of a fitted page and of what follows it; every text of it is escaped."""
    blocks = [block_data(block) for block in appendix]
    return template_of("page.html.j2").render(page=page, appendix=blocks, **fonts())


def fonts() -> dict[str, Markup]:
    """The bundled fonts as the templates embed them."""
    return {"regular": _font("Regular"), "semibold": _font("Semibold")}


@lru_cache(maxsize=4)
def template_of(name: str) -> Template:
    """A template of this folder by its file name; it escapes every text."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters["soft"] = _softened
    return environment.get_template(name)


def _softened(text: str, longest: int = UNBROKEN) -> Markup:
    """`text`, escaped, with places to break in words that no column holds: the same as on paper."""
    return Markup("<wbr>").join(soft(text, longest).split("\u200b"))


@lru_cache(maxsize=2)
def _font(weight: str) -> Markup:
    """A bundled font in base64, of letters, digits, '+', '/' and '=' only: nothing in it can be markup."""
    return Markup(b64encode((HERE / "fonts" / f"SourceSans3-{weight}.ttf.woff2").read_bytes()).decode("ascii"))  # noqa: S704
