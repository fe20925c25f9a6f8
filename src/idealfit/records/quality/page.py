"""The quality report as one HTML file: no network, no script, light and dark, every text escaped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def quality_page(quality: Mapping[str, Any], *, company: str | None = None) -> str:
    """The HTML of a quality.json document."""
    return ""
