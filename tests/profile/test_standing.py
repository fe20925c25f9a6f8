from __future__ import annotations

from idealfit.profile.content import Profile, Signature
from idealfit.profile.document import load_profile, substance_hash
from idealfit.profile.standing import as_it_stands, standing, team_of

TEXT = "profile: X\nexclusions:\n  - {id: gov, when: \"ownership = 'government'\", because: slow, state: accepted}\n"
OWNERS = ("sales", "marketing", "customer_success")


def signed(profile: Profile, *teams: str, status: str = "approved") -> Profile:
    marks = tuple(Signature(team=team, by="Ada", content=substance_hash(profile)[:16]) for team in teams)
    return profile.model_copy(update={"status": status, "signatures": marks})


def test_with_every_owner_it_is_approved() -> None:
    found = standing(signed(load_profile(TEXT), *OWNERS))
    assert (found.status, found.missing, found.told) == ("approved", (), "")


def test_a_profile_that_was_changed_after_its_approval_is_a_draft_and_says_so() -> None:
    approved = signed(load_profile(TEXT), *OWNERS)
    changed = approved.model_copy(update={"profile": "Y"})
    found = standing(changed)
    assert found.status == "draft"
    assert found.changed
    assert "changed after Ada had approved it" in found.told
    assert as_it_stands(changed).signatures == ()
    assert standing(approved.model_copy(update={"check": changed.check})).status == "approved"


def test_a_word_typed_into_the_file_approves_nothing() -> None:
    typed = load_profile(TEXT.replace("profile: X", "profile: X\nstatus: approved"))
    assert standing(typed).status == "draft"
    assert "nobody has signed" in standing(typed).told
    half = signed(load_profile(TEXT), "sales")
    assert "not signed by marketing, customer success" in standing(half).told


def test_an_exclusion_that_nobody_decided_holds_the_approval_back() -> None:
    proposed = signed(load_profile(TEXT.replace("accepted", "proposed")), *OWNERS)
    assert standing(proposed).status == "draft"
    assert standing(proposed).undecided == ("gov",)


def test_teams_are_one_however_they_are_written() -> None:
    assert {team_of(name) for name in ("CS", "Customer Success", "customer-success")} == {"customer_success"}
