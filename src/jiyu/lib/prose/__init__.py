"""The prose of 评分标准 to a typed method of `lib.scoring`, told back; or one question; or a plain no. Never a guess.

The door of the room: everything public is here. Source: RULES "Files that companies have", CASES B2.
"""

from jiyu.lib.prose.amounts import Amount, read_amount
from jiyu.lib.prose.facts import bare_name
from jiyu.lib.prose.readings import Answer, Doubt, Example, Note, Parameters, RuleContext, RuleReading
from jiyu.lib.prose.rules import read_rule
from jiyu.lib.prose.telling import told, worked_example

__all__ = [
    "Amount",
    "Answer",
    "Doubt",
    "Example",
    "Note",
    "Parameters",
    "RuleContext",
    "RuleReading",
    "bare_name",
    "read_amount",
    "read_rule",
    "told",
    "worked_example",
]
