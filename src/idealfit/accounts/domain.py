"""Internet domains: the registrable part of a web address or an e-mail address, by the public-suffix list, offline."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from idealfit.accounts.reference_table import reference_table

if TYPE_CHECKING:
    from tldextract import TLDExtract

PERSONAL_PROVIDERS = frozenset(row[0] for row in reference_table("mail_providers"))
"""Providers of e-mail for persons: an address there says nothing about a company."""

_PAGES = frozenset(
    """
    linkedin.com facebook.com fb.com twitter.com x.com instagram.com crunchbase.com youtube.com youtu.be google.com
    github.com gitlab.com medium.com linktr.ee t.me telegram.me wa.me yelp.com tripadvisor.com pinterest.com tiktok.com
    xing.com angel.co wellfound.com glassdoor.com indeed.com g2.com capterra.com vimeo.com behance.net dribbble.com
    etsy.com ebay.com amazon.com apple.com notion.so about.me bit.ly t.co goo.gl tinyurl.com ow.ly lnkd.in is.gd
    buff.ly rebrand.ly cutt.ly dnb.com zoominfo.com bloomberg.com wikipedia.org weibo.com vk.com producthunt.com
    ycombinator.com apollo.io patreon.com eventbrite.com meetup.com
    """.split()  # noqa: SIM905 - a list of names is easier to read as words
)
"""Sites where other companies have a page: with a path behind them they are no company's own domain."""
_BUILDERS = frozenset(
    """
    wixsite.com wix.com business.site notion.site webflow.io squarespace.com weebly.com wordpress.com blogspot.com
    github.io gitlab.io netlify.app vercel.app herokuapp.com myshopify.com godaddysites.com jimdosite.com jimdo.com
    jimdofree.com strikingly.com tumblr.com web.app firebaseapp.com pages.dev azurewebsites.net cloudfront.net
    ueniweb.com site123.me carrd.co bubbleapps.io hubspotpagebuilder.com mystrikingly.com yolasite.com webs.com
    wpengine.com wpcomstaging.com substack.com typepad.com livejournal.com google.com force.com zendesk.com
    atlassian.net sharepoint.com onmicrosoft.com salesforce.com mailchimpsites.com framer.website framer.app
    """.split()  # noqa: SIM905 - a list of names is easier to read as words
)
"""Hosts and makers of sites: what stands before them is somebody else's name."""
_RESERVED = ("example", "test")
"""Endings that nobody can register (RFC 2606): made-up companies have them, and they are as good as any other."""


@lru_cache(maxsize=1)
def _suffixes() -> TLDExtract:
    """The public-suffix list, read when the first address is: its library takes a tenth of a second to load."""
    from tldextract import TLDExtract

    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=False, extra_suffixes=_RESERVED)


_SEPARATORS = re.compile(r"[\s;,|]+|\bor\b|\band\b")


@lru_cache(maxsize=200_000)
def registrable_domain(text: str) -> str | None:
    """'https://www.Acme.co.uk:8080/about', 'jo@acme.co.uk' and 'acme.co.uk.' → 'acme.co.uk'; of several in one cell the
    first. None for what is no company's own domain: a page at LinkedIn, a site at a maker of sites, a short link.

    Names in other scripts are given in their own letters, not in the form that begins with 'xn--'.
    """
    return next((domain for part in _parts(text) if (domain := _one_domain(part)) is not None), None)


def _parts(text: str) -> list[str]:
    cleaned = text.strip().lower()
    return [part for part in _SEPARATORS.split(cleaned) if "." in part] if _SEPARATORS.search(cleaned) else [cleaned]


def _one_domain(cleaned: str) -> str | None:
    if "@" in cleaned and "/" not in cleaned.split("@", 1)[0]:
        cleaned = cleaned.rsplit("@", 1)[1]
    cleaned = re.sub(r"^(?:[a-z][a-z0-9+.-]*:)?/{2}|^mailto:", "", cleaned.strip("<>()[]\"' "))
    if not cleaned:
        return None
    parts = _suffixes()(cleaned)
    if not parts.domain or not parts.suffix:
        return None
    domain = f"{parts.domain}.{parts.suffix}"
    path = cleaned.split("/", 1)[1].strip("/?# ") if "/" in cleaned else ""
    if (path and domain in _PAGES) or (parts.subdomain not in ("", "www") and domain in _BUILDERS):
        return None
    return _readable(domain)


def _readable(domain: str) -> str:
    if "xn--" not in domain:
        return domain
    try:
        return domain.encode("ascii").decode("idna")
    except UnicodeError:
        return domain


def company_domain(address: str) -> str | None:
    """The domain of an e-mail address, None for a personal provider's."""
    domain = registrable_domain(address)
    return None if domain is None or domain in PERSONAL_PROVIDERS else domain
