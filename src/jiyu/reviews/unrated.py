"""Why there is no score, told the same on every page and in the terminal."""

from __future__ import annotations

from django.utils.translation import gettext as _

from jiyu.core.language import say
from jiyu.reviews.explanation import Explanation


def unrated_words(told: Explanation) -> str:
    """Why there is no score, in words."""
    if told.state == "awaiting_data":
        missing = [
            _("%(name)s（%(note)s）") % {"name": say(n.name), "note": i.name}
            for n in told.lines
            for i in n.inputs
            if i.is_missing
        ]
        return _("还不算分：%(what)s 的数没有到。缺的不算 0。") % {"what": _("、").join(missing)}
    if told.state == "not_rated" and told.cause.get("code") == "short_presence":
        return _("不评级：这个周期 %(of)s 天，在职 %(days)s 天，不到一半。") % {
            "of": told.cause["of"],
            "days": told.cause["days"],
        }
    if told.state == "not_rated":
        return _("不评级：有数的指标占的权重太少。")
    if told.state == "no_sheet":
        return _("没有分：这个周期没有考核表。")
    if told.state == "error":
        return _("没有分：有一项算不出来，看下面标红的那一行。")
    return ""
