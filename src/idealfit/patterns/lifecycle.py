"""Which dated events belong to the life of a customer: they follow a sale, so they never announce one."""

from __future__ import annotations

import re

_BEGINNINGS = ("churn", "cancel", "onboard", "invoice", "upsell")
_WORDS = frozenset(
    ("renew", "renews", "renewed", "renewal", "renewals", "contract", "contracts", "subscription", "subscriptions")
)
_ENDINGS = frozenset(("won", "lost"))
_OF_A_SALE = frozenset((
    "deal", "deals", "closed", "close", "stage", "opportunity", "opportunities", "sale", "sales", "customer",
    "customers", "account", "business", "client", "logo",
))  # fmt: skip


def follows_a_sale(kind: str) -> bool:
    """Whether a type of event, by its words, is a step in a customer's life: 'contract_renewal', 'deal won'.

    Whole words are compared, so that 'Won an award', 'Renewable energy plan' and 'Contractor hired' stay what they are:
    a word for winning or losing counts where it stands alone or beside a word for a sale.
    """
    words = re.findall(r"[^\W\d_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).lower())
    if any(word.startswith(_BEGINNINGS) or word in _WORDS for word in words):
        return True
    ended = [word for word in words if word in _ENDINGS]
    return bool(ended) and (len(words) == len(ended) or any(word in _OF_A_SALE for word in words))
