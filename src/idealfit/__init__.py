"""idealfit: an Ideal Customer Profile from a company's own records.

The public names are below; each is imported when it is first used, so that `import idealfit` costs nothing.
docs/guide/python.md shows every one of them at work.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from idealfit.errors import IdealfitError, InputError, ProfileError
    from idealfit.profile.parsing import parse, to_text

__version__ = "0.1.0"

_HOMES = {
    "IdealfitError": "idealfit.errors",
    "InputError": "idealfit.errors",
    "ProfileError": "idealfit.errors",
    "parse": "idealfit.profile.parsing",
    "to_text": "idealfit.profile.parsing",
}

__all__ = ["IdealfitError", "InputError", "ProfileError", "__version__", "parse", "to_text"]


def __getattr__(name: str) -> Any:
    """The public name `name`, from where it lives."""
    if name not in _HOMES:
        raise AttributeError(f"module 'idealfit' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
