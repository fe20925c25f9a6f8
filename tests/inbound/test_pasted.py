"""What a rep pastes is read as a lead; of persons nothing is kept."""

from __future__ import annotations

import pytest

from idealfit.errors import RequestNotUnderstood
from idealfit.inbound.given import Column
from idealfit.inbound.pasted import LONGEST, Pasted, read_pasted

COLUMNS = {
    name: Column(name, kind, {})
    for name, kind in (
        ("account_id", "text"),
        ("name", "text"),
        ("domain", "text"),
        ("employees", "number"),
        ("industry", "text"),
        ("country", "text"),
        ("fiscal_year_end", "text"),
        ("tech", "list"),
    )
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("acme.co.uk", Pasted(domain="acme.co.uk")),
        ("https://www.acme.example/about?x=1", Pasted(domain="acme.example")),
        ("jo@acme.example", Pasted(domain="acme.example", withheld=1)),
        ("jo@gmail.com", Pasted(withheld=1)),
        ("Blue Robotics Ltd", Pasted(name="Blue Robotics Ltd")),
        ("St. Anne Hospital", Pasted(name="St. Anne Hospital")),
        ("Hello, we run acme.example and would like a demo. Jo", Pasted(domain="acme.example", hand_raised=True)),
    ],
)
def test_a_domain_an_address_or_a_name(text: str, found: Pasted) -> None:
    assert read_pasted(text, COLUMNS) == found


FORM = """Company: Blue Robotics
Email: jo@blue.example
First name: Jo
Phone: +44 20 1234
Company size: 51-200
Industry: Logistics
Fiscal year end: June
Job title: Head of Security
Favourite colour: green
Message: please call me about pricing"""
READ = Pasted(
    domain="blue.example",
    name="Blue Robotics",
    attributes={"employees": "51-200", "industry": "Logistics", "fiscal_year_end": "June"},
    roles=("Head of Security",),
    hand_raised=True,
    withheld=3,
    unread=("Favourite colour",),
)


def test_the_text_of_a_form() -> None:
    assert read_pasted(FORM, COLUMNS) == READ


@pytest.mark.parametrize("change", ["lines in turn", "dashes", "tabs", "table"])
def test_a_form_in_the_ways_in_which_tools_send_it(change: str) -> None:
    pairs = [tuple(line.split(": ", 1)) for line in FORM.splitlines()]
    text = {
        "lines in turn": "\n".join(f"{label}\n{value}" for label, value in pairs),
        "dashes": "\n".join(f"- {label} = {value}" for label, value in pairs),
        "tabs": "\n".join(f"{label}\t{value}" for label, value in pairs),
        "table": "\t".join(label for label, _ in pairs) + "\n" + "\t".join(value for _, value in pairs),
    }[change]
    assert read_pasted(text, COLUMNS) == READ


def test_json_as_a_form_posts_it() -> None:
    found = read_pasted('{"company": "X", "employees": 120, "tech": ["Okta", "HubSpot"], "email": null}', COLUMNS)
    assert found == Pasted(name="X", attributes={"employees": "120", "tech": "Okta, HubSpot"})


def test_no_word_about_a_person_is_in_what_is_kept() -> None:
    text = "Full name: Zaphod Quux\nPhone: 555-0199\nEmail: zaphod.quux@acme.example\nCompany: Acme\nLinkedIn: in/zq"
    kept = repr(read_pasted(text, COLUMNS))
    assert "acme.example" in kept
    assert not any(word in kept.casefold() for word in ("zaphod", "quux", "0199", "in/zq"))


@pytest.mark.parametrize("text", ["", "  \n ", "\x00", "x" * (LONGEST + 1)])
def test_nothing_and_too_much_are_refused(text: str) -> None:
    with pytest.raises(RequestNotUnderstood):
        read_pasted(text, COLUMNS)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        '{"a":' * 3000,
        "a" * LONGEST,
        "a." * (LONGEST // 2),
        "a " * (LONGEST // 2),
        "::::",
        "a:b:c",
        "\ufeff<script>alert(1)</script>",
        "=1+1",
        "@",
        ".",
    ],
)
def test_odd_texts_are_read_as_something(text: str) -> None:
    assert isinstance(read_pasted(text, COLUMNS), Pasted)
