"""Reasons: a household's decision replayed, with what weighed how much.

`utility.weigh` works out utility term by term; here the terms of one household are kept, compared
with last year's, and tried again with one thing changed:

    decision = decide(moment, position)          # moment.stage == BEFORE_CHOICE
    change(last, decision)                       # why the choice is another than last year's
    flips(moment, decision)                      # the smallest changes that would turn it

**Shares.** What spoke for one way and against another is told as a share of all that weighed: a
term's utility over the sum of all terms' sizes. Money is told in yuan only where it is money: what
the household would earn. Reasons are those the model knows; what its shocks decide is called a
reason it does not know.
"""

from leftbehind.counts.reasons.change import Change, away_in, change, goes_home, name_of
from leftbehind.counts.reasons.decision import UNKNOWN, Decision, Weight, decide
from leftbehind.counts.reasons.flips import Flip, flips

__all__ = [
    "UNKNOWN",
    "Change",
    "Decision",
    "Flip",
    "Weight",
    "away_in",
    "change",
    "decide",
    "flips",
    "goes_home",
    "name_of",
]
