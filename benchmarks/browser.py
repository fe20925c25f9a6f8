"""How soon the pages answer in a browser: what they load, and from an act to the next picture.

    python benchmarks/browser.py WORKSPACE [--times 5]

WORKSPACE is a built one, such as the demo's; it is copied, and served from the copy. Printed: seconds of `idealfit
serve` until it has printed its link and until the first page is there, with the processor time; the script of the first
page, compressed; then for each act the milliseconds to the second frame after what came of it, median and worst, and
the processor time of the page and of the server for one (medians; they say something on a busy machine too). At most
2 s, 100 kB and 100 ms.

Then what the browser says itself: of every page when its largest part was painted, how much of it moved, for how long
it was blocked, its requests and kilobytes (script compressed); of every act within a page the longest wait.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from measure import cpu_of
from vitals import LARGEST_PAINT, LONGEST_EVENT, MOST_BLOCKED, MOST_SHIFT, PAGES, interactions, vitals

BROWSERS = ("/usr/bin/chromium", "/usr/bin/google-chrome")
PAINTED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))"


@dataclass(frozen=True)
class Took:
    """Milliseconds of one act: on the clock, and of processor time in the page's processes and the server's."""

    clock: float
    page: float
    server: float


Watch: TypeAlias = Callable[..., Took]
"""The page and acts → what they took, from the first act to the picture of what came of it; the others wait for it."""


def watch_of(browser: Browser, server: int) -> Watch:
    """A watch over the pages of this browser and the server's process."""
    devices = browser.new_browser_cdp_session()

    def rendered() -> float:
        told = devices.send("SystemInfo.getProcessInfo")["processInfo"]
        return float(sum(one["cpuTime"] for one in told if one["type"] == "renderer"))

    def took(page: Page, *acts: Callable[[], object]) -> Took:
        before, served, begun = rendered(), cpu_of(server), time.perf_counter()
        for act in acts:
            act()
        page.evaluate(PAINTED)
        clock = time.perf_counter() - begun
        return Took(1000 * clock, 1000 * (rendered() - before), 1000 * (cpu_of(server) - served))

    return took


def acts(page: Page, base: str, turn: int, took: Watch) -> dict[str, Took]:
    """Every act once; each time with something else, so that nothing is answered from memory."""
    found = {}
    page.goto(f"{base}/accounts")
    page.wait_for_load_state("networkidle")

    def of_the_list(act: Callable[[], object]) -> Callable[[], object]:
        def done() -> None:
            with page.expect_response(lambda answer: "/accounts" in answer.url):
                act()

        return done

    page.locator("summary", has_text="Tier").first.click()
    tick = page.locator("input[name='is.tier']").nth(turn % 3)
    found["a filter"] = took(page, of_the_list(tick.check))
    page.goto(f"{base}/accounts?min.fit={10 + turn}")
    head = page.locator("thead a").nth(1 + turn % 3)
    found["a sort"] = took(page, head.click, lambda: page.wait_for_url("**sort=**"))
    link = page.locator("tbody th a").nth(turn)
    found["an account, first view"] = took(page, link.click, lambda: page.wait_for_selector("h2#why"))
    page.go_back()
    page.wait_for_selector("tbody th a")
    again = page.locator("tbody th a").nth(turn)
    found["an account, again"] = took(page, again.click, lambda: page.wait_for_selector("h2#why"))
    page.goto(f"{base}/thirty-seconds")
    page.locator("textarea").first.fill(f"Company: Quillfire {turn}\nEmail: a@quillfire{turn}.example")
    button = page.locator("main form button").first
    found["a lead"] = took(page, button.click, lambda: page.wait_for_url("**/thirty-seconds/*"))
    answer = page.locator("main form:has(input[name=key]) button").first
    if answer.count():
        found["a question left open"] = took(page, answer.click, lambda: page.wait_for_load_state("load"))
    return found


def told_by_the_browser(context: BrowserContext, base: str) -> None:
    """Prints the figures of every page, and of what is done within one."""
    print(f"{'page':<24} {'painted':>8} {'moved':>7} {'blocked':>8} {'requests':>9} {'kB':>6} {'script':>7}")
    for path in PAGES:
        one = vitals(context, base, path)
        good = one["paint"] <= LARGEST_PAINT and one["shift"] <= MOST_SHIFT and one["blocked"] <= MOST_BLOCKED
        print(
            f"{path:<24} {one['paint']:>8.0f} {one['shift']:>7.3f} {one['blocked']:>8.0f} {one['requests']:>9} "
            f"{one['page kB']:>6.0f} {one['script kB']:>7.1f}{'' if good else '  beyond what counts as good'}"
        )
    print(f"{'within a page':<24} {'longest':>8}  ms")
    for act, longest in interactions(context.new_page(), base).items():
        print(f"{act:<24} {longest:>8.0f}{'' if longest <= LONGEST_EVENT else '  beyond the bar'}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--times", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        here = shutil.copytree(asked.workspace, Path(folder) / "w", ignore=shutil.ignore_patterns("cache"))
        browser = play.chromium.launch(executable_path=next(one for one in BROWSERS if Path(one).exists()))
        page = browser.new_context(reduced_motion="reduce").new_page()
        begun = time.perf_counter()
        command = [sys.executable, "-m", "idealfit", "serve", str(here), "--port", "0", "--no-browser"]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            line = server.stdout.readline() if server.stdout is not None else ""
            link = line.split()[-1]
            print(f"link after {time.perf_counter() - begun:.1f} s ({cpu_of(server.pid):.1f} s of CPU)")
            page.goto(link)
            print(f"first page after {time.perf_counter() - begun:.1f} s ({cpu_of(server.pid):.1f} s of CPU)")
            base = link.partition("/enter")[0]
            sources = page.eval_on_selector_all("script[src]", "all => all.map(one => one.src)")
            sizes = [len(gzip.compress(page.request.get(one).body())) for one in sources]
            print(f"script of the first page: {sum(sizes) / 1000:.0f} kB compressed, {len(sizes)} files")
            while (before := cpu_of(server.pid)) is not None:  # until it has read what it reads when nobody asks
                time.sleep(2)
                if cpu_of(server.pid) - before < 0.1:
                    break
            each: dict[str, list[Took]] = {}
            took = watch_of(browser, server.pid)
            for turn in range(asked.times):
                for act, one in acts(page, base, turn, took).items():
                    each.setdefault(act, []).append(one)
            print(f"{'act':<24} {'median':>8} {'worst':>8} {'CPU page':>9} {'server':>8}  ms")
            for act, all_ in each.items():
                clock = [one.clock for one in all_]
                page_cpu, served = (
                    statistics.median(cpu) for cpu in zip(*((t.page, t.server) for t in all_), strict=True)
                )
                print(f"{act:<24} {statistics.median(clock):>8.0f} {max(clock):>8.0f} {page_cpu:>9.0f} {served:>8.0f}")
            told_by_the_browser(page.context, base)
        finally:
            server.terminate()
            server.wait()
            browser.close()


if __name__ == "__main__":
    main()
