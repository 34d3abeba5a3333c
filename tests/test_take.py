"""What people take away: every table and sample is read back by another program's reader."""

import json
import re
import tomllib
from pathlib import Path

import numpy as np
import openpyxl
import polars as pl
import pyreadstat
import pytest
import tskit
from frictionless import Package
from typer.testing import CliRunner

import leftbehind
from leftbehind.base.errors import InputError
from leftbehind.base.formats import encoded
from leftbehind.cli.app import app
from leftbehind.counts import codebook
from leftbehind.counts.samples.design import Design
from leftbehind.counts.samples.draw import MEMBER, Lot, chances, systematic
from leftbehind.counts.samples.estimates import total
from leftbehind.counts.samples.panel import Panel, panel
from leftbehind.counts.samples.survey import survey
from leftbehind.own.exchange import write_exchange
from leftbehind.own.socsim import OMAR, OPOP, socsim
from leftbehind.runs.contents import TABLES
from leftbehind.runs.export import people_of_run
from leftbehind.runs.rerun import rerun

FIRST, LAST = 1988, 1990


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> leftbehind.World:
    """China 1950-1990 at 1:100,000: about 12,000 people."""
    out = tmp_path_factory.mktemp("take") / "run"
    return leftbehind.run(scale=100_000, last=LAST, out=out)


@pytest.fixture(scope="module")
def followed(small) -> Panel:
    return panel(small, 2000, FIRST, LAST)


@pytest.fixture(scope="module")
def people(small) -> pl.DataFrame:
    return people_of_run(small, LAST)


def command(*words: object, code: int = 0) -> str:
    result = CliRunner().invoke(app, [str(w) for w in words])
    if code == 2:
        assert isinstance(result.exception, InputError), result.output
        return str(result.exception)
    assert result.exit_code == code, (result.output, result.exception)
    return result.output


# ---- codebook and formats


def test_the_codebook_covers_every_column_of_every_table(small, followed):
    tables = {name: small.table(name).head(0).collect() for name in TABLES}
    book = codebook.codebook({**tables, **followed.tables()}, small.scale)
    assert book.height == sum(t.width for t in (*tables.values(), *followed.tables().values()))
    assert book["title"].str.len_chars().min() > 0 and book["title_zh"].str.len_chars().min() > 0


def test_the_codebook_has_no_column_that_no_table_has(small, followed):
    held = {name: set(small.table(name).collect_schema().names()) for name in TABLES}
    held |= {n: held.get(n, set()) | set(t.columns) for n, t in followed.tables().items()}
    held["sample"] = {"cluster", "outcome", "weight_answered"}
    everywhere = set().union(*held.values())
    for table, name in codebook.words().select("table", "column").iter_rows():
        assert name in (everywhere if table is None else held[table]), (table, name)


def test_excel_and_stata_are_read_by_other_libraries(tmp_path):
    rows = pl.DataFrame({"year": [2010, 2015], "share": [0.5, None], "sex": ["female", "男"]})
    (tmp_path / "a.xlsx").write_bytes(encoded(rows, "xlsx"))
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert [list(r) for r in sheet.iter_rows(values_only=True)] == [
        list(rows.columns),
        *map(list, rows.rows()),
    ]
    (tmp_path / "a.dta").write_bytes(encoded(rows, "dta", {"share": "a share"}))
    frame, meta = pyreadstat.read_dta(str(tmp_path / "a.dta"))
    assert frame["year"].tolist() == [2010, 2015] and frame["sex"].tolist() == ["female", "男"]
    assert np.isnan(frame["share"][1]) and meta.column_names_to_labels["share"] == "a share"


def test_a_pack_of_tables_is_a_valid_data_package(small, tmp_path):
    out = tmp_path / "pack"
    command("tables", small.folder, "--out", out, "--table", "events", "--table", "flows")
    report = Package(str(out / "datapackage.json")).validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "note"])[:5]
    rows = pl.read_csv(out / "events.csv")
    assert rows["number"].sum() == small.table("events").collect()["number"].sum()


