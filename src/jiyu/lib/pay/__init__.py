"""From grade to money, exactly: the factor chain of one person, and a pool with floor and cap, in fen.

Amounts are integers of fen, factors exact fractions; nothing is a float. Every result tells its steps in words: who
may see them is for the page to ask (RULES: payroll only).

The door of the room: everything public is here. Source: RULES "系数→奖金", "Pool".
"""

from jiyu.lib.pay.chain import Factor, Pay, pay_chain
from jiyu.lib.pay.pool import PoolImpossible, PoolShare, share_pool

__all__ = ["Factor", "Pay", "PoolImpossible", "PoolShare", "pay_chain", "share_pool"]
