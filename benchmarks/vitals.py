"""What a browser says of a page by itself: when its largest part was painted, whether anything moved, what was blocked.

Used by `browser.py`. The figures are those of the browser's own observers (largest contentful paint, layout shift, long
tasks, event timing), by the definitions that Lighthouse and the Web Vitals use.
"""

from __future__ import annotations

import gzip
from typing import Any

from playwright.sync_api import BrowserContext, Page

PAGES = (
    "/overview",
    "/thirty-seconds",
    "/accounts",
    "/accounts?plane=yes",
    "/profile",
    "/profile/edit",
    "/profile/versions",
    "/evidence",
    "/charts",
    "/data",
    "/help",
)
LARGEST_PAINT, MOST_SHIFT, MOST_BLOCKED, LONGEST_EVENT = 2_500, 0.1, 200, 100
"""Milliseconds, a share, milliseconds, milliseconds: what counts as good (the last one: our own bar)."""
WATCH = """
window.seen = { paint: 0, shift: 0, blocked: 0, events: [] };
const watch = (type, each, more) => new PerformanceObserver((list) => list.getEntries().forEach(each))
  .observe({ type, buffered: true, ...more });
watch("largest-contentful-paint", (one) => { window.seen.paint = one.startTime; });
watch("layout-shift", (one) => { if (!one.hadRecentInput) window.seen.shift += one.value; });
watch("longtask", (one) => { window.seen.blocked += Math.max(0, one.duration - 50); });
const kept = (one) => { if (one.interactionId) window.seen.events.push([one.name, one.duration]); };
watch("event", kept, { durationThreshold: 16 });
"""
LOADED = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .map((one) => [one.name, one.initiatorType, one.decodedBodySize])"""


def vitals(context: BrowserContext, base: str, path: str) -> dict[str, Any]:
    """One page, opened for the second time as people do: figures of its paint, its requests and its kilobytes."""
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(f"{base}{path}")
    page.wait_for_load_state("networkidle")
    page.goto(f"{base}{path}")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(300)
    found: dict[str, Any] = page.evaluate("window.seen")
    loaded: list[list[Any]] = page.evaluate(LOADED)
    page.close()
    scripts = [context.request.get(name).body() for name, kind, _size in loaded if kind == "script"]
    return found | {
        "requests": len(loaded),
        "page kB": next((size for _name, kind, size in loaded if kind == "navigation"), 0) / 1000,
        "script kB": sum(len(gzip.compress(one)) for one in scripts) / 1000,
    }


def interactions(page: Page, base: str) -> dict[str, float]:
    """What people do on a page without leaving it: milliseconds from the key or the press to the picture of it, as the
    browser's event timing tells; the longest of each."""
    page.add_init_script(WATCH)
    found: dict[str, float] = {}

    def longest(name: str) -> None:
        page.wait_for_timeout(400)
        events = page.evaluate("window.seen.events.splice(0)")
        found[name] = max((duration for _name, duration in events), default=0.0)

    page.goto(f"{base}/accounts?plane=yes")
    page.wait_for_load_state("networkidle")
    page.locator("summary", has_text="Tier").first.click()
    longest("a menu opened")
    page.locator("input[name='is.tier']").first.click()
    page.wait_for_url("**is.tier=**")
    longest("a box ticked")
    page.keyboard.press("Escape")
    longest("a menu closed by key")
    page.keyboard.press("/")
    longest("the search by key")
    page.keyboard.type("he", delay=120)
    page.wait_for_url("**q=he**")
    longest("typing in the search")
    page.goto(f"{base}/accounts?plane=yes")
    page.wait_for_load_state("networkidle")
    box = page.locator("[data-plane] .field").bounding_box() or {"x": 0.0, "y": 0.0, "width": 1.0, "height": 1.0}
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 0.8 * box["height"], steps=8)
    page.mouse.up()
    page.wait_for_url("**min.fit=**")
    longest("the brush over the plane")
    page.keyboard.press("j")
    longest("the next row by key")
    page.goto(f"{base}/profile/edit")
    page.wait_for_load_state("networkidle")
    page.locator("main details summary").first.click()
    longest("a criterion opened")
    page.locator("main input:visible:not([type=checkbox], [type=radio]), main textarea:visible").first.click()
    page.keyboard.type("1")
    longest("typing in the editor")
    return found
