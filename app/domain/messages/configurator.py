"""Sentences of the configurator."""

SENTENCES: dict[str, dict[str, str]] = {
    "guided-missing": {
        "zh": "三个问题还没答完：补上空着的一格，再做成规则。",
        "en": "The three questions are not answered yet: fill in what is empty, then make the rule.",
    },
    "value-not-read": {
        "zh": "“{value}”读不出来。请按这个字段的样子填，比如金额填 500 或 1.2万。",
        "en": "“{value}” could not be read. Write it as the field is written, an amount as 500 for example.",
    },
    "span-not-read": {
        "zh": "“{value}”读不出多长时间。请写数字和单位，比如 90 秒、1.5 小时、2 天。",
        "en": "“{value}” is no length of time. Write a number and a unit, such as 90 s, 1.5 hours or 2 days.",
    },
    "span-too-long": {"zh": "最长 7 天。", "en": "7 days are the longest."},
    "reason-empty": {"zh": "请写出这个原因是什么。", "en": "Write what the reason is."},
    "reason-known": {"zh": "已经有一个这样说的原因了。", "en": "There is a reason that says the same already."},
    "reason-used": {
        "zh": "还有规则或例子在用这个原因，先给它们换一个，再来删。",
        "en": "Rules or examples use this reason: give them another first, then remove it.",
    },
    "reason-waits": {
        "zh": "还有 {n} 件事因为它等着处理，处理完再删，不然页面上就说不出为什么了。",
        "en": "{n} things still wait because of it. Remove it once they are done: pages tell it.",
    },
    "sentence-not-certain": {
        "zh": "这句话还有读不准的地方，没有采用。请看下面标出来的部分。",
        "en": "Parts of this sentence are not certain, so it was not taken. See what is marked below.",
    },
    "sentence-without-condition": {
        "zh": "这句话没有说是什么样的单子。请写“如果……，则……”。",
        "en": "The sentence does not say which orders. Write “If …, then …”.",
    },
    "not-understood": {"zh": "“{said}”没看懂。", "en": "“{said}” is not understood."},
    "ambiguous": {
        "zh": "“{said}”有两种读法，请说得更明白些。",
        "en": "“{said}” can be read in two ways. Say it more exactly.",
    },
    "mixed-joints": {
        "zh": "“{said}”里既有“并且”又有“或者”，请用括号说明哪些是一起的。",
        "en": "“{said}” has both “and” and “or”: put brackets around what belongs together.",
    },
    "which-of-several": {
        "zh": "“{said}”说的是哪一个？请写“有{scope}满足（……）”。",
        "en": "Of which is “{said}” said? Write “any {scope} where (…)”.",
    },
    "sentence-value-missing": {
        "zh": "“{said}”还缺{parameter}。",
        "en": "“{said}” lacks its {parameter}.",
    },
    "part-not-there": {
        "zh": "放不到那里：组最多两层，也不能放进自己里面。",
        "en": "It cannot go there: groups go two levels deep, and nothing goes into itself.",
    },
    "rules-none-chosen": {
        "zh": "没有选中规则，或者选中的刚被删掉了。先勾选要一起改的规则。",
        "en": "No rule is chosen, or those chosen were just deleted. Tick the rules to change together.",
    },
    "otherwise-stays": {
        "zh": "“其他情况”一直在最后，不能移动、停用、删除或放进组。",
        "en": "The otherwise row is always last: it cannot be moved, muted, deleted or put into a group.",
    },
}  # fmt: skip
