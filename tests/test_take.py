"""What people take away: every table and sample is read back by another program's reader."""

import json
import re
import shutil
import subprocess
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
from leftbehind.base.person import ALTERNATIVES, ARRANGEMENTS
from leftbehind.base.store import write_files, write_manifest, write_table
from leftbehind.cli.app import app
from leftbehind.counts import codebook
from leftbehind.counts.left_behind import OUTCOMES
from leftbehind.counts.pack import prefectures, write_pack
from leftbehind.counts.samples import survey as survey_module
from leftbehind.counts.samples.design import LABELS, Design
from leftbehind.counts.samples.draw import MEMBER, Lot, chances, systematic
from leftbehind.counts.samples.estimates import total
from leftbehind.counts.samples.panel import Panel, panel
from leftbehind.counts.samples.survey import Survey, survey
from leftbehind.own.exchange import ENDINGS, write_exchange
from leftbehind.own.socsim import OMAR, OPOP, socsim
from leftbehind.runs import rerun as rerun_module
from leftbehind.runs.contents import TABLES
from leftbehind.runs.export import people_of_run
from leftbehind.runs.microdata import states
from leftbehind.runs.replay import Replay
from leftbehind.runs.rerun import rerun

EXAMPLE = Path(leftbehind.__file__).parent / "data" / "own" / "example.csv"
FIRST, LAST = 1984, 1986
SCALE = 200_000
ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> leftbehind.World:
    """China 1950-1986 at 1:200,000: about 5,300 people."""
    out = tmp_path_factory.mktemp("take") / "run"
    return leftbehind.run(scale=SCALE, last=LAST, out=out)


@pytest.fixture(scope="module")
def followed(small) -> Panel:
    return panel(small, 1000, FIRST, LAST)


@pytest.fixture(scope="module")
def drawn(small) -> Survey:
    """Children of some prefectures, asked twice, of whom some do not answer or are lost."""
    design = {**SIMPLE, "people": 300, "waves": [FIRST, LAST], "clusters": CLUSTERS}
    loss = {"non_response": {"chance": 0.3}, "attrition": {"chance": 0.2}}
    return survey(small, Design.of({**design, **loss}))


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


def all_tables(small, followed, drawn) -> dict[str, pl.DataFrame]:
    tables = {name: small.table(name).collect() for name in TABLES}
    return {**tables, **followed.tables(), "sample": drawn.sample}


def test_the_codebook_covers_every_column_of_every_table_in_both_languages(small, followed, drawn):
    tables = all_tables(small, followed, drawn)
    book = codebook.codebook(tables, small.scale)
    assert book.height == sum(table.width for table in tables.values())
    for word in ("title", "a_row", "weighting"):
        assert book[word].str.len_chars().min() > 0
        assert book[f"{word}_zh"].str.contains(r"\p{Han}").all()
    assert ((book["unit"] == "") == (book["unit_zh"] == "")).all()
    weighed = book.filter(column="number", table="children")["weighting", "weighting_zh"].row(0)
    assert all(f"{SCALE:,}" in words for words in weighed)


def test_the_codebook_is_shown_in_chinese(small):
    told = command("tables", small.folder, "--table", "children", "--lang", "zh")
    assert "无成人照看时间" in told and f"相加后乘以{SCALE:,}" in told


def test_every_label_of_every_table_has_a_chinese_word(small, followed, drawn):
    tables = all_tables(small, followed, drawn)
    labels = codebook.values(tables)
    assert labels["value_zh"].str.contains(r"\p{Han}").all()
    assert not labels.select("table", "column", "value").is_duplicated().any()
    arrangements = labels.filter(table="children", column="arrangement")["value"]
    assert set(arrangements) == set(tables["children"]["arrangement"].cast(pl.String))
    with pytest.raises(InputError, match="lacks the label 'a stranger'"):
        codebook.values({"children": pl.DataFrame({"father": ["a stranger"]})})
    every = {*ARRANGEMENTS, *ALTERNATIVES, *(v for of in LABELS.values() for v in of)}
    assert codebook.values({"states": pl.DataFrame({"any": sorted(every)})}).height == len(every)


