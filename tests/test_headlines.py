"""The figures kept in git: the shipped model gives them, and the pages made of them agree."""

import dataclasses
import re
from pathlib import Path

import pytest

from leftbehind.base.errors import InputError
from leftbehind.counts import definitions
from leftbehind.counts.world import World
from leftbehind.evidence import headlines, validate
from leftbehind.evidence.headlines import COARSE, Headline
from leftbehind.evidence.validate.children import published_counts
from leftbehind.evidence.validate.page import by_words

ROOT = Path(__file__).parent.parent
KEPT = headlines.read(ROOT / headlines.FILE)
AGAIN = "run `make headlines` and commit what it writes"


@pytest.fixture(scope="module")
def coarse(world: World) -> dict[str, Headline]:
    """The same figures of the suite's coarse world."""
    assert world.scale == COARSE
    return {h.id: h for h in headlines.headlines(world)}


def test_the_shipped_model_gives_the_headlines_within_luck(coarse):
    assert set(coarse) == {h.id for h in KEPT}, AGAIN
    far = {
        h.id: f"{coarse[h.id].value:.4g}, kept {h.value:g} within {h.within:g}"
        for h in KEPT
        if abs(coarse[h.id].value - h.value) > h.within
    }
    assert not far, f"{far}: {AGAIN} if the model was meant to change"


def test_published_figures_and_units_are_those_of_the_tables(coarse):
    for h in KEPT:
        now = coarse[h.id]
        assert (h.what, h.year, h.unit) == (now.what, now.year, now.unit), AGAIN
        if "theory" not in h.what and h.published is not None:
            assert h.published == pytest.approx(now.published, rel=1e-3), h.id
        assert (h.published is None) == (now.published is None)


def test_luck_leaves_a_headline_little_room():
    """Half a number of people is never luck, save where a coarse world holds a hundred of them."""
    for h in KEPT:
        assert 0 < h.within < (0.6 if h.id.startswith(("alone", "care-nobody")) else 0.25) * h.value


def test_headlines_hold_every_definition_and_published_year():
    ids = {h.id for h in KEPT}
    assert len(ids) == len(KEPT) and 50 <= len(KEPT) <= 75
    for name, rows in published_counts(range(1950, 2021)).items():
        assert name in definitions.names()
        assert {f"{name}-{row['year']}" for row in rows} <= ids


def test_a_file_of_headlines_reads_back_as_it_was_written(tmp_path):
    text = (ROOT / headlines.FILE).read_text(encoding="utf-8")
    assert headlines.as_csv(KEPT) == text
    assert headlines.rounded(KEPT) == KEPT
    assert text.splitlines()[0] == "id,year,what,unit,value,published,within"
    odd = [dataclasses.replace(KEPT[0], what='a "b", c', published=None, value=1.0 / 3.0)]
    (tmp_path / "h.csv").write_text(headlines.as_csv(headlines.rounded(odd)), encoding="utf-8")
    (again,) = headlines.read(tmp_path / "h.csv")
    assert (again.what, again.published, again.value) == ('a "b", c', None, 0.333)


def test_the_readme_and_the_page_show_the_headlines():
    readme = (ROOT / headlines.README).read_text(encoding="utf-8")
    assert headlines.in_readme(readme, KEPT) == readme, AGAIN
    page = (ROOT / headlines.PAGE).read_text(encoding="utf-8")
    assert headlines.headline_table(KEPT) in page, AGAIN
    assert page.count("\n") <= 150
    changed = [dataclasses.replace(h, value=h.value + 1.0) for h in KEPT]
    assert headlines.in_readme(readme, changed) != readme
    with pytest.raises(InputError, match="no place for the results"):
        headlines.in_readme("nothing", KEPT)


def test_the_page_counts_what_is_met_and_lists_the_largest_misses_first(world):
    checks = list(validate.checks(world))
    judged = by_words(checks)  # second readings of registers are printed, not judged
    text = headlines.evidence(world, checks, headlines.rounded(headlines.headlines(world, checks)))
    met, number = map(int, re.findall(r"\*\*(\d+) of (\d+) checks are met", text)[0])
    groups = re.findall(r"^\| [^|]+ \| (\d+) \| (\d+) \| \d+ \| \d+ \|$", text, re.MULTILINE)
    counted = [(int(n), int(m)) for n, m in groups]
    assert number == len(judged) and met == sum(c.met for c in judged)
    assert sum(n for n, _ in counted) == len(checks)
    assert sum(m for _, m in counted) == sum(c.met for c in checks)
    part = text[text.index("## The largest misses") : text.index("## Headlines")]
    times = [float(t.replace(",", "")) for t in re.findall(r"\| ([\d.,]+) \|$", part, re.MULTILINE)]
    assert len(times) == headlines.MISSES and times == sorted(times, reverse=True)
    assert times[0] == pytest.approx(
        max(c.miss for c in checks if not c.met and c.place == "china"), abs=0.01
    )


def test_headlines_are_of_a_fine_baseline_only(world, tmp_path, capsys):
    with pytest.raises(InputError, match="not a baseline of 1950 to 2020 at 1:1000"):
        headlines.write(world, tmp_path)
    assert headlines.main([str(world.folder), str(tmp_path)]) == 2
    assert "not a baseline" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
