"""Internet domains: the registrable part of a web address or an e-mail address, by the public-suffix list, offline."""

from __future__ import annotations

import re
from functools import lru_cache

import tldextract

PERSONAL_PROVIDERS = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "yahoo.com",
        "yahoo.co.uk",
        "yahoo.fr",
        "yahoo.de",
        "ymail.com",
        "rocketmail.com",
        "hotmail.com",
        "hotmail.co.uk",
        "hotmail.fr",
        "outlook.com",
        "outlook.de",
        "live.com",
        "msn.com",
        "icloud.com",
        "me.com",
        "mac.com",
        "aol.com",
        "gmx.com",
        "gmx.de",
        "gmx.net",
        "web.de",
        "t-online.de",
        "freenet.de",
        "mail.com",
        "mail.ru",
        "yandex.com",
        "yandex.ru",
        "bk.ru",
        "inbox.ru",
        "list.ru",
        "proton.me",
        "protonmail.com",
        "pm.me",
        "zoho.com",
        "fastmail.com",
        "hey.com",
        "tutanota.com",
        "qq.com",
        "163.com",
        "126.com",
        "sina.com",
        "foxmail.com",
        "naver.com",
        "daum.net",
        "hanmail.net",
        "rediffmail.com",
        "orange.fr",
        "wanadoo.fr",
        "free.fr",
        "laposte.net",
        "sfr.fr",
        "libero.it",
        "virgilio.it",
        "tiscali.it",
        "comcast.net",
        "verizon.net",
        "att.net",
        "sbcglobal.net",
        "bellsouth.net",
        "cox.net",
        "charter.net",
        "btinternet.com",
        "sky.com",
        "virginmedia.com",
        "bigpond.com",
        "uol.com.br",
        "bol.com.br",
        "terra.com.br",
        "seznam.cz",
        "wp.pl",
        "o2.pl",
        "interia.pl",
        "onet.pl",
    ]
)
"""Providers of e-mail for persons: an address there says nothing about a company."""

_SHARED_HOSTS = frozenset(
    [
        "linkedin.com",
        "facebook.com",
        "twitter.com",
        "x.com",
        "instagram.com",
        "crunchbase.com",
        "youtube.com",
        "bit.ly",
        "google.com",
    ]
)
_RESERVED = ("example", "test")
"""Endings that nobody can register (RFC 2606): made-up companies have them, and they are as good as any other."""

_extract = tldextract.TLDExtract(
    suffix_list_urls=(), cache_dir=None, include_psl_private_domains=False, extra_suffixes=_RESERVED
)


@lru_cache(maxsize=200_000)
def registrable_domain(text: str) -> str | None:
    """'https://www.Acme.co.uk/about' and 'jo@acme.co.uk' → 'acme.co.uk'; None for what is no company's domain."""
    cleaned = text.strip().lower()
    if "@" in cleaned and "/" not in cleaned.split("@", 1)[0]:
        cleaned = cleaned.rsplit("@", 1)[1]
    cleaned = re.sub(r"^[a-z][a-z0-9+.-]*://", "", cleaned)
    if not cleaned or " " in cleaned:
        return None
    parts = _extract(cleaned)
    if not parts.domain or not parts.suffix:
        return None
    domain = f"{parts.domain}.{parts.suffix}"
    return None if domain in _SHARED_HOSTS else domain


def company_domain(address: str) -> str | None:
    """The domain of an e-mail address, None for a personal provider's."""
    domain = registrable_domain(address)
    return None if domain is None or domain in PERSONAL_PROVIDERS else domain
