"""What is written for a CRM is read back and finds whom the predicate is true of, or more or fewer as it says."""

from __future__ import annotations

import math

import numpy as np
import pytest
from accounts_at_random import COLUMNS, TODAY, coverages, made_accounts, predicates
from hypothesis import given, settings
from hypothesis import strategies as st

from idealfit.activation.filters.adapting import Column, Setting, adapted
from idealfit.activation.filters.marking import marks
from idealfit.activation.filters.wanted import Reader, wanted
from idealfit.activation.filters.ways import TOOLS, Order
from idealfit.profile.evaluating import AccountFacts, evaluate

KINDS = {"DOUBLE": "number", "BIGINT": "number", "VARCHAR": "text", "BOOLEAN": "boolean", "DATE": "date"}
KINDS |= {"TIMESTAMP": "timestamp", "VARCHAR[]": "list"}
TYPES = {name: KINDS[kind] for name, kind in COLUMNS.items()}
CRM_KINDS = {kind.label: kind for tool in ("hubspot", "salesforce") for kind in TOOLS[tool]}


def kept(value: object) -> object:
    """What a CRM can hold: no blank texts, no numbers without end, no empty lists."""
    if isinstance(value, str):
        return value if value.strip() and "\x00" not in value else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value if math.isfinite(value) and abs(value) < 10**12 else None
    if isinstance(value, list):
        return [one for one in value if one is not None and one.strip() and ";" not in one] or None
    return value


@settings(max_examples=30, deadline=None)
@given(
    predicates,
    st.lists(made_accounts, min_size=3, max_size=6),
    coverages,
    st.sampled_from(((True, False), (False, False), (False, True), (True, True))),
    st.booleans(),
)
@pytest.mark.parametrize("label", CRM_KINDS)
def test_a_crm_filter_finds_whom_the_predicate_means(label, predicate, made, coverage, asked, rolling):
    kind, (holds, unknown) = CRM_KINDS[label], asked
    rows = [{name: kept(value) for name, value in one.columns.items()} for one in made]
    reader = Reader(TODAY, coverage, TYPES)
    form = wanted(predicate, reader, holds=holds, unknown=unknown)
    names = {name: Column(f"field_{at}__c") for at, name in enumerate(COLUMNS)}
    setting = Setting(names, TYPES, rolling=rolling)
    said = adapted(form, lambda test: kind.say(test, setting))
    if said.form is None or any(loss.direction == "other" for loss in said.losses):
        return
    order = Order("a filter", ((said.form,),), (), setting, (), TODAY)
    written = kind.write(order)
    if written.lost:
        return
    checkboxes = frozenset({names["is_public"].name})
    node = kind.read(written.text, TODAY, checkboxes)
    fields = {names[name].name: [row[name] for row in rows] for name in COLUMNS}
    fields |= dict.fromkeys(("Id", "Name"), ["something"] * len(rows))
    found = marks(node, fields, len(rows))
    meant = np.array([is_meant(predicate, one, row, coverage, asked) for one, row in zip(made, rows, strict=True)])
    directions = {loss.direction for loss in said.losses}
    if "looser" not in directions:
        assert not (found & ~meant).any(), (written.text, rows)
    if "tighter" not in directions:
        assert not (meant & ~found).any(), (written.text, rows)


def is_meant(predicate, one, row, coverage, asked) -> bool:
    facts = one.facts(coverage)
    truth = evaluate(predicate, AccountFacts(row, facts.occurrences, facts.roles, facts.history, coverage), TODAY)
    return truth is asked[0] or (truth is None and asked[1])
