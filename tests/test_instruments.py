"""Instruments: closed forms, what may teach them, and what a wrong file is told."""

import math

import numpy as np
import pytest

from leftbehind.base.errors import InputError
from leftbehind.counts import definitions, instruments
from leftbehind.counts.definitions import Definition
from leftbehind.counts.instruments.instrument import Z90, Instrument, Meeting, Step
from leftbehind.counts.instruments.reading import factor, load
from leftbehind.evidence.cuts.series import table
from leftbehind.inputs.tables import read_table

VALUE = dict(read_table("published").select("id", "value").iter_rows())


def a_step(median=0.5, low=0.25, high=1.0, **years) -> Step:
    return Step(
        text="t", factor=median, low=low, high=high, basis="assumption", source="s", **years
    )


def an_instrument(*steps, meeting=()) -> Instrument:
    return Instrument(
        name="mine", title="t", agency="a", description="d", step=steps, meeting=meeting
    )


def test_without_meetings_a_factor_is_the_product_of_its_steps():
    mean, sd, used = factor(an_instrument(a_step(), a_step(0.8, 0.8, 0.8)), 2010)
    assert mean == pytest.approx(math.log(0.4)) and used == ()
    assert sd == pytest.approx(math.log(4.0) / (2 * Z90))


def test_a_step_grows_from_one_over_its_years():
    step = a_step(0.5, 0.25, 1.0, from_year=2010, to_year=2020)
    assert step.log(2000) == step.log(2010) == (0.0, 0.0)
    assert step.log(2015)[0] == pytest.approx(math.log(0.5) / 2)
    assert step.log(2030) == step.log(2020)


def a_meeting(error: float) -> Meeting:
    return Meeting(
        text="m", year=2016, own=("mca_2016",), other=("lb_2010_both_under_16",), error=error,
        basis="derived",
    )  # fmt: skip


def test_a_meeting_moves_the_factor_by_the_normal_closed_form():
    one = an_instrument(a_step(), meeting=(a_meeting(0.4),))
    prior, sd = one.log(2016)
    measured = math.log(VALUE["mca_2016"] / VALUE["lb_2010_both_under_16"])
    weight = sd**-2 + 0.4**-2
    mean, left, _ = factor(one, 2016)
    assert mean == pytest.approx((prior / sd**2 + measured / 0.4**2) / weight)
    assert left == pytest.approx(weight**-0.5) and left < sd


def test_a_figure_never_teaches_the_reading_that_it_judges():
    one = an_instrument(a_step(), meeting=(a_meeting(0.01),))
    mean, sd, used = factor(one, 2016, ["mca_2016"])
    assert used == () and (mean, sd) == pytest.approx(one.log(2016))
    judged = instruments.read(definitions.get("mca-2016"), 2016, 30.0)
    other = instruments.read(definitions.get("mca-2018"), 2018, 30.0)
    assert judged.meetings == () and len(other.meetings) == 1


def test_a_reading_keeps_the_words_and_has_an_interval_about_its_median():
    told = instruments.read(definitions.get("moe-pupils"), 2015, 27.0)
    assert told.words == 27.0 and told.low_90 < told.median < told.high_90 < 30
    assert told.median**2 == pytest.approx(told.low_90 * told.high_90)
    assert told.factor == pytest.approx(told.median / 27.0)


def test_every_shipped_instrument_prints_what_exists_and_each_definition_at_most_once():
    printed = [name for one in instruments.names() for name in instruments.get(one).definitions]
    assert set(printed) <= set(definitions.names()) and len(printed) == len(set(printed))
    known = {what for what, _ in table()}
    for one in instruments.names():
        assert set(instruments.get(one).comparisons) <= known
        for year in (2000, 2016, 2024):
            assert np.isfinite(instruments.get(one).log(year)).all()


def test_no_meeting_looks_at_a_figure_after_2016():
    rows = dict(read_table("published").select("id", "year").iter_rows())
    for one in instruments.names():
        for meeting in instruments.get(one).meeting:
            assert max(rows[row] for row in (*meeting.own, *meeting.other)) <= 2016


def test_an_instrument_that_is_not_there_is_named():
    with pytest.raises(InputError, match="did you mean 'moe'"):
        instruments.get("mo")
    with pytest.raises(InputError, match="definition 'mine': no instrument prints it"):
        instruments.of(Definition(name="mine"))


BEGIN = 'name = "mine"\ntitle = "t"\nagency = "a"\ndescription = "d"\n'
STEP = (
    '[[step]]\ntext = "t"\nfactor = 0.5\nlow = 0.2\nhigh = 1.0\n'
    'basis = "assumption"\nsource = "s"\n'
)
MEETING = (
    '[[meeting]]\ntext = "m"\nyear = 2016\nown = ["mca_2061"]\nother = ["lb_2010_both_under_16"]\n'
    'error = 0.1\nbasis = "read"\n'
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (BEGIN, "step: missing"),
        (BEGIN + STEP.replace("0.5", "-0.5"), "factor.*give a factor above 0"),
        (BEGIN + STEP.replace("0.5", "1.5"), "low <= factor <= high"),
        (BEGIN + STEP + "from_year = 2010\n", "both from_year and to_year"),
        (BEGIN + STEP + MEETING, "no row 'mca_2061' in the table published"),
        (BEGIN + "colour = 1\n" + STEP, "unknown field"),
    ],
)
def test_a_wrong_file_is_told(tmp_path, text, told):
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=told):
        load(path)
