from __future__ import annotations

from idealfit.profile.parsing import parse
from idealfit.profile.vocabulary import words_of


def test_the_words_of_a_profile_are_told_column_by_column() -> None:
    predicates = [parse(text) for text in ("Country IN ('UK', 'DE') AND employees > 5", "uses_any('aws', 'okta')")]
    assert words_of([*predicates, parse("industry <> 'Retail'")]) == {
        "country": ("DE", "UK"),
        "industry": ("Retail",),
        "tech": ("aws", "okta"),
    }
