"""One family's years in words: chosen from a run, replayed, told sentence by sentence.

Nothing is told that is not in the record; each sentence names the fields it rests on.
"""

from leftbehind.pages.chronicle.story import Asked, tell

__all__ = ["Asked", "tell"]
