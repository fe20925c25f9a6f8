"""The words by which CRMs say what a company is to us, and what kind of deal a deal is."""

from __future__ import annotations

import re
from collections.abc import Mapping

from idealfit.accounts.name import squash
from idealfit.records.recognising.stored_texts import StoredTexts

STATUS_WORDS: dict[str, str] = {
    "customer": "customer client clients activecustomer activeclient customerdirect customerchannel "
    "payingcustomer currentcustomer active evangelist "
    "recurringcustomer kunde existingcustomer won paying live",
    "former": "former formercustomer churned inactivecustomer excustomer pastcustomer lostcustomer "
    "cancelled canceled formerclient churn inactive",
    "prospect": "prospect prospects lead leads marketingqualifiedlead salesqualifiedlead subscriber "
    "opportunity target targetaccount suspect open new mql "
    "sql nurture other analyst investor press integrator",
    "partner": "partner partners reseller channelpartner channelpartnerreseller technologypartner "
    "installationpartner alliance distributor",
    "competitor": "competitor competition competitors",
    "vendor": "vendor supplier vendors",
    "own": "own internal ourselves test self subsidiaryofours",
}
DEAL_TYPE_WORDS: dict[str, str] = {
    "new_business": "newbusiness new newcustomer newlogo newclient newdeal acquisition newbiz newcustomernewbusiness",
    "expansion": "expansion upsell crosssell existingbusiness existingcustomerupgrade "
    "existingcustomerreplacement addon upgrade existing existingcustomer "
    "growth existingcustomerexpansion",
    "renewal": "renewal renew existingcustomerrenewal renewals extension",
    "not_sales": "notsales partner recruiting internal support hiring investment partnership notasale",
}


def status_of(text: str) -> str | None:
    """The status that a word means; None where it means none."""
    word = squash(text)
    return next((to for to, words in STATUS_WORDS.items() if word in words.split()), None)


_OF_ANY_RECORD = frozenset({"active", "inactive", "live", "open", "new", "other", "test", "self"})
_OF_BUYERS = re.compile(r"(?i)customer|client|kunde|abonn|subscri|buyer|paying|life ?cycle|relationship")


def only_of_record(counts: Mapping[str, int], *names: str) -> bool:
    """Whether 'Active' and 'Inactive' may be said of the record, or of the company itself, and not of its buying: no
    other word of the column speaks of customers, and none of `names` (the header, the file) does."""
    if isinstance(counts, StoredTexts) or any(_OF_BUYERS.search(name) for name in names):
        return False
    known = {squash(text) for text in counts if status_of(text) is not None}
    return bool(known) and known <= _OF_ANY_RECORD


def says_status(counts: Mapping[str, int]) -> bool:
    """Whether a column's words are those of a customer status: prospect, customer, partner, ..."""
    if isinstance(counts, StoredTexts):
        return False  # a hundred thousand different texts are no statuses
    known = sum(rows for text, rows in counts.items() if status_of(text) is not None)
    return len({status_of(text) for text in counts} - {None}) >= 2 and known >= 0.8 * sum(counts.values())
