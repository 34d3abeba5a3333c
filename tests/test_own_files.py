"""Files of parameters, and the schemas: what is checked, shipped and told is one thing."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import frictionless
import polars as pl
import pytest

from leftbehind import run
from leftbehind.base.errors import InputError
from leftbehind.base.store import read_manifest
from leftbehind.cli.app import main
from leftbehind.inputs.parameters import Parameters
from leftbehind.own.parameter_file import load
from leftbehind.own.population_file import OwnPopulation
from leftbehind.own.population_schema import POPULATION
from leftbehind.own.table_schema import TableSchema
from leftbehind.pages.own_data import EXAMPLE, SCHEMAS, SHIPPED, page, schema_json
from leftbehind.pages.report.build import page as report

DOCS = Path(__file__).parent.parent / "docs"
AGAIN = "run `python -m leftbehind.pages.own_data docs` and commit what it writes"


# --- Schemas and page ----------------------------------------------------------------------------


def test_the_page_and_the_shipped_schemas_are_up_to_date():
    assert (DOCS / "OWN_DATA.md").read_text(encoding="utf-8") == page(), AGAIN
    for name, schema in SCHEMAS.items():
        assert (SHIPPED / name).read_text(encoding="utf-8") == schema_json(schema), AGAIN


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_a_shipped_schema_is_a_frictionless_one(name):
    descriptor = json.loads((SHIPPED / name).read_text(encoding="utf-8"))
    assert frictionless.Schema.metadata_validate(descriptor) is not None
    schema = frictionless.Schema.from_descriptor(descriptor)
    assert schema.field_names == SCHEMAS[name].names()


def judged(path: Path, schema: TableSchema) -> bool:
    """Whether frictionless finds the file to meet the columns that it has."""
    descriptor = schema.descriptor()
    given = pl.read_csv(path, n_rows=0).columns
    fields = {field["name"]: field for field in descriptor["fields"]}
    descriptor["fields"] = [fields[name] for name in given]
    descriptor["foreignKeys"] = [key for key in descriptor["foreignKeys"] if key["fields"] in given]
    with frictionless.system.use_context(trusted=True):
        resource = frictionless.Resource(
            path=str(path), schema=frictionless.Schema.from_descriptor(descriptor)
        )
        return bool(resource.validate().valid)


@pytest.mark.parametrize(
    ("old", "new", "good"),
    [
        ("uncle", "uncle", True),
        ("son,1,513400,10", "son,1,513400,ten", False),
        ("son,1,513400,10", "son,1,513400,-1", False),
        ("son,1,513400,10,male", "son,1,513400,10,boy", False),
        ("cousin,2,", "uncle,2,", False),
        ("aunt,uncle,,", "ant,uncle,,", False),
    ],
)
def test_the_program_and_frictionless_judge_a_file_alike(old, new, good, tmp_path):
    path = tmp_path / "mine.csv"
    text = EXAMPLE.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert judged(path, POPULATION) is good
    if good:
        assert OwnPopulation.load(path).year == 2010
    else:
        with pytest.raises(InputError):
            OwnPopulation.load(path)


def test_the_command_prints_the_schema(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["leftbehind", "population", "schema"])
    with pytest.raises(SystemExit):
        main()
    assert json.loads(capsys.readouterr().out) == POPULATION.descriptor()


def test_a_report_of_a_part_of_the_country_is_refused_with_a_word():
    part = SimpleNamespace(folder="mine", manifest={"start": {"country_covered": 0.004}})
    with pytest.raises(InputError, match=r"mine: its population covers 0% of China"):
        report(part)


# --- Parameters ----------------------------------------------------------------------------------


def written(folder: Path, *rows: str) -> Path:
    path = folder / "mine.csv"
    path.write_text("\n".join(["name,value", *rows]) + "\n", encoding="utf-8")
    return path


def test_parameters_are_read_and_a_year_overrides_its_name(tmp_path):
    path = written(
        tmp_path, "union_median_age_women_1990,21", "union_median_age_women,24", "care_quality,0.5"
    )
    values = Parameters.load(load(path)).values
    assert values["care_quality"] == 0.5
    assert values["union_median_age_women_1990"] == 21
    assert values["union_median_age_women_2000"] == values["union_median_age_women_1950"] == 24
    table = pl.read_csv(path)
    table.write_parquet(tmp_path / "mine.parquet")
    assert load(tmp_path / "mine.parquet") == load(path)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (
            ["care_quality,0.5", "care_qulity,0.5"],
            "row 2, column name = 'care_qulity': not allowed; no parameter named .* care_quality",
        ),
        (["care_quality,75"], "row 1, column value = '75.0': not allowed; give a number from"),
        (["care_quality,much"], "row 1, column value = 'much': not allowed; give a number"),
        (["care_quality,"], "row 1, column value is empty"),
        (["divorce,0.5", "divorce,0.6"], "row 2, column name = 'divorce': .* another row has it"),
        (["divorce_1066,1"], "row 1, column name = 'divorce_1066'"),
    ],
)
def test_a_wrong_parameter_is_told_with_row_and_column(rows, told, tmp_path):
    path = written(tmp_path, *rows)
    with pytest.raises(InputError) as error:
        load(path)
    assert str(error.value).startswith(f"{path}: ")
    assert re.search(told, str(error.value)), str(error.value)


def test_a_run_by_the_command_line_takes_and_records_them(tmp_path, monkeypatch):
    path = written(tmp_path, "care_quality,0.5")
    out = tmp_path / "run"
    command = ["run", "--to", "1951", "--scale", "500000", "--out", str(out)]
    monkeypatch.setattr("sys.argv", ["leftbehind", *command, "--parameters", str(path)])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code in (0, None)
    manifest = read_manifest(out)
    assert manifest["changed_parameters"] == {"care_quality": 0.5}
    assert manifest["parameters"]["care_quality"] == 0.5
    plain = run(scale=500_000, last=1950).manifest
    assert plain["changed_parameters"] == {} and plain["population"] is None
