"""A whole pandan, started as people start it, and a real Chromium in front of it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.journeys.house import Site, put_house_in

_START_SECONDS = 120
_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# How long a machine may take that does other things too; what is there at once is not waited for.
expect.set_options(timeout=20_000)
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every page is read before people of other journeys have typed into the house in their own language."""
    here = [place for place, item in enumerate(items) if item.path.parent == Path(__file__).parent]
    walks = sorted((items[place] for place in here), key=lambda item: item.path.name != "test_every_page.py")
    for place, item in zip(here, walks, strict=True):
        # A browser on a busy machine may lose its page: a walk that fails is walked once more, and the summary tells.
        item.add_marker(pytest.mark.flaky(reruns=1))
        items[place] = item


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        pytest.skip(f"no Chromium on PATH (looked for {', '.join(_NAMES)})")
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=found, args=_OPTIONS)
        yield chromium
        chromium.close()


def _started(home: Path, *options: str) -> tuple[subprocess.Popen[bytes], str, str]:
    """`pandan up` in this home: its process, its address and the one-time set-up link."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    surroundings = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL", "PORT", "HOST")}
    log = home.parent / f"{home.name}.log"
    with log.open("wb") as told:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "up", "--port", str(port), *options],
            env={**surroundings, "PANDAN_HOME": str(home), "LANG": "zh_CN.UTF-8"},
            stdout=told, stderr=subprocess.STDOUT,
        )  # fmt: skip
    ends = time.monotonic() + _START_SECONDS
    while time.monotonic() < ends:
        line = next((one for one in log.read_text("utf-8").splitlines() if "/setup?token=" in one), "")
        if line and _answers(port):
            return process, f"http://127.0.0.1:{port}", line[line.index("http") :].strip()
        time.sleep(0.1)
    process.kill()
    raise AssertionError(log.read_text("utf-8"))


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Site]:
    """A running system with a shop, two warehouses, goods, and a person of each role."""
    home = tmp_path_factory.mktemp("site") / "home"
    process, address, _ = _started(home)
    try:
        yield put_house_in(home, address)
    finally:
        _stop(process)


@pytest.fixture(scope="session")
def untouched(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[tuple[str, str]]:
    """The address and the set-up link of a system that nobody has used yet, with the demo's shops."""
    process, address, link = _started(tmp_path_factory.mktemp("new") / "home", "--demo")
    try:
        yield address, link
    finally:
        _stop(process)


@pytest.fixture(scope="session")
def logged_in(browser: Browser, site: Site) -> Callable[[str], BrowserContext]:
    """A browser in which the person of a role is logged in; each role logs in once."""
    known: dict[str, BrowserContext] = {}

    def make(role: str) -> BrowserContext:
        if role not in known:
            known[role] = context = browser.new_context(base_url=site.address, locale="zh-CN")
            context.add_cookies([{"name": "theme", "value": "light", "url": site.address}])
            page = context.new_page()
            page.goto("/login")
            page.get_by_label("用户名").fill(role)
            page.get_by_label("密码").fill(site.password)
            page.get_by_label("密码").press("Enter")
            page.wait_for_url(site.address + "/")
            page.close()
        return known[role]

    return make


@pytest.fixture
def page_of(logged_in: Callable[[str], BrowserContext]) -> Iterator[Callable[[str], Page]]:
    """A new page for the person of a role; the test fails when any of its pages had an error in the console."""
    pages: list[Page] = []
    faults: list[str] = []

    def make(role: str) -> Page:
        page = logged_in(role).new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda line: faults.append(f"{page.url}: {line.text}") if line.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        pages.append(page)
        return page

    yield make
    for page in pages:
        page.close()
    assert faults == []
