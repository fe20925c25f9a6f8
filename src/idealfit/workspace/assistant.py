"""A command of the user's own that may propose criteria for sentences that no rule reads: asked, limited, not trusted.

It gets the open sentences as JSON on its standard input and answers proposals as JSON on its standard output. Of its
answer a line's number, a layer and a predicate are read, and nothing else is kept or shown: the reason of a criterion
is the document's own sentence. What it proposes is parsed and checked like anything that a person types, marked, and
stands in the draft only where somebody took it.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from idealfit.errors import PredicateError, ProfileFileError
from idealfit.profile.content import DEFAULT_WEIGHTS, Criterion, Exclusion, Layer, Profile
from idealfit.profile.document import dump_profile, load_profile
from idealfit.profile.from_text import USUAL_POINTS, Draft
from idealfit.profile.meaning import canonical
from idealfit.profile.parsing import parse
from idealfit.profile.sentence import sentence
from idealfit.records.attribute import LAYERS
from idealfit.records.company import Assistant, read_company_file

MARK: Final = "proposed by the assistant"
MOST_PROPOSALS: Final = 100
LARGEST_ANSWER: Final = 1_000_000
"""Bytes of an answer that are read."""
LONGEST_REASON: Final = 140


@dataclass(frozen=True)
class Proposal:
    """What was proposed for one sentence (its line and words): a criterion of a layer, or an exclusion; `says` is the
    predicate in words.
    """

    line: int
    text: str
    layer: str
    when: str
    says: str
    exclusion: bool = False


@dataclass(frozen=True)
class Proposed:
    """What an assistant answered: proposals that can be read, why others were refused, and why there is no answer."""

    proposals: tuple[Proposal, ...] = ()
    refused: tuple[str, ...] = ()
    told: str = ""


def assistant_of(company: Path | None) -> Assistant | None:
    """The assistant of a company file that a person named; None where there is none. A folder of records cannot name
    one by itself: its files would then run programs. Raises CompanyFileUnreadable.
    """
    return read_company_file(company).assistant if company is not None else None


def ask_assistant(assistant: Assistant, draft: Draft) -> Proposed:
    """What the command proposes for the sentences of `draft` that are still open. Never raises for what it does: one
    that fails, hangs, answers too much or nonsense leaves the draft as it is, and that is told.
    """
    open_ones = {trace.line: trace.text for trace in draft.traces if trace.became == ("question",)}
    if not open_ones:
        return Proposed()
    asked = {
        "schema_version": 1,
        "sentences": [{"line": line, "text": text} for line, text in open_ones.items()],
        "layers": list(LAYERS),
        "answer": {"proposals": [{"line": 0, "layer": "a layer", "when": "a predicate", "exclusion": False}]},
    }
    answer, told = _run(assistant, json.dumps(asked, ensure_ascii=False).encode())
    if told:
        return Proposed(told=told)
    try:
        content = json.loads(answer)
        listed = content["proposals"]
        if not isinstance(listed, list):
            raise TypeError
    except (ValueError, TypeError, KeyError, RecursionError):
        return Proposed(told="The assistant's answer is no JSON with a list of proposals: it was not used.")
    found, refused = _read(listed[:MOST_PROPOSALS], open_ones, draft.profile)
    more = len(listed) - MOST_PROPOSALS
    return Proposed(found, (*refused, *([f"{more:,} further proposals were not read"] if more > 0 else [])))


def with_proposals(draft: Draft, found: Proposed, take: Callable[[Proposal], bool] | None) -> Draft:
    """`draft` with those of the proposals that `take` says yes to, each marked; without `take`, with none of them: they
    are told among what is open.
    """
    taken: list[Proposal] = []
    for one in found.proposals:
        if take is not None and take(one):
            both = _with(draft.profile, one, len(taken) + 1)
            try:
                load_profile(dump_profile(both))
            except ProfileFileError:
                continue  # it has no room beside the others: told as not taken
            draft = replace(draft, profile=both)
            taken.append(one)
    became: dict[int, tuple[str, ...]] = {}
    for number, one in enumerate(taken, 1):
        where = "exclusions" if one.exclusion else one.layer
        became[one.line] = (*became.get(one.line, ()), f"{where}.proposed-{number} ({MARK})")
    traces = tuple(
        replace(trace, became=became[trace.line]) if trace.became == ("question",) and trace.line in became else trace
        for trace in draft.traces
    )
    settled = {f"'{one.text}' (line {one.line})" for one in taken}
    left = [one for one in found.proposals if one not in taken]
    waiting = [f"{MARK[:1].upper()}{MARK[1:]}, not taken: {one.when} (line {one.line})" for one in left]
    return replace(draft, traces=traces, open=(*(one for one in draft.open if one not in settled), *waiting))


def _with(profile: Profile, one: Proposal, number: int) -> Profile:
    name, because = f"proposed-{number}", f"“{one.text.rstrip('.')}” (line {one.line}); {MARK}"
    if one.exclusion:
        barrier = Exclusion(id=name, when=one.when, because=because)
        return profile.model_copy(update={"exclusions": (*profile.exclusions, barrier)})
    made = Criterion(id=name, when=one.when, points=USUAL_POINTS, because=because)
    layers: dict[Any, Layer] = dict(profile.layers)
    before = layers.get(one.layer, Layer(weight=DEFAULT_WEIGHTS.get(one.layer) or 10))
    layers[one.layer] = before.model_copy(update={"criteria": (*before.criteria, made)})
    return profile.model_copy(update={"layers": {layer: layers[layer] for layer in LAYERS if layer in layers}})


def _read(
    listed: Sequence[Any], open_ones: Mapping[int, str], profile: Profile
) -> tuple[tuple[Proposal, ...], tuple[str, ...]]:
    """The proposals that can be read, each once, and the reasons against the others."""
    there = {canonical(one.predicate) for _layer, one in profile.criteria}
    there |= {canonical(one.predicate) for one in profile.exclusions}
    found, refused = [], []
    for number, entry in enumerate(listed, 1):
        given = entry if isinstance(entry, dict) else {}
        line, layer, when = given.get("line"), given.get("layer"), given.get("when")
        why = ""
        if not isinstance(line, int) or isinstance(line, bool) or line not in open_ones:
            why = "it names no line of an open sentence"
        elif layer not in LAYERS:
            why = "it names no layer"
        elif not isinstance(when, str):
            why = "it holds no predicate"
        else:
            try:
                predicate = parse(when)
            except PredicateError as error:
                why = f"line {line}: {error.what}"[:LONGEST_REASON]
            else:
                if (meaning := canonical(predicate)) in there:
                    why = f"line {line}: the draft says that already"
                else:
                    there.add(meaning)
                    said = sentence(predicate, profile.dictionary)
                    found.append(Proposal(line, open_ones[line], layer, when, said, given.get("exclusion") is True))
        if why:
            refused.append(f"Proposal {number} was refused: {why}")
    return tuple(found), tuple(refused)


def _run(assistant: Assistant, asked: bytes) -> tuple[bytes, str]:
    """What the command writes, and why that is not used ('' where it is). No shell reads the command; what it writes to
    its error output goes nowhere; when its time is over, it ends with all that it started.
    """
    with tempfile.TemporaryFile() as given:
        given.write(asked)
        given.seek(0)
        try:
            process = subprocess.Popen(  # noqa: S603 - a person named the file that names the command; no shell reads it
                assistant.command,
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            return b"", f"The assistant could not be started ({type(error).__name__})."
        try:
            answer, told = _heard(process, time.monotonic() + assistant.seconds, assistant.seconds)
            if not told and process.wait(timeout=assistant.seconds) != 0:
                told = f"The assistant ended with code {process.returncode}: its answer was not used."
        except subprocess.TimeoutExpired:
            answer, told = b"", _LATE.format(assistant.seconds)
        finally:
            _end(process)
    return answer, told


_LATE: Final = "The assistant had no answer after {} seconds and was ended."


def _heard(process: subprocess.Popen[bytes], until: float, seconds: int) -> tuple[bytes, str]:
    answer, out = b"", process.stdout
    while out is not None:
        left = until - time.monotonic()
        if left <= 0 or not select.select([out], [], [], left)[0]:
            return b"", _LATE.format(seconds)
        part = os.read(out.fileno(), 65_536)
        if not part:
            return answer, ""
        answer += part
        if len(answer) > LARGEST_ANSWER:
            return b"", f"The assistant answered more than {LARGEST_ANSWER:,} bytes: nothing of it was used."
    return answer, ""


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the command's whole group, which it is the head of, whatever it has started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout is not None:
        process.stdout.close()
