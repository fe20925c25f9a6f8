"""One spelling for one label: variants of case, blanks and signs are one, and so is a near-certain slip of the pen."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping

from rapidfuzz.distance import OSA

_FREQUENT = 30
_RARE_SHARE = 0.02
_LONG_WORD = 6
_INVISIBLE = dict.fromkeys([0x00AD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF])


def tidied(text: str) -> str:
    """`text` without invisible signs, with single blanks, in the composed form of its letters."""
    if text.isascii() and "  " not in text and text.strip() == text and text.isprintable():
        return text
    return " ".join(unicodedata.normalize("NFC", text.translate(_INVISIBLE)).split())


def label_key(text: str) -> str:
    """What the variants of a label have in common: 'E-Commerce ' and 'e commerce' are one; 'C#' and 'C++',
    'A-' and 'A', '1-10' and '110' are not."""
    plain = unicodedata.normalize("NFKD", text.translate(_INVISIBLE).casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    plain = re.sub(r"[\u2010-\u2015\u2212]", "-", plain)
    plain = re.sub(r"(?<=[^\W\d_])[-_](?=[^\W\d_])|_", " ", plain)
    return " ".join(plain.split())


def one_spelling(counts: Mapping[str, int], *, typos: bool = False) -> dict[str, str]:
    """Label → the spelling to use, for the labels of `counts` (label → rows) that change.

    Of the variants of a label the most frequent spelling stands. With `typos` a rare label that is one letter away
    from a frequent one is taken for it, where the word that differs is long.
    """
    groups: dict[str, list[str]] = defaultdict(list)
    for text in counts:
        groups[label_key(text)].append(text)
    best = {key: min(texts, key=lambda text: _rank(text, counts)) for key, texts in groups.items() if key}
    rows = {key: sum(counts[text] for text in texts) for key, texts in groups.items() if key}
    slips = _slips(rows) if typos else {}
    return {
        text: meant
        for key, texts in groups.items()
        if key
        for text in texts
        if (meant := tidied(best[slips.get(key, key)])) != text
    }


def _rank(text: str, counts: Mapping[str, int]) -> tuple[int, bool, bool, bool, str]:
    """Frequent spellings first; between equals one that is tidy and neither shouted nor whispered."""
    return -counts[text], tidied(text) != text, text.isupper() and len(text) > 4, text.islower(), text


def _slips(rows: Mapping[str, int]) -> dict[str, str]:
    """Key of a rare label → key of the only frequent label that it can be a slip of."""
    frequent = [key for key, count in rows.items() if count >= _FREQUENT]
    found = {}
    for key, count in rows.items():
        near = [other for other in frequent if count <= _RARE_SHARE * rows[other] and _is_slip(key, other)]
        if len(near) == 1:
            found[key] = near[0]
    return found


def _is_slip(rare: str, frequent: str) -> bool:
    """Whether two labels differ in one letter of one long word, not the first, and not by a digit or a plural."""
    words, others = rare.split(), frequent.split()
    if len(words) != len(others):
        return False
    differing = [(word, other) for word, other in zip(words, others, strict=True) if word != other]
    if len(differing) != 1:
        return False
    word, other = differing[0]
    if min(len(word), len(other)) < _LONG_WORD or not (word.isalpha() and other.isalpha()) or word[0] != other[0]:
        return False
    plural = word in (other + "s", other + "n", other + "e") or other in (word + "s", word + "n", word + "e")
    return not plural and OSA.distance(word, other, score_cutoff=1) == 1
