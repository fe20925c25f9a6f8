"""`idealfit duplicates`: the pairs of accounts that wait for a person, and what the person says about them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from idealfit.frontends.cli.console import Screen, can_ask, shown_path
from idealfit.frontends.cli.options import DEFAULT_WORKSPACE, Json, Quiet
from idealfit.frontends.cli.quality import print_wrapped

if TYPE_CHECKING:
    from idealfit.workspace.reviewing import Decided, Queue, Verdict, WaitingPair

SHOWN = 20
KEYS: dict[str, Verdict] = {"s": "same", "d": "different", "c": "cannot tell"}
_PAIR = tuple[str, str] | None


def _pair_option(name: str, text: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(name, metavar="A B", help=text)
    return option


def duplicates(
    workspace: Annotated[
        Path | None, typer.Argument(metavar="WORKSPACE", help="Whose accounts. Default: ./idealfit.")
    ] = None,
    *,
    same: Annotated[_PAIR, _pair_option("--same", "Two accounts are one company: merge them.")] = None,
    different: Annotated[
        _PAIR, _pair_option("--different", "Two accounts are two companies: never merge them.")
    ] = None,
    cannot_tell: Annotated[
        _PAIR, _pair_option("--cannot-tell", "It cannot be told: leave them apart and do not ask again.")
    ] = None,
    undo: Annotated[_PAIR, _pair_option("--undo", "Take back what was decided about two accounts.")] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who decides.")] = None,
    because: Annotated[str | None, typer.Option("--because", metavar="TEXT", help="The reason.")] = None,
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Write the queue as CSV, to fill in.")] = None,
    source: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="Follow the decisions of a filled-in CSV.")
    ] = None,
    decided: Annotated[bool, typer.Option("--decided", help="List the decisions that stand.")] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show the pairs of accounts that may be one company, and decide about them."""
    screen = Screen(json=json, quiet=quiet)
    from idealfit.workspace import reviewing

    place = workspace or DEFAULT_WORKSPACE
    given: list[tuple[Verdict, tuple[str, str]]] = []
    for verdict, pair in zip(reviewing.VERDICTS, (same, different, cannot_tell, undo), strict=True):
        if pair is not None:
            given.append((verdict, pair))
    if given or source is not None:
        said = [reviewing.Decided(*pair, verdict, by or "", because) for verdict, pair in given]
        said += reviewing.read_decisions(source, by=by or "") if source is not None else ()
        _told(screen, reviewing.decide(place, said))
        return
    if decided:
        _print_decided(screen, place)
        return
    asking = can_ask() and to is None and not (json or quiet)
    queue = reviewing.duplicates(place, limit=None if to is not None or asking or json else SHOWN)
    if to is not None:
        reviewing.write_queue(queue, to)
        pairs = "pair is" if queue.waiting == 1 else "pairs are"
        screen.headline(
            f"{queue.waiting:,} {pairs} in {shown_path(to)}: fill in 'decision' (same, different or cannot tell), then "
            f"read it with --from {shown_path(to)} --by NAME."
        )
        screen.document(queue)
        return
    print_queue(screen, queue)
    name = _asked_name(by) if asking and queue.pairs else ""
    if not name:
        print_pairs(screen, queue)
    screen.document(queue)
    if name:
        made = review(queue.pairs, lambda one: reviewing.decide(place, [one]), by=name, ask=_typed)
        sys.stdout.write(f"{_kept(made)}\n" if made else "Nothing was decided.\n")


def _asked_name(by: str | None) -> str:
    """Who will decide the pairs that wait; '' for somebody who only looks."""
    return by or _typed("Who decides? (your name; Enter lists them only): ").strip()


def _typed(question: str) -> str:
    """What is typed; the end of the input, or Ctrl-C, ends the review: what was decided until then is kept."""
    try:
        return input(question)
    except (EOFError, KeyboardInterrupt):
        sys.stdout.write("\n")
        return "q" if question.endswith("q quit: ") else ""


def _pairs(count: int) -> str:
    if count == 1:
        return "1 pair of accounts may be one company and waits for a decision"
    return f"{count:,} pairs of accounts may be one company and wait for a decision"


def print_queue(screen: Screen, queue: Queue) -> None:
    """How many pairs wait and in which states all are."""
    if not queue.waiting:
        screen.headline("No pair of accounts waits for a decision.")
    else:
        screen.headline(f"{_pairs(queue.waiting)}.")
    counts = ", ".join(f"{count:,} {state}" for state, count in queue.states.items() if count)
    if counts:
        screen.line(f"All pairs that were looked at: {counts}.")
    if queue.to_apply:
        screen.line(f"Decisions that the next build or import will follow: {queue.to_apply:,}.")


