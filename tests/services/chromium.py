"""Which browser the tests use: the Chromium or Chrome of this machine, else the one that Playwright has installed."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
ADVICE = "No browser for the tests: install Chromium or Chrome, or run .venv/bin/playwright install chromium"


SHELL = "chromium-headless-shell"


def find_shell() -> str | None:
    """Chromium without its windows, which takes half of the processor's time where it is there, or else the browser."""
    return shutil.which(SHELL) or find()


def find() -> str | None:
    """The path of the browser with its windows and its settings, or None when there is none."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    if MAC.exists():
        return str(MAC)
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None