@pytest.mark.parametrize(
    "words",
    [
        ("definitions",),
        ("scenarios",),
        ("sources",),
        ("count", "RUN", "acwf-2010", "--by", "province", "--year", 1990),
        ("reconcile", "RUN", "acwf-2010", "mca-2016", "--year", 1990),
        ("tables", "RUN"),
    ],
    ids=lambda words: words[0],
)
def test_a_table_comes_as_json_and_csv_with_the_same_rows(words, small, tmp_path):
    words = [small.folder if w == "RUN" else w for w in words]
    there, other = tmp_path / "t.json", tmp_path / "t.csv"
    command(*words, "--json", there, "--csv", other)
    rows = json.loads(there.read_text(encoding="utf-8"))
    assert rows and len(rows) == pl.read_csv(other).height
    assert list(rows[0]) == pl.read_csv(other).columns


def test_a_chart_file_holds_the_count_between_its_ends(small, tmp_path):
    out = tmp_path / "c.csv"
    words = ("count", small.folder, "acwf-2010", "--by", "province", "--chart", out)
    command(*words)
    rows = pl.read_csv(out)
    assert rows.columns == ["entity", "year", "value", "lower", "upper"]
    assert (rows["lower"] <= rows["value"]).all() and (rows["value"] <= rows["upper"]).all()
    assert rows["value"].sum() == small.left_behind("acwf-2010")["number"].sum()
    told = json.loads((tmp_path / "c.metadata.json").read_text(encoding="utf-8"))
    assert set(told["columns"]) <= set(rows.columns)
    assert "is there already" in command(*words, code=2)


# ---- panel


def test_members_stand_for_the_country_within_sampling_error(small, followed):
    members = followed.states.filter(pl.col("role") == "member")
    for year in range(FIRST, LAST + 1):
        rows = members.filter(pl.col("year") == year)
        truth = small.people(year, by=())["number"].sum()
        error = rows["weight"][0] * (rows.height * (1 - followed.chance)) ** 0.5
        assert abs(rows["weight"].sum() - truth) < 4 * error


def test_a_panel_of_everybody_is_the_tables_themselves(small):
    alive = int(small.people(LAST, by=())["number"].sum()) // small.scale
    whole = panel(small, alive, LAST, LAST)
    assert whole.states.height == alive and (whole.states["weight"] == small.scale).all()
    for name in ("acwf-2010", "moe-pupils", "alone"):
        counted = (whole.states[name.replace("-", "_")] * whole.states["weight"]).sum()
        assert counted == small.left_behind(name, years=LAST)["number"].sum()


def test_the_same_people_come_whatever_the_threads(small, followed):
    again = panel(small, 2000, FIRST, LAST, threads=2)
    for name, table in followed.tables().items():
        assert table.equals(again.tables()[name]), name


def test_keys_join_and_kin_have_no_weight(followed):
    persons, states = followed.persons, followed.states
    assert persons["person"].is_unique().all()
    assert states.join(persons, on="person", how="anti").is_empty()
    assert not states.select("year", "person").is_duplicated().any()
    kin = persons.filter(pl.col("role") == "kin")
    assert kin["weight"].null_count() == kin.height > 0
    members = states.filter(pl.col("role") == "member", pl.col("partner_key").is_not_null())
    partners = states.select("year", partner_key="person")
    alive = persons.filter(pl.col("death_year").is_null()).select(partner_key="person")
    lost = members.join(alive, on="partner_key").join(
        partners, on=["year", "partner_key"], how="anti"
    )
    assert lost.is_empty()


def test_births_and_deaths_are_those_of_the_persons(followed):
    events = followed.events
    born = followed.persons.filter(pl.col("birth_year") >= FIRST)
    died = followed.persons.filter(pl.col("death_year").is_not_null())
    assert (events["event"] == "born").sum() == born.height
    assert (events["event"] == "died").sum() == died.height
    left = events.filter(pl.col("event") == "left home")
    at = left.join(followed.states, on=["year", "person"])
    assert left.height and at["lives"].is_in(["away", "abroad"]).all()


# ---- survey


def test_chances_of_clusters_add_up_and_are_kept():
    sizes = np.array([1.0, 2.0, 3.0, 100.0, 4.0])
    chance = chances(sizes, 3)
    assert chance.sum() == pytest.approx(3) and chance[3] == 1 and (chance <= 1).all()
    assert chance[4] / chance[0] == pytest.approx(4)
    starts = (np.arange(10_000) + 0.5) / 10_000
    drawn = np.concatenate([systematic(chance, u) for u in starts])
    assert np.bincount(drawn, minlength=5) / 10_000 == pytest.approx(chance, abs=1e-3)


