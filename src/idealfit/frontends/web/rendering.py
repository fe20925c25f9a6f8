"""Templates to answers. Every text is escaped; icons, which are ours, are the only markup that is made in Python."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

import idealfit
from idealfit.frontends.web import wording
from idealfit.workspace.tier_words import could_be, priority_words

HERE: Final = Path(__file__).parent
FONTS: Final = {"text-400.woff2": "SourceSans3-Regular.ttf.woff2", "text-600.woff2": "SourceSans3-Semibold.ttf.woff2"}
LOOKS: Final = ("light", "dark")


@dataclass(frozen=True)
class Room:
    """A page with a place of its own in the navigation."""

    path: str
    name: str
    icon: str


NAV: Final = (
    Room("/overview", "Overview", "layout-dashboard"),
    Room("/thirty-seconds", "Thirty seconds", "timer"),
    Room("/accounts", "Accounts", "building-2"),
    Room("/profile", "Profile", "target"),
    Room("/evidence", "Evidence", "scale"),
    Room("/charts", "Charts", "chart-scatter"),
    Room("/data", "Data", "database"),
)
_TYPES: Final = {
    ".svg": "image/svg+xml",
    ".css": "text/css",
    ".js": "text/javascript",
    ".woff2": "font/woff2",
    ".txt": "text/plain",
}


def page(request: Request, template: str, *, status: int = 200, **shown: Any) -> HTMLResponse:
    """The answer that a template makes of what is shown."""
    look = request.cookies.get("look", "")
    text = drawn(template, path=request.url.path, look=look, posted=is_posted(request), **shown)
    return HTMLResponse(text, status_code=status)


def is_posted(request: Request) -> bool:
    """Whether a form is answered: its address may be one that nobody can read."""
    return request.method not in ("GET", "HEAD")


def drawn(template: str, *, path: str, look: str, posted: bool = False, **shown: Any) -> str:
    """The text of a page at `path`; `look` is light, dark, or anything else for what the machine prefers; `posted`: it
    answers a form.
    """
    chosen = look if look in LOOKS else ""
    return _environment().get_template(template).render(path=path, look=chosen, posted=posted, nav=NAV, **shown)


@lru_cache(maxsize=1)
def statics() -> Mapping[str, tuple[str, bytes]]:
    """What is served beside the pages: name → its type and bytes. Read once: nothing else can be asked for."""
    found = {
        path.name: (_TYPES[path.suffix], path.read_bytes())
        for path in sorted((HERE / "static").iterdir())
        if path.suffix in _TYPES
    }
    fonts = files("idealfit").joinpath("profile", "rendering", "fonts")
    return found | {name: ("font/woff2", fonts.joinpath(file).read_bytes()) for name, file in FONTS.items()}


def static(name: str) -> str:
    """The address of a file of `statics`, which changes with its content: a browser may keep it for ever."""
    return f"/static/{_versions()[name]}/{name}"


@lru_cache(maxsize=1)
def _versions() -> Mapping[str, str]:
    whole = hashlib.sha256(b"".join(content for _kind, content in statics().values())).hexdigest()[:12]
    return dict.fromkeys(statics(), whole)


@lru_cache(maxsize=1)
def _icons() -> Mapping[str, str]:
    return dict(json.loads((HERE / "templates" / "icons.json").read_text(encoding="utf-8")))


def icon(name: str) -> Markup:
    """A Lucide icon, hidden from readers of the screen: the words stand beside it."""
    return Markup(  # noqa: S704 - from our own file, by a name of our own templates
        f'<svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">{_icons()[name]}</svg>'
    )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(icon=icon, static=static, version=idealfit.__version__, could_be=could_be)
    environment.filters["priority"] = priority_words
    filters: Mapping[str, Callable[..., Any]] = {
        "number": wording.number,
        "score": wording.score,
        "percent": wording.percent,
        "day": wording.day,
        "plural": wording.plural,
        "capital": wording.capital,
        "column": wording.column,
        "said": wording.said,
        "signed": wording.signed,
    }
    environment.filters.update(filters)
    return environment
