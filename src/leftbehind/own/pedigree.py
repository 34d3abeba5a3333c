"""The kin of a population table as a pedigree that tskit and msprime read.

Each person is an individual with its parents and two nodes; time runs backwards in years from the
table's year, and the living are the samples. Metadata hold the person's id and sex, as JSON.
"""

import tempfile
from pathlib import Path
from typing import Any

import polars as pl

from leftbehind.base.formats import with_extra


def pedigree(people: pl.DataFrame) -> Any:
    """The tree sequence without edges (`tskit.TreeSequence`) of a population table's people."""
    tskit = with_extra("tskit", "--to tskit", "files")
    rows = people.with_columns(born=pl.col("year") - 1 - pl.col("age")).sort("born", "person_id")
    position = {person: n for n, person in enumerate(rows["person_id"].to_list())}
    now = int(rows["year"][0])
    tables = tskit.TableCollection(sequence_length=1)
    tables.time_units = "years"
    tables.individuals.metadata_schema = tskit.MetadataSchema({"codec": "json"})
    tables.populations.metadata_schema = tskit.MetadataSchema({"codec": "json"})
    tables.populations.add_row(metadata={"name": "China", "description": "simulated"})
    for row in rows.iter_rows(named=True):
        parents = [position.get(row[link], tskit.NULL) for link in ("father_id", "mother_id")]
        who = tables.individuals.add_row(
            parents=parents, metadata={"person_id": row["person_id"], "sex": row["sex"]}
        )
        flags = tskit.NODE_IS_SAMPLE if row["death_year"] is None else 0
        for _ in range(2):
            tables.nodes.add_row(
                flags=flags, time=float(now - row["born"]), population=0, individual=who
            )
    return tables.tree_sequence()


def encoded(people: pl.DataFrame) -> bytes:
    """The pedigree as the bytes of a .trees file; tskit itself only writes files."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.trees"
        pedigree(people).dump(str(path))
        return path.read_bytes()
