"""Company names, made comparable: case, accents, punctuation and legal forms aside."""

from __future__ import annotations

import re
import unicodedata

LEGAL_FORMS = frozenset(
    [
        "inc",
        "incorporated",
        "corp",
        "corporation",
        "co",
        "company",
        "llc",
        "llp",
        "lp",
        "ltd",
        "limited",
        "plc",
        "pllc",
        "pc",
        "pbc",
        "gmbh",
        "mbh",
        "ag",
        "kg",
        "kgaa",
        "ohg",
        "ug",
        "ek",
        "ev",
        "se",
        "sa",
        "sas",
        "sarl",
        "sasu",
        "eurl",
        "sarlu",
        "spa",
        "srl",
        "srls",
        "snc",
        "sl",
        "slu",
        "sau",
        "bv",
        "nv",
        "vof",
        "cv",
        "ab",
        "aktiebolag",
        "as",
        "asa",
        "aps",
        "oy",
        "oyj",
        "abp",
        "hf",
        "ehf",
        "kk",
        "gk",
        "pte",
        "pty",
        "pvt",
        "private",
        "bhd",
        "sdn",
        "tbk",
        "pt",
        "jsc",
        "ojsc",
        "pjsc",
        "ooo",
        "zao",
        "pao",
        "oao",
        "doo",
        "dd",
        "ad",
        "eood",
        "ood",
        "kft",
        "zrt",
        "nyrt",
        "rt",
        "sro",
        "as",
        "ltda",
        "eireli",
        "me",
        "sac",
        "sab",
        "cv",
        "rl",
        "holding",
        "holdings",
        "group",
    ]
)
"""Legal forms of the major countries, without dots, in lower case."""


def squash(text: str) -> str:
    """Letters and digits only, lower case, accents removed: 'GTX Pro' and 'GTXPro' are one."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if char.isalnum())


def normalised_name(name: str) -> str:
    """'Acme, Inc.' → 'acme'; 'The Boring Co' → 'boring'. Empty where nothing is left to compare."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    plain = re.sub(r"\b((?:[a-z]\.){2,})", lambda match: match[1].replace(".", ""), plain)  # s.a.r.l. → sarl
    plain = re.sub(r"['’`]", "", plain.replace("&", " and "))  # noqa: RUF001
    words = [word for word in re.split(r"[\W_]+", plain) if word]
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        words.pop()
    if len(words) > 1 and words[-1] == "and":  # 'Müller GmbH & Co. KG'
        words.pop()
        while len(words) > 1 and words[-1] in LEGAL_FORMS:
            words.pop()
    return " ".join(words)


_TEST_NAME = re.compile(
    r"^(?:test|testing|demo|sample|dummy|example|asdf+|foo|bar|xxx+|n/?a|none|unknown)\b(?:\s*(?:account|company|co|inc|\d+))*$",
    re.I,
)


def is_test_name(name: str) -> bool:
    """Whether a name says that the record is a test or a placeholder."""
    return bool(_TEST_NAME.match(name.strip()))
