"""In what two company names differ: in typing, in a number, in a word of each one's own, or in words left out.

'Company 541' and 'Company 561', 'Fund II' and 'Fund III', 'Dell' and 'Bell', 'First Bank of Ohio' and 'First Bank of
Iowa' are nearly equal as letters and yet different companies; 'Deep Instict' and 'Deep Instinct' are not. The names are
those that `name.normalised_name` gives.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rapidfuzz.distance import OSA

Kind = Literal["none", "typing", "left out", "doubtful", "different"]

SMALL_WORDS = frozenset("and of the for de la le les du des der die das und et y e a in an at".split())  # noqa: SIM905
_FORMAL_WORDS = frozenset(
    """
    solutions solution services service systems system technologies technology tech technologic consulting partners
    international global worldwide industries enterprises enterprise management software digital media agency labs lab
    studio studios company co corp inc ltd gmbh llc holdings group interactive ai copy duplicate old new dup test
    """.split()  # noqa: SIM905 - a list of words is easier to read as words
)
"""What a name is often written without, and what people add to a row that they have copied."""
_COUNTED = {
    word: str(number)
    for number, words in enumerate(
        ("one first", "two second", "three third", "four fourth", "five fifth", "six sixth", "seven seventh",
         "eight eighth", "nine ninth", "ten tenth", "eleven eleventh", "twelve twelfth"), 1
    )
    for word in words.split()
}  # fmt: skip
_ROMAN = re.compile(r"x{0,2}(?:ix|iv|v?i{0,3})")
DIFFERENT_MARKS = "different numbers, letters or places in their names"
_COMPASS = frozenset(("north", "south", "east", "west"))
_STATES = """
    alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho illinois
    indiana iowa kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana
    nebraska nevada hampshire jersey mexico york carolina dakota ohio oklahoma oregon pennsylvania tennessee texas utah
    vermont virginia washington wisconsin wyoming ontario quebec alberta manitoba saskatchewan queensland victoria
    tasmania bavaria bayern hessen
