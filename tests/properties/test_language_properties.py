"""What holds for every predicate, every text and every account."""

from __future__ import annotations

import re
from decimal import Decimal

from hypothesis import example, given, settings
from hypothesis import strategies as st
from trees import AS_OF, facts, predicates

from idealfit.errors import PredicateError, ProfileFileError
from idealfit.profile.document import load_profile
from idealfit.profile.evaluating import evaluate
from idealfit.profile.parsing import FUNCTIONS, MAX_DEPTH, MAX_DIVISIONS, depth, divisions, parse, to_text
from idealfit.profile.predicate import And, Comparison, CountOf, Happened, Not, Number, Or
from idealfit.profile.sentence import sentence
from idealfit.profile.values import like

pieces = st.sampled_from(
    [
        *FUNCTIONS, "employees", '"Client Size"', "'x'", "''", "'180 days'", "within", "over", "detail", "=>", "(", ")",
        ",", "AND", "OR", "NOT", "BETWEEN", "IN", "IS", "NULL", "LIKE", "TRUE", "FALSE", "=", "<>", "<", ">=", "+", "-",
        "*", "/", "1", "0.5", ".5", "1e5", "--", "/*", ";", "'", '"', "\\", "CASE", "\u2018", "\x00", "\ud800", "é",
    ]
)  # fmt: skip
soups = st.lists(pieces, max_size=30).map(" ".join)


@settings(max_examples=250, deadline=None)
@given(predicates)
def test_what_is_written_is_read_back_as_the_same_predicate(predicate):
    text = to_text(predicate)
    if depth(predicate) <= MAX_DEPTH and divisions(predicate) <= MAX_DIVISIONS:
        assert parse(text) == predicate
        assert to_text(parse(text)) == text


@settings(max_examples=300, deadline=None)
@given(st.one_of(soups, st.text(max_size=60)))
@example("(" * 4001)
@example("NOT " * 900)
@example("a" + " + a" * 900)
@example("a = 1" + " AND a = 1" * 400)
def test_the_parser_raises_nothing_but_its_own_error(text):
    try:
        predicate = parse(text)
    except PredicateError as error:
        assert 1 <= error.position <= max(len(text) + 1, 4001)
        assert error.what
        assert error.remedy
    else:
        assert parse(to_text(predicate)) == predicate


@settings(max_examples=150, deadline=None)
@given(predicates)
def test_a_sentence_shows_no_underscore_and_no_operator(predicate):
    text = sentence(predicate)
    assert text
    assert "_" not in re.sub(r"'[^']*'", "", text)
    assert (
        "=>" not in to_text(predicate)
        or "within" not in text
        or "within" in to_text(predicate).replace("within =>", "")
    )


@settings(max_examples=250, deadline=None)
@given(predicates, facts)
def test_not_turns_true_and_false_and_leaves_unknown(predicate, account):
    truth = evaluate(predicate, account, AS_OF)
    assert evaluate(Not(predicate), account, AS_OF) is (None if truth is None else not truth)


@settings(max_examples=120, deadline=None)
@given(predicates, predicates, facts)
def test_de_morgan_holds_with_three_values(first, second, account):
    both = evaluate(Not(And((first, second))), account, AS_OF)
    assert both is evaluate(Or((Not(first), Not(second))), account, AS_OF)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(("funding_round", "Audit")), st.integers(1, 400), facts)
def test_happened_is_a_count_of_at_least_one(event_type, days, account):
    counted = Comparison(">=", CountOf(event_type, days), Number(Decimal(1)))
    assert evaluate(Happened(event_type, days), account, AS_OF) is evaluate(counted, account, AS_OF)
    opposite = evaluate(Happened(event_type, days, negated=True), account, AS_OF)
    assert opposite is evaluate(Not(Happened(event_type, days)), account, AS_OF)


@settings(max_examples=300, deadline=None)
@given(
    st.text("ab%_\\", max_size=8).filter(lambda p: re.fullmatch(r"(?:[^\\]|\\[%_\\])*", p)),
    st.text("ab%_\\", max_size=8),
)
def test_like_agrees_with_a_regular_expression(pattern, text):
    parts = re.findall(r"\\.|.", pattern)
    signs = {"%": ".*", "_": "."}
    expression = "".join(signs.get(part) or re.escape(part[-1]) for part in parts)
    assert like(text, pattern) is (re.fullmatch(expression, text) is not None)


yaml_pieces = st.sampled_from(
    ["profile: x\n", "layers:\n", "  firmographic:\n", "    criteria:\n", "      - id: a\n", "        when: a = 1\n",
     "        points: 3\n", "- ", ": ", "{", "}", "[", "]", "&a ", "*a", "!!set ", "<<: ", "? ", "| ", "> ", "# c\n",
     "\t", "'", '"', "2026-13-01", "0o7", ".nan", "on", "\n", "x", "%YAML 1.1\n", "---\n", "..."]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.lists(yaml_pieces, max_size=20).map("".join), st.text(max_size=40)))
def test_the_file_reader_raises_nothing_but_its_own_error(text):
    try:
        load_profile(text)
    except ProfileFileError as error:
        assert error.problems
        assert str(error)
