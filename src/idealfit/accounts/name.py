"""Company names, made comparable: case, accents, punctuation and legal forms aside.

The legal forms stand in `tables/legal_forms.tsv`. 'Group' and 'Holding' are none: a parent and its subsidiary often
differ in nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from functools import lru_cache

from idealfit.accounts.reference_table import reference_table

_LETTERS = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"}
    | {"&": " and ", "+": " and "}
)
_ABBREVIATION = re.compile(
    r"(?<![^\W_])((?:[^\W\d_]\.\s?){2,}|(?:[^\W\d_]\.)+[^\W\d_](?![^\W_])|[a-z]/[a-z](?![^\W_]))"
)
_APOSTROPHES = re.compile("['’`´ʼ]")  # noqa: RUF001 - all the signs that people type for one
_NEITHER = re.compile("[^a-z0-9]+")
_SPLIT = re.compile(r"[\W_]+")
_OTHER_NAME = re.compile(
    r"[\s(\[,;-]+(?:d/b/a|d\.b\.a\.?|dba|doing business as|t/a|trading as|formerly(?: known as)?|f/k/a|fka|f\.k\.a\.?|"
    r"previously|a/k/a|aka|also known as|ehemals|vormals|früher|anciennement)[\s:.]+(?=\S)",
    re.IGNORECASE,
)
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\u1100-\u11ff\uac00-\ud7af]")


@lru_cache(maxsize=8192)
def squash(text: str) -> str:
    """Letters and digits only, lower case, accents removed: 'GTX Pro' and 'GTXPro' are one."""
    plain = text.casefold()
    if plain.isascii():
        return _NEITHER.sub("", plain)
    plain = unicodedata.normalize("NFKD", plain)
    return "".join(char for char in plain if char.isalnum())


def _plain(text: str) -> str:
    plain = text.casefold()
    if plain.isascii():
        return plain.replace("&", " and ").replace("+", " and ")
    plain = unicodedata.normalize("NFKD", plain).translate(_LETTERS)
    return "".join(char for char in plain if not unicodedata.combining(char))


Forms = dict[str, tuple[tuple[str, ...], ...]]


@lru_cache(maxsize=1)
def _forms() -> tuple[Forms, Forms, tuple[str, ...]]:
    """Forms after the name by their last word, forms before it by their first word (longest first), and the forms of
    scripts without blanks."""
    after: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    before: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    unspaced: set[str] = set()
    for row in reference_table("legal_forms"):
        for listed, found, at in ((row[1], after, -1), (row[2] if len(row) > 2 else "", before, 0)):
            for form in filter(None, listed.split("; ")):
                words = tuple(_SPLIT.split(_plain(form)))
                found[words[at]].add(words)
                if _UNSPACED.match(words[0]) and len(form) > 2:
                    unspaced.add(words[0])
    return (
        {word: tuple(sorted(forms, key=lambda form: (-len(form), form))) for word, forms in after.items()},
        {word: tuple(sorted(forms, key=lambda form: (-len(form), form))) for word, forms in before.items()},
        tuple(sorted(unspaced, key=lambda form: (-len(form), form))),
    )


LEGAL_FORMS = frozenset(form[0] for forms in _forms()[0].values() for form in forms if len(form) == 1)
"""Legal forms of one word that stand after a name, without dots, in lower case."""


def normalised_name(name: str) -> str:
    """'Acme, Inc.' → 'acme'; 'The Boring Co' → 'boring'; 'ООО Ромашка' → 'ромашка'. Empty where nothing is left to
    compare; what follows 'dba' or 'formerly' is left out (see `other_names`)."""  # noqa: RUF002
    plain = _plain(name)
    if "." in plain or "/" in plain:
        plain = _ABBREVIATION.sub(lambda match: re.sub(r"[./\s]", "", match[1]) + " ", plain)
    plain = _APOSTROPHES.sub("", plain)
    words = [word for word in _SPLIT.split(plain) if word]
    for at, word in enumerate(words[1:], 1):
        if word in _MARKS and at + 1 < len(words):
            words = words[:at]
            break
    return " ".join(_without_forms(words))


_MARKS = frozenset(["dba", "fka", "aka", "formerly", "ehemals", "vormals", "anciennement"])


def _without_forms(words: list[str]) -> list[str]:
    """The words of a name without the forms at its ends, as often as there are any; never without words."""
    after, before, unspaced = _forms()
    while len(words) > 1 or (words and _UNSPACED.search(words[0])):
        if words[0] == "the" or words[-1] in ("and", "und"):
            words = words[1:] if words[0] == "the" else words[:-1]
            continue
        form = next((f for f in after.get(words[-1], ()) if len(f) < len(words) and words[-len(f) :] == list(f)), None)
        if form is not None:
            words = words[: -len(form)]
            continue
        form = next((f for f in before.get(words[0], ()) if len(f) < len(words) and words[: len(f)] == list(f)), None)
        if form is not None:
            words = words[len(form) :]
            continue
        shorter = _cut(words, unspaced)
        if shorter == words:
            break
        words = shorter
    return words


def _cut(words: list[str], unspaced: tuple[str, ...]) -> list[str]:
    """Without a form that stands before or after the name with no blank between: '株式会社日立', '三星电子有限公司'."""
    for form in unspaced:
        if words[0].startswith(form) and words[0] != form:
            return [words[0].removeprefix(form), *words[1:]]
        if words[-1].endswith(form) and words[-1] != form:
            return [*words[:-1], words[-1].removesuffix(form)]
    return words


def other_names(name: str) -> tuple[str, ...]:
    """Names behind 'dba', 'formerly' and the like: 'Meta (formerly Facebook, Inc.)' → ('Facebook, Inc.',)."""
    parts = _OTHER_NAME.split(f"{name} ")
    return tuple(cleaned for part in parts[1:] if (cleaned := part.strip(" )]([,;-")))
