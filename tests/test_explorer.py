"""The explorer: what it refuses, what it answers, and that its answers are the model's own."""

import contextlib
import io
import json
import logging
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import vl_convert
from starlette.testclient import TestClient

from leftbehind.base.errors import InputError
from leftbehind.cli.explorer import listen
from leftbehind.counts import definitions
from leftbehind.inputs import scenario
from leftbehind.inputs.places import Places
from leftbehind.inputs.tables import read_table
from leftbehind.model.simulation import Settings, Simulation
from leftbehind.pages.explorer import branching, evidence, server, serving
from leftbehind.pages.explorer.engine import WAITING, Busy, Engine, Event
from leftbehind.pages.explorer.guard import MOST_BYTES
from leftbehind.pages.explorer.question import SLIDERS, Question, from_json, from_link, from_query
from leftbehind.pages.explorer.reading import Reader, Reading
from leftbehind.pages.explorer.server import application
from leftbehind.runs.recorder import Recorder

SCALE = 100_000
PORT = 8000
KEY = "a-key"
ADDRESS = f"http://127.0.0.1:{PORT}/{KEY}"
OPEN_SCHOOLS = {"school_barrier": 0}


class Idle(Engine):
    """An engine whose threads never start."""

    def start(self) -> None:
        pass


@pytest.fixture
def page() -> Iterator[TestClient]:
    """A client of an explorer that never answers."""
    with TestClient(application(Idle(SCALE, seeds=1), PORT, KEY), base_url=ADDRESS) as client:
        yield client


@pytest.fixture(scope="module")
def explorer() -> Iterator[tuple[TestClient, Engine]]:
    """A client of an explorer with two seeds of a small China."""
    engine = Engine(SCALE, seeds=2, threads=1, keep=False)
    with TestClient(application(engine, PORT, KEY), base_url=ADDRESS) as client:
        yield client, engine


def ask(client: TestClient, question: dict[str, Any]) -> list[Event]:
    """All events of a question."""
    reply = client.post("/api/answer", json=question)
    assert reply.status_code == 200, reply.text
    lines = [line for line in reply.text.splitlines() if line.startswith("data: ")]
    return [json.loads(line[6:]) for line in lines]


# -- what is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "127.0.0.1:9"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": f"https://127.0.0.1:{PORT}"},
        {"sec-fetch-site": "cross-site"},
    ],
)
def test_other_host_or_origin_is_refused(page: TestClient, headers: dict[str, str]) -> None:
    for path in ("/api/words", "/static/app.js", "/download/scenario.toml"):
        assert page.get(path, headers=headers).status_code == 403
    assert page.post("/api/answer", json={}, headers=headers).status_code == 403


def test_without_the_key_nothing_is_shown(page: TestClient) -> None:
    for path in ("/", "/api/words", "/static/app.js", f"/{KEY}", f"/{KEY[:-1]}/", f"/x{KEY}/"):
        reply = page.get(f"http://127.0.0.1:{PORT}{path}")
        assert reply.status_code == 403, path
        assert KEY not in reply.text
    assert page.get(f"http://127.0.0.1:{PORT}/{KEY}/api/words").status_code == 200


def test_a_link_elsewhere_may_open_the_page(page: TestClient) -> None:
    assert page.get("/", headers={"sec-fetch-site": "cross-site"}).status_code == 200
    assert page.get("/", headers={"host": f"localhost:{PORT}"}).status_code == 200


def test_large_body_is_refused_whatever_it_says(page: TestClient) -> None:
    large = b" " * (MOST_BYTES + 1)
    json_type = {"content-type": "application/json"}
    assert page.post("/api/answer", content=large, headers=json_type).status_code == 413
    parts = iter([large[:3000], large[3000:]])
    assert page.post("/api/answer", content=parts, headers=json_type).status_code == 413


