"""Pages in a real browser, and what axe-core finds in them on a light screen and a dark one."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

GRAVE = ("serious", "critical")
SECONDS = 300
# A table's later rows are as its first three, unless something marks them.
SEEN = {"exclude": [["tbody tr:nth-child(n+4):not([class]):not(:has([class]))"]]}


@contextmanager
def chromium() -> Iterator[Any]:
    """A headless browser; the test is skipped where none is installed."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    found, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not found or not driver:
        pytest.skip("no chromium with chromedriver (apt-get install chromium chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = found
    for flag in ("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(flag)
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    try:
        yield browser
    finally:
        browser.quit()


def until(browser: Any, script: str) -> None:
    """Wait until a script returns something true."""
    from selenium.webdriver.support.wait import WebDriverWait

    WebDriverWait(browser, SECONDS).until(lambda shown: shown.execute_script(script))


def grave_findings(browser: Any) -> list[str]:
    """What axe-core calls serious or critical in the page shown, in light and in dark."""
    axe = pytest.importorskip("axe_core_python.selenium", reason="axe-core is not installed").Axe()
    browser.set_script_timeout(SECONDS)
    found = []
    for colours in ("light", "dark"):
        feature = {"name": "prefers-color-scheme", "value": colours}
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
        for finding in axe.run(browser, SEEN)["violations"]:
            where = [node["target"] for node in finding["nodes"][:3]]
            if finding["impact"] in GRAVE:
                found.append(f"{colours}: {finding['help']}: {where}")
    return found