def print_pairs(screen: Screen, queue: Queue) -> None:
    """The first pairs that wait, a few lines each, and how to decide them."""
    if not queue.pairs:
        return
    for one in queue.pairs[:SHOWN]:
        screen.line()
        wide = max(len(one.account_a), len(one.account_b))
        for account, facts in ((one.account_a, one.a), (one.account_b, one.b)):
            screen.line(f"  {_shown(account).ljust(wide)}  {_shown(facts.get('name', ''))}")
        print_wrapped(screen, f"{one.state} ({one.probability:.3f}); {_worth(one)}; {_why(one)}", " " * (wide + 4))
    if queue.waiting > SHOWN:
        screen.line()
        screen.line(f"  … and {queue.waiting - SHOWN:,} more; --to FILE.csv writes all.")
    screen.line()
    screen.line("Decide: --same A B, --different A B or --cannot-tell A B, with --by NAME; or --to FILE.csv.")


def review(
    pairs: Iterable[WaitingPair], decide: Callable[[Decided], object], *, by: str, ask: Callable[[str], str]
) -> int:
    """Ask about one pair after the other: s same, d different, c cannot tell, u undo the last, Enter later, q quit.
    Each answer is kept at once. The number of decisions that stand."""
    from idealfit.workspace.reviewing import Decided

    waiting = list(pairs)
    made: list[tuple[int, Decided]] = []
    at = 0
    while at < len(waiting):
        one = waiting[at]
        sys.stdout.write("\n".join(side_by_side(one, f"{at + 1} of {len(waiting)}")) + "\n")
        answer = ask("s same, d different, c cannot tell, u undo the last, Enter later, q quit: ").strip().lower()[:1]
        if answer == "q":
            break
        if answer == "u":
            if made:
                at, last = made.pop()
                decide(Decided(last.account_a, last.account_b, "undo", by))
                sys.stdout.write(f"Taken back: {last.account_a} and {last.account_b}, {last.verdict}.\n")
            else:
                sys.stdout.write("Nothing was decided yet that could be taken back.\n")
            continue
        if answer in KEYS:
            said = Decided(one.account_a, one.account_b, KEYS[answer], by)
            decide(said)
            made.append((at, said))
        elif answer:
            continue
        at += 1
    return len(made)


def side_by_side(pair: WaitingPair, place: str) -> list[str]:
    """The two accounts in two columns, what agrees marked, and why they are proposed."""
    names = list(dict.fromkeys([*pair.a, *pair.b]))
    wide = max(len(name) for name in names) if names else 0
    left = max([len(pair.a.get(name, "")) for name in names] or [0])
    lines = [
        "",
        f"{place}: {pair.state}, probability {pair.probability:.3f}; {_worth(pair)}",
    ]
    for name in names:
        one, other = pair.a.get(name, ""), pair.b.get(name, "")
        mark = "=" if one and one.casefold() == other.casefold() else " "
        lines.append(f"  {name.ljust(wide)}  {_shown(one).ljust(left)} {mark} {_shown(other)}")
    lines.append(f"  {_why(pair)}")
    return lines


def _worth(pair: WaitingPair) -> str:
    """What hangs on a pair: its deals, and the money of those that were won."""
    won = f", won {pair.amount:,.0f}" if pair.amount else ""
    return f"{pair.deals:,} deal{'s' * (pair.deals != 1)}{won}"


def _why(pair: WaitingPair) -> str:
    """What speaks for a pair, and what against it; nothing twice."""
    against = pair.held.split("; ") if pair.held else []
    speaks = [part for part in pair.why.split("; ") if part not in against]
    return f"why: {_shown('; '.join(speaks))}" + (f"; but: {_shown('; '.join(against))}" if against else "")


def _shown(text: str) -> str:
    """A value as a terminal may show it: nothing in it moves the cursor."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _kept(count: int) -> str:
    many = f"{count:,} decisions are" if count != 1 else "The decision is"
    return f"{many} kept; the next 'idealfit build' or 'idealfit import' follows."


def _told(screen: Screen, said: tuple[Decided, ...]) -> None:
    screen.headline(_kept(len(said)))
    for one in said[:SHOWN]:
        screen.line(f"  {one.account_a} and {one.account_b}: {one.verdict} ({one.by})")
    screen.document({"decisions": list(said)})


def _print_decided(screen: Screen, place: Path) -> None:
    from idealfit.workspace.reviewing import decisions

    standing = decisions(place)
    screen.headline(
        "1 decision about a pair stands." if len(standing) == 1 else f"{len(standing):,} decisions about pairs stand."
    )
    screen.table(
        ("account", "account", "decision", "by", "because"),
        [(one.account_a, one.account_b, one.state, one.by, one.because or "") for one in standing],
    )
    screen.document({"decisions": list(standing)})