def test_the_codebook_has_no_column_that_no_table_has(small, followed):
    held = {name: set(small.table(name).collect_schema().names()) for name in TABLES}
    held |= {n: held.get(n, set()) | set(t.columns) for n, t in followed.tables().items()}
    held["sample"] = {"cluster", "outcome", "weight_answered"}
    everywhere = set(OUTCOMES).union(*held.values())
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
        ("count", "RUN", "acwf-2010", "--by", "prefecture", "--year", LAST),
        ("reconcile", "RUN", "acwf-2010", "mca-2016", "--year", LAST),
        ("population", "check", EXAMPLE),
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
    assert rows.columns == ["entity", "code", "year", "value", "lower", "upper"]
    # A province without a child counted, as in so coarse a world, has no row.
    assert 25 < rows["code"].n_unique() <= 31 and (rows["code"] % 10_000 == 0).all()
    assert (rows["lower"] <= rows["value"]).all() and (rows["value"] <= rows["upper"]).all()
    assert rows["value"].sum() == small.left_behind("acwf-2010")["number"].sum()
    told = json.loads((tmp_path / "c.metadata.json").read_text(encoding="utf-8"))
    assert set(told["columns"]) <= set(rows.columns)
    assert "is there already" in command(*words, code=2)


def test_counts_and_tables_carry_codes_that_join(small, tmp_path):
    out = tmp_path / "c.csv"
    command("count", small.folder, "acwf-2010", "--by", "prefecture", "--year", LAST, "--csv", out)
    seats = prefectures()
    assert seats.null_count().sum_horizontal().sum() == 0 and seats["code"].is_unique().all()
    assert (seats["code"] // 10_000 * 10_000 == seats["province_code"]).all()
    of_tables = small.table("children").collect()["code"].cast(pl.String).cast(pl.Int64)
    for codes in (pl.read_csv(out)["prefecture_code"], of_tables):
        assert codes.len() and set(codes.to_list()) <= set(seats["code"])


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
    again = panel(small, 1000, FIRST, LAST, threads=2)
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


@pytest.fixture(scope="module")
def everybody(small) -> pl.DataFrame:
    """Everyone who is alive at the end of the run, as a survey lists them."""
    replay = Replay(small)
    return states(replay, lambda moment: moment.mine & (moment.people["death_year"] == 0), [LAST])


@pytest.fixture
def listed(everybody, small, monkeypatch) -> None:
    """Surveys of the last year take their lists from `everybody`: the years are lived once."""
    codes = Replay(small).places.table["code"]

    def kept(replay, who, years, prefectures, *_) -> pl.DataFrame:
        assert list(years) == [LAST]
        return everybody.filter(pl.col("code").is_in(codes[prefectures].implode()))

    monkeypatch.setattr(survey_module, "states", kept)


CHILD_AGES = [str(age) for age in range(18)]
SIMPLE = {"people": 800, "waves": [LAST], "frame": {"age": [0, 17]}}
CLUSTERS = {"by": "prefecture", "number": 60}


def test_simple_and_clustered_samples_estimate_the_children(small, listed):
    ages = small.people(LAST, by="age").filter(pl.col("age").cast(pl.String).is_in(CHILD_AGES))
    truth = ages["number"].sum()
    for more in ({}, {"people": 400, "clusters": CLUSTERS}):
        found = survey(small, Design.of({**SIMPLE, **more}))
        rows = found.sample
        guess = total(rows, pl.col("age") < 18)
        assert rows["person"].is_unique().all() and rows["age"].max() < 18
        assert abs(guess.total - truth) < 4 * guess.error + 1e-6 * truth
        if not more:
            assert rows.height == 800 and guess.total == pytest.approx(truth)
        else:
            assert rows["cluster"].n_unique() <= 60


def test_who_does_not_answer_is_weighted_for_and_tells_nothing(drawn):
    rows = drawn.sample
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
        ({"waves": [LAST]}, "people"),
        ({**SIMPLE, "people": 0}, "people"),
        ({**SIMPLE, "frame": {"agee": [0, 3]}}, "did you mean 'age'"),
        ({**SIMPLE, "frame": {"hukou": ["rural"]}}, "no such label 'rural'"),
        ({**SIMPLE, "frame": {"age": [9, 3]}}, "age: give"),
        ({**SIMPLE, "clusters": {"by": "village", "number": 3}}, "prefecture"),
        (
            {**SIMPLE, "people": 5, "clusters": {"by": "province", "number": 9}},
            "larger than people",
        ),
        ({**SIMPLE, "waves": [LAST, FIRST]}, "waves"),
        ({**SIMPLE, "non_response": {"chance": 2}}, "from 0 to 1"),
    ],
)
def test_a_design_that_cannot_be_is_refused_in_a_sentence(raw, told):
    with pytest.raises(InputError, match=told):
        Design.of(raw)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"people": 10_000_000}, "simulated people are alive"),
        ({"people": 3000}, "the frame has 2,"),
        ({"people": 1500, "clusters": {"by": "province", "number": 2}}, "in the places drawn"),
        ({"waves": [2020]}, "2020 is not in this run"),
        ({"clusters": {"by": "prefecture", "number": 700}}, "there are 340 of them"),
        ({"frame": {"age": [140, 150]}}, "nobody is like this"),
    ],
)
def test_a_design_that_the_run_cannot_give_is_refused(small, listed, changed, told):
    with pytest.raises(InputError, match=told):
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