""".split()  # noqa: SIM905 - a list of words is easier to read as words
_PLACES = dict(zip(_STATES, _STATES, strict=True)) | {
    word: words.split()[0]
    for words in (
        "north northern nord norte", "south southern sud sur", "east eastern est este", "west western ouest oeste",
        "northeast northeastern", "northwest northwestern", "southeast southeastern", "southwest southwestern",
    )
    for word in words.split()
}  # fmt: skip
"""Words of place by which sisters are told apart, as one word each."""
_SHORT_WORD = 4
_LONG_WORD = 8
_UMLAUT = re.compile("([aou])e")
_VOWELS = frozenset("aeiouy")


@dataclass(frozen=True)
class Difference:
    """How two names differ, and what is told of it. `typing` and `left out` leave them one company, as far as names
    say; `doubtful` is for a person; `different` is another company."""

    kind: Kind
    why: str = ""


@lru_cache(maxsize=100_000)
def marks_of(norm: str) -> str:
    """The numbers, single letters and words of place that tell names of one kind apart, in one order: 'fund ii' → '2',
    'plan b' → 'b', 'northern trust' → 'north', 'store no 014' → '14', '1 800 flowers' → '1 1800 800'."""
    words = [" " if word in _COUNTED else word for word in norm.split()]
    found = [mark for word in norm.split() if (mark := _COUNTED.get(word) or _PLACES.get(word))]
    for at, word in enumerate(words[1:], 1):
        if _ROMAN.fullmatch(word):
            found.append(str(_roman(word)))
        elif word != "s" and at == len(words) - 1 and re.fullmatch("[a-z]", word):
            found.append(word)
    spelled = " ".join(words)
    joined = re.sub(r"(?<=\b[0-9]) (?=[0-9]+\b)|(?<=[0-9]{2}) (?=[0-9]+\b)", "", spelled)
    found += [number.lstrip("0") or "0" for number in re.findall(r"[0-9]+", f"{spelled} {joined}")]
    return " ".join(sorted(set(found)))


def are_apart(one: str, other: str) -> bool:
    """Whether the marks of two names tell them apart: of numbers, of letters or of places each has one that the other
    has not ('1 51' may be '1', and 'north' may be '1')."""
    if one == other or not one or not other:
        return False
    left, right = set(one.split()), set(other.split())
    return not {_kind(mark) for mark in left - right}.isdisjoint(_kind(mark) for mark in right - left)


def _kind(mark: str) -> str:
    return "number" if mark.isdigit() else "letter" if len(mark) == 1 else "place"


def _roman(word: str) -> int:
    values = [{"i": 1, "v": 5, "x": 10}[sign] for sign in word]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))


def difference(one: str, other: str) -> Difference:
    """How two normalised names differ; symmetric."""
    one, other = sorted((one, other))
    if one.replace(" ", "") == other.replace(" ", ""):
        return Difference("none")
    left, right = marks_of(one), marks_of(other)
    if are_apart(left, right):
        return Difference("different", DIFFERENT_MARKS)
    own, others = _own_words(one, other), _own_words(other, one)
    found = Difference("doubtful", "a number in one name only") if left != right else None
    if not own and not others:
        return found or Difference("typing")
    if not own or not others:
        return found or _left_out(_counted(one), _counted(other), own or others)
    return _replaced(own, others, found)


def _own_words(one: str, other: str) -> list[str]:
    words = Counter(_counted(one)) - Counter(_counted(other))
    return [word for word in words.elements() if word not in SMALL_WORDS]


def _counted(norm: str) -> list[str]:
    """The words, numbers as digits: 'fund i', 'fund one' and 'fund 01' are one."""
    words = [_COUNTED.get(word) or (word.isdigit() and word.lstrip("0")) or word for word in norm.split()]
    return [str(_roman(word)) if at and _ROMAN.fullmatch(word) else word for at, word in enumerate(words)]


def _left_out(one: Sequence[str], other: Sequence[str], extra: Sequence[str]) -> Difference:
    short, long = sorted((one, other), key=len)
    if set(extra) <= _FORMAL_WORDS and long[: len(short)] == list(short):
        return Difference("left out")
    return Difference("doubtful", f"one name is a part of the other ({' '.join(extra)})")


def _replaced(own: list[str], others: list[str], found: Difference | None) -> Difference:
    """Each has words that the other has not: slips of typing, short forms, or two names."""
    if _is_typed_apart("".join(own), "".join(others)) and len(own) + len(others) > 2:
        return found or Difference("typing")
    worst = found or Difference("typing")
    rest = list(others)
    unpaired = []
    for word in own:
        fitting = [(kind, each) for each in rest if (kind := _slip(word, each)) is not None]
        if not fitting:
            unpaired.append(word)
            continue
        kind, each = min(fitting, key=lambda pair: (_ORDER.index(pair[0]), pair[1]))
        rest.remove(each)
        if _ORDER.index(kind) > _ORDER.index(worst.kind):
            worst = Difference(kind, f"words that a letter tells apart ({word}, {each})")
    if unpaired and rest:
        if _is_initials(unpaired, rest):
            return worst
        return Difference("different", f"a word of its own in each name ({' '.join(unpaired)} / {' '.join(rest)})")
    if (unpaired or rest) and not set(unpaired or rest) <= _FORMAL_WORDS and worst.kind != "different":
        return Difference("doubtful", f"one name is a part of the other ({' '.join(unpaired or rest)})")
    return worst


_ORDER: tuple[Kind, ...] = ("none", "typing", "left out", "doubtful", "different")


def _is_typed_apart(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) >= _LONG_WORD and OSA.distance(one, other, score_cutoff=1) <= 1)


def _is_initials(one: Sequence[str], other: Sequence[str]) -> bool:
    return any(
        len(short) == 1 and len(long) > 1 and short[0] == "".join(word[0] for word in long)
        for short, long in ((one, other), (other, one))
    )


def _slip(one: str, other: str) -> Kind | None:
    """What the difference of two words is: a slip of typing or a short form, doubtful, another word; None where they
    are not alike at all."""
    short, long = sorted((one, other), key=lambda word: (len(word), word))
    if _is_short_form(short, long):
        return "typing"
    most = 2 if len(long) > _LONG_WORD else 1
    edits = OSA.distance(one, other, score_cutoff=most)
    if edits > most:
        return None
    if len(long) <= _SHORT_WORD or (short[0] != long[0] and len(long) < _LONG_WORD):
        return "different"
    if edits == 2:
        return "typing" if short[0] == long[0] and short[-1] == long[-1] else "doubtful"
    return "typing" if _is_likely_slip(short, long) else "doubtful"


def _is_likely_slip(short: str, long: str) -> bool:
    """One edit that fingers make and that seldom makes another word: two letters swapped, one doubled, one lost within
    a long word."""
    at = next((at for at, (one, other) in enumerate(zip(short, long, strict=False)) if one != other), len(short))
    if len(short) == len(long):
        if short[at + 1 :] != long[at + 1 :]:
            return True  # swapped
        inside = 0 < at < len(long) - 1
        return inside and len(long) >= _LONG_WORD and not {short[at], long[at]} <= _VOWELS
    if len(long) > _SHORT_WORD + 1 and at and long[at] == long[at - 1]:
        return True  # doubled
    return 0 < at < len(short) and len(long) >= _LONG_WORD


def _is_short_form(short: str, long: str) -> bool:
    """'intl' of 'international', 'tech' of 'technologies', 'mfg' of 'manufacturing'; not 'north' of 'northern'."""
    if _UMLAUT.sub(r"\1", short) == _UMLAUT.sub(r"\1", long):  # 'Mueller' is 'Müller'
        return True
    if not 3 <= len(short) <= min(_SHORT_WORD + 1, len(long) - 3) or short[0] != long[0] or short in _COMPASS:
        return False
    if long.startswith(short):
        return True
    signs = iter(long)
    return not set(short[1:]) & _VOWELS and all(sign in signs for sign in short)