def test_other_methods_and_types_are_refused(page: TestClient) -> None:
    assert page.get("/api/answer").status_code == 405
    assert page.post("/", json={}).status_code == 405
    assert page.delete("/api/words").status_code == 405
    assert page.post("/api/answer", content=b"{}").status_code == 415
    assert page.get("/nothing").status_code == 404
    assert page.get("/static/../server.py").status_code == 404
    assert page.get("/static/%2e%2e/server.py").status_code == 404


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{", "not valid JSON"),
        (b"[1]", "object"),
        (b'{"wages": 100}', "did you mean 'wage'"),
        (b'{"wage": 400}', "less than or equal to 150"),
        (b'{"wage": NaN}', "wage"),
        (b'{"wage": "100"}', "valid number"),
        (b'{"wage": true}', "valid number"),
        (b'{"from": 1999}', "greater than or equal to 2000"),
        (b'{"where": "Sichuen"}', "did you mean 'Sichuan'"),
        (b'{"definition": "mca-2017"}', "no such definition"),
        (b"\xff", "not valid JSON"),
        (b'{"wage": 90, "wage": 80}', "given twice"),
        (b"[" * 4000, "not valid JSON"),
        (b'{"against": "wage=900"}', "the other scenario's wage"),
        (b'{"against": "against=wage%3D90"}', "may not have another one"),
    ],
)
def test_bad_settings_are_named(page: TestClient, body: bytes, words: str) -> None:
    reply = page.post("/api/answer", content=body, headers={"content-type": "application/json"})
    assert reply.status_code == 400
    assert words in reply.json()["error"]


def test_bad_links_are_named(page: TestClient) -> None:
    assert "twice" in page.get("/download/scenario.toml?wage=90&wage=80").json()["error"]
    assert page.get("/download/data.csv?wage=x").status_code == 400
    assert page.get("/download/data.csv?wage=90").status_code == 409  # not worked out


def test_waiting_questions_are_bounded() -> None:
    engine = Idle(SCALE, seeds=1)
    jobs = [engine.ask(Question(), lambda _: None) for _ in range(WAITING)]
    with pytest.raises(Busy):
        engine.ask(Question(), lambda _: None)
    with TestClient(application(engine, PORT, KEY), base_url=ADDRESS) as client:
        reply = client.post("/api/answer", json={})
        assert reply.status_code == 429
        assert reply.headers["retry-after"]
    jobs[0].cancel()
    engine.ask(Question(), lambda _: None)  # a cancelled question holds no place


def test_every_reply_forbids_other_sites(page: TestClient) -> None:
    for path in ("/", "/static/app.js", "/api/words", "/nothing"):
        headers = page.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
    text = page.get("/").text
    assert "style=" not in text and "onclick" not in text and "http" not in text


def test_half_open_connections_keep_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as the server takes: silent ones, and ones that never end a request's head."""
    monkeypatch.setattr(serving, "PATIENCE", 0.5)
    listening = listen(0)
    port = listening.getsockname()[1]
    app = application(Idle(SCALE, seeds=1), port, KEY)
    server = serving.server(app)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        crowd = [socket.create_connection(("127.0.0.1", port)) for _ in range(80)]
        for half in crowd[::2]:
            half.sendall(b"GET / HTTP/1.1\r\nHost: ")
        for one in crowd:
            one.settimeout(5)
            assert one.recv(1) == b""
        address = f"http://127.0.0.1:{port}/{KEY}/api/words"
        with urllib.request.urlopen(address, timeout=5) as reply:
            assert reply.status == 200
    finally:
        server.should_exit = True
        thread.join(10)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_any_signal_ends_it_as_ctrl_c_does(number: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "leftbehind", "explore", "--scale", "500000", "--no-browser"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    address = process.stdout.readline().split()[4]
    for _ in range(100):
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5) as reply:
            assert reply.status == 200
            break
        time.sleep(0.1)
    process.send_signal(number)
    _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (130, "Stopped.\n")


def test_a_flood_of_lines_stays_short_in_the_log() -> None:
    bounded = serving.Bounded()
    lines = [
        logging.LogRecord("uvicorn.error", 30, "", 1, "bad %s", ("x" * 10_000,), None)
        for _ in range(1000)
    ]
    written = [line.getMessage() for line in lines if bounded.filter(line)]
    assert len(written) == serving.LINES
    assert max(map(len, written)) < serving.LINE + 100
    assert "no more" in written[-1]


def test_the_browsers_door_is_its_owners_alone(tmp_path: Path) -> None:
    door = serving.doorway("http://127.0.0.1:1/secret/", tmp_path)
    assert door.stat().st_mode & 0o077 == 0
    assert "/secret/" in door.read_text()


def test_a_taken_port_is_an_input_error() -> None:
    taken = listen(0)
    with taken, pytest.raises(InputError, match="cannot listen"):
        listen(taken.getsockname()[1])
    with pytest.raises(InputError, match="0 to 65535"):
        listen(70_000)


# -- what a question means -------------------------------------------------------------------------


