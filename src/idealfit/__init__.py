"""idealfit: an Ideal Customer Profile from a company's own records.

The public names are below; each is imported when it is first used, so that `import idealfit` costs nothing.
docs/guide/python.md shows them at work.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from idealfit.approving import approve, set_status
    from idealfit.asking import audit, cohort, explain, why_not
    from idealfit.assessing import quality
    from idealfit.checking import check
    from idealfit.deciding import accept, decline, save
    from idealfit.differing import diff
    from idealfit.errors import IdealfitError, InputError, ProfileError
    from idealfit.finding_out import find_out
    from idealfit.importing import PastImport, back_to_import, import_records, past_imports
    from idealfit.mapping import propose_mapping
    from idealfit.profile.document import Profile, dump_profile, load_profile, profile_schema
    from idealfit.profile.evaluating import AccountFacts, evaluate
    from idealfit.profile.parsing import parse, to_text
    from idealfit.profile.sentence import sentence
    from idealfit.records.intake import import_folder
    from idealfit.records.report import ImportReport
    from idealfit.replaying import replay
    from idealfit.reviewing import decide, duplicates
    from idealfit.scores.score import Score, score_account
    from idealfit.scoring import score
    from idealfit.store.place import open_place
    from idealfit.tiering import tiers
    from idealfit.versioning import history, revert
    from idealfit.workspace import BuildResult, build

__version__ = "0.1.0"

_HOMES = {
    "AccountFacts": "idealfit.profile.evaluating",
    "BuildResult": "idealfit.workspace",
    "IdealfitError": "idealfit.errors",
    "ImportReport": "idealfit.records.report",
    "InputError": "idealfit.errors",
    "PastImport": "idealfit.importing",
    "Profile": "idealfit.profile.document",
    "ProfileError": "idealfit.errors",
    "Score": "idealfit.scores.score",
    "accept": "idealfit.deciding",
    "account": "idealfit.placing",
    "approve": "idealfit.approving",
    "audit": "idealfit.asking",
    "back_to_import": "idealfit.importing",
    "build": "idealfit.workspace",
    "check": "idealfit.checking",
    "cohort": "idealfit.asking",
    "decide": "idealfit.reviewing",
    "decline": "idealfit.deciding",
    "diff": "idealfit.differing",
    "dump_profile": "idealfit.profile.document",
    "duplicates": "idealfit.reviewing",
    "evaluate": "idealfit.profile.evaluating",
    "explain": "idealfit.asking",
    "find_out": "idealfit.finding_out",
    "history": "idealfit.versioning",
    "import_folder": "idealfit.records.intake",
    "import_records": "idealfit.importing",
    "load_profile": "idealfit.profile.document",
    "open_place": "idealfit.store.place",
    "parse": "idealfit.profile.parsing",
    "past_imports": "idealfit.importing",
    "profile_schema": "idealfit.profile.document",
    "propose_mapping": "idealfit.mapping",
    "quality": "idealfit.assessing",
    "replay": "idealfit.replaying",
    "revert": "idealfit.versioning",
    "save": "idealfit.deciding",
    "score": "idealfit.scoring",
    "score_account": "idealfit.scores.score",
    "sentence": "idealfit.profile.sentence",
    "set_status": "idealfit.approving",
    "tiers": "idealfit.tiering",
    "to_text": "idealfit.profile.parsing",
    "why_not": "idealfit.asking",
}

__all__ = [
    "AccountFacts",
    "BuildResult",
    "IdealfitError",
    "ImportReport",
    "InputError",
    "PastImport",
    "Profile",
    "ProfileError",
    "Score",
    "__version__",
    "accept",
    "account",
    "approve",
    "audit",
    "back_to_import",
    "build",
    "check",
    "cohort",
    "decide",
    "decline",
    "diff",
    "dump_profile",
    "duplicates",
    "evaluate",
    "explain",
    "find_out",
    "history",
    "import_folder",
    "import_records",
    "load_profile",
    "open_place",
    "parse",
    "past_imports",
    "profile_schema",
    "propose_mapping",
    "quality",
    "replay",
    "revert",
    "save",
    "score",
    "score_account",
    "sentence",
    "set_status",
    "tiers",
    "to_text",
    "why_not",
]


def __getattr__(name: str) -> Any:
    """The public name `name`, from where it lives."""
    if name not in _HOMES:
        raise AttributeError(f"module 'idealfit' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
