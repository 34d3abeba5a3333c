"""Vega, Vega-Lite and Vega-Embed as one script, from the installed package vl-convert.

Bundling them takes seconds, and the same package always gives the same script: so it is kept in the
user's cache, beside what the explorer keeps there.
"""

import contextlib
from functools import cache
from importlib.metadata import version

import vl_convert

from leftbehind.base.errors import InputError
from leftbehind.base.store import write_text
from leftbehind.runs.kept import cache_root

END = "\n// end of the bundle\n"  # of a file that was written whole


@cache
def script() -> str:
    """The script; it sets `vega`, `vegaLite` and `vegaEmbed` of the window."""
    kept = cache_root() / f"vega-{version('vl-convert-python')}.js"
    with contextlib.suppress(OSError, UnicodeDecodeError):
        text = kept.read_text(encoding="utf-8")
        if text.endswith(END):
            return text
    code: str = vl_convert.javascript_bundle() + END  # type: ignore[call-arg]
    with contextlib.suppress(InputError):  # a full disk only means no file
        write_text(kept, code)
    return code