def test_a_question_is_a_scenario(tmp_path: Path, page: TestClient) -> None:
    query = "school_barrier=0&transfer=1200&from=2005&where=Sichuan"
    reply = page.get(f"/download/scenario.toml?{query}")
    assert "attachment" in reply.headers["content-disposition"]
    path = tmp_path / "explored.toml"
    path.write_text(reply.text, encoding="utf-8")
    assert (
        scenario.load(path)
        == from_query([tuple(p.split("=")) for p in query.split("&")]).scenario()
    )
    changes = {change.lever: change for change in scenario.load(path).change}
    assert changes["school_barrier"].multiply == 0.0
    assert changes["transfer"].add == 1200.0
    assert changes["transfer"].from_year == 2005
    assert changes["transfer"].places == ("Sichuan province",)


def test_a_question_without_moved_sliders_is_the_baseline() -> None:
    assert from_json(b"{}").scenario() == scenario.Scenario()
    assert from_json(b'{"wage": 100, "from": 2010, "definition": "alone"}').moved == ()


@pytest.mark.parametrize("before", ["http://127.0.0.1:8000/key/?", "?", ""])
def test_a_saved_link_is_opened_again(before: str) -> None:
    assert from_link(f"{before}wage=90&lang=zh#2012,513400") == "?wage=90&lang=zh#2012,513400"
    assert from_link("") == ""


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("?wage=9000", "less than or equal to 150"),
        ("?wages=90", "did you mean 'wage'"),
        ("?wage=90&wage=80", "twice"),
        ("?wage", "damaged"),
        ("?against=wage%3Dx", "the other scenario"),
    ],
)
def test_a_damaged_link_is_told_in_a_sentence(link: str, words: str) -> None:
    with pytest.raises(InputError, match=re.escape(words)):
        from_link(link)


def test_sliders_stand_within_their_range() -> None:
    for slider in SLIDERS:
        assert slider.low <= slider.neutral <= slider.high
        assert float((slider.neutral - slider.low) / slider.step).is_integer()


# -- that answers are the model's ------------------------------------------------------------------


@pytest.fixture(scope="module")
def start() -> branching.Start:
    """Seed 1 of a small China."""
    reader = Reader(len(Places.load()))
    return branching.live(Settings(scale=SCALE, seed=1), 1, reader, lambda _: None)


def same(a: Reading, b: Reading) -> bool:
    return all(
        np.array_equal(x, y) for x, y in zip(vars(a).values(), vars(b).values(), strict=True)
    )


def test_a_branch_without_changes_lives_the_world_as_it_was(start: branching.Start) -> None:
    reader = Reader(len(start.simulation.places))
    simulation = branching.branch(start, scenario.Scenario())
    for was in start.as_it_was[:6]:
        assert same(reader.read(simulation.step()), was)
    assert start.state.year == 2000  # the start itself was not touched


def test_a_branch_is_the_same_as_a_whole_run(start: branching.Start) -> None:
    reader = Reader(len(start.simulation.places))
    asked = Question(school_barrier=0.0, transfer=2000.0).scenario()
    whole = Simulation(Settings(scale=SCALE, seed=1, scenario=asked), 1, _until_2002(start))
    while whole.year < 2000:
        whole.step()
    branch = branching.branch(start, asked)
    for was in start.as_it_was[:3]:
        reading = reader.read(branch.step())
        assert same(reading, reader.read(whole.step()))
        assert not same(reading, was)


def _until_2002(start: branching.Start) -> Any:
    """The factors of all years from 1950 on: those of the start, which was lived from 1950."""
    assert min(start.simulation.alignment.deaths) == 1950
    return start.simulation.alignment


def test_a_kept_start_lives_on_the_same(start: branching.Start, tmp_path: Path) -> None:
    reader = Reader(len(start.simulation.places))
    branching.save(start, tmp_path)
    kept = branching.load(start.simulation, 1, tmp_path)
    assert kept is not None
    assert all(map(same, kept.as_it_was, start.as_it_was))
    at_once = branching.kept_readings(1, tmp_path)
    assert at_once is not None and all(map(same, at_once, start.as_it_was))
    simulation = branching.branch(kept, scenario.Scenario())
    for was in start.as_it_was[:3]:
        assert same(reader.read(simulation.step()), was)
    path = tmp_path / "seed-1.npz"
    path.write_bytes(path.read_bytes()[:5000])
    assert branching.load(start.simulation, 1, tmp_path) is None  # damaged
    assert branching.kept_readings(1, tmp_path) is None
    assert branching.load(start.simulation, 2, tmp_path) is None  # none


