"""Every input that ever failed, read again: a right result, or one sentence and status 2.

`corpus/cases.csv` lists the files (artificial data only) with the words of the refusal; an empty
one means that the file is read, and what is then right is said below.
"""

import csv
import shutil
from pathlib import Path

import pytest

from leftbehind.base.errors import InputError
from leftbehind.cli.app import main
from leftbehind.ensembles.posterior import Posterior
from leftbehind.inputs import scenario
from leftbehind.inputs.scenario import members
from leftbehind.own.ipums import convert
from leftbehind.own.population_file import OwnPopulation

from .campaigns import commands, inputs
from .campaigns.judging import judged
from .campaigns.readers import READERS, warm

CORPUS = Path(__file__).parent / "corpus"
with (CORPUS / "cases.csv").open(encoding="utf-8", newline="") as listed:
    CASES = list(csv.DictReader(listed))


@pytest.fixture(scope="module", autouse=True)
def compiled():
    warm()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["file"])
def test_a_kept_input_is_read_or_refused_with_a_sentence(case):
    verdict = judged(*READERS[case["kind"]], CORPUS / case["file"])
    assert not verdict.failure, verdict
    assert verdict.accepted is (case["refused_with"] == ""), verdict
    assert case["refused_with"] in verdict.message
    assert verdict.accepted or case["file"] in verdict.message


def test_the_list_names_every_file_and_no_other():
    files = {path.name for path in CORPUS.iterdir()} - {"cases.csv"}
    assert files == {case["file"] for case in CASES}


def population(name: str) -> OwnPopulation:
    return OwnPopulation.load(CORPUS / name)


def test_missing_codes_of_other_programs_are_read_as_empty():
    assert population("F01_household_NA.csv").people.table["household_id"].null_count() == 3
    families = population("F01b_300_families_household_NA.csv").people
    assert families.table["household_id"].null_count() == families.table.height == 1200
    first = population("population-link-NA.csv").people.table.row(0, named=True)
    assert (first["mother_id"], first["father_id"], first["partner_id"]) == (None, None, None)


@pytest.mark.parametrize(
    "name", ["capitals.CSV", "windows.csv", "packed.csv.gz", "tabs.csv", "excel-blank-lines.csv"]
)
def test_the_form_of_a_table_does_not_change_who_is_in_it(name):
    table = population(f"population-{name}").people.table
    assert table["person_id"].to_list() == ["1", "2", "3", "4"]
    assert table["mother_id"].to_list() == [None, "1", None, "3"]
    assert table["age"].to_list() == [60, 36, 34, 9]
    assert set(table["weight"]) == {100.0}


def test_decimal_commas_and_decimals_are_the_numbers_they_are():
    assert set(population("population-semicolons.csv").people.table["weight"]) == {100.5}
    ages = population("population-decimal-category.parquet").people.table["age"]
    assert ages.to_list() == [30, 31]
    assert set(Posterior.load(CORPUS / "posterior-d6a8d8.parquet").changes(1)) == {"care_accept"}


def test_a_code_that_merged_is_the_successors_and_that_is_said():
    own = population("F11_laiwu_code.csv")
    assert set(own.people.table["prefecture"]) == {370100}
    assert "371200, a former code, is taken as 370100, Jinan: 4 rows" in own.notes[0]
    assert set(population("population-four-digit-code.csv").people.table["prefecture"]) == {513400}


def test_who_lives_in_an_autonomous_prefecture_is_put_there():
    folder = CORPUS / "F04_ipums_liangshan"
    table = convert(folder / "artificial.xml", folder / "artificial.dat.gz").table
    assert set(table["prefecture"]) == {513400}


def test_old_names_postal_names_and_codes_mean_their_places(places):
    change = scenario.load(CORPUS / "scenario-old-names.toml").change[0]
    same = members(("Guangdong", "Guizhou", "Liangshan"), places)
    assert (members(change.places, places) == same).all()


@pytest.mark.parametrize("name", ["F07_ipums_row_number", "F08_ipums_only_newborns"])
def test_the_command_that_refuses_an_extract_writes_nothing(name, tmp_path, monkeypatch, capsys):
    folder, out = tmp_path / "[bold]extract", tmp_path / "P.csv"
    shutil.copytree(CORPUS / name, folder)
    files = [str(folder / "artificial.xml"), str(folder / "artificial.dat.gz")]
    monkeypatch.setattr(
        "sys.argv", ["leftbehind", "population", "from-ipums", *files, "--out", str(out)]
    )
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 2
    assert "[bold]extract" in capsys.readouterr().err.replace("\n", "")
    assert not out.exists()


@pytest.mark.parametrize("kind", inputs.KINDS)
def test_the_campaign_finds_nothing_in_its_first_inputs(kind, monkeypatch):
    """The whole campaign is `python -m tests.campaigns.inputs`: a thousand a kind."""
    if kind.endswith("of a run"):
        commands.lived()
    commands.never_live(monkeypatch.setattr)
    row, failures = inputs.campaign(kind, 30, seed=2)
    assert not failures
    assert row["tried"] == 30


@pytest.mark.parametrize("argv", [["validate", "9" * 5_000], ["run", "--population", "🙂" * 500]])
def test_a_path_that_no_disk_takes_is_told_in_short(argv):
    verdict = judged(commands.call, lambda _: "", argv)
    assert not verdict.accepted and not verdict.failure, verdict


def test_a_message_is_bounded_whatever_was_given():
    for text in ("x" * 10**6, "é" * 10**5, "🙂" * 900, "\n" * 10**5, "\x1b[31m" * 1000):
        message = str(InputError(text))
        assert len(message.encode()) < 2_000
        assert all(c.isprintable() or c == "\n" for c in message)
