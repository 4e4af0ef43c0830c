"""How people say operators and joints, besides the words that sentences are printed with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.engine.vocabulary import Sayings

OPERATORS: Mapping[str, Sayings] = {
    "is": {"zh": ("{field}等于{value}", "{field}为{value}", "{field}={value}", "{field}=={value}"),
           "en": ("{field} equals {value}", "{field} = {value}", "{field} == {value}", "{field} are {value}")},
    "is_not": {"zh": ("{field}不等于{value}", "{field}不为{value}", "{field}≠{value}", "{field}!={value}"),
               "en": ("{field} does not equal {value}", "{field} != {value}", "{field} ≠ {value}",
                      "{field} isn't {value}")},
    "<": {"zh": ("{field}低于{value}", "{field}少于{value}", "{field}不足{value}", "{field}不到{value}",
                 "{field}<{value}", "{field}没到{value}"),
          "en": ("{field} less than {value}", "{field} is below {value}", "{field} below {value}", "{field} < {value}",
                 "{field} is under {value}", "{field} under {value}", "{field} is smaller than {value}")},
    "<=": {"zh": ("{field}小于等于{value}", "{field}小于或等于{value}", "{field}不大于{value}", "{field}不高于{value}",
                  "{field}不多于{value}", "{field}至多{value}", "{field}最多{value}", "{field}<={value}",
                  "{field}≤{value}"),
           "en": ("{field} at most {value}", "{field} is not more than {value}", "{field} up to {value}",
                  "{field} <= {value}", "{field} ≤ {value}", "{field} is less than or equal to {value}")},
    ">": {"zh": ("{field}超过{value}", "{field}高于{value}", "{field}多于{value}", "{field}>{value}",
                 "{field}大过{value}"),
          "en": ("{field} more than {value}", "{field} is above {value}", "{field} above {value}", "{field} > {value}",
                 "{field} is over {value}", "{field} over {value}", "{field} is greater than {value}",
                 "{field} exceeds {value}")},
    ">=": {"zh": ("{field}大于等于{value}", "{field}大于或等于{value}", "{field}不小于{value}", "{field}不低于{value}",
                  "{field}至少{value}", "{field}最少{value}", "{field}达到{value}", "{field}>={value}",
                  "{field}≥{value}"),
           "en": ("{field} at least {value}", "{field} is not less than {value}", "{field} >= {value}",
                  "{field} ≥ {value}", "{field} is greater than or equal to {value}")},
    "between": {"zh": ("{field}介于{value}", "{field}在{value}之间", "{field}从{value}",
                       "{field}在{value}之间（含两端）"),
                "en": ("{field} is between {value}", "{field} between {value}", "{field} from {value}")},
    "in": {"zh": ("{field}是{value}", "{field}为{value}", "{field}属于{value}", "{field}是{value}其中之一"),
           "en": ("{field} is {value}", "{field} is any of {value}", "{field} in {value}", "{field} one of {value}")},
    "not_in": {"zh": ("{field}不是{value}", "{field}不属于{value}", "{field}不在{value}之中", "{field}不为{value}"),
               "en": ("{field} is not {value}", "{field} is not one of {value}", "{field} not in {value}",
                      "{field} is neither {value}")},
    "contains": {"zh": ("{field}包含{value}", "{field}包括{value}", "{field}带有{value}", "{field}里有{value}"),
                 "en": ("{field} includes {value}", "{field} has {value}")},
    "not_contains": {"zh": ("{field}不包含{value}", "{field}不包括{value}", "{field}里没有{value}"),
                     "en": ("{field} does not include {value}", "{field} lacks {value}")},
    "starts_with": {"zh": ("{field}开头是{value}",), "en": ("{field} begins with {value}",)},
    "matches": {"zh": ("{field}匹配{value}",), "en": ("{field} matches {value}",)},
    "is_empty": {"zh": ("{field}为空", "{field}是空", "没有{field}"), "en": ("{field} empty", "no {field}")},
    "is_unknown": {"zh": ("{field}未知", "{field}不知道", "{field}不明"), "en": ("{field} unknown", "unknown {field}")},
    "is_known": {"zh": ("{field}已知", "知道{field}"), "en": ("{field} known", "known {field}")},
    "time_between": {"zh": ("{field}在每天{value}", "{field}在{value}之间", "{field}在每天{value}之间"),
                     "en": ("{field} is between {value} of the day", "{field} is between {value}")},
    "weekday_in": {"zh": ("{field}是{value}",), "en": ("{field} is {value}", "{field} on {value}")},
    "older_than": {"zh": ("{field}已超过{value}", "{field}在{value}以前", "{field}过了{value}", "{field}超过{value}"),
                   "en": ("{field} more than {value} ago", "{field} is over {value} ago",
                          "{field} is older than {value}")},
    "younger_than": {"zh": ("{field}在{value}内", "{field}在{value}以内", "{field}在最近{value}", "{field}不到{value}",
                            "{field}在最近{value}内"),
                     "en": ("{field} less than {value} ago", "{field} is within {value}",
                            "{field} is within the last {value}", "{field} is younger than {value}")},
}  # fmt: skip
TRUE: Sayings = {"zh": ("是{field}", "{field}成立", "{field}为真", "有{field}"), "en": ("is {field}", "{field} holds")}
FALSE: Sayings = {
    "zh": ("不满足“{field}”", "不满足{field}", "不{field}", "没有{field}", "非{field}", "{field}不成立", "不是{field}"),
    "en": ("“{field}” does not hold", "{field} does not hold", "not {field}", "is not {field}"),
}
JOINTS: Mapping[str, Sayings] = {
    "all": {
        "zh": ("，并且", "并且", "，而且", "而且", "，且", "且", "，同时", "同时", "，"),
        "en": ("and", ", and", "&", ","),
    },
    "any": {"zh": ("，或者", "或者", "，或", "或"), "en": ("or", ", or")},
}
WHEN: Sayings = {"zh": ("当", "如果", "若", "假如", "要是", "凡是"), "en": ("when", "if", "whenever")}
THEN: Sayings = {
    "zh": (
        "时，",
        "时，则",
        "时，就",
        "时",
        "的时候，",
        "的话，",
        "，则",
        "，那么",
        "，就",
        "则",
        "那么",
        "就",
        "：",
        "，",
    ),
    "en": (":", ", then", "then", ", then:", ","),
}
NEXT: Sayings = {
    "zh": ("；", "，并且", "，并", "并且", "并", "，同时", "同时", "，然后", "，再", "，"),
    "en": (";", "; and", ", and", "and", ", then", "then", ","),
}
END: Sayings = {"zh": ("。",), "en": (".",)}
OTHERWISE: Sayings = {
    "zh": ("其他情况，", "其他情况", "否则，", "否则", "其余，"),
    "en": ("otherwise", "otherwise,", "else"),
}
ALWAYS: Sayings = {"zh": ("任何情况", "总是"), "en": ("in every case", "always")}
NEVER: Sayings = {"zh": ("任何情况都不", "从不"), "en": ("in no case", "never")}
NONE: Sayings = {"zh": ("以下都不成立：", "以下都不满足："), "en": ("none of these holds:", "none of:")}
QUANTIFIED: Mapping[str, Sayings] = {
    "any": {"zh": ("有{scope}满足（{inner}）", "任一{scope}满足（{inner}）", "有任何{scope}满足（{inner}）"),
            "en": ("any {scope} where ({inner})", "any {scope} has ({inner})")},
    "every": {"zh": ("每个{scope}都满足（{inner}）", "所有{scope}都满足（{inner}）", "所有{scope}满足（{inner}）"),
              "en": ("every {scope} has ({inner})", "all {scope} have ({inner})", "every {scope} where ({inner})")},
    "no": {"zh": ("没有{scope}满足（{inner}）", "没有任何{scope}满足（{inner}）"),
           "en": ("no {scope} where ({inner})", "no {scope} has ({inner})")},
}  # fmt: skip
LIST: Sayings = {"zh": ("、", "或者", "或", "和", "，或"), "en": (", or", ", and", ",", "or", "and", "nor")}
TO: Sayings = {"zh": ("到", "至", "-", "~", "—", "和"), "en": ("and", "to", "-", "~")}
MONEY: Sequence[str] = ("元", "块钱", "块", "yuan", "rmb", "¥", "￥")
AGES: Mapping[str, Sayings] = {
    "days": {"zh": ("天", "日"), "en": ("days", "day", "d")},
    "hours": {"zh": ("小时", "个小时", "钟头"), "en": ("hours", "hour", "h")},
    "minutes": {"zh": ("分钟", "分"), "en": ("minutes", "minute", "min")},
}
WEEKDAYS: Mapping[int, Sayings] = {
    day: {"zh": tuple(f"{head}{name}" for head in ("周", "星期", "礼拜")), "en": (short, full)}
    for day, name, short, full in (
        (1, "一", "Mon", "Monday"), (2, "二", "Tue", "Tuesday"), (3, "三", "Wed", "Wednesday"),
        (4, "四", "Thu", "Thursday"), (5, "五", "Fri", "Friday"), (6, "六", "Sat", "Saturday"), (7, "日",
        "Sun", "Sunday"),
    )
}  # fmt: skip
