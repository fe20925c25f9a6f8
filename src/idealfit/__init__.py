"""idealfit: an Ideal Customer Profile from a company's own records.

The public names are below; each is imported when it is first used, so that `import idealfit` costs nothing.
docs/guide/python.md shows them at work.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from idealfit.errors import IdealfitError, InputError, ProfileError
    from idealfit.profile.document import Profile, dump_profile, load_profile, profile_schema
    from idealfit.profile.evaluating import AccountFacts, evaluate
    from idealfit.profile.parsing import parse, to_text
    from idealfit.profile.sentence import sentence
    from idealfit.records.intake import import_folder
    from idealfit.records.report import ImportReport
    from idealfit.scores.score import Score, score_account
    from idealfit.store.place import open_place
    from idealfit.workspace.approving import approve, set_status
    from idealfit.workspace.asking import audit, cohort, explain, why_not
    from idealfit.workspace.assessing import quality
    from idealfit.workspace.building import BuildResult, build
    from idealfit.workspace.checking import check
    from idealfit.workspace.correcting import correct, corrected_values, take_back
    from idealfit.workspace.deciding import accept, decline, save
    from idealfit.workspace.differing import diff
    from idealfit.workspace.finding_out import find_out
    from idealfit.workspace.importing import PastImport, back_to_import, import_records, past_imports
    from idealfit.workspace.mapping import propose_mapping
    from idealfit.workspace.replaying import replay
    from idealfit.workspace.reviewing import decide, duplicates
    from idealfit.workspace.scoring import score
    from idealfit.workspace.tiering import tiers
    from idealfit.workspace.versioning import history, revert

__version__ = "0.1.0"

_HOMES = {
    "AccountFacts": "idealfit.profile.evaluating",
    "BuildResult": "idealfit.workspace.building",
    "IdealfitError": "idealfit.errors",
    "ImportReport": "idealfit.records.report",
    "InputError": "idealfit.errors",
    "PastImport": "idealfit.workspace.importing",
    "Profile": "idealfit.profile.document",
    "ProfileError": "idealfit.errors",
    "Score": "idealfit.scores.score",
    "accept": "idealfit.workspace.deciding",
    "account": "idealfit.workspace.placing",
    "approve": "idealfit.workspace.approving",
    "audit": "idealfit.workspace.asking",
    "back_to_import": "idealfit.workspace.importing",
    "build": "idealfit.workspace.building",
    "check": "idealfit.workspace.checking",
    "cohort": "idealfit.workspace.asking",
    "correct": "idealfit.workspace.correcting",
    "corrected_values": "idealfit.workspace.correcting",
    "decide": "idealfit.workspace.reviewing",
    "decline": "idealfit.workspace.deciding",
    "diff": "idealfit.workspace.differing",
    "dump_profile": "idealfit.profile.document",
    "duplicates": "idealfit.workspace.reviewing",
    "evaluate": "idealfit.profile.evaluating",
    "explain": "idealfit.workspace.asking",
    "find_out": "idealfit.workspace.finding_out",
    "history": "idealfit.workspace.versioning",
    "import_folder": "idealfit.records.intake",
    "import_records": "idealfit.workspace.importing",
    "load_profile": "idealfit.profile.document",
    "open_place": "idealfit.store.place",
    "parse": "idealfit.profile.parsing",
    "past_imports": "idealfit.workspace.importing",
    "profile_schema": "idealfit.profile.document",
    "propose_mapping": "idealfit.workspace.mapping",
    "quality": "idealfit.workspace.assessing",
    "replay": "idealfit.workspace.replaying",
    "revert": "idealfit.workspace.versioning",
    "save": "idealfit.workspace.deciding",
    "score": "idealfit.workspace.scoring",
    "score_account": "idealfit.scores.score",
    "sentence": "idealfit.profile.sentence",
    "set_status": "idealfit.workspace.approving",
    "take_back": "idealfit.workspace.correcting",
    "tiers": "idealfit.workspace.tiering",
    "to_text": "idealfit.profile.parsing",
    "why_not": "idealfit.workspace.asking",
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
    "correct",
    "corrected_values",
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
    "take_back",
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
