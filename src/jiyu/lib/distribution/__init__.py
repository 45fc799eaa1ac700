"""The guideline distribution (等级比例): how many people may have which grades, as cumulative caps rounded down.

Exact fractions and whole people; every result tells its steps in words.

The door of the room: everything public is here. Source: RULES "等级比例", "部门等级"; DESIGN §6.
"""

from jiyu.lib.distribution.caps import Caps, Over, Share, UnitShares, caps_together, distribution_caps, over_caps
from jiyu.lib.distribution.pools import Pool, pool_units

__all__ = [
    "Caps",
    "Over",
    "Pool",
    "Share",
    "UnitShares",
    "caps_together",
    "distribution_caps",
    "over_caps",
    "pool_units",
]