def test_a_persons_number_does_not_depend_on_the_others():
    keys = np.arange(1, 1000, dtype=np.uint64)
    numbers = Lot(3).of(keys, MEMBER)
    assert (Lot(3).of(keys[::7], MEMBER) == numbers[::7]).all()
    assert abs(numbers.mean() - 0.5) < 4 / np.sqrt(12 * len(keys))


CHILD_AGES = [str(age) for age in range(18)]
SIMPLE = {"people": 1500, "waves": [LAST], "frame": {"age": [0, 17]}}


def test_simple_and_clustered_samples_estimate_the_children(small):
    ages = small.people(LAST, by="age").filter(pl.col("age").cast(pl.String).is_in(CHILD_AGES))
    truth = ages["number"].sum()
    for more in ({}, {"clusters": {"by": "prefecture", "number": 60}}):
        found = survey(small, Design.of({**SIMPLE, **more}))
        rows = found.sample
        guess = total(rows, pl.col("age") < 18)
        assert rows["person"].is_unique().all() and rows["age"].max() < 18
        assert abs(guess.total - truth) < 4 * guess.error + 1e-6 * truth
        if not more:
            assert rows.height == 1500 and guess.total == pytest.approx(truth)
        else:
            assert rows["cluster"].n_unique() <= 60


def test_who_does_not_answer_is_weighted_for_and_tells_nothing(small):
    loss = {"non_response": {"chance": 0.3}, "attrition": {"chance": 0.2}}
    rows = survey(small, Design.of({**SIMPLE, "waves": [FIRST, LAST], **loss})).sample
    silent = rows.filter(pl.col("outcome") != "answered")
    assert silent["age"].null_count() == silent["weight_answered"].null_count() == silent.height
    first = rows.filter(pl.col("year") == FIRST)
    share = (first["outcome"] == "no answer").mean()
    assert abs(share - 0.3) < 4 * (0.21 / first.height) ** 0.5
    assert first["weight_answered"].sum() == pytest.approx(first["weight"].sum())
    refused = first.filter(pl.col("outcome") == "no answer")["person"]
    later = rows.filter(pl.col("year") == LAST, pl.col("person").is_in(refused.implode()))
    assert later["outcome"].is_in(["lost", "dead"]).all()


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ({"waves": [1990]}, "people"),
        ({**SIMPLE, "people": 0}, "people"),
        ({**SIMPLE, "frame": {"agee": [0, 3]}}, "did you mean 'age'"),
        ({**SIMPLE, "frame": {"hukou": ["rural"]}}, "no such label 'rural'"),
        ({**SIMPLE, "frame": {"age": [9, 3]}}, "age: give"),
        ({**SIMPLE, "clusters": {"by": "village", "number": 3}}, "prefecture"),
        (
            {**SIMPLE, "people": 5, "clusters": {"by": "province", "number": 9}},
            "larger than people",
        ),
        ({**SIMPLE, "waves": [1990, 1988]}, "waves"),
        ({**SIMPLE, "non_response": {"chance": 2}}, "from 0 to 1"),
    ],
)
def test_a_design_that_cannot_be_is_refused_in_a_sentence(raw, told):
    with pytest.raises(InputError, match=told):
        Design.of(raw)


@pytest.mark.parametrize("changed", [{"people": 10_000_000}, {"waves": [2020]}])
def test_a_design_that_the_run_cannot_give_is_refused(small, changed):
    with pytest.raises(InputError, match="not"):
        survey(small, Design.of({**SIMPLE, **changed}))


# ---- exchange


