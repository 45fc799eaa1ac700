"""The one rule of the minimum group size, for page, chart, export, API and explanation alike.

A number over a group is shown only if nobody can work out from it, together with every number shown before, a
number over fewer people than the minimum. Who asks passes memberships only: the numbers never enter.

The door of the room: everything public is here. Source: DESIGN §9, CASES A9 and B7.
"""

from jiyu.lib.privacy.rule import Contribution, Decision, Reason, View, decide, disclosed_group
from jiyu.lib.privacy.spans import TooEntangled

__all__ = ["Contribution", "Decision", "Reason", "TooEntangled", "View", "decide", "disclosed_group"]
