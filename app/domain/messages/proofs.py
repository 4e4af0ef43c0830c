"""Sentences about what is proved of rules. `case_zh`/`case_en` are the case in words, `rule_…` the rule's title."""

SENTENCES: dict[str, dict[str, str]] = {
    "gap": {"zh": "{how_zh}：{case_zh}。", "en": "{how_en}: {case_en}."},
    "conflict": {
        "zh": "“{rule_zh}”和“{others_zh}”在同一张订单上互相矛盾：{about_zh}。",
        "en": "“{rule_en}” and “{others_en}” contradict each other on one order: {about_en}.",
    },
    "unreachable": {
        "zh": "“{rule_zh}”永远轮不到：它管的订单都先被“{others_zh}”拿走了。",
        "en": "“{rule_en}” never decides: “{others_en}” take every order before it.",
    },
    "duplicate": {
        "zh": "“{rule_zh}”和“{others_zh}”是同一条规则写了两遍。",
        "en": "“{rule_en}” says the same as “{others_en}”.",
    },
    "subsumed": {
        "zh": "“{rule_zh}”是多余的：没有它，“{others_zh}”也会同样处理这些订单。",
        "en": "“{rule_en}” can go: without it “{others_en}” does the same to its orders.",
    },
    "always-true": {
        "zh": "“{rule_zh}”的条件对每张订单都成立。",
        "en": "The condition of “{rule_en}” holds for every order.",
    },
    "always-false": {
        "zh": "“{rule_zh}”的条件没有一张订单能满足。",
        "en": "No order can meet the condition of “{rule_en}”.",
    },
    "never-carried-out": {
        "zh": "“{rule_zh}”的条件成立时，它的动作总是做不到，订单每次都被让给下一条。",
        "en": "Where the condition of “{rule_en}” holds, its action can never be carried out, and it is passed over.",
    },
    "impossible-value": {
        "zh": "“{rule_zh}”里的这个条件没有一张订单能满足：{case_zh}。",
        "en": "In “{rule_en}”, no order can meet this: {case_en}.",
    },
    "always-true-part": {
        "zh": "“{rule_zh}”里的这个条件总是成立，等于没写：{case_zh}。",
        "en": "In “{rule_en}”, this always holds and says nothing: {case_en}.",
    },
    "threshold-touching": {
        "zh": "“{rule_zh}”和“{others_zh}”的界限相接，但正好等于临界值的订单两边都不管。",
        "en": "“{rule_en}” and “{others_en}” meet at a bound, and neither takes an order exactly on it.",
    },
    "undecided": {
        "zh": "“{rule_zh}”有一点没能判定（{about_zh}），不能当作没有问题。",
        "en": "One thing about “{rule_en}” could not be decided ({about_en}); it is not to be taken for fine.",
    },
    "hold-without-release": {
        "zh": "“{rule}”把订单挂起给{owner_zh}，而这个角色没有放行的权限。请换成主管或客服。",
        "en": "“{rule}” holds orders for the {owner_en}, who may not release them. Name the supervisor or the clerk.",
    },
    "owner-without-user": {
        "zh": "“{rule}”要{owner_zh}处理，而现在没有在用的{owner_zh}账号。请先建一个，或换一个角色。",
        "en": "“{rule}” calls for the {owner_en}, and no {owner_en} has an active account. Add one first.",
    },
    "names-nothing": {
        "zh": "没有“{value}”这个{list_zh}。请核对写法，或先把它建起来。",
        "en": "There is no {list_en} “{value}”. Check how it is written, or add it first.",
    },
    "escalation-reaches-nobody": {
        "zh": "“{rule_zh}”升级到最后也没有一个能处理的人。",
        "en": "“{rule_en}” never comes to anybody who could do something about it.",
    },
    "example-impossible": {
        "zh": "这条规则现在判不到任何订单，没法给它造例子。请先看检查结果。",
        "en": "No order comes to this rule as it stands, so there is no example of it. See the checks first.",
    },
    "loop": {
        "zh": "“{rule_zh}”会再次触发自己：它给任务定的新期限到了，又是它来管。",
        "en": "“{rule_en}” sets itself off again: the time that it gives the task falls due under the same rule.",
    },
}
