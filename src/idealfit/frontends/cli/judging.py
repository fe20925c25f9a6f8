"""Judging accounts in the terminal: a card at a time, three questions a card, kept at once."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from idealfit.frontends.cli.console import Screen, shown_path
from idealfit.workspace import sitting

if TYPE_CHECKING:
    from idealfit.workspace.sitting import Card, Sitting

_WORDS = frozenset({"a", "b", "c", "no", "n"})
_NUMBER = re.compile(r"(\d{1,3})(\?)?")


def judge_here(screen: Screen, seat: Sitting) -> bool:
    """Asks for a verdict on every account that has none yet; whether all have one in the end."""
    screen.headline(f"{len(seat.cards)} accounts to judge by your own reading of '{seat.profile}', {seat.person}.")
    if seat.judged:
        screen.line(f"You have judged {len(seat.judged)} of them; it goes on where you left.")
    screen.line("Nothing tells you what the profile says of them: judge as you would on the phone.")
    order = [card.account for card in seat.cards]
    skipped: list[str] = []
    while (card := _next(seat, skipped)) is not None:
        _show(screen, card, order.index(card.account) + 1, len(order))
        verdict = _typed("Your verdict? a, b, c or no; b! one back, s later, q stop: ", _WORDS | {"b!", "s", "q"})
        if verdict == "q":
            break
        if verdict == "b!":
            seat = _without_last(seat, card, order)
            continue
        if verdict == "s":
            # once all that remain were put off, they come again from the first
            skipped = [*skipped, card.account] if len(skipped) + 1 < len(order) - len(seat.judged) else []
            continue
        told = _holds(screen, seat)
        why = _line("Why? (Enter: nothing to add) ") if told is not None else None
        if told is None or why is None:
            break
        seat = sitting.judge(seat, card.account, verdict, true=told[0], unsure=told[1], why=why)
    left = len(order) - len(seat.judged)
    screen.line()
    screen.line(
        f"{len(seat.judged)} of {len(order)} judged, kept in {shown_path(seat.file)}."
        + (f" Go on with: idealfit agree --as {seat.person}" if left else "")
    )
    return not left


def _next(seat: Sitting, skipped: list[str]) -> Card | None:
    waiting = [one for one in seat.cards if one.account not in seat.judged]
    return next((one for one in waiting if one.account not in skipped), waiting[0] if waiting else None)


def _without_last(seat: Sitting, card: Card, order: list[str]) -> Sitting:
    """`seat` as if the account before `card` had no verdict yet: it is asked for again, and its old one stands until
    then.
    """
    before = [one for one in order[: order.index(card.account)] if one in seat.judged]
    return replace(seat, judged=tuple(one for one in seat.judged if one != (before[-1] if before else "")))


def _show(screen: Screen, card: Card, place: int, of: int) -> None:
    screen.heading(f"{place} of {of}: {card.known.get('name', card.account)}")
    width = max((len(key) for key in card.known), default=0)
    for key, text in card.known.items():
        if key != "name":
            screen.line(f"  {key:<{width}}  {' '.join(text.split())}")


def _holds(screen: Screen, seat: Sitting) -> tuple[list[str], list[str]] | None:
    """What of the criteria is true of it and what cannot be told, by their numbers; None where the typing ended."""
    if not seat.asked:
        return [], []
    screen.line("Which of these are true of it?")
    for place, asked in enumerate(seat.asked, 1):
        screen.line(f"  {place} {asked}")
    while True:
        said = _line("Their numbers (2 5?: the 2nd is true, the 5th you cannot tell, the others are not): ")
        if said is None:
            return None
        parts = [_NUMBER.fullmatch(part) for part in re.split(r"[\s,;]+", said.strip()) if part]
        if all(hit is not None and 1 <= int(hit[1]) <= len(seat.asked) for hit in parts):
            chosen = [(seat.asked[int(hit[1]) - 1], bool(hit[2])) for hit in parts if hit is not None]
            return [one for one, unsure in chosen if not unsure], [one for one, unsure in chosen if unsure]
        screen.line(f"Type numbers from 1 to {len(seat.asked)}, or only Enter where none is true.")


def _typed(question: str, words: frozenset[str]) -> str:
    """One of `words`, asked for until it is typed; 'q' where the typing ended."""
    while True:
        said = _line(question)
        if said is None:
            return "q"
        if said.strip().casefold() in words:
            return said.strip().casefold()


def _line(question: str) -> str | None:
    try:
        return input(question)
    except (EOFError, KeyboardInterrupt):
        sys.stdout.write("\n")
        return None
