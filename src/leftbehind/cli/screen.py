"""The screen: where commands print, errors, and the bar that shows how far they are."""

from typing import TYPE_CHECKING, Any

from rich.console import Console

if TYPE_CHECKING:
    from rich.progress import Progress

console = Console(markup=False)  # paths and names of a user's are text, not markup
errors = Console(stderr=True)
DONE = "{task.completed}/{task.total}"


def bar(*texts: str, before: str = "{task.description}", **settings: Any) -> "Progress":
    """A progress bar: the text `before` it, the bar, `texts` of a task, time passed, time left."""
    from rich.progress import (
        BarColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn(before), BarColumn(), *map(TextColumn, texts))
    settings.setdefault("console", console)
    return Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), **settings)
