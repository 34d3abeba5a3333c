"""Numbers as the page carries them: whole and packed, so that a page stays a few megabytes."""

import base64
import zlib

import numpy as np

from leftbehind.pages.static.answers import Answers


def numbers(answers: Answers) -> dict[str, str]:
    """The page's arrays, each little-endian 32-bit integers, deflated, in base 64.

    `was` (numbers,); `moved` (numbers, worlds but the first): what each lived world has more than
    the world as it was; `error` (numbers,), `errorWhole`; `low`, `high`, `lowWhole`, `highWhole`
    of the draws.
    """
    low, high = answers.interval
    low_whole, high_whole = answers.interval_whole
    arrays = {
        "was": answers.rows[0],
        "moved": (answers.rows[1:] - answers.rows[0]).T,
        "error": np.ceil(answers.error),
        "errorWhole": np.ceil(answers.error_whole),
        "low": low,
        "high": high,
        "lowWhole": low_whole,
        "highWhole": high_whole,
    }
    return {name: packed(array) for name, array in arrays.items()}


def packed(array: np.ndarray) -> str:
    """One array of whole numbers, rows one after the other."""
    content = np.ascontiguousarray(np.rint(array)).astype("<i4").tobytes()
    return base64.b64encode(zlib.compress(content, 9)).decode()
