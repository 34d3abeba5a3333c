"""A world as a line and as a notebook's card says what the run's tables say."""

import re
import shutil
from html.parser import HTMLParser

import numpy as np
import pytest

import leftbehind
from leftbehind.base.errors import InputError
from leftbehind.base.store import write_manifest
from leftbehind.counts.card_pictures import LARGEST, MAP, chinas_map, pyramid
from leftbehind.pages.figures import LINES

LAST = 1981


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A few years of a very small China, in a folder whose name HTML must escape."""
    folder = tmp_path_factory.mktemp("display") / "a<b>&c"
    return leftbehind.run(first=1980, last=LAST, scale=200_000, threads=1, out=folder)


class Tags(HTMLParser):
    """Checks that every element is closed in order, and keeps text and attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def test_the_line_tells_what_identifies_the_run(world):
    line = repr(world)
    assert str(world.folder) in line
    alive = world.people(2020, by=())["number"].item() / 1e6
    for part in ("1950-2020", "1:10,000", "seed 1", "baseline", f"{alive:,.0f} million"):
        assert part in line


def test_the_card_counts_what_the_world_counts(world):
    text = " ".join(Tags(world._repr_html_()).words)
    for names in LINES.values():
        number = world.left_behind(names[0], years=2020)["number"][0]
        assert f"{number / 1e6:.1f}" in text
    assert "66.9" in text and "12.9" in text  # published for 2020: census children, pupils
    assert "none" in text  # the ministry of civil affairs published none for 2020
    rows = world.table("people").collect().height
    assert f"{rows:,}" in text


def test_the_card_is_whole_quotes_names_and_loads_nothing(small):
    text = small._repr_html_()
    tags = Tags(text)
    assert not tags.open
    assert "a<b>&c" in " ".join(tags.words)
    names = {name for name, _ in tags.attributes}
    assert not names & {"src", "href", "class", "id"} and "http" not in text and "url(" not in text


def test_the_card_takes_its_colours_from_the_notebook(small):
    styles = [value for name, value in Tags(small._repr_html_()).attributes if name == "style"]
    colours = re.findall(r"(?:^|[; ])(?:color|background): ([^;]+);", " ".join(styles))
    assert colours and set(colours) <= {"inherit", "transparent"}


def test_tables_of_the_card_have_heads_for_rows_and_columns(small):
    tags = Tags(small._repr_html_())
    scopes = [value for name, value in tags.attributes if name == "scope"]
    assert scopes.count("col") == 5 and scopes.count("row") >= 4 + 8


def test_a_run_before_families_could_move_says_so(tmp_path):
    early = leftbehind.run(first=1950, last=1951, scale=500_000, threads=1, out=tmp_path / "e")
    assert "Families move from 1979 on" in early._repr_html_()


def test_a_damaged_run_says_what_is_damaged(small, tmp_path):
    folder = tmp_path / "damaged"
    shutil.copytree(small.folder, folder)
    size = (folder / "children.parquet").stat().st_size
    (folder / "children.parquet").write_bytes(b"PAR1 no longer".ljust(size))
    assert "children.parquet: damaged" in leftbehind.World(folder)._repr_html_()


def test_a_comparison_is_no_world(tmp_path):
    write_manifest(tmp_path, {"kind": "comparison", "scale": 10_000})
    with pytest.raises(InputError, match="holds a comparison, not a run"):
        leftbehind.World(tmp_path)


def test_the_card_draws_the_pyramid_and_a_dot_for_each_prefecture_with_children(world):
    text = world._repr_html_()
    tags = Tags(text)
    labels = [value for name, value in tags.attributes if name == "aria-label"]
    assert any(label.startswith("Pyramid of 2020") for label in labels)
    drawn = pyramid(world, 2020)
    everybody = world.people(2020, by=())["number"].item() / 1e6
    assert sum(women + men for _, women, men in drawn.rows) == pytest.approx(everybody)
    assert [age for age, *_ in drawn.rows] == list(range(100, -1, -5))
    rows = world.left_behind("nbs-unicef-2020-rural", by="prefecture", years=2020)
    dots = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"', text)
    assert len(dots) == (rows["number"] > 0).sum() > 200
    at = np.array(dots, float)
    assert (at[:, 0] >= 0).all() and (at[:, 0] + at[:, 2] <= MAP[0] + LARGEST).all()
    assert (at[:, 1] >= 0).all() and (at[:, 1] <= MAP[1]).all()
    most = rows.sort("number")[-1]
    assert f"most in {most['prefecture'][0]} ({most['number'][0] / 1e6:.2f} million)" in text
    # Areas are in proportion to children.
    placed = chinas_map(world, 2020)
    assert sum(r**2 for *_, r in placed.dots) / LARGEST**2 == pytest.approx(
        rows["number"].sum() / most["number"][0], rel=0.02
    )
