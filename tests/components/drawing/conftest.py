"""Chromium, or why this machine has none, and drawings of stacks."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from nat_egress.drawing.describe import drawing_of
from nat_egress.drawing.formats import Format, written
from nat_egress.drawing.model import Drawing
from nat_egress.graph.network import Network
from playwright.sync_api import Browser, Error, Page, sync_playwright

from tests.components.drawing import stacks

REQUIRED = "REAL_BROWSER"
"""Set to `required` where these tests must run, as in CI: what would skip them then fails them."""
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start a browser; no longer than for a module, as Playwright's event loop runs all the while."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        _without(f"a real browser is needed, as {' or '.join(NAMES)} on PATH")
    with sync_playwright() as playwright:
        try:
            started = playwright.chromium.launch(executable_path=found)
        except Error as error:
            _without(f"{found} does not start: {error}")
        yield started
        started.close()


def _without(reason: str) -> NoReturn:
    if os.environ.get(REQUIRED) == "required":
        pytest.fail(f"{REQUIRED}=required, but {reason}")
    pytest.skip(reason)


class Watched:
    """A page, and all that it asks for or complains about."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.said: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (self.said.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: self.asked.append(request.url))


@pytest.fixture
def shown(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Watched]]:
    """Show a stack of `stacks` in the browser, from a file; keywords are those of Playwright's contexts."""
    contexts = []

    def show(name: str, form: Format = Format.HTML, **settings) -> Watched:
        resources = getattr(stacks, name)()
        file = tmp_path / f"{name}.{form}"
        text = written(resources, "organization/shop/dev", form, preview=name == "unknowns")
        file.write_text(text, encoding="utf-8")
        contexts.append(browser.new_context(viewport={"width": 1440, "height": 900}, **settings))
        watched = Watched(contexts[-1].new_page())
        watched.page.goto(file.as_uri())
        return watched

    yield show
    for context in contexts:
        context.close()


@pytest.fixture
def drawn() -> Callable[..., Drawing]:
    """Describe the network of resources, or of a stack of `stacks`."""

    def describe(resources, *, preview: bool = False) -> Drawing:
        found = getattr(stacks, resources)() if isinstance(resources, str) else resources
        return drawing_of(Network(found), "organization/shop/dev", preview=preview)

    return describe
