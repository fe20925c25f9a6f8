"""How a column is put on trial, in words for a sceptic: one passage for each reason to refuse it."""

from __future__ import annotations

from typing import Final

from idealfit.frontends.web.wording import capital

TRIALS: Final = {
    "leakage": (
        "The trial: a fact that was known when a deal opened is known about as often of open deals as of "
        "closed ones. This is known mostly where the deal was won, and hardly where it is still open. So it "
        "was filled in after the outcome, and would foretell nothing of a deal that is open."
    ),
    "after_outcome": (
        "The trial: it cannot exist before the outcome. That a customer has a contract says nothing of who "
        "will become one."
    ),
    "computed": (
        "The trial: the system of record computes it, or people set it, from what happened. It repeats the "
        "outcome in other words."
    ),
    "self_caused": (
        "The trial: our own effort causes it. We call more where we are about to win; calling others as often "
        "would not make them buy."
    ),
    "deal_level": (
        "The trial: it belongs to the deal, not to the company. Nobody knows it of a company that has no deal "
        "yet, and whom to call is decided before there is one."
    ),
    "identifier": "The trial: it names one company. What is true of one company only says nothing of another.",
    "personal": "The trial: it says something of a person, not of the company.",
    "single_account": "The trial: without the one company that speaks most for it, nothing is left.",
    "constant": "The trial: it is the same for all, so it sets nobody apart.",
    "proxy_of": (
        "The trial: compare only deals that share the other thing. What stands for it alone is then gone; "
        "what counts by itself stays."
    ),
    "churns": (
        "The trial: count who is still a customer after a year. These buy more readily, and leave sooner: "
        "what is won with them is lost again."
    ),
    "costly": ("The trial: take what serving them costs off what they pay. What is left is less than from the others."),
    "unstable": (
        "The trial: draw half of the companies at random and look again, many times. What is found in one "
        "half and not in the other was luck."
    ),
    "unsupported": (
        "The trial: so many things were tried that some look good by luck. Each must look better than luck "
        "makes the best of them look; these do not."
    ),
    "unnamed": "The trial: a column without a name can be checked by nobody.",
}


TO_DO: Final = {
    "leakage": (
        "Put it into no list and no score. Who thinks that it is known beforehand has it filled in for every "
        "company from today on, and looks again in a quarter."
    ),
    "after_outcome": "Use it to look after customers, not to find them.",
    "computed": "Put it into no list: it will always agree with what has happened, and never say it beforehand.",
    "self_caused": "Use it to plan the work, not to choose whom to work.",
    "deal_level": "If it does say something of the company, keep it on the company's record, and build again.",
    "identifier": "Nothing.",
    "personal": "Nothing. Roles in the company are looked at by themselves.",
    "single_account": "Wait until more companies are like that one.",
    "constant": "Nothing, until some of the companies differ in it.",
    "proxy_of": "Go by the other thing: it says the same, and why.",
    "churns": "Find out first what would keep them. Until then sell to others.",
    "costly": "Ask a price that pays for serving them, or serve them for less. Until then sell to others.",
    "unstable": "Choose nobody by it. More closed deals may settle it.",
    "unsupported": "Choose nobody by it, neither for it nor against it. More closed deals may settle it.",
    "unnamed": "Give the column a name in the file, and build again.",
}
"""What to do about a column that was refused."""

_KNOWN_BY: Final = ("Refused by its level: ", "Refused by name: ")


def proof_of(proof: str) -> str:
    """What shows that a column is of no use, as it stands beside the reason: without 'refused by', which that says."""
    for words in _KNOWN_BY:
        if proof.startswith(words):
            return capital(proof.removeprefix(words))
    return proof


def to_do(reason: str) -> str:
    """What to do about what was refused for a reason; '' where there is nothing to tell."""
    return TO_DO.get(reason, "")


def trial(reason: str) -> str:
    """How a reason to refuse was come to; '' where there is nothing to tell."""
    return TRIALS.get(reason, "")
