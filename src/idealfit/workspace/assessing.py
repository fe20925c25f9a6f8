"""The quality report of a workspace, as the last import wrote it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from idealfit.errors import NoQualityReport, Position
from idealfit.store.place import open_place

VERSION = 2


def quality(workspace: Path) -> dict[str, Any]:
    """quality.json of a workspace as a document.

    Raises WorkspaceMissing, NotAWorkspace, and NoQualityReport where it is absent, unreadable or of an older form.
    """
    path = open_place(workspace).root / "quality.json"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        document = None
    if not isinstance(document, dict) or document.get("schema_version") != VERSION:
        raise NoQualityReport(
            "The workspace holds no quality report of this version of idealfit",
            where=Position(str(path)),
            remedy="Run 'idealfit build DIR' again: it writes the report anew.",
        )
    return document