def test_socsim_files_obey_its_rules(people, tmp_path):
    write_exchange(people, "socsim", tmp_path / "p")
    opop = pl.read_csv(tmp_path / "p.opop", separator=" ", has_header=False, new_columns=OPOP)
    omar = pl.read_csv(tmp_path / "p.omar", separator=" ", has_header=False, new_columns=OMAR)
    assert opop["pid"].to_list() == list(range(1, people.height + 1))
    born, female = dict(opop.select("pid", "dob").rows()), dict(opop.select("pid", "fem").rows())
    for parent, sex in (("mom", 1), ("pop", 0)):
        rows = opop.filter(pl.col(parent) > 0)
        assert all(female[p] == sex for p in rows[parent])
        assert all(born[p] < b for p, b in rows.select(parent, "dob").rows())
    older = opop.filter(pl.col("nesibm") > 0).select("pid", "nesibm", "mom")
    mother = dict(opop.select("pid", "mom").rows())
    assert all(s < p and mother[s] == m for p, s, m in older.rows())
    assert (opop["dod"] > 0).sum() == people["death_year"].is_not_null().sum()
    assert all(female[w] == 1 and female[h] == 0 for w, h in omar.select("wpid", "hpid").rows())
    married = set(opop.filter(pl.col("mstat") == 4)["pid"])
    assert set(omar["wpid"]) | set(omar["hpid"]) <= set(opop.filter(pl.col("marid") > 0)["pid"])
    assert married and len(omar) and omar["wpid"].is_unique().all()


def test_tskit_reads_the_pedigree(people, tmp_path):
    write_exchange(people, "tskit", tmp_path / "p.trees")
    found = tskit.load(str(tmp_path / "p.trees"))
    assert found.num_individuals == people.height
    assert found.num_samples == 2 * people["death_year"].null_count()
    mothers = dict(people.select("person_id", "mother_id").rows())
    for one in list(found.individuals())[-200:]:
        mother = mothers[one.metadata["person_id"]]
        got = (
            found.individual(one.parents[1]).metadata["person_id"] if one.parents[1] >= 0 else None
        )
        assert got == mother


def test_marriages_of_socsim_are_the_couples(people):
    _, omar = socsim(people)
    assert omar.height == people.filter(pl.col("sex") == "female")["partner_id"].drop_nulls().len()


# ---- rerun, cite, bad input


def test_a_run_lived_again_has_the_same_bits(small, tmp_path):
    found = rerun(small)
    assert found.first is None and found.changed == () and found.tables >= len(TABLES)


def test_a_run_of_other_settings_differs_in_a_named_column(small, monkeypatch):
    manifest = {**small.manifest, "seed": 2, "version": "0.0"}
    monkeypatch.setattr(small, "manifest", manifest)
    found = rerun(small)
    assert found.first is not None and found.first[0].endswith(".parquet")
    assert any(told.startswith("version: 0.0 then") for told in found.changed)


def test_cite_names_the_run(small):
    told = command("cite", small.folder)
    assert "seed 1" in told and "1:100,000" in told and small.manifest["seal"][:16] in told


def test_bad_input_is_a_sentence_and_writes_nothing(small, tmp_path):
    there = tmp_path / "there"
    there.mkdir()
    (there / "mine.txt").write_text("mine")
    design = tmp_path / "design.toml"
    design.write_text("people = 0\nwaves = [1990]\n")
    new: Path = tmp_path / "new"
    for words, told in (
        (("tables", small.folder, "--out", new, "--as", "docx"), "format 'docx': unknown"),
        (("tables", small.folder, "--table", "childs"), "did you mean"),
        (("panel", small.folder, "--out", there), "is there already"),
        (("panel", small.folder, "--out", new, "--people", 0), "--people 0"),
        (("panel", small.folder, "--out", new, "--from", 2030), "--from 2030"),
        (("survey", small.folder, "--design", design, "--out", new), "people"),
        (
            ("population", "export", small.folder, "--year", 1990, "--out", new, "--to", "gedcom"),
            "--to gedcom",
        ),
    ):
        assert told in command(*words, code=2)
    assert not new.exists() and [p.name for p in there.iterdir()] == ["mine.txt"]


def test_the_examples_of_the_page_are_designs_and_commands():
    page = (Path(__file__).parent.parent / "docs" / "TAKE_AWAY.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    assert Design.of(tomllib.loads(example)).clusters is not None
    lines = re.findall(r"^leftbehind ([a-z]+(?: export)?)", page, re.MULTILINE)
    assert {"tables", "panel", "population export"} <= set(lines)
    for line in set(lines):
        command(*line.split(), "--help")