def test_readings_count_what_definitions_say(start: branching.Start, tmp_path: Path) -> None:
    places = start.simulation.places
    reader = Reader(len(places))
    simulation = branching.branch(start, scenario.Scenario())
    year = simulation.step()
    reading = reader.read(year)
    with Recorder(tmp_path, places) as recorder:
        recorder.record(year)
    children = pl.read_parquet(tmp_path / "children.parquet")
    people = pl.read_parquet(tmp_path / "people.parquet").filter(pl.col("number") > 0)
    assert reading.ages.sum() == people["number"].sum() == year.alive
    villagers = people.filter((pl.col("lives") == "village") & (pl.col("age") == "20-24"))
    assert reading.ages[0, :, 4].sum() == villagers["number"].sum()
    for d, name in enumerate(reader.names):
        definition = definitions.get(name)
        counted = children.filter(definition.expr())
        assert reading.counted[d].sum() == counted["number"].sum()
        assert reading.base[d].sum() == children.filter(definition.base())["number"].sum()
        assert reading.care[d].sum() == counted["number"].sum()
        assert reading.hours[d] == pytest.approx(
            counted["unsupervised_hours"].sum(),
            rel=1e-3,  # a run keeps hours to a sixteenth
        )
        by_arrangement = dict(
            counted.group_by(pl.col("arrangement").cast(pl.String))
            .agg(pl.col("number").sum())
            .iter_rows()
        )
        assert {k: v for k, v in zip(evidence.ARRANGEMENTS, reading.care[d], strict=True) if v} == (
            by_arrangement
        )


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(5)
    provinces = np.arange(60) // 2
    hits = {1: [], 2: [], 5: []}  # type: dict[int, list[float]]
    for _ in range(300):
        for seeds, held in hits.items():
            before = rng.poisson(40, (seeds, 1, 60))
            after = before - rng.binomial(before, 0.2)
            half = evidence.half_widths(before, after, provinces)[0]
            change = (after - before).mean(axis=0)[0]
            by_province = np.bincount(provinces, weights=change)
            held.append(float((np.abs(by_province + 16) <= half).mean()))
    assert np.mean(hits[1]) > 0.9  # one seed: spread taken from places
    assert 0.93 < np.mean(hits[2]) < 0.97
    assert 0.93 < np.mean(hits[5]) < 0.97


# -- answers over the network ----------------------------------------------------------------------


def test_answers_come_seed_by_seed(explorer: tuple[TestClient, Engine]) -> None:
    client, _ = explorer
    events = ask(client, OPEN_SCHOOLS)
    kinds = [event["kind"] for event in events if event["kind"] != "preparing"]
    assert kinds == [*["year"] * 21, "answer", *["year"] * 21, "answer", "done"]
    first, second = (event for event in events if event["kind"] == "answer")
    assert (first["seeds"], second["seeds"]) == (1, 2)
    last_year = [event for event in events if event["kind"] == "year"][20]
    assert first["nation"]["after"][0][-1] == last_year["after"]
    assert first["nation"]["before"][0][-1] == last_year["before"]
    by_province = [province[20] for province in first["provinces"]["after"]]
    assert sum(by_province) == pytest.approx(last_year["after"], abs=31)
    assert second["nation"]["half"][0][-1] < first["nation"]["half"][0][-1]
    assert sum(values[-1] for values in second["care_after"].values()) == pytest.approx(
        second["nation"]["after"][0][-1], abs=10
    )


def test_an_answer_is_remembered_and_downloaded(explorer: tuple[TestClient, Engine]) -> None:
    client, _ = explorer
    shown = ask(client, OPEN_SCHOOLS)[-2]
    again = ask(client, {**OPEN_SCHOOLS, "definition": "mca-2016"})
    assert [event["kind"] for event in again] == ["answer", "done"]
    reply = client.get("/download/data.csv?school_barrier=0")
    assert reply.status_code == 200
    rows = pl.read_csv(io.StringIO(reply.text), comment_prefix="#")
    china = rows.filter((pl.col("place") == "China") & (pl.col("definition") == "acwf-2010"))
    assert china["with_change"].to_list() == shown["nation"]["after"][0]
    assert rows["place"].n_unique() == 32


