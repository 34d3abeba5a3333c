"""Files of parameter draws: what is read, and the errors that a user can mend."""

import shutil

import polars as pl
import pytest
import tomli_w

from leftbehind.base.errors import InputError
from leftbehind.ensembles.draws import DRAWS, RECORD, check, median, posterior, write
from leftbehind.ensembles.posterior import Posterior
from leftbehind.inputs.parameters import Parameters, known_names
from leftbehind.inputs.tables import data_folder, sha256


def written(folder, table, name="draws.parquet"):
    path = folder / name
    table.write_csv(path) if path.suffix == ".csv" else table.write_parquet(path)
    return path


@pytest.mark.parametrize("name", ["draws.parquet", "draws.csv"])
def test_draws_come_in_the_order_of_their_numbers(tmp_path, name):
    table = pl.DataFrame({"draw": [9, 2], "choice_pay": [1.25, 1.5], "fert_apart": [0.6, 0.7]})
    posterior = Posterior.load(written(tmp_path, table, name))
    assert len(posterior) == 2
    assert [posterior.number(k) for k in (1, 2)] == [2, 9]
    assert posterior.changes(1) == {"choice_pay": 1.5, "fert_apart": 0.7}
    assert posterior.changes(2) == {"choice_pay": 1.25, "fert_apart": 0.6}


def test_whole_numbers_are_taken_as_values(tmp_path):
    table = pl.DataFrame({"draw": [1], "choice_pay": [1]})
    assert Posterior.load(written(tmp_path, table, "d.csv")).changes(1) == {"choice_pay": 1.0}


def test_a_table_on_its_side_is_the_same_draws(tmp_path):
    table = pl.DataFrame({"draw": [9, 2], "choice_pay": [1.25, 1.5], "fert_apart": [0.6, 0.7]})
    lying = pl.DataFrame(
        {"parameter": ["choice_pay", "fert_apart"], "9": [1.25, 0.6], "2": [1.5, 0.7]}
    )
    upright = Posterior.load(written(tmp_path, table, "a.csv")).table
    for name in ("b.csv", "b.parquet"):
        assert Posterior.load(written(tmp_path, lying, name)).table.equals(upright)
    odd = lying.rename({"2": "two"})
    with pytest.raises(InputError, match=r"column draw.*whole number"):
        Posterior.load(written(tmp_path, odd, "c.csv"))


def test_draws_read_back_as_they_were_written(tmp_path):
    table = pl.DataFrame({"draw": [0, 1, 2], "choice_pay": [1.25, 1e-5, 12345.0]})
    write(tmp_path, table, {"seed": 1})
    assert posterior(tmp_path).equals(table)
    assert check(tmp_path)["seed"] == 1


def test_more_draws_than_rows_are_refused_with_the_number_there_is(tmp_path):
    path = written(tmp_path, pl.DataFrame({"draw": [1, 2], "choice_pay": [1.0, 1.1]}))
    with pytest.raises(InputError, match=r"--draws 3: .*holds 2 draws; give a number from 1 to 2"):
        Posterior.load(path).number(3)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"choice_pay": [1.0]}, "lacks the column draw"),
        ({"draw": [1]}, "no column but 'draw'"),
        ({"draw": [1.5], "choice_pay": [1.0]}, "column draw = '1.5': .* a whole number"),
        ({"draw": [1, None], "choice_pay": [1.0, 1.0]}, "row 2, column draw is empty"),
        ({"draw": [4, 4], "choice_pay": [1.0, 1.1]}, "row 2, column draw = '4': .* another row"),
        ({"draw": [1], "choise_pay": [1.0]}, "column 'choise_pay': .*did you mean choice_pay"),
        ({"draw": [1], "choice_pay": ["high"]}, "column choice_pay = 'high': .* give a number"),
        ({"draw": [7], "choice_pay": [None]}, "column choice_pay is empty: .* give a number"),
        ({"draw": [7], "choice_pay": [float("inf")]}, "column choice_pay = 'inf': .* a number"),
        ({"draw": [7], "choice_pay": [float("nan")]}, "column choice_pay is empty: .* a number"),
        ({"draw": [7], "choice_pay": [[1.0]]}, "column 'choice_pay' holds lists"),
    ],
)
def test_a_bad_file_is_named_with_the_column_and_the_draw(tmp_path, columns, message):
    path = written(tmp_path, pl.DataFrame(columns))
    with pytest.raises(InputError, match=message) as refused:
        Posterior.load(path)
    assert str(path) in str(refused.value)


def test_a_file_without_a_draw_is_refused(tmp_path):
    empty = pl.DataFrame({"draw": [1], "choice_pay": [1.0]}).clear()
    with pytest.raises(InputError, match="holds no row"):
        Posterior.load(written(tmp_path, empty))


def test_a_value_far_outside_its_prior_is_named_with_its_row(tmp_path):
    path = written(tmp_path, pl.DataFrame({"draw": [3, 5], "fert_apart": [0.6, 60.0]}))
    with pytest.raises(InputError, match=r"draws\.parquet: .*\s.*row 2, column fert_apart = '60"):
        Posterior.load(path)


def test_decimals_are_read_as_the_numbers_they_are(tmp_path):
    table = pl.DataFrame({"draw": [1], "choice_pay": [1.25]})
    path = written(tmp_path, table.cast({"choice_pay": pl.Decimal(8, 3)}))
    assert Posterior.load(path).changes(1) == {"choice_pay": 1.25}


@pytest.mark.parametrize("name", ["draws.parquet", "draws.csv", "draws.json"])
def test_a_file_that_is_missing_or_no_table_is_named(tmp_path, name):
    path = tmp_path / name
    with pytest.raises(InputError, match=f"{path}: (there are no draws|not read here)"):
        Posterior.load(path)
    path.write_bytes(b"\x00\x01 no table")
    with pytest.raises(InputError, match=str(path)):
        Posterior.load(path)


def test_without_a_file_the_shipped_draws_are_meant(tmp_path, monkeypatch):
    for name in ("datapackage.json", "parameters.csv"):
        shutil.copy(data_folder() / name, tmp_path)
    monkeypatch.setenv("LEFTBEHIND_DATA", str(tmp_path))
    with pytest.raises(InputError, match=r"draws\.csv: there are no draws .*--draws-from"):
        Posterior.load()
    (tmp_path / DRAWS).parent.mkdir()
    table = pl.DataFrame({"draw": [1], "choice_pay": [1.25]})
    path = written(tmp_path, table, DRAWS)
    record = {"draws_sha256": sha256(path)}
    (tmp_path / RECORD).write_text(tomli_w.dumps(record), encoding="utf-8")
    assert Posterior.load().changes(1) == {"choice_pay": 1.25}
    written(tmp_path, table.with_columns(choice_pay=1.5), DRAWS)
    with pytest.raises(InputError, match="damaged: it is not the table"):
        Posterior.load()


def test_the_shipped_draws_are_of_parameters_that_there_are():
    shipped = Posterior.load()
    for k in range(1, len(shipped) + 1):
        assert set(shipped.changes(k)) <= set(known_names())
    assert set(Parameters.load(median()).values) == set(Parameters.load().values)
