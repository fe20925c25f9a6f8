"""Industries, places and tools that a sentence names, and whether it names them as the company's own.

A name counts where the sentence puts it in its place: an industry before 'companies', a country after 'based in', a
tool after 'uses'; or under a heading that says so. Under such a heading a word that our tables do not know stays as it
is said: the records may know it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from idealfit.accounts.funding import business_model_of, ownership_of
from idealfit.accounts.industry import industry_of
from idealfit.accounts.place import country_of
from idealfit.accounts.technology import technology_of
from idealfit.profile import said_patterns as words
from idealfit.profile.said_condition import Condition, one_of
from idealfit.profile.text import quote_text

SHORTEST_INDUSTRY, SHORTEST_TOOL, LONGEST_ITEM, MOST_ITEMS = 3, 2, 4, 12
FEW_WORDS = 9
_MODELS = ("SaaS", "B2B", "B2C", "B2B2C", "Marketplace")


def items_of(text: str) -> list[str]:
    """The parts of a list: 'SAP, Oracle, or Sage (v3)' → SAP, Oracle, Sage."""
    plain = re.sub(r"\([^)]*\)", " ", text)
    parts = re.split(r"[,;•\[\]]|\s[/|]\s|/(?=[A-Z])|\s\+\s|\b(?:and|or)\b|\s&\s(?=[A-Z][\w-]*$)", plain)
    return [bare for one in parts if (bare := one.strip(" .:\"'“”").removeprefix("e.g. ").strip())]


def industries_in(text: str, heading: str) -> Iterator[Condition]:
    """The industries that `text` says good customers are in."""
    named: dict[str, None] = {}
    if words.INDUSTRY_HEADING.search(heading):
        said = [one for one in items_of(text) if not _is_model(one)]
        known = [_industry(one) for one in said]
        if not any(known) or len(said) > MOST_ITEMS * 2 or (len(said) == 1 and known[0] is None):
            return
        for item, label in zip(said, known, strict=True):
            if label is not None:
                named[label] = None
            elif len(item.split()) <= LONGEST_ITEM - 1 and not words.NO_NAME.search(item):
                named[item] = None
    else:
        said = [one for one in items_of(text) if not _is_model(one)]
        known = [_industry(one) for one in said]
        if len(known) > 1 and all(known) and max(len(one.split()) for one in said) <= LONGEST_ITEM - 1:
            named = {label: None for label in known if label is not None}
        else:
            for run in _before_companies(text):
                named |= dict.fromkeys(run)
    if named:
        yield Condition(one_of("industry", list(named)), "firmographic", "industry")


def _is_model(word: str) -> bool:
    return business_model_of(word.rsplit(maxsplit=1)[-1]) in _MODELS


def _industry(phrase: str, *, prose: bool = False) -> str | None:
    """The industry that `phrase` names, or its last words do; in a list of industries, any of its words."""
    run = re.sub(r"[^\w&/ -]", " ", phrase).split()[-LONGEST_ITEM:]
    spans = [(start, len(run)) for start in range(len(run))]
    if not prose and words.COMPANY_LIKE.match(run[-1] if run else ""):
        spans += [(start, len(run) - 1) for start in range(len(run) - 1)]
    for start, end in spans:
        said = " ".join(run[start:end])
        for bare in dict.fromkeys((said, said.removesuffix("s"))):
            plain = bare.lower()
            if len(bare) <= SHORTEST_INDUSTRY or re.search(r"\d", phrase) or plain in words.NO_NOUN:
                continue
            if plain in ("agency", "agencie", "agencies") and len(run) > 1:
                continue
            if (prose or (start, end) != (0, len(run))) and plain in words.NO_INDUSTRY:
                continue
            if (found := industry_of(bare)) is not None and (ownership_of(bare) is None or plain in words.PUBLIC):
                return found.label
    return None


def _before_companies(text: str) -> Iterator[list[str]]:
    """What stands right before 'companies', or makes the noun itself: 'staffing agencies', 'banks'."""
    for hit in words.COMPANY_NOUN.finditer(text):
        if words.TEAM_AFTER.match(text[hit.end() :]):
            continue
        before = re.split(
            r"[:(.]|\b(?:with|who|that|which|for|in|to|at|of|are|is|we|by|use|using)\b", text[: hit.start()]
        )
        items = items_of(before[-1])
        alone = re.search(r"(?:\b(?:and|or)|[,/])\s*$", text[: hit.start()]) is not None
        if alone and (label := _industry(hit[0])) is not None and hit[0].lower() not in words.NO_NOUN:
            listed = [_industry(one, prose=True) for one in items]
            if all(listed):
                yield [*(one for one in listed if one is not None), label]
            continue
        if items and re.search(r"\b(?:federal|government|state)$", items[-1], re.IGNORECASE):
            continue
        if items:
            whole = industry_of(f"{items[-1]} {hit[0]}")
            own = whole.label if whole is not None else _industry(items[-1], prose=True)
            listed = [_industry(one, prose=True) for one in items[:-1]]
            if own is not None and all(listed) and items[-1].lower() not in words.NO_NOUN:
                yield [*(one for one in listed if one is not None), own]
                continue
        if (after := words.IN_INDUSTRY.match(text[hit.end() :])) is not None:
            found = [_industry(one) for one in items_of(after[1])]
            if all(found):
                yield [one for one in found if one is not None]
                continue
        if items or words.LISTED.search(text) or hit[0].lower() in words.NO_NOUN or hit[0].lower() == "agency":
            continue
        if (label := _industry(hit[0])) is not None:
            yield [label]


def places_in(text: str, heading: str) -> Iterator[Condition]:
    """The countries and world regions that `text` says good customers are in; of nowhere in particular, nothing."""
    under = words.PLACE_HEADING.search(heading)
    if words.EVERYWHERE.search(text) or words.ABROAD.search(text):
        return
    countries, regions = _named_places(text)
    if not (countries or regions):
        return
    alone = len(text.split()) <= FEW_WORDS and all(any(_named_places(one)) for one in items_of(text.replace("&", ",")))
    if not (under or alone or words.PLACE.search(text)):
        return
    column = "incorporated_in" if re.search(r"incorporated", text, re.IGNORECASE) else "country"
    parts = [one_of(column, countries)] if countries else []
    parts += [one_of("region", regions)] if regions else []
    yield Condition(" OR ".join(parts), "firmographic", "country" if countries else "region")


def _named_places(text: str) -> tuple[list[str], list[str]]:
    found: dict[str, None] = {}
    spread = [at for at, _ in words.COUNTRIES_OF.items() if re.search(rf"\b{at}\b", text)]
    for key in spread:
        found |= dict.fromkeys(words.COUNTRIES_OF[key])
    for hit in words.COUNTRY.finditer(text):
        country = country_of(hit[0].removeprefix("the ").strip())
        if country is not None and hit[0] not in words.ALSO_NAMES:
            found[country.name] = None
    return list(found), [label for key, label in words.REGIONS.items() if re.search(rf"\b{key}\b", text)]


def tools_in(text: str, heading: str) -> Iterator[Condition]:
    """The tools that `text` says good customers work with, and those that it says they do not."""
    under = bool(words.TOOLS_HEADING.search(heading))
    if (words.TOOLS_NOT_HEADING.search(heading) and not under) or words.NO_TOOLS.search(text):
        return
    said, _, unwanted = _split_not(text)
    named = _tools(said, open_list=under or bool(words.TOOL_LIST.search(said)))
    if not (under or words.TOOLS.search(text) or (len(named) > 1 and len(named) == len(items_of(said)))):
        return
    if named:
        tools = ", ".join(map(quote_text, named))
        together = len(named) > 1 and _all_of_them(said)
        function = "uses" if len(named) == 1 else "uses_all" if together else "uses_any"
        yield Condition(f"{function}({tools})", "technographic", "tools")
    if not_named := _tools(unwanted, open_list=False):
        function = "uses" if len(not_named) == 1 else "uses_any"
        yield Condition(f"NOT {function}({', '.join(map(quote_text, not_named))})", "technographic", "tools-not")


def _split_not(text: str) -> tuple[str, str, str]:
    hit = words.BUT_NOT.search(text)
    return (text, "", "") if hit is None else (text[: hit.start()], hit[0], text[hit.end() :])


def _tools(text: str, *, open_list: bool) -> list[str]:
    """The products of a text; in a list of products also the names that our table does not have."""
    named: dict[str, None] = {}
    plain = text.replace("-like", " ")
    for hit in re.finditer(r"\b[A-Z][\w.+-]*(?: [A-Z0-9][\w.+-]*){0,3}", plain):
        run = hit[0].rstrip(".").split()
        at = 0
        while at < len(run):
            at += _tool_at(run, at, named)
    if not open_list:
        return list(named)
    listed = words.TOOL_LIST.search(plain)
    items = [
        one
        for one in items_of(next(filter(None, listed.groups())) if listed else plain)
        if not words.NO_TOOL_ITEM.match(one)
    ]
    for one in items:
        if one.islower() and " " not in one and (tool := technology_of(one)) is not None:
            named[tool.name] = None
    own = [one for one in items if words.PRODUCT.match(one) and not _known(one, named) and country_of(one) is None]
    if len(own) <= MOST_ITEMS and len(own) + len(named) > 1 and len(own) + len(named) >= len(items) - 1:
        named |= dict.fromkeys(own)
    return list(named)


def _known(item: str, named: dict[str, None]) -> bool:
    tool = technology_of(item)
    return (tool is not None and tool.name in named) or any(one.lower() in item.lower() for one in named)


def _tool_at(run: list[str], at: int, named: dict[str, None]) -> int:
    """Note the longest product name that begins at `at`; how many words to go on by."""
    for size in range(len(run) - at, 0, -1):
        word = " ".join(run[at : at + size])
        if (size == 1 and len(word) <= SHORTEST_TOOL) or word.lower() in words.ORDINARY:
            continue
        if (tool := technology_of(word)) is not None:
            named[tool.name] = None
            return size
    return 1


def _all_of_them(text: str) -> bool:
    """Whether the sentence asks for all of its tools: an 'and' between two names, and nothing that says 'one of'."""
    return bool(words.AND_TOOL.search(re.sub(r"\([^)]*\)", " ", text))) and not words.EITHER.search(text)