def test_two_scenarios_are_compared_with_the_same_luck(explorer: tuple[TestClient, Engine]) -> None:
    client, _ = explorer
    slump = {"wage": 60}
    alone = {
        name: ask(client, asked)[-2]["nation"]["after"]
        for name, asked in (("open", OPEN_SCHOOLS), ("slump", slump))
    }
    both = ask(client, {**slump, "against": "school_barrier=0"})[-2]["nation"]
    assert both["before"] == alone["open"] and both["after"] == alone["slump"]
    assert both["half"][0][-1] > 0
    back = ask(client, {"against": "school_barrier=0"})[-2]["nation"]  # the world as it was
    assert back["before"] == alone["open"]


def test_prefectures_add_up_to_their_provinces(explorer: tuple[TestClient, Engine]) -> None:
    client, _ = explorer
    provinces = ask(client, OPEN_SCHOOLS)[-2]["provinces"]
    of = client.get("/api/prefectures?school_barrier=0").json()
    listed = client.get("/api/words").json()["prefectures"]
    codes = read_table("provinces").sort("code").select("code", "name").rows()
    for world in ("before", "after"):
        for g, (_, name) in enumerate(codes):
            parts = [k for k, place in enumerate(listed) if place["province"] == name]
            total = sum(of[world][k][10] for k in parts)
            assert total == pytest.approx(provinces[world][g][10], abs=len(parts))
    assert client.get("/api/prefectures?wage=55").status_code == 409


def test_a_place_is_found_by_any_of_its_names(page: TestClient) -> None:
    for word in ("Liangshan", "凉山", "513400"):
        assert page.get("/api/place", params={"word": word}).json() == {"code": 513400}
    assert page.get("/api/place", params={"word": "Sichuen"}).status_code == 404


def test_the_page_knows_what_was_published_before_any_world_is_lived(page: TestClient) -> None:
    known = page.get("/api/words").json()
    (figure,) = known["published"]["acwf-2010"]
    assert (figure["year"], figure["value"]) == (2010, 61.03e6)
    assert "Federation" in figure["agency"] and figure["low"] < figure["value"] < figure["high"]
    assert known["published"]["moe-pupils"][0]["year"] == 2009
    draws = known["draws"]["of"]["acwf-2010"]
    assert [row["year"] for row in draws] == list(branching.YEARS)
    for row in draws:
        assert row["wide_low"] < row["low"] < row["median"] < row["high"] < row["wide_high"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_chart_is_vega_lite_that_draws(page: TestClient, language: str) -> None:
    specs = page.get(f"/api/charts?lang={language}").json()
    assert {name.removeprefix("two-") for name in specs} == {
        "lines", "tiles", "tiles-change", "points", "points-change", "care", "pyramid",
    }  # fmt: skip
    script = "".join(path.read_text() for path in (Path(server.STATIC)).glob("*.js"))
    for name, spec in specs.items():
        assert "<svg" in vl_convert.vegalite_to_svg(spec), name
        for data in re.findall(r'"name": "(\w+)"', json.dumps(spec.get("layer", spec))):
            assert re.search(rf"\b{data}\b\s*[:,}}]", script), (name, data)


def test_the_world_as_it_was_answers_at_once(explorer: tuple[TestClient, Engine]) -> None:
    client, _ = explorer
    events = ask(client, {})
    assert events[-1]["kind"] == "done"
    nation = events[-2]["nation"]
    assert nation["before"] == nation["after"]
    assert not any(nation["half"][0])


def test_a_cancelled_question_ends_before_its_last_year(
    explorer: tuple[TestClient, Engine],
) -> None:
    _, engine = explorer
    seen: list[Event] = []
    over = threading.Event()
    jobs: list[Any] = []

    def tell(event: Event) -> None:
        seen.append(event)
        if event["kind"] == "year":
            jobs[0].cancel()
        if event["kind"] in ("cancelled", "done", "failed"):
            over.set()

    jobs.append(engine.ask(Question(wage=111.0), tell))
    assert over.wait(120)
    assert seen[-1]["kind"] == "cancelled"
    assert sum(event["kind"] == "year" for event in seen) <= 2
    assert not engine.known_pairs(Question(wage=111.0))


def test_a_failure_is_told(explorer: tuple[TestClient, Engine], monkeypatch: Any) -> None:
    client, _ = explorer

    def broken(*_: object) -> None:
        raise MemoryError("no memory left")

    monkeypatch.setattr(branching, "branch", broken)
    events = ask(client, {"wage": 87})
    assert events[-1] == {"kind": "failed", "what": "model", "why": "no memory left"}
    assert ask(client, {})[-1]["kind"] == "done"  # and the next question is answered
