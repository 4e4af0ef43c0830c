"""The operators, one row each. What a row computes is in `app.engine.leaves`, under the same name."""

from __future__ import annotations

from app.engine.vocabulary import FIELD_TYPES, Operator

_EVERY = frozenset(FIELD_TYPES)
_SINGLE = frozenset({"integer", "number", "money", "text", "choice", "boolean", "time"})
_ORDERED = frozenset({"integer", "number", "money", "time"})
_LISTED = frozenset({"integer", "number", "money", "text", "choice"})
_TEXT = frozenset({"text"})
_HOLDING = frozenset({"text", "texts"})
_TIME = frozenset({"time"})

_ROWS = (
    Operator("is", {"zh": "是", "en": "is"}, _SINGLE, "value",
             {"zh": "{field}是{value}", "en": "{field} is {value}"}, "equality", "is_not"),
    Operator("is_not", {"zh": "不是", "en": "is not"}, _SINGLE, "value",
             {"zh": "{field}不是{value}", "en": "{field} is not {value}"}, "equality", "is"),
    Operator("<", {"zh": "小于", "en": "less than"}, _ORDERED, "value",
             {"zh": "{field}小于{value}", "en": "{field} is less than {value}"}, "threshold", ">="),
    Operator("<=", {"zh": "不超过", "en": "at most"}, _ORDERED, "value",
             {"zh": "{field}不超过{value}", "en": "{field} is at most {value}"}, "threshold", ">"),
    Operator(">", {"zh": "大于", "en": "more than"}, _ORDERED, "value",
             {"zh": "{field}大于{value}", "en": "{field} is more than {value}"}, "threshold", "<="),
    Operator(">=", {"zh": "不少于", "en": "at least"}, _ORDERED, "value",
             {"zh": "{field}不少于{value}", "en": "{field} is at least {value}"}, "threshold", "<"),
    Operator("between", {"zh": "介于（含两端）", "en": "between (both included)"}, _ORDERED, "pair",
             {"zh": "{field}介于{value}（含两端）", "en": "{field} is between {value} (both included)"}, "threshold"),
    Operator("in", {"zh": "是其中之一", "en": "is one of"}, _LISTED, "list",
             {"zh": "{field}是{value}之一", "en": "{field} is one of {value}"}, "equality", "not_in"),
    Operator("not_in", {"zh": "不是其中任何一个", "en": "is none of"}, _LISTED, "list",
             {"zh": "{field}不是{value}中的任何一个", "en": "{field} is none of {value}"}, "equality", "in"),
    Operator("contains", {"zh": "含有", "en": "contains"}, _HOLDING, "value",
             {"zh": "{field}含有{value}", "en": "{field} contains {value}"}, "", "not_contains"),
    Operator("not_contains", {"zh": "不含", "en": "does not contain"}, _HOLDING, "value",
             {"zh": "{field}不含{value}", "en": "{field} does not contain {value}"}, "", "contains"),
    Operator("starts_with", {"zh": "以此开头", "en": "starts with"}, _TEXT, "value",
             {"zh": "{field}以{value}开头", "en": "{field} starts with {value}"}),
    Operator("matches", {"zh": "符合模式", "en": "matches the pattern"}, _TEXT, "pattern",
             {"zh": "{field}符合模式{value}", "en": "{field} matches the pattern {value}"}),
    Operator("is_empty", {"zh": "是空的", "en": "is empty"}, _HOLDING, "none",
             {"zh": "{field}是空的", "en": "{field} is empty"}),
    Operator("is_unknown", {"zh": "不知道", "en": "is unknown"}, _EVERY, "none",
             {"zh": "不知道{field}", "en": "{field} is unknown"}, "", "is_known", True),
    Operator("is_known", {"zh": "已知道", "en": "is known"}, _EVERY, "none",
             {"zh": "{field}已知道", "en": "{field} is known"}, "", "is_unknown", True),
    Operator("time_between", {"zh": "在一天的这段时间（含两端）", "en": "at a time of day between (both included)"},
             _TIME, "clock",
             {"zh": "{field}在每天{value}（含两端）", "en": "{field} is between {value} of the day (both included)"}),
    Operator("weekday_in", {"zh": "在这些星期几", "en": "on these weekdays"}, _TIME, "weekdays",
             {"zh": "{field}在{value}", "en": "{field} is on {value}"}),
    Operator("older_than", {"zh": "距今超过", "en": "older than"}, _TIME, "age",
             {"zh": "{field}距今超过{value}", "en": "{field} is more than {value} ago"}),
    Operator("younger_than", {"zh": "距今不到", "en": "younger than"}, _TIME, "age",
             {"zh": "{field}距今不到{value}", "en": "{field} is less than {value} ago"}),
)  # fmt: skip

OPERATORS: dict[str, Operator] = {row.name: row for row in _ROWS}
"""Every operator by its name in a rule, in the order that pickers show them."""
