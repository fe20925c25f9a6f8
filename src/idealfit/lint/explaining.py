"""What a rule means, in words: for `idealfit check --explain CODE`, and for the reference page."""

from __future__ import annotations

from collections.abc import Sequence

from idealfit.lint.rule import Rule
from idealfit.lint.rules import RULES


def explained(rule: Rule) -> str:
    """Everything there is to know of a rule, as plain text."""
    lines = [f"{rule.code} {rule.name} ({rule.severity}, {_when(rule)})", "", rule.summary, "", rule.reason, ""]
    if rule.needs == "workspace":
        lines += ["It needs the records of a workspace.", "", f"Fails:  {rule.fails}", f"Passes: {rule.passes}", ""]
    else:
        lines += ["Fails:", "", *_indented(rule.fails), "", "Passes:", "", *_indented(rule.passes), ""]
    lines.append(f"To allow it: '# noqa: {rule.code} because …' at its line, or an entry of check: allow: in the file.")
    return "\n".join(lines)


def _when(rule: Rule) -> str:
    return "on by default" if rule.default else "with --strict"


def _indented(text: str) -> list[str]:
    return [f"    {line}" for line in text.splitlines()]


def listed_rules(rules: Sequence[Rule] = RULES) -> tuple[tuple[str, str, str, str, str], ...]:
    """One row a rule: code, name, severity, when it runs, what it finds."""
    return tuple((one.code, one.name, one.severity, _when(one), one.summary) for one in rules)


def reference(made: str = "") -> str:
    """The reference page of all rules, as Markdown; `made` is the note below its title."""
    parts = [
        "# What `idealfit check` finds",
        "",
        *([made.strip(), ""] if made else []),
        "One line a finding, `file:line:column CODE what. What to do.`; the first line names the one to mend first.",
        "Ten rules are on by default; `--strict` (or `check: {strict: true}` in the profile) turns all of them on,",
        "`--select` single ones. `--fix` mends what can be mended without changing what the profile means.",
        "",
        "An exception has a reason, or it is none: a comment `# noqa: ICP301 because …` at the line of the finding, at",
        "the first line of its entry or above it; or, in the file,",
        "",
        "```yaml",
        "check:",
        "  allow:",
        "    - {code: ICP301, at: size, because: The law demands it., until: 2027-01-31}",
        "```",
        "",
        "A company that has several profiles writes what holds for all of them once, under `check:` in its",
        "company.yaml (the same keys; the file that lies beside the profile, that `--company FILE` names, or that was",
        "imported). What a profile says itself stands above it.",
        "",
        "| code | name | severity | runs | finds |",
        "|---|---|---|---|---|",
        *(
            f"| [{code}](#{code.lower()}-{name}) | {name} | {how} | {when} | {what} |"
            for code, name, how, when, what in listed_rules()
        ),
    ]
    for one in RULES:
        parts += [
            "",
            f"## {one.code} {one.name}",
            "",
            f"{one.summary} *({one.severity}, {_when(one)})*",
            "",
            one.reason,
            "",
        ]
        if one.needs == "workspace":
            parts += [f"- fails: {one.fails}", f"- passes: {one.passes}", "", "It needs the records of a workspace."]
        else:
            parts += ["Fails:", "", "```yaml", one.fails, "```", "", "Passes:", "", "```yaml", one.passes, "```"]
    return "\n".join(parts) + "\n"
