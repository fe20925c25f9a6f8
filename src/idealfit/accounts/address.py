"""Street addresses made comparable: the number and the street, without kinds of street, directions and floors."""

from __future__ import annotations

import re
import unicodedata


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_KINDS = _words(
    "st str street strasse ave av avenue avenida rd road blvd boulevard dr drive pl place plaza platz pkwy parkway ct "
    "court ln lane ter terrace hwy highway sq square way weg allee cir circle cour rue via viale calle rua laan straat "
    "gasse ring quai"
)
_DIRECTIONS = _words("n s e w ne nw se sw north south east west nord sud est ouest")
_INSIDE = _words("fl floor rm room suite ste unit apt apartment bldg building stock og etage po box")
_ARTICLES = _words("de la le les du des der die das of the del dos da do")


def street_key(address: str) -> tuple[str, str]:
    """'1020 West Bryn Mawr Ave. #211' → ('1020', 'brynmawr'); 'Hauptstraße 12a' → ('12a', 'haupt'). Empty parts where
    the address has none."""
    plain = unicodedata.normalize("NFKD", address.casefold().strip())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    first, *others = re.split(r"[\n#(]", plain.strip(), maxsplit=1)[0].split(",")
    if not re.search(r"[a-z]{2}", first) and others:  # '12, rue de la Paix'
        first = f"{first} {others[0]}"
    words = [word for word in re.split(r"[\W_]+", first) if word]
    number = ""
    street: list[str] = []
    for word in words:
        if word in _INSIDE and (street or number):
            break
        if re.fullmatch(r"\d+[a-z]?", word) and not number:
            number = word
            if street:  # 'Hauptstraße 12': what follows is no street
                break
        elif word in _KINDS:
            if street and number:
                break
        elif word not in _DIRECTIONS and word not in _ARTICLES:
            street.append(_without_kind(word))
    return number, "".join(street[:3])


def _without_kind(word: str) -> str:
    ordinal = re.fullmatch(r"(\d+)(?:st|nd|rd|th|er|eme)", word)
    if ordinal:
        return ordinal[1]
    return re.sub(r"(?<=\w{3})(?:strasse|straat|gasse|str)$", "", word)
