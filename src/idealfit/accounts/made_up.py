"""Records that are no company: tests, placeholders, keys struck at random. A company truly named 'Test Rite' is one."""

from __future__ import annotations

import re

from idealfit.accounts.spelling import label_key

_STRONG = r"tests?|testing|tester|demo|dummy|sample|asdf\w*|qwert[yz]\w*|zxcv\w*|foo|foobar|xxx+|lorem ipsum|fake|blah"
_WEAK = (
    r"accounts?|company|companies|co|corp|inc|llc|ltd|gmbh|records?|leads?|customers?|clients?|contacts?|users?|org|data|"
    r"name|only|this|my|a|new|bar|me|\d+|\W+"
)
_NOTHING_ELSE = re.compile(rf"(?:(?:{_WEAK})\s+)*(?:{_STRONG})(?:\s*(?:{_STRONG}|{_WEAK}))*")
_SAID = re.compile(
    r"\bdo\s?not\s?(?:use|touch|delete|contact me)\b|\bdelete me\b|\bto be deleted\b|\bplease (?:ignore|delete)\b|"
    r"\bignore this\b|\b(?:test|dummy|demo|fake) (?:account|company|record|lead|customer|entry)\b|"
    r"[(\[*](?:test|testing|dummy|demo|fake)[)\]*]|^(?:test|zz+ ?test|dummy)\s*[-:_]\s|\s[-:_]\s*(?:test|dummy)$|"
    r"\btest(?:ing)?\s*#?\d+$|^(?:duplicate|obsolete)\s*[-:]"
)
_STRUCK = re.compile(r"(.)\1{3,}|0+|1?12?3(?:45?6?7?8?9?0?)?|123456+\d*|n/?a|none|null|unknown|tbd|tba|(?:a|b|c)bc123")
TEST_DOMAINS = frozenset(
    """
    example.com example.org example.net test.com testing.com localhost mailinator.com yourcompany.com company.com
    domain.com email.com asdf.com foo.com bar.com none.com na.com yourdomain.com mycompany.com sample.com
    """.split()  # noqa: SIM905 - a list of names is easier to read as words
)
WORDS_OF_INTEREST = (
    r"test|demo|dummy|sample|asdf|qwert|zxcv|foo|xxx|lorem|fake|blah|not\s*use|nottouch|not touch|delete|ignore|"
    r"duplicate|obsolete|^(.{1,2}|\W*|\d+|n/?a|none|null|unknown|tb[da]|.bc123)$|aaaa|bbbb|cccc|zzzz|----|\.\.\.\."
)
"""A pattern that every made-up name has: what it does not fit need not be looked at (RE2 and Python read it alike)."""


def made_up_reason(name: str | None, domain: str | None) -> str | None:
    """Why a record is no company, in words; None for one that may be."""
    plain = label_key(name or "")
    if plain:
        if _SAID.search(plain):
            return "its name says that it is a test or not to be used"
        if _NOTHING_ELSE.fullmatch(plain) and plain != "sample":  # which is a company of that name as often
            return "its name is made of nothing but words of tests"
        if _STRUCK.fullmatch(plain):
            return "its name is a placeholder"
    if (domain or "").strip().lower() in TEST_DOMAINS:
        return "its domain is one that is used for tests"
    return None
