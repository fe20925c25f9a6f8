"""Won, lost or open, from the words of a stage or a result."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_WON_WORDS = """
won win wins closedwon success successful signed
gewonnen gewonnenes gagne gagnee ganado ganada ganados vinto vinta ganho ganha wygrana wygrane vunnen vunnet vundet
voitettu vyhrano vyhrana kazanildi kazanilan castigat megnyert выиграна выиграно выигран
受注 成約 商談成立 赢单 成交 贏單 수주 성사
"""
_LOST_WORDS = """
lost loss lose loses closedlost disqualified unqualified dead abandoned cancelled canceled rejected declined nodecision
deadlost omitted duplicate
verloren verlorenes abgesagt abgelehnt storniert perdu perdue refuse refusee perdido perdida perdidos rechazado
rechazada perso persa perduto annullato afgewezen przegrana przegrane forlorad forlorat tapt tabt havitty prohrano
prohrana kaybedildi pierdut elveszitett проиграна проиграно проигран
失注 不成立 输单 丢单 輸單 실주
"""
_WON, _LOST = frozenset(_WON_WORDS.split()), frozenset(_LOST_WORDS.split())
_NOT = frozenset({"not", "un", "at", "risk"})


def outcome_of(word: str) -> str:
    """'Closed Won' → won, 'Closed-Lost to Competition' → lost, everything else → open."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(each))
    plain = plain.translate({0xF8: "o", 0x131: "i", 0x142: "l"})  # letters that are not an accent on another
    tokens = [token for token in re.split(r"[\W\d_]+", unicodedata.normalize("NFKC", plain)) if token]
    joined = "".join(tokens)
    if set(tokens) & _LOST or joined in _LOST or joined.endswith("closedlost") or joined.startswith("closedlost"):
        return "lost"
    if (
        set(tokens) & _WON or joined in _WON or joined.endswith("closedwon") or joined.startswith("closedwon")
    ) and not set(tokens) & _NOT:
        return "won"
    return "open"


def outcome_words(words: Iterable[str]) -> dict[str, str]:
    """Each word with its meaning; unsure ones (a bare 'Closed') are `open`, see `unsure_words`."""
    return {word: outcome_of(word) for word in words}


def unsure_words(words: Iterable[str]) -> tuple[str, ...]:
    """Words that say that a deal ended and not how: 'Closed', 'Completed', 'Done'."""
    return tuple(
        word
        for word in words
        if re.fullmatch(
            r"(?i)\s*(closed|complete[d]?|done|finished|finali[sz]ed|ended|geschlossen|abgeschlossen|erledigt|cerrad[oa]|ferm[ée]e?|fechad[oa]|chius[oa]|gesloten|afgesloten)\s*",
            word,
        )
    )
