"""The questions of an import: at most three, on one screen, Enter accepting the proposal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idealfit.frontends.cli.console import ProgressBar
    from idealfit.records.report import Question

IN_WORDS = {"dmy": "day-month-year", "mdy": "month-day-year", "ymd": "year-month-day"}


def asker(progress: ProgressBar) -> Callable[[Question], str]:
    """A function that puts one question to the person at the terminal and answers with the chosen reading."""
    asked = 0

    def ask(question: Question) -> str:
        nonlocal asked
        progress.pause()
        if asked == 0:
            sys.stdout.write("A few columns can be read in more than one way. Enter takes the first.\n")
        asked += 1
        choices = list(dict.fromkeys((question.proposal, *question.alternatives)))
        sys.stdout.write(f"\n{asked}. {question.text}\n")
        for number, choice in enumerate(choices, 1):
            sys.stdout.write(f"   {number}) {IN_WORDS.get(choice, choice)}\n")
        chosen = choose(input(f"   1-{len(choices)} [1]: "), choices)
        progress.resume()
        return chosen

    return ask


def choose(typed: str, choices: list[str]) -> str:
    """The choice meant by what was typed: its number, its text, or the first for Enter and for anything else."""
    text = typed.strip()
    if text.isdigit() and 1 <= int(text) <= len(choices):
        return choices[int(text) - 1]
    matches = [choice for choice in choices if choice.casefold() == text.casefold()]
    return matches[0] if matches else choices[0]
