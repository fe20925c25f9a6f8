"""`new`: a profile made by hand, from a template, from answers about the last deals, or from a document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from idealfit.errors import FolderMissing, NoSuchTemplate, OutputExists, Position, UsageError
from idealfit.profile.document import dump_profile, load_profile
from idealfit.profile.from_text import LEFT_ASIDE, Draft, Trace, draft_from_text
from idealfit.profile.parsing import parse
from idealfit.profile.said_conditions import conditions_of
from idealfit.profile.sentence import sentence
from idealfit.records.company import Assistant
from idealfit.store.place import write_text
from idealfit.workspace.assistant import Proposal, Proposed, ask_assistant, with_proposals

__all__ = [
    "LEFT_ASIDE",
    "QUESTIONS",
    "Asked",
    "Started",
    "ask_all",
    "from_answers",
    "from_document",
    "from_template",
    "from_text",
    "templates",
]

LONGEST_DOCUMENT: Final = 200_000
"""Characters of a document that is read: some sixty pages."""


@dataclass(frozen=True)
class Asked:
    """A question about what happened, the heading that its answer belongs under, and the sentence it is put into."""

    key: str
    ask: str
    heading: str
    sentence: str = "{}"


QUESTIONS: Final = (
    Asked("size", "Think of the last five deals that you won. How many people worked there, from the smallest to the "
          "largest? (40 to 300)", "Who they were", "Companies with {} employees"),
    Asked("industry", "What did those five do for a living? (logistics, retail)", "Who they were", "{} companies"),
    Asked("country", "Where were they based? (Germany, Austria)", "Who they were", "Based in {}"),
    Asked("funding", "How were they funded? (Seed, Series A; Enter if it did not matter)", "Who they were"),
    Asked("money", "What did they earn in a year? (USD 5M to USD 50M)", "Who they were", "Annual revenue of {}"),
    Asked("tools", "Which tools did you find there that made it easy? (HubSpot or Salesforce)", "Tools", "They use {}"),
    Asked("before", "What had happened there in the months before? (raised a round; hiring SDRs)", "Triggers"),
    Asked("champion", "Who fought for you inside? (a title)", "Who buys", "{} championed it"),
    Asked("approver", "Who had to approve it?", "Who buys", "{} approved it"),
    Asked("blocker", "Who slowed it down?", "Who buys", "{} blocked it for a while"),
    Asked("pain", "What did they do before you, and what did it cost them?", "Pain points"),
    Asked("why", "Why did they choose you, in their own words?", "Why us"),
    Asked("nearly", "What did they nearly not buy for?", "Objections"),
    Asked("regret", "Think of two deals that you lost, or regret. What did they have in common?", "Not a fit"),
)  # fmt: skip


_TESTED = frozenset({"size", "industry", "country", "funding", "money", "tools", "before", "regret"})
"""The questions whose answers become criteria or exclusions."""


@dataclass(frozen=True)
class Started:
    """The file that was written, what became of each sentence, and what is still open; `refused`: why proposals of an
    assistant were not read; `told`: why it proposed nothing.
    """

    profile: str
    file: Path
    criteria: int
    exclusions: int
    traces: tuple[Trace, ...] = ()
    open: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    told: str = ""


@lru_cache(maxsize=1)
def templates() -> Mapping[str, str]:
    """The templates by name, each with what it is for (the first line of its file)."""
    folder = files("idealfit.profile") / "templates"
    found = {
        entry.name.removesuffix(".yaml"): entry.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
        for entry in folder.iterdir()
        if entry.name.endswith(".yaml")
    }
    return dict(sorted(found.items()))


def from_template(name: str, to: Path) -> Started:
    """Writes the template `name` to `to`. Raises NoSuchTemplate, OutputExists, WriteFailed."""
    if name not in templates():
        raise NoSuchTemplate(f"There is no template '{name}'", remedy=f"Templates: {', '.join(templates())}.")
    _check_free(to)
    text = (files("idealfit.profile") / "templates" / f"{name}.yaml").read_text(encoding="utf-8")
    profile = load_profile(text)
    write_text(to, text)
    return Started(profile.profile, to, len(profile.criteria), len(profile.exclusions))


def from_document(
    source: Path,
    to: Path,
    *,
    name: str | None = None,
    assistant: Assistant | None = None,
    take: Callable[[Proposal], bool] | None = None,
) -> Started:
    """Turns a document (Markdown or text) into a draft at `to`; an `assistant` may propose criteria for the sentences
    that stay open, of which those stand in it that `take` says yes to. Raises FolderMissing, UsageError, OutputExists.
    """
    if not source.is_file():
        raise FolderMissing(f"There is no file {source.name}", remedy="Name a text file, or - for pasted text.")
    return from_text(
        source.read_text(encoding="utf-8-sig", errors="replace"), to, name=name, assistant=assistant, take=take
    )


def from_text(
    text: str,
    to: Path,
    *,
    name: str | None = None,
    assistant: Assistant | None = None,
    take: Callable[[Proposal], bool] | None = None,
) -> Started:
    """As `from_document`, of text that was pasted."""
    if len(text) > LONGEST_DOCUMENT:
        raise UsageError(
            f"The document has {len(text):,} characters, more than {LONGEST_DOCUMENT:,}",
            remedy="Give the part of it that speaks of good customers.",
        )
    draft, found = draft_from_text(text, name=name), Proposed()
    if assistant is not None:
        _check_free(to)
        found = ask_assistant(assistant, draft)
        draft = with_proposals(draft, found, take)
    return replace(_write(draft, to, ()), refused=found.refused, told=found.told)


def from_answers(answers: Mapping[str, str], to: Path, *, name: str) -> Started:
    """Builds a hypothesis from answers to `QUESTIONS` (by their keys); what nobody answered is marked as missing."""
    lines, heading = [], ""
    for asked in QUESTIONS:
        if not (said := " ".join(answers.get(asked.key, "").split())):
            continue
        if asked.heading != heading:
            heading = asked.heading
            lines.append(f"## {heading}")
        lines += [f"- {asked.sentence.format(one.strip())}" for one in said.split(";") if one.strip()]
    missing = tuple(f"Nobody has said yet: {one.ask}" for one in QUESTIONS if not answers.get(one.key, "").strip())
    return _write(draft_from_text("\n".join(lines), name=name), to, missing)


def ask_all(ask: Callable[[str], str | None], tell: Callable[[str], None] = lambda _: None) -> dict[str, str]:
    """The answers to `QUESTIONS`, asked one after the other; None from `ask` ends it, and what was said stays. `<` goes
    back to the question before; `tell` hears how each answer was read.
    """
    answers: dict[str, str] = {}
    at = 0
    while at < len(QUESTIONS):
        asked = QUESTIONS[at]
        before = f" [{answers[asked.key]}]" if answers.get(asked.key) else ""
        said = ask(f"{at + 1} of {len(QUESTIONS)}. {asked.ask}{before}")
        if said is None:
            break
        if said.strip() == "<":
            at = max(at - 1, 0)
            continue
        if said.strip() or asked.key not in answers:
            answers[asked.key] = said
        if said.strip() and (read := read_as(asked, said)):
            tell(read)
        at += 1
    return answers


def read_as(asked: Asked, said: str) -> str:
    """What records could test of an answer, in words; '' for a question whose answer nobody tests."""
    if asked.key not in _TESTED:
        return ""
    found = [
        sentence(parse(each.when))
        for one in said.split(";")
        for each in conditions_of(asked.sentence.format(one.strip()), asked.heading)
    ]
    if found:
        return f"Read as: {'; '.join(dict.fromkeys(found))}."
    return "Nothing in this can be looked up as it stands: it is kept as a question. (< goes back.)"


def _write(draft: Draft, to: Path, missing: tuple[str, ...]) -> Started:
    _check_free(to)
    still_open = (*draft.open, *missing)
    notes = (
        [
            "",
            "# Still open (how would our records, or a call, show it?):",
            *(f"# - {' '.join(one.split())}" for one in still_open),
        ]
        if still_open
        else []
    )
    text = dump_profile(draft.profile) + "\n".join([*notes, ""] if notes else [])
    load_profile(text)  # what cannot be read back is not written
    write_text(to, text)
    profile = draft.profile
    return Started(profile.profile, to, len(profile.criteria), len(profile.exclusions), draft.traces, still_open)


def _check_free(path: Path) -> None:
    if path.exists():
        raise OutputExists(
            f"{path.name} is already there", where=Position(str(path)), remedy="Name another file, or remove this one."
        )
