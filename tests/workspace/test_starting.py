"""A profile made by hand: from a template, from answers about the last deals, from a document."""

from __future__ import annotations

from pathlib import Path

import pytest

from idealfit.errors import NoSuchTemplate, OutputExists
from idealfit.frontends.cli.app import run
from idealfit.profile.document import dump_profile, load_profile
from idealfit.scores.scorecard import scorecard
from idealfit.workspace.starting import QUESTIONS, ask_all, from_answers, from_document, from_template, templates

NAMED = ("compliance-automation", "fintech-seed-to-a", "growth-agency", "logistics-software", "outbound-sales-tool")


def test_the_templates_of_the_field_ship() -> None:
    assert tuple(templates()) == NAMED


@pytest.mark.parametrize("name", NAMED)
def test_a_template_is_whole_and_can_be_scored_with(name: str, tmp_path: Path) -> None:
    from_template(name, tmp_path / "p.yaml")
    profile = load_profile(tmp_path / "p.yaml")
    assert load_profile(dump_profile(profile)) == profile
    assert scorecard(profile)
    assert len([layer for layer in profile.layers.values() if layer.criteria]) >= 3
    assert profile.exclusions
    assert profile.personas
    assert all(segment.lead_with and segment.say for segment in profile.segments)
    assert all((profile.answers.what, profile.answers.why_now, profile.answers.why_us, profile.answers.why_profitable))
    assert all((profile.triggers, profile.objections, profile.channels, profile.language, profile.questions))
    assert profile.card is not None
    assert sum(one.points for one in profile.card.criteria) == 80
    assert profile.card.routes == {70: "ae-same-day", 40: "sdr-two-days", 0: "nurture"}


def test_nothing_that_is_there_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("mine")
    with pytest.raises(OutputExists):
        from_template(NAMED[0], tmp_path / "p.yaml")
    with pytest.raises(NoSuchTemplate, match="nothing"):
        from_template("nothing", tmp_path / "q.yaml")
    assert (tmp_path / "p.yaml").read_text() == "mine"


def test_answers_about_the_last_deals_become_a_hypothesis_and_what_is_missing_is_marked(tmp_path: Path) -> None:
    said = {
        "size": "40 to 300",
        "industry": "logistics, retail",
        "tools": "HubSpot or Salesforce",
        "champion": "Head of Sales",
        "before": "raised a round; hiring SDRs",
        "regret": "fewer than 10 employees",
        "pain": "Lists by hand",
    }
    order = iter([said.get(one.key, "") for one in QUESTIONS])
    answers = ask_all(lambda _question: next(order))
    started = from_answers(answers, tmp_path / "p.yaml", name="Ours")
    profile = load_profile(tmp_path / "p.yaml")
    assert {one.when for _, one in profile.criteria} == {
        "employees BETWEEN 40 AND 300",
        "industry IN ('Logistics', 'Retail')",
        "uses_any('HubSpot', 'Salesforce')",
        "happened('funding_round', within => '180 days')",
        "happened('job_posting', detail => 'SDR', within => '180 days')",
    }
    assert [one.when for one in profile.exclusions] == ["employees < 10"]
    assert [one.title for one in profile.personas] == ["Head of Sales"]
    assert profile.status == "hypothesis"
    assert "Nobody has said yet: Why did they choose you, in their own words?" in started.open
    assert "# - Nobody has said yet: Why did they choose you" in (tmp_path / "p.yaml").read_text()


def test_a_person_may_go_back_and_hears_how_an_answer_was_read() -> None:
    order = iter(["huge", "<", "40 to 300", None])
    asked: list[str] = []
    heard: list[str] = []

    def ask(question: str) -> str | None:
        asked.append(question.partition(".")[0])
        return next(order)

    assert ask_all(ask, heard.append) == {"size": "40 to 300"}
    assert asked == ["1 of 14", "2 of 14", "1 of 14", "2 of 14"]
    assert heard[0].startswith("Nothing in this can be looked up")
    assert heard[1] == "Read as: 40 to 300 employees."


def test_a_person_may_stop_answering(tmp_path: Path) -> None:
    order = iter(["20-50", None])
    assert ask_all(lambda _question: next(order)) == {"size": "20-50"}


def test_the_command_reads_a_document_and_tells_what_became_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "icp.md").write_text("# Ours\nCompanies with 50-500 employees.\nPeople who love quality.\n")
    assert run(["new", str(tmp_path / "p.yaml"), "--from", str(tmp_path / "icp.md")]) == 0
    shown = capsys.readouterr().out
    assert "firmographic.size" in shown
    assert "People who love quality" in shown
    assert from_document(tmp_path / "icp.md", tmp_path / "q.yaml").criteria == 1
    assert run(["new", str(tmp_path / "p.yaml"), "--from", str(tmp_path / "icp.md")]) == 2
    assert run(["new", str(tmp_path / "r.yaml")]) == 2
