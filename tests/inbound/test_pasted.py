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


NORVIK = Pasted(domain="norvik.example", name="Norvik Shipping", attributes={"employees": "412"}, withheld=1)
SHAPES = {
    "a table with bars": "| Field | Value |\n|---|---|\n| Company | Norvik Shipping |\n| Email | jo@norvik.example |\n"
    "| Employees | 412 |",
    "bold labels": "**Company:** Norvik Shipping\n**Work email:** jo@norvik.example\n**Company size:** 412",
    "questions": "What's your company called?\nNorvik Shipping\nHow many people work there?\n412\n"
    "What is your work email?\njo@norvik.example",
    "members in members": '{"company": {"name": "Norvik Shipping", "employees": 412}, '
    '"contact": {"email": "jo@norvik.example"}}',
    "a list of fields": '[{"name": "email", "value": "jo@norvik.example"}, {"name": "company", '
    '"value": "Norvik Shipping"}, {"name": "numemployees", "value": 412}]',
    "an address's query": "email=jo%40norvik.example&company=Norvik+Shipping&employees=412",
    "colons of full width": "会社名：Norvik Shipping\nメールアドレス：jo@norvik.example\n従業員数：412",  # noqa: RUF001
    "labels and values beneath, some empty": "New form submission\n\nCompany name\nNorvik Shipping\nWebsite\n"
    "Email\njo@norvik.example\nNumber of employees\n412",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_shapes_in_which_forms_come(shape: str) -> None:
    found = read_pasted(SHAPES[shape], COLUMNS)
    assert (found.domain, found.name, found.attributes, found.withheld) == (
        NORVIK.domain,
        NORVIK.name,
        NORVIK.attributes,
        NORVIK.withheld,
    )


@pytest.mark.parametrize(
    "text",
    [
        "Vorname: Anna\nNachname: Quux\nE-Mail: anna@norvik.example\nFirma: Norvik\nMitarbeiterzahl: 412\n"
        "Nachricht: Wir möchten gerne eine Demo vereinbaren.",
        "Prénom : Anna\nNom : Quux\nAdresse e-mail : anna@norvik.example\nSociété : Norvik\nEffectif : 412\n"
        "Message : Nous souhaitons une démonstration.",
        "Nombre: Anna\nApellidos: Quux\nCorreo electrónico: anna@norvik.example\nEmpresa: Norvik\nEmpleados: 412\n"
        "Mensaje: Quisiera una demo",
        "Nome: Anna\nCognome: Quux\nEmail aziendale: anna@norvik.example\nAzienda: Norvik\nDipendenti: 412\n"
        "Messaggio: Vorremmo un preventivo",
    ],
)
def test_forms_in_other_languages_of_whose_writers_nothing_is_kept(text: str) -> None:
    found = read_pasted(text, COLUMNS)
    assert found == Pasted(
        domain="norvik.example", name="Norvik", attributes={"employees": "412"}, hand_raised=True, withheld=3
    )


def test_a_message_with_a_signature() -> None:
    text = "Hi,\n\ncould you send me pricing? We are about 412 people.\n\nBest\nJo Quux\nNorvik Shipping GmbH\n"
    found = read_pasted(f"{text}+44 20 1234 | jo@norvik.example | www.norvik.example", COLUMNS)
    assert (found.domain, found.name) == ("norvik.example", "Norvik Shipping GmbH")
    assert found.attributes == {"employees": "412"}
    assert found.hand_raised


def test_who_wrote_is_the_lead_not_who_was_written_to() -> None:
    head = "From: Jo Quux <jo@norvik.example>\nTo: sales@ours.example\nSubject: pricing question\n\nHello, what is it?"
    assert read_pasted(head, COLUMNS) == Pasted(domain="norvik.example", hand_raised=True, withheld=1)


def test_things_said_in_one_line() -> None:
    columns = {**COLUMNS, "tech": Column("tech", "list", {"Okta": 9})}
    found = read_pasted("Norvik Shipping, Inc., 412 employees, Germany, uses Okta", columns)
    assert found.name == "Norvik Shipping, Inc."
    assert found.attributes == {"employees": "412", "country": "Germany", "tech": "Okta"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("https://www.linkedin.com/company/blue-robotics/", "blue robotics"),
        ("https://www.linkedin.com/in/jo-quux", None),
        ("Smith, Jones & Partners LLP", "Smith, Jones & Partners LLP"),
        ("Name: Jo Quux\nEmail: jo@norvik.example", None),
        ("Name: Norvik GmbH\nEmail: info@norvik.example", "Norvik GmbH"),
    ],
)
def test_whose_name_it_is(text: str, name: str | None) -> None:
    assert read_pasted(text, COLUMNS).name == name


@pytest.mark.parametrize(
    ("message", "raised"),
    [
        ("we want a demo", True),
        ("please send prices", True),
        ("no demo please, we only want your newsletter", False),
        ("wir brauchen kein Angebot", False),
        ("デモを希望します", True),
        ("your blog is nice", False),
    ],
)
def test_who_asks_for_somebody(message: str, raised: bool) -> None:
    assert read_pasted(f"Company: Norvik\nMessage: {message}", COLUMNS).hand_raised is raised


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
        "1" * LONGEST,
        "what " * (LONGEST // 5 - 1) + "?",
    ],
)
def test_odd_texts_are_read_as_something(text: str) -> None:
    assert isinstance(read_pasted(text, COLUMNS), Pasted)


@pytest.mark.parametrize("text", ["lorem ipsum " * 400, "x" * 5_000, "+49 30 123456", "🚀🚀"])
def test_what_can_be_no_name_names_no_company(text: str) -> None:
    found = read_pasted(text, COLUMNS)
    assert (found.name, found.domain) == (None, None)


def test_a_site_in_other_letters_is_a_site() -> None:
    assert read_pasted("https://müller-bau.de/kontakt", COLUMNS).domain == "müller-bau.de"
