"""The mapping of a folder before it is imported: proposed, and written as a file to review, edit and share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from idealfit.records.proposing import Proposal, ProposedColumn, ProposedFile
from idealfit.records.proposing import propose_mapping as propose
from idealfit.store.place import write_text

__all__ = ["Proposal", "ProposedColumn", "ProposedFile", "propose_mapping"]


def propose_mapping(
    folder: Path,
    *,
    mapping: Path | None = None,
    to: Path | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> Proposal:
    """What an import of `folder` would make of its files, with reasons, sample values and open questions.

    `mapping` is a mapping file to begin with; `to` is where the proposal is written. Raises MappingUnreadable, and what
    the reading of files raises.
    """
    proposal = propose(folder, mapping=mapping, progress=progress)
    if to is not None:
        write_text(to, proposal.text())
    return proposal
