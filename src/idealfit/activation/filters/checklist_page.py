"""The checklist as HTML and as one side of A4; every text is data, never markup."""

from __future__ import annotations

import json
from typing import Any

from idealfit.activation.filters.checklist import Checklist, data_of
from idealfit.errors import PageFault
from idealfit.profile.rendering.breaking import holds, soft
from idealfit.profile.rendering.html import fonts, template_of
from idealfit.profile.rendering.pdf import compiler, moment


def html(page: Checklist) -> str:
    """The page as one HTML file that prints on A4."""
    return template_of("checklist.html.j2").render(page=page, **fonts())


def pdf(page: Checklist) -> bytes:
    """The page as a PDF of one side of A4, smaller where there is much. Raises `PageFault` where typst fails."""
    data = json.dumps(_soft(data_of(page)), ensure_ascii=False)
    made = compiler("checklist.typ", system_fonts=not holds(data))
    try:
        found: bytes = made.compile(
            format="pdf", timestamp=moment(page.as_of.isoformat()), sys_inputs={"checklist": data}
        )
    except RuntimeError as error:
        raise PageFault(
            f"The checklist could not be set as a PDF: {error}",
            remedy="The HTML checklist holds the same; please report this with the profile file.",
        ) from error
    return found


def _soft(value: Any) -> Any:
    if isinstance(value, str):
        return soft(value)
    if isinstance(value, dict):
        return {key: _soft(one) for key, one in value.items()}
    return [_soft(one) for one in value] if isinstance(value, list | tuple) else value
