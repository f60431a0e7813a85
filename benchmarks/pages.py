"""Measures the size of the pages and their time to interactive. Run: .venv/bin/python benchmarks/pages.py

Runs the product on a temporary database with production's static files, and opens it in a real browser: without
throttling, and as a phone on slow 4G (1.6 Mbit/s, 150 ms round trip, a CPU four times slower), which is Lighthouse's
mobile profile. Prints the table of docs/performance.md.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from script.screenshots import PHONE, product
from tests.services import chromium

RUNS = 9
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
SEARCH = """() => ['h', 'ho', 'host 1', 'host 12', ''].map((text) => {
    const search = document.querySelector('[type=search]');
    const start = performance.now();
    search.value = text;
    search.dispatchEvent(new Event('input'));
    document.body.offsetHeight;
    return performance.now() - start;
})"""


def visit(browser: Browser, address: str, *, slow: bool) -> tuple[int, float]:
    """Open a page in a fresh browser: the bytes transferred in total, and milliseconds until its scripts have run."""
    context = browser.new_context(**PHONE)
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    if slow:
        line.send("Network.emulateNetworkConditions", SLOW_4G)
        line.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    sizes: list[int] = []
    line.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    page.goto(address, wait_until="networkidle")
    usable = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
    context.close()
    return sum(sizes), float(usable)


def measure(browser: Browser, name: str, address: str) -> None:
    """Print a row of the table."""
    weight, _ = visit(browser, address, slow=False)
    fast = statistics.median(visit(browser, address, slow=False)[1] for _ in range(RUNS))
    slow = statistics.median(visit(browser, address, slow=True)[1] for _ in range(RUNS))
    print(f"| {name} | {weight / 1000:.1f} kB | {fast:.0f} ms | {slow:.0f} ms |")


def add_hosts(number: int) -> None:
    """Add hosts until the directory has this many."""
    from hosts.models import Host

    details: dict[str, Any] = {"title": "Research", "phone": "+447700900142", "address": "4th floor"}
    Host.objects.bulk_create(
        Host(name=f"Host {index} Ahluwalia", email=f"host{index}@meridianhouse.example", **details)
        for index in range(Host.objects.count(), number)
    )


def main() -> None:
    """Measure check-in with 50 and 500 hosts, the visitor's page, and the search."""
    browser_path = chromium.find()
    with product() as url, sync_playwright() as playwright:
        import django

        django.setup()
        from hosts.models import Host
        from tests.cast import make_appointment

        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        print("| page | over the wire | usable | usable, slow phone |\n|---|---:|---:|---:|")
        add_hosts(50)
        measure(browser, "check-in, 50 hosts", url)
        measure(browser, "visitor’s page", make_appointment(Host.objects.all()[0]).visitor_url)
        add_hosts(500)
        measure(browser, "check-in, 500 hosts", url)
        page = browser.new_page()
        page.goto(url)
        print(f"\nSearch among 500 hosts: {max(page.evaluate(SEARCH)):.1f} ms at most from a letter to the new list.")
        browser.close()


if __name__ == "__main__":
    main()
