"""Bring the hashes in `datapackage.json` (Frictionless Data) up to the tables as they are.

Run `python -m leftbehind.inputs.describe` after a wanted change of a table. Titles, keys, columns,
their types and units stand in `datapackage.json` itself: a new column is described there first.
"""

import csv
import json
from pathlib import Path
from typing import Any

from leftbehind.base.errors import InputError
from leftbehind.inputs.tables import data_folder, sha256


def describe(folder: Path) -> dict[str, Any]:
    """The descriptor in `folder` with the hashes of the tables there.

    Raises InputError if a table has other columns than the descriptor says.
    """
    descriptor: dict[str, Any] = json.loads((folder / "datapackage.json").read_text("utf-8"))
    for resource in descriptor["resources"]:
        path = folder / resource["path"]
        with path.open(encoding="utf-8", newline="") as file:
            columns = next(csv.reader(file))
        described = [field["name"] for field in resource["schema"]["fields"]]
        if columns != described:
            raise InputError(
                f"{path}: has the columns {', '.join(columns)}; datapackage.json describes "
                f"{', '.join(described)}"
            )
        resource["hash"] = f"sha256:{sha256(path)}"
    return descriptor


def main() -> None:
    """Write the descriptor beside the tables."""
    folder = data_folder()
    descriptor = describe(folder)
    text = json.dumps(descriptor, ensure_ascii=False, indent=1) + "\n"
    (folder / "datapackage.json").write_text(text, encoding="utf-8")
    print(f"{folder / 'datapackage.json'}: {len(descriptor['resources'])} tables described")


if __name__ == "__main__":
    main()
