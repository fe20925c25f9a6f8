"""A lead is decided on, asked about, decided anew, kept, and disagreed with."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from idealfit.errors import NoSuchDecision, RequestNotUnderstood
from idealfit.inbound import deciding
from idealfit.inbound.answer import Inbox, Lead
from idealfit.inbound.told import text_of
from idealfit.store import decisions
from idealfit.store.place import Place, open_place


@pytest.fixture(scope="module")
def place(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    copy = tmp_path_factory.mktemp("deciding") / "w"
    shutil.copytree(made_up, copy)
    return open_place(copy)


@pytest.fixture(scope="module")
def inbox(place: Place) -> Inbox:
    return Inbox(place.root)


def test_questions_answered_one_after_the_other_settle_a_lead_that_nobody_knew(inbox: Inbox, place: Place) -> None:
    number = deciding.decide(inbox, place, "Company: Quillfire\nEmail: a@quillfire.example")
    first = deciding.decided(inbox, place, number)
    assert first.decision.answer["company"]["account_id"] is None
    assert first.decision.answer["tier"] == "unknown"
    for _ in range(20):
        open_ = deciding.decided(inbox, place, number)
        if not open_.questions:
            break
        question = open_.questions[0]
        value = {"number": "120", "text": (question.choices or ("x",))[0], "date": "2020-01-31"}.get(question.control)
        deciding.tell(inbox, place, number, question.key, value or "no")
    assert open_.questions == ()
    card = open_.decision.answer
    assert card["tier"] != "unknown" and card["completeness"] == 1.0
    assert card["tier_low"] == card["tier_high"] == card["tier"]


def test_the_card_is_the_answer_of_the_inbox(inbox: Inbox, place: Place) -> None:
    account = sorted(inbox.companies._index.execute("SELECT account_id FROM accounts").fetchall())[5][0]
    number = deciding.decide(inbox, place, account)
    card = deciding.decided(inbox, place, number).decision.answer
    answer = inbox.answer(Lead(account_id=account))
    assert card["company"]["account_id"] == account
    assert (card["tier"], card["fit"], card["priority"]) == (
        answer.score.tier,
        answer.score.fit,
        answer.score.priority,
    )
    told = {one["id"] for heading in card["headings"] for one in heading["reasons"]}
    scored = {one.id for one in answer.score.reasons} - {one.id for one in answer.profile.exclusions}
    assert told == scored, "every criterion stands under one of the four headings"
    assert str(card["company"]["name"]) in text_of(card)


def test_what_is_said_stands_over_what_is_known_and_no_counts_as_no(inbox: Inbox, place: Place) -> None:
    profile = next(iter(inbox.profiles.values()))[0]
    name = profile.criteria[0][1].id
    for said in (True, False):
        answer = inbox.answer(Lead(name="Quillfire", said={name: said}))
        assert answer.score.states[name] is said
    assert inbox.answer(Lead(name="Quillfire", said={"no-such-criterion": True})).score.tier == "unknown"


def test_a_company_whose_name_was_heard_in_part_is_offered_taken_and_let_go(inbox: Inbox, place: Place) -> None:
    named = inbox.companies._index.execute("SELECT name, account_id FROM accounts WHERE name LIKE '% %' ORDER BY 2")
    heard, account = next((str(name).split()[0], str(id_)) for name, id_ in named if len(str(name).split()[0]) > 5)
    number = deciding.decide(inbox, place, heard)
    first = deciding.decided(inbox, place, number)
    assert first.decision.answer["company"]["account_id"] is None
    assert account in [one for one, _name in first.near]
    deciding.tell(inbox, place, number, "company", account)
    assert deciding.decided(inbox, place, number).decision.answer["company"]["account_id"] == account
    deciding.tell(inbox, place, number, "company", deciding.NOT_THIS)
    assert deciding.decided(inbox, place, number).decision.answer["company"]["account_id"] is None


def test_a_question_left_out_is_not_asked_again(inbox: Inbox, place: Place) -> None:
    number = deciding.decide(inbox, place, "quillfire.example")
    first = deciding.decided(inbox, place, number).questions[0].key
    deciding.tell(inbox, place, number, first, "")
    assert first not in [one.key for one in deciding.decided(inbox, place, number).questions]


@pytest.mark.parametrize(
    ("key", "value"),
    [("column:employees", "plenty"), ("column:no_such", "1"), ("criterion:x", "perhaps"), ("", "1"), ("x:y", "z")],
)
def test_an_answer_that_cannot_be_read_changes_nothing(inbox: Inbox, place: Place, key: str, value: str) -> None:
    number = deciding.decide(inbox, place, "quillfire.example")
    before = deciding.decided(inbox, place, number)
    with pytest.raises(RequestNotUnderstood):
        deciding.tell(inbox, place, number, key, value)
    assert deciding.decided(inbox, place, number) == before


def test_somebody_may_disagree_with_a_reason_and_take_it_back(inbox: Inbox, place: Place) -> None:
    number = deciding.decide(inbox, place, "quillfire.example")
    count, against = decisions.counted(place.ledger)
    deciding.disagree(place, number, wanted="A", because="They came through a partner.", by="Ines")
    found = decisions.decision(place.ledger, number)
    assert found is not None and found.disagreement is not None
    assert (found.disagreement.wanted, found.disagreement.by) == ("A", "Ines")
    assert decisions.counted(place.ledger) == (count, against + 1)
    for wanted, because, by in (("Z", "x", "y"), ("A", " ", "Ines"), ("A", "x", "")):
        with pytest.raises(RequestNotUnderstood):
            deciding.disagree(place, number, wanted=wanted, because=because, by=by)
    deciding.disagree(place, number, wanted="", because="", by="")
    assert decisions.counted(place.ledger) == (count, against)


def test_a_decision_that_there_is_not(inbox: Inbox, place: Place) -> None:
    with pytest.raises(NoSuchDecision):
        deciding.decided(inbox, place, 99_999)


def test_a_person_in_a_pasted_form_is_nowhere_in_the_workspace(inbox: Inbox, place: Place) -> None:
    deciding.decide(inbox, place, "Name: Zaphod Quux\nCompany name: Quillfire\nEmail: zaphod.quux@quillfire.example")
    found = b"".join(path.read_bytes() for path in place.root.glob("ledger.sqlite*"))
    assert b"Quillfire" in found
    assert b"zaphod" not in found.lower()


def test_a_lead_that_names_no_company_is_asked_first_which_it_is(inbox: Inbox, place: Place) -> None:
    known = inbox.companies._index.execute("SELECT key, account FROM keys WHERE kind = 'domain' ORDER BY 1").fetchone()
    number = deciding.decide(inbox, place, "someone@gmail.com")
    assert deciding.decided(inbox, place, number).questions[0].key == "named"
    with pytest.raises(RequestNotUnderstood, match="names no company"):
        deciding.tell(inbox, place, number, "named", "other@gmail.com")
    deciding.tell(inbox, place, number, "named", known[0])
    after = deciding.decided(inbox, place, number)
    assert after.decision.answer["company"]["account_id"] == known[1]
    assert "named" not in [one.key for one in after.questions]


def test_a_slip_in_a_site_is_answered_with_the_company_that_may_be_meant(inbox: Inbox, place: Place) -> None:
    domain, account = inbox.companies._index.execute(
        "SELECT key, account FROM keys WHERE kind = 'domain' AND length(key) > 16 ORDER BY 1"
    ).fetchone()
    stem, _, ending = domain.partition(".")
    number = deciding.decide(inbox, place, f"{stem}{stem[-1]}.{ending}")
    assert account in [one for one, _name in deciding.decided(inbox, place, number).near]
