"""All rules of the linter, in the order of their codes, and which of their findings to mend first."""

from __future__ import annotations

from typing import Final

from idealfit.lint import agreement, evidence, sections, sense, shape, use, words
from idealfit.lint.rule import Rule

RULES: Final[tuple[Rule, ...]] = (
    shape.few_layers,
    shape.firmographics_only,
    shape.no_exclusions,
    sense.contradicting_or_redundant,
    shape.too_long,
    shape.too_strict,
    shape.no_action,
    sense.named_twice,
    sense.empty_layer,
    words.about_a_person,
    words.vague_words,
    words.not_a_filter,
    evidence.no_evidence,
    evidence.best_by_size,
    evidence.average_customer,
    evidence.changed_without_evidence,
    use.undecidable,
    use.tells_nobody_apart,
    use.inbound_match_rate,
    use.addressable,
    use.over_specified,
    use.matches_churn,
    use.two_profiles,
    sections.answer_missing,
    sections.section_missing,
    sections.persona_kind,
    sections.quote_without_source,
    sections.motion_not_described,
    agreement.review_overdue,
    agreement.owners_missing,
    agreement.approved_by_one_team,
    agreement.exception_over,
)
CODES: Final = frozenset(one.code for one in RULES)
MEND_FIRST: Final = (
    *("ICP201", "ICP104", "ICP406", "ICP603", "ICP401", "ICP402", "ICP103", "ICP301", "ICP403", "ICP102", "ICP202"),
    *("ICP101", "ICP304", "ICP303", "ICP404", "ICP407", "ICP106", "ICP302", "ICP405", "ICP501", "ICP502", "ICP601"),
    *("ICP505", "ICP107", "ICP105", "ICP602"),
)
"""Among findings of one severity: what makes the profile wrong before what makes it weak, before what it lacks."""


def rule_of(code: str) -> Rule | None:
    """The rule with this code or name, however it is spelled."""
    asked = code.strip().casefold()
    return next((one for one in RULES if asked in (one.code.casefold(), one.name)), None)


def chosen(*, strict: bool = False, select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()) -> tuple[Rule, ...]:
    """The rules to run: those on by default, every one with `strict`, those in `select` too, none of `ignore`."""
    return tuple(one for one in RULES if (strict or one.default or one.code in select) and one.code not in ignore)