def test_a_run_that_comes_out_otherwise_differs_in_a_named_column(small, monkeypatch):
    """The years lived again stand here as a copy of the run with one number changed."""

    def other(plan, progress) -> None:
        shutil.copytree(small.folder, plan.out)
        rows = small.table("events").collect()
        one_more = pl.when(pl.int_range(pl.len()) == 7).then(pl.col("number") + 1)
        changed = rows.with_columns(one_more.otherwise(pl.col("number")).alias("number"))
        write_table(plan.out, "events", changed)
        write_manifest(plan.out, small.manifest)

    manifest = {**small.manifest, "version": "0.0", "data": {"parameters": "0"}}
    monkeypatch.setattr(rerun_module, "live_run", other)
    monkeypatch.setattr(small, "manifest", manifest)
    found = rerun(small)
    assert found.first == ("events.parquet", "number")
    assert any(told.startswith("version: 0.0 then") for told in found.changed)
    assert "data: the table parameters" in found.changed


def test_cite_names_the_run(small):
    told = command("cite", small.folder)
    assert "seed 1" in told and f"1:{SCALE:,}" in told and small.manifest["seal"][:16] in told


def test_bad_input_is_a_sentence_and_writes_nothing(small, tmp_path):
    there = tmp_path / "there"
    there.mkdir()
    (there / "mine.txt").write_text("mine")
    design = tmp_path / "design.toml"
    design.write_text("people = 0\nwaves = [1986]\n")
    strange = tmp_path / "strange.toml"
    strange.write_text("people = 5\nwaves = [1986]\n[frame]\nagee = [0, 3]\n")
    new: Path = tmp_path / "new"
    for words, told in (
        (("tables", small.folder, "--out", new, "--as", "docx"), "format 'docx': unknown"),
        (("tables", small.folder, "--table", "childs"), "did you mean"),
        (("tables", small.folder, "--out", new, "--lang", "fr"), "--lang fr: unknown"),
        (("tables", small.folder, "--out", there), "is there already"),
        (("tables", small.folder, "--year", 2030), "--year 2030: not in this run"),
        (("survey", small.folder, "--design", strange, "--out", new), "no such variable 'agee'"),
        (("count", small.folder, "acwf-2010", "--chart", new), "give .csv"),
        (("panel", small.folder, "--out", there), "is there already"),
        (("panel", small.folder, "--out", new, "--people", 0), "--people 0"),
        (("panel", small.folder, "--out", new, "--from", 2030), "--from 2030"),
        (("survey", small.folder, "--design", design, "--out", new), "people"),
        (
            ("population", "export", small.folder, "--year", LAST, "--out", new, "--to", "gedcom"),
            "--to gedcom",
        ),
    ):
        assert told in command(*words, code=2)
    assert not new.exists() and [p.name for p in there.iterdir()] == ["mine.txt"]


# ---- whole or not at all


@pytest.mark.parametrize("to", ["socsim", "tskit"])
def test_an_export_that_the_disk_refuses_leaves_nothing(to, people, tmp_path, monkeypatch):
    written = []

    def full(number: int) -> None:
        written.append(number)
        if len(written) == len(ENDINGS[to]):  # the last of its files
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(InputError, match="No space left"):
        write_exchange(people, to, tmp_path / "p")
    assert not list(tmp_path.iterdir())


