"""Rules on the sections that only people can fill: the four answers, triggers, objections, voices behind them."""

from __future__ import annotations

from collections.abc import Iterator

from idealfit.lint.rule import Edit, Fault, rule
from idealfit.lint.subject import Path, Subject
from idealfit.lint.wording import listed
from idealfit.profile.motion import DEFAULT_MOTION
from idealfit.profile.parsing import suggest
from idealfit.profile.said import PERSONA_KINDS, Heard

ANSWERS = {
    "what": "what kind of company it is",
    "why_now": "why they buy now",
    "why_us": "why they buy from us",
    "why_profitable": "why they are worth it",
}
SECTIONS = {
    "triggers": ("buying triggers", "What happened in the week before your best customers began to look?"),
    "evaluation_criteria": ("evaluation criteria", "What did they compare you by, in their own words?"),
    "objections": ("objections", "What nearly stopped them, and when did it come up?"),
    "channels": ("channels", "Where did they first hear of you, and whom did they ask?"),
    "language": ("language", "Which words do they use for the problem before they know you?"),
}


@rule(
    "ICP501",
    "answer-missing",
    fails="answers: {what: Software companies with 100 to 500 employees, why_now: An audit is due.}",
    passes="""
    answers:
      what: Software companies with 100 to 500 employees
      why_now: An audit is due.
      why_us: Live in a week.
      why_profitable: They stay for years.
    """,
)
def answer_missing(subject: Subject) -> Iterator[Fault]:
    """One of the four answers is missing: what kind, why now, why us, why profitable.

    A profile that cannot say why a company buys now, from you, and to your profit is a description of a market. One
    sentence each is enough; without a quote it is shown as assumed.
    """
    answers = subject.profile.answers
    lacking = [words for name, words in ANSWERS.items() if not getattr(answers, name)]
    if lacking:
        what = f"Nobody has answered {listed(lacking)}"
        remedy = "Write a sentence each under answers: and a quote where you have one"
        yield Fault(("answers",), what, remedy, of_key=True)


@rule(
    "ICP502",
    "section-missing",
    fails="objections: []",
    passes="objections: [{text: We do that in a spreadsheet., context: first call, answer: How long did it take?}]",
)
def section_missing(subject: Subject) -> Iterator[Fault]:
    """Triggers, evaluation criteria, objections, channels or language are missing.

    Criteria tell whom to call; these tell what to say. They come from conversations, not from a CRM: three to five
    interviews with customers fill all five.
    """
    for name, (words, ask) in SECTIONS.items():
        if not getattr(subject.profile, name):
            yield Fault(
                (name,), f"There are no {words}" if name != "language" else "Their language is missing", ask, True
            )


@rule(
    "ICP503",
    "persona-kind",
    severity="note",
    fails="personas: [{role: CFO}]",
    passes="personas: [{role: economic buyer, title: CFO}]",
)
def persona_kind(subject: Subject) -> Iterator[Fault]:
    """A persona's role is none of the six: economic buyer, champion, technical evaluator, blocker, user, external
    influencer.

    A title says where somebody sits; the role says what they do in the purchase, and that is what a message is written
    for. `--fix` spells a known role as the others are.
    """
    for number, one in enumerate(subject.profile.personas):
        path: Path = ("personas", number, "role")
        if one.kind is None:
            near = suggest(one.role.casefold(), PERSONA_KINDS)
            remedy = (
                f"Did you mean '{near}'?"
                if near
                else f"Write the title as title: and as role one of {listed(list(PERSONA_KINDS), 'or')}"
            )
            yield Fault(path, f"'{one.role}' is no role in a purchase", remedy)
        elif one.kind != one.role:
            what = f"The role '{one.role}' is spelled '{one.kind}'"
            yield Fault(path, what, f"Write {one.kind}", edits=(Edit(path, one.kind),))


@rule(
    "ICP504",
    "quote-without-source",
    severity="note",
    fails="objections: [{text: Too dear., quotes: [We cannot pay that]}]",
    passes="objections: [{text: Too dear., quotes: [{text: We cannot pay that, source: conversation-12}]}]",
)
def quote_without_source(subject: Subject) -> Iterator[Fault]:
    """A quote does not say where it comes from, or an entry is called known with nothing behind it.

    A quote that nobody can look up is an opinion in quotation marks. Name the conversation, the survey or the review.
    """
    for path, one in heard(subject):
        for number, quote in enumerate(one.quotes):
            if not (quote.source or "").strip():
                what = f"The quote '{_cut(quote.text)}' has no source"
                yield Fault((*path, "quotes", number), what, "Add its source: a conversation, a survey, a review")
        if one.assumed is False and not one.quotes:
            what = "This is said to be known (assumed: false), and nothing shows it"
            yield Fault((*path, "assumed"), what, "Add a quote with its source, or take assumed: false out")


@rule(
    "ICP505",
    "motion-not-described",
    fails="motion: enterprise",
    passes="""
    motion: enterprise
    selling:
      cycle: {days: 120, steps: [First call, Security review, Signature]}
      packaging: A yearly contract for a department
      messages: [{text: Live in a week without your developers, to: champion}]
    """,
)
def motion_not_described(subject: Subject) -> Iterator[Fault]:
    """A motion among several does not say how it sells: its cycle, its packaging, or its messages.

    Two motions that are sold in the same way are one. What sets them apart is how long a deal takes, what is bought and
    what is said; without it a rep of one motion works the accounts of the other as their own.
    """
    profile = subject.profile
    if profile.motion == DEFAULT_MOTION and not (subject.records and subject.records.same_motion):
        return
    selling = profile.selling
    said = {
        "its cycle": selling.cycle.days or selling.cycle.steps,
        "its packaging": selling.packaging,
        "its messages": selling.messages,
    }
    lacking = [words for words, there in said.items() if not there]
    if lacking:
        what = f"The motion '{profile.motion}' does not say {listed(lacking)}"
        yield Fault(("selling",), what, "Write them under selling: (cycle:, packaging:, messages:)", True)
    segments = {one.id for one in profile.segments}
    for number, one in enumerate(selling.messages):
        if one.segment is not None and one.segment not in segments:
            what = f"A message is for the segment '{one.segment}', which the profile does not have"
            near = suggest(one.segment, segments)
            remedy = f"Did you mean '{near}'?" if near else "Add the segment, or take the word out"
            yield Fault(("selling", "messages", number, "segment"), what, remedy)


def heard(subject: Subject) -> Iterator[tuple[Path, Heard]]:
    """Every entry that people can be quoted for, with its place in the file."""
    profile = subject.profile
    for name in ("triggers", "personas", "evaluation_criteria", "objections", "channels", "discovery_map", "language"):
        for number, one in enumerate(getattr(profile, name)):
            yield (name, number), one
    for name in (*("questions", "segments", "use_case"),):
        for number, one in enumerate(getattr(profile, name)):
            yield (name, number), one
    selling = profile.selling
    yield from ((("selling", "packaging", number), one) for number, one in enumerate(selling.packaging))
    yield from ((("selling", "messages", number), one) for number, one in enumerate(selling.messages))
    yield from ((("selling", "cycle", "steps", number), one) for number, one in enumerate(selling.cycle.steps))
    for group in ("answers", "value"):
        for name in type(getattr(profile, group)).model_fields:
            for number, one in enumerate(getattr(getattr(profile, group), name)):
                yield (group, name, number), one
    for place, persona in enumerate(profile.personas):
        for name in ("measured_on", "cares_about", "fears"):
            for number, one in enumerate(getattr(persona, name)):
                yield ("personas", place, name, number), one


def _cut(text: str, most: int = 40) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
