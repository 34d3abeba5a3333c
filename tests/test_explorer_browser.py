"""The explorer in a real browser: a slider is dragged, an answer comes, a link holds it."""

import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

import leftbehind
from leftbehind.cli.explorer import listen
from leftbehind.pages.explorer.engine import Engine
from leftbehind.pages.explorer.server import application
from tests.browsing import grave_findings

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
CHROMEDRIVER = shutil.which("chromedriver")
if not CHROMIUM or not CHROMEDRIVER:
    pytest.skip(
        "no chromium with chromedriver (apt-get install chromium chromium-driver)",
        allow_module_level=True,
    )

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--window-size=1280,1400",
)
PATIENCE = 120  # seconds; the first start compiles the model


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """An explorer of a small China, served as the command line serves it."""
    listening = listen(0)
    port = listening.getsockname()[1]
    engine = Engine(100_000, seeds=2, threads=1, keep=False)
    config = uvicorn.Config(
        application(engine, port, "key"), log_level="warning", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    wait(lambda: server.started, "the server to accept connections")
    yield f"http://127.0.0.1:{port}/key/"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    profile: Path = tmp_path_factory.mktemp("profile")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.ChromeService(CHROMEDRIVER)
    driver = webdriver.Chrome(options=options, service=service)
    driver.set_page_load_timeout(100)
    yield driver
    driver.quit()


def wait(condition: Callable[[], Any], what: str) -> Any:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited in vain for {what}")


def text(browser: Any, name: str) -> str:
    return str(browser.find_element("id", name).text)


def settled(browser: Any) -> str:
    """The status once the page has its whole answer."""
    final = ("Done", "The world as it was", "完成", "这是实际情形")
    return str(
        wait(lambda: s if (s := text(browser, "status")).startswith(final) else "", "an answer")
    )


def finding(browser: Any) -> str:
    return text(browser, "headline-title")


def drag(browser: Any, name: str, share: float) -> None:
    """Drag a slider's thumb from where it stands to `share` of its length."""
    slider = browser.find_element("id", f"slider-{name}")
    low, high, value = (float(slider.get_attribute(key)) for key in ("min", "max", "value"))
    width = slider.size["width"] - 16
    here = (value - low) / (high - low) - 0.5
    actions = webdriver.ActionChains(browser)
    actions.move_to_element_with_offset(slider, round(here * width), 0).click_and_hold()
    actions.move_to_element_with_offset(slider, round((share - 0.5) * width), 0).release().perform()


def test_a_dragged_slider_changes_the_number(browser: Any, address: str) -> None:
    browser.get(address)
    settled(browser)
    assert re.fullmatch(r"China in 2020: [\d.]+ million children left behind", finding(browser))
    assert "61.0 million in 2010" in text(browser, "published")
    assert "published figure" in text(browser, "trust") and "draws" in text(browser, "sure")
    assert not browser.find_element("id", "after").is_displayed()
    drag(browser, "school_barrier", 0.0)
    assert text(browser, "slider-school_barrier-value") == "0 %"
    assert "2 draws" in settled(browser)
    assert "million" in text(browser, "after")
    assert text(browser, "after") != text(browser, "before")
    assert "luck only" in text(browser, "interval")
    assert "school_barrier=0" in browser.current_url
    wait(
        lambda: len(browser.find_elements("css selector", "#map .mark-rect.role-mark path")) == 31,
        "tiles",
    )
    assert browser.find_elements("css selector", "#lines .mark-symbol path")


def test_a_link_holds_the_settings(browser: Any, address: str) -> None:
    browser.get(f"{address}?local_job=200&from=2005&where=Sichuan&definition=mca-2016#2012")
    settled(browser)
    assert browser.find_element("id", "slider-local_job").get_attribute("value") == "200"
    assert browser.find_element("id", "where").get_attribute("value") == "Sichuan"
    assert finding(browser).startswith("China in 2012")
    shown = text(browser, "after")
    browser.refresh()
    settled(browser)
    assert text(browser, "after") == shown
    toml = browser.find_element("id", "toml").get_attribute("href")
    assert "local_job=200" in toml and "where=Sichuan" in toml


def test_a_question_can_be_cancelled(browser: Any, address: str) -> None:
    browser.get(address)
    settled(browser)
    drag(browser, "wage", 0.9)
    cancel = browser.find_element("id", "cancel")
    wait(cancel.is_displayed, "the cancel button")
    cancel.click()
    assert text(browser, "status").startswith(("Cancelled", "Stopped"))
    assert not cancel.is_displayed()
    drag(browser, "wage", 0.2)  # and a new drag is answered
    settled(browser)
    assert browser.find_element("id", "after").is_displayed()


def test_the_keyboard_reaches_everything(browser: Any, address: str) -> None:
    browser.get(address)
    settled(browser)
    keys = webdriver.Keys
    browser.find_element("id", "slider-wage").send_keys(keys.ARROW_LEFT)
    assert text(browser, "slider-wage-value") == "95 %"
    settled(browser)
    word = browser.find_element("id", "word")
    word.send_keys("四川", keys.ENTER)
    wait(lambda: finding(browser).startswith("Sichuan in 2020"), "the province")
    word.clear()
    word.send_keys("Liangshan", keys.ENTER)
    wait(lambda: finding(browser).startswith("Liangshan in 2020"), "the prefecture")
    assert browser.current_url.endswith("#2020,513400")
    word.clear()
    word.send_keys("Atlantis", keys.ENTER)
    wait(lambda: "Atlantis" in text(browser, "place"), "the sentence on an unknown place")


def test_two_scenarios_and_the_settings_asked(browser: Any, address: str) -> None:
    browser.get(address)
    browser.execute_script("sessionStorage.clear()")
    browser.get(f"{address}?local_job=200")
    settled(browser)
    first = text(browser, "after")
    browser.find_element("id", "hold").click()
    drag(browser, "wage", 0.1)
    wait(lambda: "against=local_job%3D200" in browser.current_url, "the link")
    settled(browser)
    assert text(browser, "before") == first
    assert text(browser, "before-key") == "in the scenario kept"
    shown = text(browser, "after")
    browser.refresh()
    settled(browser)
    assert (text(browser, "before"), text(browser, "after")) == (first, shown)
    asked = browser.find_elements("css selector", "#asked button")
    assert len(asked) >= 2
    asked[-1].click()
    wait(lambda: "local_job=200" in browser.current_url, "the settings asked before")


def test_the_years_play(browser: Any, address: str) -> None:
    browser.get(f"{address}#2017")
    settled(browser)
    browser.find_element("id", "play").click()
    wait(lambda: text(browser, "year-shown") == "2020", "the last year")
    assert browser.find_element("id", "play").get_attribute("aria-pressed") == "false"


def test_a_change_of_language_keeps_the_question(browser: Any, address: str) -> None:
    browser.get(f"{address}?local_job=200&where=Sichuan#2012")
    settled(browser)
    browser.find_element("css selector", "#languages a[data-language='zh']").click()
    assert "完成" in settled(browser)
    assert browser.find_element("tag name", "html").get_attribute("lang") == "zh-CN"
    assert "local_job=200" in browser.current_url and "lang=zh" in browser.current_url
    assert browser.current_url.endswith("#2012")
    assert finding(browser).startswith("全国，2012年")
    assert text(browser, "before").endswith("万") and "万" in text(browser, "interval")
    assert browser.find_element("id", "slider-local_job").get_attribute("value") == "200"
    chosen = browser.find_element("css selector", "#where option:checked").text
    assert chosen == "四川"
    names = rf"TOML|leftbehind|{re.escape(leftbehind.__version__)}"  # a version may spell "eafcfa"
    for name in ("controls", "results", "charts"):  # nothing of it is left in English
        assert not re.search(r"[A-Za-z]{4,}", re.sub(names, "", text(browser, name))), name
    browser.find_element("css selector", "#languages a[data-language='en']").click()
    settled(browser)
    assert finding(browser).startswith("China in 2012")
    assert "lang" not in browser.current_url  # the usual language needs no word in the link


def test_a_bad_link_and_a_lost_server_are_told(browser: Any, address: str) -> None:
    browser.get(f"{address}?wage=9000&nonsense=1&lang=fr")
    settled(browser)
    wait(lambda: "wage, nonsense, lang" in text(browser, "copied"), "the note on the link")
    browser.execute_script("window.fetch = () => Promise.reject(new TypeError('gone'))")
    drag(browser, "wage", 0.3)
    wait(lambda: "not running any more" in text(browser, "problem-words"), "the problem")
    assert browser.find_element("id", "again").is_displayed()


def test_the_page_asks_nothing_elsewhere_and_has_no_errors(browser: Any, address: str) -> None:
    browser.get_log("browser")  # what other questions were refused is theirs
    browser.get(address)
    settled(browser)
    script = "return performance.getEntriesByType('resource').map((e) => e.name)"
    assert all(name.startswith((address, "data:")) for name in browser.execute_script(script))
    severe = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    assert not severe


def test_axe_finds_nothing_grave(browser: Any, address: str) -> None:
    for language in ("en", "zh"):
        browser.get(f"{address}?lang={language}&school_barrier=0")
        settled(browser)
        assert grave_findings(browser) == [], language
