"""The explorer's words: the same in both languages, all that its page and scripts ask for."""

import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import leftbehind.pages.explorer
from leftbehind.base.errors import InputError
from leftbehind.counts import definitions
from leftbehind.pages.explorer.engine import Engine, Status
from leftbehind.pages.explorer.evidence import WHO
from leftbehind.pages.explorer.question import SLIDERS, places_by_region
from leftbehind.pages.explorer.server import application
from leftbehind.pages.explorer.words import Words, languages

PORT = 8000
CHINESE = re.compile(r"[\u4e00-\u9fff]")
FOLDER = Path(leftbehind.pages.explorer.__file__).parent
ONLY_CHINESE = {"definitions", "places"}  # English takes the names and words of the tables


class Idle(Engine):
    """An engine whose threads never start."""

    def start(self) -> None:
        pass


def client(language: str = "en") -> TestClient:
    engine = Idle(20_000, seeds=1)
    return TestClient(
        application(engine, PORT, "key", language), base_url=f"http://127.0.0.1:{PORT}/key/"
    )


def texts(content: dict[str, Any], before: str = "") -> dict[str, Any]:
    """All texts by their whole key."""
    out: dict[str, Any] = {}
    for key, value in content.items():
        name = f"{before}{key}"
        out |= texts(value, f"{name}.") if isinstance(value, dict) else {name: value}
    return out


def own(language: str) -> dict[str, Any]:
    content = Words(language).content
    return texts({k: v for k, v in content.items() if k not in ONLY_CHINESE})


def test_both_languages_hold_the_same_keys_and_fields():
    english, chinese = own("en"), own("zh")
    assert {k for k in english if not k.startswith("map.short.")} == chinese.keys()
    for key, text in chinese.items():
        if isinstance(text, list):
            assert len(text) == len(english[key]), key
        elif isinstance(text, str):
            fields = [set(re.findall(r"\{(\w+)\}", each)) for each in (english[key], text)]
            assert fields[0] == fields[1], key


def test_chinese_is_chinese_and_english_is_not():
    free = {"language", "controls.per_cent", "controls.part", "number.people"}
    for key, text in own("zh").items():
        for part in text if isinstance(text, list) else [text]:
            if isinstance(part, str) and key not in free and not re.fullmatch(r"[\d−+至 %]*", part):
                assert CHINESE.search(part), key
    assert not [k for k, v in own("en").items() if isinstance(v, str) and CHINESE.search(v)]


@pytest.mark.parametrize("language", languages())
def test_everything_that_can_be_named_has_words(language):
    words = Words(language)
    for slider in SLIDERS:
        assert words(f"sliders.{slider.name}.title") and words(f"sliders.{slider.name}.words")
        assert words(f"units.{slider.operation}")
    assert all(words(f"who.{who}") for who in WHO)
    for name in definitions.names():
        definition = definitions.get(name)
        assert words.who(definition) and words.definition(definition)
    for region, provinces in places_by_region().items():
        shown = [words.place(name) for name in (region, *provinces)]
        assert all(bool(CHINESE.search(name)) == (language == "zh") for name in shown)


def test_scripts_and_page_ask_only_for_words_that_there_are():
    known = own("en")
    script = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("static/*.js"))
    page = (FOLDER / "page.html.j2").read_text(encoding="utf-8")
    asked = set(re.findall(r'"((?:[a-z]+)\.[A-Za-z_]+)"', script))
    asked = {n for n in asked if not n.endswith(".js")} - {"section.name"}  # of a comment
    asked |= set(re.findall(r'words\("([a-z_.A-Z]+[a-zA-Z])"', page))
    asked |= {f"figures.{name}" for name in re.findall(r'call figure\("(\w+)"\)', page)}
    asked |= {f"keep.{kind}" for kind in ("png", "svg", "csv")}
    assert len(asked) > 60
    assert asked <= known.keys(), asked - known.keys()
    engine = (FOLDER / "engine.py").read_text(encoding="utf-8")
    stages = {Status().stage, *re.findall(r'stage="([a-z]+)"', engine)}
    stages |= set(re.findall(r'"([a-z]+)" if compiling else "living"', engine)) | {"living"}
    assert stages == {"starting", "loading", "reading", "living", "compiling"}
    assert all(f"status.{stage}" in known for stage in stages)
    kinds = set(re.findall(r'"what": "([a-z]+)"', engine))
    assert kinds == {"prepare", "model"} and all(f"problem.{kind}" in known for kind in kinds)


def test_no_word_is_left_that_nobody_asks_for():
    files = [*FOLDER.glob("static/*.js"), *FOLDER.glob("*.py"), *FOLDER.glob("*.j2")]
    text = "".join(p.read_text(encoding="utf-8") for p in [*files, FOLDER.parent / "charts.py"])
    built = (
        "sliders.",
        "units.",
        "who.",
        "map.short.",
        "status.",
        "world.",
        "figures.",
        "problem.",
    )
    asked = {name for name in own("en") if name.startswith((*built, "pyramid.", "keep."))}
    assert [name for name in own("en") if name not in text and name not in asked] == []


def test_the_page_comes_in_the_language_asked_for():
    with client() as english, client("zh") as chinese:
        assert '<html lang="en"' in english.get("/").text
        assert '<html lang="zh-CN"' in english.get("/?lang=zh").text
        assert '<html lang="zh-CN"' in chinese.get("/").text
        assert '<html lang="en"' in chinese.get("/?lang=en&wage=90").text
        assert '<html lang="zh-CN"' in chinese.get("/?lang=fr").text
        prose = re.findall(r"<(?:p|h1|h2|button|summary)\b[^>]*>([^<]{3,})<", chinese.get("/").text)
        assert len(prose) > 8 and all(CHINESE.search(part) for part in prose)
        assert "20,000" in chinese.get("/").text


def test_words_come_in_the_language_asked_for():
    with client() as page:
        assert page.get("/api/words").json()["text"]["world"]["before"] == "as it was"
        chinese = page.get("/api/words?lang=zh").json()
        assert chinese["text"]["world"]["before"] == "实际情形"
        assert chinese["provinces"][0]["label"] == "北京"
        assert chinese["definitions"][0]["title"].startswith("留守儿童")
        refused = page.get("/api/words?lang=fr")
        assert refused.status_code == 400 and "allowed: en, zh" in refused.json()["error"]
    with pytest.raises(InputError, match="--lang fr"):
        Words("fr")


def test_both_pages_obey_the_policy_of_the_server():
    with client("zh") as page:
        text = page.get("/").text
    assert "style=" not in text and "onclick" not in text and "http" not in text
