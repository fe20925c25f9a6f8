"""The call card: its points add up to what its routes ask, and it says what a tier takes."""

from __future__ import annotations

from importlib.resources import files

from idealfit.profile.content import Profile
from idealfit.profile.document import load_profile
from idealfit.profile.rendering.callcard import CallCard, callcard_of, callcard_text
from idealfit.profile.rendering.page import page_of


def outbound() -> Profile:
    return load_profile((files("idealfit.profile") / "templates" / "outbound-sales-tool.yaml").read_text("utf-8"))


def card_of(profile: Profile) -> CallCard:
    return callcard_of(profile, None, page_of(profile, None, None))


def test_all_that_the_card_counts_is_on_it_and_the_rest_is_for_the_call() -> None:
    card = card_of(outbound())
    assert [one.points for one in card.questions] == ["", "+20", "+20", "+20", "+10", "+10"]
    assert card.most == "80"
    assert card.routes[0] == ("70 points or more", "AE the same day.")
    assert "(no points)" in callcard_text(card)


def test_without_a_card_it_says_from_which_fit_on_a_tier_begins_and_what_is_left_out() -> None:
    card = card_of(outbound().model_copy(update={"card": None}))
    assert [least for least, _ in card.routes] == ["Tier A, fit 75 or more", "Tier B, fit 50 or more", "Tier C"]
    # three of the six questions are for the call; the scored criteria hold more points than the rest shows
    here, _, everywhere = card.most.partition(" of ")
    assert 0 < int(here) < int(everywhere)
