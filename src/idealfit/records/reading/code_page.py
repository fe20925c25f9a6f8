"""Which old code page a text that is no UTF-8 is in: each is tried, and the one whose letters make words is taken.

In the wrong code page capitals stand in the middle of words, signs between letters, letters of one script in words of
another, consonants without vowels, and rare characters where common ones were meant. Each costs.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W\d_]+(?:[^\w\s][^\W\d_]+)*|[^\x00-\x7f]+")
_HIGH = re.compile(r"[^\x00-\x7f]")
_IN_WORDS = "'’‘-·.&/‐‑–"  # noqa: RUF001 - signs that stand between letters in names
_MOST_WORDS = 400
_PRIORS = {
    "cp1252": 0.0,
    **dict.fromkeys(("cp1250", "cp1254"), 0.04),
    **dict.fromkeys(("mac_roman", "cp850"), 0.08),
    "iso8859_2": 0.05,
    **dict.fromkeys(("cp932", "gb18030", "big5", "euc_jp"), 0.05),
    **dict.fromkeys(("cp874", "cp949"), 0.03),
    **dict.fromkeys(("cp1251", "cp1253", "cp1255", "cp1256"), 0.06),
    **dict.fromkeys(("koi8_r", "cp866", "iso8859_5"), 0.1),
}
"""The code pages that are tried, and what stands against each before anything is read."""
_UNUSUAL = {
    "cp1252": {**dict.fromkeys("ðþÐÞýÝ", 0.3), **dict.fromkeys("šŠžŽŸƒ", 0.25)},
    "cp850": dict.fromkeys("ðþÐÞýÝ", 0.3),
    "mac_roman": {**dict.fromkeys("ðþÐÞýÝ", 0.3), **dict.fromkeys("ﬁﬂ", 0.6)},
    "cp1254": dict.fromkeys("áéíóúæåøñãõèìòàÁÉÍÓÚÆÅØÑ", 0.5),
    "cp1250": dict.fromkeys("ţŢđĐ", 0.1),
    "cp874": dict.fromkeys("๎๏๚๛ฺ๐๑๒๓๔๕๖๗๘๙", 0.6),
}
"""Letters that exist in a code page and that few who write in it need."""
_EASTERN = ("cp932", "euc_jp", "gb18030", "big5", "cp949")
_RUSSIAN = re.compile("[А-яЁё]")  # noqa: RUF001 - Cyrillic is meant
_THAI_BEFORE = set("เแโใไ")
_FAR = {"CYRILLIC", "GREEK", "HEBREW", "ARABIC", "THAI"}
_EAST = {"HIRAGANA", "KATAKANA", "CJK", "HANGUL"}
_VOWELS = {
    "CYRILLIC": set("аеёиоуыэюяіїєАЕЁИОУЫЭЮЯІЇЄ"),
    "GREEK": set("αεηιουωάέήίόύώϊϋΐΰΑΕΗΙΟΥΩΆΈΉΊΌΎΏ"),
}
_COMMON_LEADS = {
    "cp932": (0x88, 0x97),
    "euc_jp": (0xB0, 0xCF),
    "gb18030": (0xB0, 0xD7),
    "big5": (0xA4, 0xC6),
    "cp949": (0xB0, 0xC8),
}
_SIGN_LEADS = {
    "cp932": (0x81, 0x82, 0x83),
    "euc_jp": (0xA1, 0xA3),
    "gb18030": (0xA1, 0xA3),
    "big5": (0xA1, 0xA2),
    "cp949": (0xA1, 0xA3),
}
_OUT_OF_PLACE, _MIXED, _SIGN, _CAPITAL, _RARE = 3.0, 2.0, 1.5, 1.5, 1.0


def find_code_page(sample: bytes) -> str:
    """The likeliest code page of `sample`, lines that hold bytes beyond ASCII."""
    best, least = "cp1252", float("inf")
    for codec, prior in _PRIORS.items():
        text = _decoded(sample, codec)
        if text is None:
            continue
        cost = prior + _cost(text, codec)
        if cost < least - 1e-9:
            best, least = codec, cost
    return best


def _decoded(sample: bytes, codec: str) -> str | None:
    """The text, or None where the bytes are no text of this code page; a character cut off at the end is forgiven."""
    for cut in range(4):
        try:
            return sample[: len(sample) - cut].decode(codec)
        except UnicodeDecodeError as problem:
            if problem.start < len(sample) - 8:
                return None
    return None


def _cost(text: str, codec: str) -> float:
    """What stands against reading it so, for each byte beyond ASCII (so that two-byte characters compare)."""
    cost = 0.0
    high = 0
    words = 0
    for match in _WORD.finditer(text):
        word = match.group()
        characters = _HIGH.findall(word)
        if not characters:
            continue
        high += sum(_width(character, codec) for character in characters)
        cost += _word_cost(word, codec)
        words += 1
        if words >= _MOST_WORDS:
            break
    strays = sum(unicodedata.category(character) == "Cc" for character in text if "\x7f" <= character <= "\x9f")
    return (cost + _OUT_OF_PLACE * strays) / max(1, high + strays)


def _width(character: str, codec: str) -> int:
    return len(character.encode(codec, "replace"))


def _word_cost(word: str, codec: str) -> float:
    cost = 0.0
    before = ""
    for position, character in enumerate(word):
        kind = _category(character)
        letter = kind[0] in "LM"
        if not character.isascii():
            cost += _own_cost(character, kind, codec)
            inside = 0 < position < len(word) - 1
            if not letter and inside and character not in _IN_WORDS and kind[0] != "Z":
                cost += _SIGN
        if letter:
            cost += _place_cost(character, kind, before, word[position + 1 : position + 2])
        before = character if letter else ""
    return cost + _whole_cost(word)


def _place_cost(character: str, kind: str, before: str, after: str) -> float:
    """What stands against a letter at its place in the word."""
    if kind == "Lu" and before and not (character.isascii() and before.isascii()):
        if before.islower():
            return _CAPITAL
        return _CAPITAL / 2 if not character.isascii() and after.islower() else 0.0
    if kind == "Mn" and _script(character) == "THAI" and (not before or _script(before) != "THAI"):
        return _CAPITAL
    return _CAPITAL if before in _THAI_BEFORE and not "ก" <= character <= "ฮ" else 0.0


def _whole_cost(word: str) -> float:
    """What stands against the word as a whole: scripts mixed, no vowels, nothing but accents."""
    scripts = {_script(character) for character in word if _category(character)[0] in "LM"}
    foreign = sum(not character.isascii() for character in word)
    cost = _RARE if word[0] in "ъьыЪЬЫ" else 0.0
    far = scripts & _FAR
    if len(far) > 1 or (far and "LATIN" in scripts):
        cost += _MIXED * foreign
    if "LATIN" in scripts:
        cost += 0.7 if scripts & _EAST else 0.0
        if len(word) > 2:
            cost += _RARE * foreign if foreign > 0.85 * len(word) else 0.0
            plain = unicodedata.normalize("NFD", word).lower()
            cost += 0.0 if any(letter in plain for letter in "aeiouyæøœ") else _RARE
    for script in far & _VOWELS.keys():
        letters = [character for character in word if _script(character) == script]
        vowels = sum(character in _VOWELS[script] for character in letters)
        if len(letters) > 2 and vowels < 0.25 * len(letters):
            cost += _RARE * len(letters)
    return cost


@lru_cache(maxsize=20_000)
def _category(character: str) -> str:
    return unicodedata.category(character)


@lru_cache(maxsize=20_000)
def _script(character: str) -> str:
    """'LATIN', 'CYRILLIC', 'CJK' …; '' for marks that any script takes."""
    return unicodedata.name(character, "?").split()[0].split("-")[0]


@lru_cache(maxsize=20_000)
def _own_cost(character: str, kind: str, codec: str) -> float:
    """What a character costs wherever it stands."""
    if kind in ("Cc", "Cn", "Co"):
        return _OUT_OF_PLACE
    if codec in _EASTERN:
        return _far_eastern_cost(character, codec)
    if kind in ("So", "Sk", "Sm") and character not in "°®™©¦±×":  # noqa: RUF001 - the signs of exports
        return 0.6
    if _script(character) == "CYRILLIC" and not _RUSSIAN.match(character):
        return 0.15
    return _UNUSUAL.get(codec, {}).get(character, 0.0)


def _far_eastern_cost(character: str, codec: str) -> float:
    """Common characters stand first in the national sets, by their leading byte; rare ones are a sign of a mistake."""
    if _script(character) in ("HIRAGANA", "KATAKANA"):
        return -0.2 if codec in ("cp932", "euc_jp") else 2 * _RARE
    data = character.encode(codec, "replace")
    if _script(character) == "FULLWIDTH" or len(data) == 1:
        return 0.7  # half-width katakana too, which any single bytes look like
    lead, second = data[0], data[1]
    if codec == "big5" and (lead in (0xA1, 0xA2) or 0xA4 <= lead <= 0xC6):
        return 0.1 if second >= 0xA1 else 0.0  # two in five of its second bytes are ASCII; elsewhere none is
    first, last = _COMMON_LEADS[codec]
    common = (first <= lead <= last or lead in _SIGN_LEADS[codec]) and (codec == "cp932" or second >= 0xA1)
    return 0.0 if common and len(data) == 2 else 2 * _RARE
