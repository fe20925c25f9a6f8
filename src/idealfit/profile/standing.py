"""What a profile's status is worth: who has signed what it says now, who has yet to, and whether it changed since."""

from __future__ import annotations

from dataclasses import dataclass

from idealfit.profile.content import Profile, Signature, Status
from idealfit.profile.document import substance_hash

_ALIASES = {"cs": "customer_success", "success": "customer_success", "csm": "customer_success", "mktg": "marketing"}
SIGNED_LETTERS = 16
"""So many letters of the hash stand in a signature."""


@dataclass(frozen=True)
class Standing:
    """`status` is what holds, `written` what the file says. `signatures` are those of what the file says now, `lapsed`
    those of something else (or of nothing that can be told); `owners` are the teams that sign, `missing` those of them
    that have not, `undecided` the ids of proposed exclusions. `told` says in a sentence why a status does not
    hold; '' where it does.
    """

    status: Status
    written: Status
    signatures: tuple[Signature, ...]
    lapsed: tuple[Signature, ...]
    missing: tuple[str, ...]
    undecided: tuple[str, ...]
    told: str = ""
    owners: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether the profile was signed and then changed."""
        return any(one.content for one in self.lapsed)


def standing(profile: Profile) -> Standing:
    """The standing of a profile, from its file alone: a signature holds for exactly what was signed."""
    content = substance_hash(profile)
    holds = tuple(one for one in profile.signatures if one.content and content.startswith(one.content))
    lapsed = tuple(one for one in profile.signatures if one not in holds)
    signed = {team_of(one.team) for one in holds}
    owners = tuple(dict.fromkeys(team_of(owner) for owner in profile.review.owners))
    missing = tuple(owner for owner in owners if owner not in signed)
    undecided = tuple(one.id for one in profile.exclusions if one.state == "proposed")
    written = profile.status
    told = ""
    if written == "approved":
        told = _why_not(lapsed, missing, undecided, signed)
    elif any(one.content for one in lapsed):
        told = f"It was changed after {_names(lapsed)} had signed it: they sign again."
    return Standing(
        "draft" if written == "approved" and told else written,
        written,
        holds,
        lapsed,
        missing,
        undecided,
        told,
        owners,
    )


def as_it_stands(profile: Profile) -> Profile:
    """`profile` with the status that holds and the signatures that hold: what a page may show."""
    found = standing(profile)
    return profile.model_copy(update={"status": found.status, "signatures": found.signatures})


def team_of(name: str) -> str:
    """A team's name as `review.owners` writes it: 'Customer Success' and 'cs' are 'customer_success'."""
    plain = "_".join(name.casefold().replace("-", " ").replace("_", " ").split())
    return _ALIASES.get(plain, plain)


def team_words(team: str) -> str:
    """A team's name as people read it."""
    return team.replace("_", " ")


def _why_not(
    lapsed: tuple[Signature, ...], missing: tuple[str, ...], undecided: tuple[str, ...], signed: set[str]
) -> str:
    if any(one.content for one in lapsed):
        return f"It was changed after {_names(lapsed)} had approved it: it is a draft until they sign again."
    if lapsed or not signed:
        return "The file says approved, but nobody has signed what it says now: it counts as a draft."
    if missing:
        waiting = ", ".join(map(team_words, missing))
        return f"The file says approved, but it is not signed by {waiting}: it counts as a draft."
    if undecided:
        return f"The file says approved, but nobody has decided on {', '.join(undecided)}: it counts as a draft."
    return ""


def _names(signatures: tuple[Signature, ...]) -> str:
    names = list(dict.fromkeys(one.by for one in signatures))
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