def test_files_that_belong_together_do_not_replace_one_without_the_other(tmp_path):
    (tmp_path / "a").write_text("old")
    (tmp_path / "b").mkdir()
    with pytest.raises(InputError, match="b: cannot write"):
        write_files({tmp_path / "a": b"new", tmp_path / "b": b"new"})
    assert (tmp_path / "a").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_a_pack_that_fails_halfway_leaves_what_was_there(small, tmp_path, monkeypatch):
    out = tmp_path / "pack"
    rows = {"events": small.table("events").collect()}
    write_pack(small, rows, out, "csv")
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    with pytest.raises(InputError, match="lacks the label"):
        odd = rows["events"].with_columns(event=pl.lit("a miracle"))
        write_pack(small, {"events": odd}, out, "csv", replace=True)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["pack"]


def test_an_exports_name_keeps_its_dots(people, tmp_path):
    write_exchange(people, "socsim", tmp_path / "people.1986")
    write_exchange(people, "tskit", tmp_path / "people.trees")
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["people.1986.omar", "people.1986.opop", "people.trees"]


# ---- scripts in other languages


@pytest.fixture(scope="module")
def folders(small, followed, drawn, tmp_path_factory) -> Path:
    """The folders that the scripts of docs/examples read, for R and for Stata."""
    top = tmp_path_factory.mktemp("scripts")
    children = small.table("children").filter(pl.col("year") == LAST).collect()
    for form in ("csv", "dta"):
        write_pack(small, {"children": children}, top / form / "pack", form)
        write_pack(small, followed.tables(), top / form / "panel", form)
        write_pack(small, {"sample": drawn.sample}, top / form / "sample", form)
    return top


@pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not installed")
def test_r_reads_the_files_and_finds_the_same(folders, small, drawn):
    script = ROOT / "docs" / "examples" / "left_behind.R"
    words = ["Rscript", "--vanilla", str(script), "pack", "sample"]
    done = subprocess.run(words, cwd=folders / "csv", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = dict(
        re.findall(r"(children|hours|places|a place|estimate|error) ([\d.e+]+)", done.stdout)
    )
    children = small.table("children").filter(pl.col("year") == LAST).collect()
    assert float(said["children"]) == children["number"].sum() * SCALE
    hours = children["unsupervised_hours"].sum() / children["number"].sum()
    assert float(said["hours"]) == pytest.approx(hours, rel=1e-4)
    assert (int(said["places"]), int(said["a place"])) == (children["code"].n_unique(), 0)
    first = drawn.sample.filter(pl.col("year") == FIRST)
    guess = total(first, pl.col("acwf_2010"), "weight_answered")
    assert float(said["estimate"]) == pytest.approx(guess.total, rel=1e-4)
    assert float(said["error"]) == pytest.approx(guess.error, rel=1e-4)


STATA = {
    *("by", "bysort", "clear", "collapse", "delimited", "export", "generate", "if", "iweight"),
    *("keep", "over", "pweight", "replace", "sum", "svy", "svyset", "tabulate", "total", "using"),
}


def test_the_stata_script_asks_for_files_and_columns_that_there_are(folders):
    """Stata itself is not free: its reader is another program's, its commands are read as text."""
    script = (ROOT / "docs" / "examples" / "left_behind.do").read_text(encoding="utf-8")
    lines = [line for line in script.splitlines() if line and not line.startswith("*")]
    labels = codebook.values({"states": pl.DataFrame({"any": ["answered", "member"]})})["value"]
    known: set[str] = set()
    for line in lines:
        assert set(re.findall(r'"(\w+)"', line)) <= set(labels), line
        words = re.findall(r"[A-Za-z_][\w./]*", re.sub(r'"\w+"', "", line))
        if words[0] == "use":
            frame, _ = pyreadstat.read_dta(str(folders / "dta" / words[1]))
            known = set(frame.columns)
            continue
        if "generate" in words:
            known.add(words[words.index("generate") + 1])
        asked = {word for word in words if word not in STATA and "." not in word}
        assert asked and asked <= known, (line, asked - known)
