"""Tables for the screen."""

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table


def listing(
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    title: str,
    numbers: Collection[str] = (),
    whole: Collection[str] = (),
    **settings: Any,
) -> "Table":
    """A table for the screen; the columns `numbers` stand right, lines of `whole` ones stay whole.

    `settings` are those of Rich's tables.
    """
    from rich.table import Table  # when one is asked for: to import it takes a tenth of a second

    table = Table(title=title, **settings)
    for head in heads:
        side: Any = "right" if head in numbers else "left"
        table.add_column(head, justify=side, overflow="fold", no_wrap=head in whole)
    for row in rows:
        table.add_row(*row)
    return table
