"""Which requests reach the pages, and what stands on every answer: see `frontends.rest.guard` for the rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from idealfit.errors import IdealfitError
from idealfit.frontends.rest.guard import App, Guard
from idealfit.frontends.web.faults import fault_page
from idealfit.workspace.uploading import LARGEST_ALL

LARGEST: Final = 1_000_000
"""Bytes of a form."""
STREAMED: Final = {"/data/uploads": LARGEST_ALL + LARGEST}
"""What is written to disk as it comes, with bounds of its own for each file."""
HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}


def guarded(app: App, hosts: frozenset[str]) -> Guard:
    """The pages behind the rules; what is refused is told as a page."""
    return Guard(app, hosts, LARGEST, headers=HEADERS, refusal=_as_page, streamed=STREAMED)


def _as_page(scope: Mapping[str, Any], status: int, fault: IdealfitError) -> tuple[str, bytes]:
    return "text/html; charset=utf-8", fault_page(status, fault, path=str(scope.get("path", "")))
