"""One lead, one answer: its company's score with the range and the reasons, who answers it, what to ask, what was
decided about the company before. The same figures as a run over all accounts gives (`idealfit score`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from idealfit.activation.wording import action_of, wording_of
from idealfit.errors import MotionWithoutProfile, NoSuchAccount, Position
from idealfit.inbound.gaining import LeadGains
from idealfit.inbound.given import Given, as_day, read_given
from idealfit.inbound.known import Company, Decision, KnownCompanies
from idealfit.inbound.turning_lead import LeadTurns
from idealfit.profile.content import Profile, Segment
from idealfit.profile.document import load_profile, substance_hash
from idealfit.profile.evaluating import AccountFacts, Occurrence, evaluate
from idealfit.profile.motion import by_motion, profile_files
from idealfit.profile.parsing import parse
from idealfit.profile.predicate import Attribute, CountIn, Growth, Includes, Uses, walk
from idealfit.records.attribute import AttributeInfo
from idealfit.records.company import Company as Settings
from idealfit.records.corrected import companions_of
from idealfit.records.imported import company_of, load_attributes, load_report
from idealfit.scores.account_told import Turning, plain_texts
from idealfit.scores.card import with_card
from idealfit.scores.currency import with_currency
from idealfit.scores.expected_value import shares_of
from idealfit.scores.learning import Held
from idealfit.scores.missing import Thing, things_of
from idealfit.scores.one_account import Score, prepared, score_prepared
from idealfit.scores.worth import Worth, worth_of
from idealfit.store.place import Place, open_place

SCHEMA_VERSION = 1
MOST_ASKED = 8
"""So many things are named that should be found out."""
_TIERS = ("A", "B", "C", "unknown", "excluded")


@dataclass(frozen=True)
class LeadEvent:
    """Something that happened at the company: its type, the day, and the detail if any."""

    event_type: str
    occurred_on: date
    detail: str | None = None


@dataclass(frozen=True)
class Lead:
    """What is said of a lead: how its company is found in the records (id, domain or e-mail address, name), attributes
    of the company, what happened there, which roles exist there, and whether it asked for somebody. `said`: whether
    criteria hold, by id, as the company itself answered; `explain`: also what would change the tier.
    """

    account_id: str | None = None
    domain: str | None = None
    name: str | None = None
    attributes: Mapping[str, Given] = field(default_factory=dict)
    events: Sequence[LeadEvent] = ()
    roles: Sequence[str] = ()
    said: Mapping[str, bool] = field(default_factory=dict)
    hand_raised: bool = False
    motion: str | None = None
    as_of: date | None = None
    explain: bool = False


@dataclass(frozen=True)
class Missing:
    """Something unknown that could change the answer: what it is called, the `things` that it is, the criteria that it
    decides, the probability that the tier becomes another one, and by how many points of 100 the fit is expected to
    move.
    """

    what: str
    things: tuple[Thing, ...]
    criteria: tuple[str, ...]
    another_tier: float
    fit: float


@dataclass(frozen=True)
class Answer:
    """`company` is None for one that the records do not know. `differs`: attribute → (given, on record). `missing`: the
    most decisive first. `segments`: those of the profile that it is in. `motions`: motion → tier and fit of every
    profile; the rest is of `motion`, the best one. `texts`: what each criterion and exclusion asks, by id.
    """

    company: Company | None
    profile: Profile
    motion: str
    version: str
    as_of: date
    score: Score
    worth: Worth | None
    missing: tuple[Missing, ...]
    differs: Mapping[str, tuple[object, object]]
    motions: Mapping[str, tuple[str, float | None]]
    warnings: tuple[str, ...]
    segments: tuple[Segment, ...] = ()
    turns: tuple[Turning, ...] | None = None
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def action(self) -> str | None:
        """What is done with an account of this priority, else of this tier, as the profile says."""
        return action_of(wording_of(self.profile).actions, self.score.priority, self.score.tier)

    @property
    def decided_before(self) -> tuple[Decision, ...]:
        """What was decided about the company up to the day of the answer, the newest first."""
        if self.company is None:
            return ()
        return tuple(one for one in self.company.decisions if one.on is None or one.on <= self.as_of)


class Inbox:
    """Answers leads by the profiles of a workspace, as it was when this was made. Several threads may ask at once."""

    def __init__(self, workspace: Path) -> None:
        """Raises what `open_place` and `load_profile` raise, and UsageError where the workspace has no profile."""
        place = open_place(workspace)
        documents = {path: load_profile(path) for path in profile_files(place.root)}
        self.attributes: Mapping[str, AttributeInfo] = load_attributes(place)
        settings = company_of(place)
        report = load_report(place) or {}
        self.as_of = _day_of(report, settings, next(iter(documents.values())))
        self._profiles = {
            motion: _Judge(place, profile, self.as_of, self.attributes, settings)
            for motion, profile in by_motion(documents).items()
        }
        wanted = frozenset(name for judge in self._profiles.values() for name in judge.columns)
        self.companies = KnownCompanies(place, wanted, self.as_of, settings.competitors)

    @property
    def profiles(self) -> Mapping[str, tuple[Profile, str]]:
        """The profiles with their versions, by motion."""
        return {motion: (judge.profile, judge.version) for motion, judge in self._profiles.items()}

    def answer(self, lead: Lead) -> Answer:
        """The answer to one lead. Raises NoSuchAccount for an id that no account has, MotionWithoutProfile for a motion
        that there is not.
        """
        if lead.motion is not None and lead.motion not in self._profiles:
            raise MotionWithoutProfile(
                f"There is no motion '{lead.motion}'",
                remedy=f"There are: {', '.join(self._profiles)}. Without one, the best is taken.",
                where=Position("motion", value=lead.motion),
            )
        company, unclear = self.companies.found(account_id=lead.account_id, domain=lead.domain, name=lead.name)
        if company is None and lead.account_id is not None:
            raise NoSuchAccount(
                f"No account has the id '{lead.account_id}'",
                where=Position("account_id", value=lead.account_id),
                remedy="Leave it out to have the lead judged by what is given.",
            )
        read = read_given(lead.attributes, self.companies.columns)
        day = lead.as_of or max([self.as_of, *(one.occurred_on for one in lead.events if one.occurred_on <= today())])
        judges = self._profiles if lead.motion is None else {lead.motion: self._profiles[lead.motion]}
        raised = lead.hand_raised
        facts = {motion: facts_of(company, read.values, lead, day, judge.profile) for motion, judge in judges.items()}
        scores = {
            motion: judge.score(facts[motion], day, hand_raised=raised, said=lead.said)
            for motion, judge in judges.items()
        }
        motion = min(scores, key=lambda name: (judges[name].whom(facts[name], day), *_place(scores[name])))
        judge, score = judges[motion], scores[motion]
        on_record = {} if company is None else company.columns
        return Answer(
            company=company,
            profile=judge.profile,
            motion=motion,
            version=judge.version,
            as_of=day,
            score=score,
            worth=judge.worth(score.states),
            missing=judge.missing(score),
            differs={
                name: (value, on_record[name])
                for name, value in read.values.items()
                if value is not None and on_record.get(name) is not None and not _same(value, on_record[name])
            },
            motions={name: (one.tier, one.fit) for name, one in scores.items()},
            warnings=(*([unclear] if unclear else []), *read.warnings),
            segments=tuple(one for one in judge.profile.segments if evaluate(one.predicate, facts[motion], day)),
            turns=judge.turns.turns(score) if lead.explain else None,
            texts=judge.texts,
        )


def today() -> date:
    """The day of the clock: an event that a lead brings is never later."""
    return date.today()


def _day_of(report: Mapping[str, Any], settings: Settings, profile: Profile) -> date:
    """T: the day up to which the records speak, as a build takes it."""
    told = report.get("as_of")
    return date.fromisoformat(str(told)[:10]) if told else settings.as_of or profile.as_of or today()


def _place(score: Score) -> tuple[int, float, float]:
    """The best tier first, then fit, then timing, as `score_motions` has it among motions that are sold alike."""
    fit, timing = (-math.inf if value is None else value for value in (score.fit, score.timing))
    return _TIERS.index(score.tier), -fit, -timing


def _same(given: object, on_record: object) -> bool:
    if isinstance(given, str) and isinstance(on_record, str):
        return given.strip().casefold() == on_record.strip().casefold()
    if isinstance(given, int | float) and isinstance(on_record, str) is False:
        return not isinstance(on_record, list) and float(given) == float(str(on_record))
    return (as_day(given) or given) == (as_day(on_record) or on_record)


def facts_of(
    company: Company | None, values: Mapping[str, object], lead: Lead, day: date, profile: Profile
) -> AccountFacts:
    """What is known: the records, and over them what the lead says, with what an import would work out of that.

    `values`: what the lead says, by column, in the types of the columns.
    """
    columns = dict(company.columns) if company is not None else {}
    for name, value in values.items():
        if value is not None:
            columns |= {one: each for one, each in companions_of(name, value).items() if each is not None}
    columns |= {name: value for name, value in values.items() if value is not None or name not in columns}
    happened = tuple(Occurrence(one.event_type, one.detail, one.occurred_on, day) for one in lead.events)
    known = () if company is None else company.people
    roles = [text for since, text in known if since is None or since <= day] + list(lead.roles)
    return AccountFacts(
        columns,
        (*(company.occurrences if company is not None else ()), *happened),
        roles or None,
        company.history if company is not None else {},
        profile.coverage,
    )


class _Judge:
    """One profile, with what is worked out once."""

    def __init__(
        self, place: Place, profile: Profile, day: date, attributes: Mapping[str, AttributeInfo], settings: Settings
    ) -> None:
        self.version = substance_hash(profile)[:12]
        self.profile = with_currency(with_card(profile), settings, day, attributes)
        self._ready = prepared(self.profile, attributes)
        self.texts = plain_texts(self._ready.texts)
        self._words = {**self.profile.dictionary, **attributes}
        plan = self._ready.plan
        self.columns = frozenset(_columns_of(plan.scored.values()))
        self._things = {name: frozenset(things_of(predicate)) for name, predicate in plan.scored.items()}
        self._rates = {item.id: item.rate / 1000 for item in plan.items}
        self._what = {
            things: " and ".join(thing.words(self._words) for thing in sorted(things))
            for things in self._things.values()
        }
        self._learning = LeadGains(self.profile, plan, self._rates)
        self._shares = shares_of(self.profile)
        self._sold_to = None if profile.sold_to is None else parse(profile.sold_to)
        self.turns = LeadTurns(place, self.profile, self.version, plan, self._things, attributes)
        self.missing: Callable[[Score], tuple[Missing, ...]] = self._missing
        self._gains = lru_cache(maxsize=10_000)(self._worked_out)

    def score(self, facts: AccountFacts, day: date, *, hand_raised: bool, said: Mapping[str, bool]) -> Score:
        return score_prepared(self._ready, facts, day, hand_raised=hand_raised, said=said)

    def whom(self, facts: AccountFacts, day: date) -> int:
        """0 where the motion is sold to such companies, 1 where that is not known, 2 where it is not."""
        sold = None if self._sold_to is None else evaluate(self._sold_to, facts, day)
        return 1 if sold is None else 0 if sold else 2

    def worth(self, states: Mapping[str, bool | None]) -> Worth | None:
        model = self.profile.model
        # 'of' names what the model foretells where that is not winning: it is then no chance of a deal
        return worth_of(self.profile, states, self._shares) if model and not model.get("of") else None

    def _missing(self, score: Score) -> tuple[Missing, ...]:
        states = tuple((name, score.states.get(name)) for name in sorted(self._things))
        full = tuple(
            (reason.id, round(1000 * reason.points))
            for reason in score.reasons
            if reason.state == "true" and reason.id in self._rates
        )
        return self._gains(states, full)

    def _worked_out(
        self, states: tuple[tuple[str, bool | None], ...], full: tuple[tuple[str, int], ...]
    ) -> tuple[Missing, ...]:
        held = Held(dict(states), dict(full))
        unknown = [name for name, state in states if state is None]
        asked = sorted({self._things[name] for name in unknown}, key=sorted)
        decided = [tuple(name for name in unknown if self._things[name] <= things) for things in asked]
        found = [
            Missing(self._what[things], tuple(sorted(things)), names, round(tier, 6), round(fit, 6))
            for things, names, (tier, fit) in zip(asked, decided, self._learning.gains(held, decided), strict=True)
        ]
        found.sort(key=lambda one: (-one.another_tier, -one.fit, one.what))
        return tuple(one for one in found if one.another_tier > 0 or one.fit > 0)[:MOST_ASKED]


def _columns_of(predicates: Any) -> set[str]:
    found: set[str] = set()
    for predicate in predicates:
        for part in walk(predicate):
            match part:
                case Attribute(name) | Includes(name) | CountIn(name) | Growth(name):
                    found.add(name.casefold())
                case Uses():
                    found.add("tech")
                case _:
                    pass
    return found
