"""What a build found beside what a person wrote: nothing in use changes silently, nothing of theirs is lost."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from idealfit.profile.document import Profile, load_profile
from idealfit.store.place import Place, open_place
from idealfit.workspace.deciding import accept, decline
from idealfit.workspace.keeping import carried, keep_profile
from idealfit.workspace.versioning import history, version_words

FOUND = """\
profile: Best-fit companies
layers:
  firmographic:
    weight: 35
    criteria:
      - {id: size, when: employees BETWEEN 100 AND 500, points: 10, because: 61 of 140 won., grade: supported}
exclusions:
  - {id: tender, when: buying_style = 'tender', because: 3 of 96 won., state: proposed, evidence: {n: 96}}
  - {id: keran, when: uses('Keran'), because: They leave., state: proposed, evidence: {n: 40}}
"""
DAY = date(2026, 9, 30)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = open_place(tmp_path / "w", create=True)
    keep_profile(place, found(), "Built from the records as of 2026-09-30: profile")
    return place


def found(**changed: str) -> Profile:
    text = FOUND
    for old, new in changed.items():
        text = text.replace(old, new)
    return load_profile(text)


def test_what_a_build_writes_is_a_version_with_its_reason(place: Place) -> None:
    [entry] = history(place.root).versions
    assert (entry.number, entry.author, entry.origin) == (1, "idealfit build", "built")
    keep_profile(place, found(), "the same again")
    newer = found().model_copy(update={"as_of": DAY})
    assert keep_profile(place, newer, "newer records").proposed is None
    assert [one.because for one in history(place.root).versions][1:] == ["newer records"]


def test_a_declined_exclusion_is_not_proposed_again(place: Place) -> None:
    decline(place.root, "tender", by="Ada", because="They pay.", on=DAY)
    kept = keep_profile(place, found(tender="tenders", buying_style="BUYING_STYLE"), "again")
    assert kept.proposed is None or "tender" not in {one.id for one in kept.proposed.exclusions}
    assert [one.id for one in kept.profile.exclusions] == ["keran"]


def test_what_people_decided_and_wrote_stands_in_the_proposal(place: Place) -> None:
    accept(place.root, "keran", by="Ada", because="They cannot leave it.", on=DAY)
    path = place.root / "profile.yaml"
    theirs = "language: [pipeline you can defend]\n"
    path.write_text(path.read_text() + theirs)
    before = path.read_bytes()
    newer = load_profile(FOUND.replace("AND 500", "AND 800"))
    kept = keep_profile(place, newer, "newer records")
    assert path.read_bytes() == before
    assert kept.proposed is not None
    proposed = load_profile(place.root / "profile.proposed.yaml")
    assert [one.text for one in proposed.language] == ["pipeline you can defend"]
    keran = next(one for one in proposed.exclusions if one.id == "keran")
    assert (keran.state, keran.by, keran.since) == ("accepted", "Ada", DAY)
    assert [change.text for change in kept.changes if change.bearing == "scored"] == ["employees 100–500 → 100–800"]  # noqa: RUF001 - a range
    assert (place.root / "profile.proposed.diff").read_text().startswith("# employees 100")


def test_an_exclusion_that_only_a_person_knows_is_carried_over() -> None:
    own = "  - {id: gov, when: \"ownership = 'government'\", because: Tenders take too long.}\n"
    both = carried(found(), load_profile(FOUND + own))
    assert [one.id for one in both.exclusions] == ["tender", "keran", "gov"]


def test_what_would_clash_with_what_was_found_is_left_out_whole() -> None:
    own = "  - {id: size, when: employees < 3, because: Too small.}\n"
    in_force = load_profile(FOUND.replace("id: size", "id: head") + own)
    assert carried(found(), in_force) == found()


TYPED = """\
  technographic:
    weight: 25
    criteria:
      - {id: okta, when: uses('Okta'), points: 6, because: Our agent needs it.}
exclusions:"""


def test_a_criterion_that_a_person_typed_stands_in_the_proposal_and_is_marked(place: Place) -> None:
    path = place.root / "profile.yaml"
    path.write_text(path.read_text().replace("exclusions:", TYPED))
    kept = keep_profile(
        place, load_profile(FOUND.replace("AND 500", "AND 800").replace("id: size", "id: okta")), "newer"
    )
    assert kept.typed == ("okta-typed",), "the id is another criterion's now"
    text = (place.root / "profile.proposed.yaml").read_text()
    assert "- id: okta-typed  # typed by a person, kept by the build" in text
    [_size, (layer, okta)] = load_profile(text).criteria
    assert (layer, okta.when, okta.points, okta.because) == ("technographic", "uses('Okta')", 6, "Our agent needs it.")


def test_one_that_was_found_again_or_has_no_room_is_not_kept_twice(place: Place) -> None:
    path = place.root / "profile.yaml"
    path.write_text(path.read_text().replace("exclusions:", TYPED))
    found_too = FOUND.replace("exclusions:", TYPED.replace("points: 6", "points: 9"))
    kept = keep_profile(place, load_profile(found_too), "newer")
    assert kept.typed == ()
    assert kept.proposed is not None
    assert [one.points for _layer, one in kept.proposed.criteria] == [10, 9]


def test_a_page_names_the_number_of_its_version_or_that_it_was_changed_since(place: Place) -> None:
    profile = load_profile(place.root / "profile.yaml")
    assert version_words(place, profile).startswith("1 (")
    other = profile.model_copy(update={"profile": "Another"})
    assert version_words(place, other).endswith(", not saved, changed since version 1")
    assert version_words(place, other, written=True).startswith("2 (")
