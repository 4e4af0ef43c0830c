"""Sentences of what is wrong in a pack's document: its shape, its rules, its mappings."""

SENTENCES: dict[str, dict[str, str]] = {
    "pack-not-an-object": {"zh": "规则包要是一个 JSON 对象。", "en": "A pack is one JSON object."},
    "part-missing": {"zh": "缺少“{part}”。", "en": "“{part}” is missing."},
    "part-type": {"zh": "“{part}”的类型不对：{value}。", "en": "“{part}” has the wrong type: {value}."},
    "part-unknown": {
        "zh": "不认识“{part}”。",
        "en": "“{part}” is not known.",
    },
    "part-empty": {"zh": "“{part}”不能为空。", "en": "“{part}” must not be empty."},
    "part-choice": {
        "zh": "“{part}”不能是 {value}，只能是：{choices}。",
        "en": "“{part}” cannot be {value}; it is one of: {choices}.",
    },
    "part-pattern": {"zh": "“{part}”的写法不对：{value}。", "en": "“{part}” is not written so: {value}."},
    "part-range": {
        "zh": "“{part}”是 {value}，要在 {least} 到 {most} 之间。",
        "en": "“{part}” is {value}; it lies between {least} and {most}.",
    },
    "example-repeated": {"zh": "例子编号“{id}”出现了两次。", "en": "The example id “{id}” is there twice."},
    "not-a-list": {"zh": "这里要是一个列表，实际是 {got}。", "en": "A list belongs here, not {got}."},
    "not-an-object": {"zh": "这里要是一个对象，实际是 {got}。", "en": "An object belongs here, not {got}."},
    "too-many-rules": {"zh": "规则有 {count} 条，最多 {limit} 条。", "en": "{count} rules; at most {limit}."},
    "too-many-actions": {"zh": "动作有 {count} 个，最多 {limit} 个。", "en": "{count} actions; at most {limit}."},
    "too-many-conditions": {"zh": "一条规则最多 {limit} 个条件。", "en": "A rule has at most {limit} conditions."},
    "too-deep": {"zh": "条件最多嵌套 {limit} 层。", "en": "Conditions nest at most {limit} deep."},
    "rule-id-missing": {
        "zh": "规则要有编号，1 到 {limit} 个字。",
        "en": "A rule has an id of 1 to {limit} characters.",
    },
    "rule-id-repeated": {"zh": "规则编号“{id}”出现了两次。", "en": "The rule id “{id}” is there twice."},
    "text-not-bilingual": {"zh": "文字要有中文和英文两种。", "en": "A text has both zh and en."},
    "otherwise-missing": {
        "zh": "最后要有一条没有条件的“其他情况”。",
        "en": "The last rule must be the one without a condition: otherwise.",
    },
    "otherwise-early": {
        "zh": "没有条件的规则只能放在最后：它后面的永远轮不到。",
        "en": "A rule without a condition must be the last: none after it would ever get its turn.",
    },
    "otherwise-with-condition": {"zh": "“其他情况”不能有条件。", "en": "Otherwise has no condition."},
    "accepts-with-condition": {
        "zh": "只有“其他情况”可以写哪些订单可以等人（accepts）。",
        "en": "Only the otherwise rule says which orders may wait for a person (accepts).",
    },
    "condition-shape": {
        "zh": "条件只能是一个比较或一个组，这里有：{keys}。",
        "en": "A condition is one comparison or one group; here are: {keys}.",
    },
    "unknown-condition": {
        "zh": "不认识条件“{key}”。",
        "en": "The condition “{key}” is not known.",
    },
    "empty-group": {"zh": "这一组里没有条件。", "en": "This group holds no condition."},
    "quantifier-in-itself": {"zh": "“{key}”里面不能再有“{key}”。", "en": "“{key}” cannot stand within “{key}”."},
    "unknown-field": {
        "zh": "没有字段“{field}”。",
        "en": "There is no field “{field}”.",
    },
    "field-needs-quantifier": {
        "zh": "字段“{field}”有好几个，要放在“{quantifier}”里面。",
        "en": "There are several of “{field}”; put it within “{quantifier}”.",
    },
    "fields-incomparable": {
        "zh": "“{field}”和“{other}”不能比较：一个是 {type}，一个是 {other_type}。",
        "en": "“{field}” and “{other}” cannot be compared: {type} and {other_type}.",
    },
    "unknown-operator": {
        "zh": "没有比较方式“{op}”。",
        "en": "There is no operator “{op}”.",
    },
    "operator-unfit": {
        "zh": "“{field}”不能用“{op}”比较，可以用：{allowed}。",
        "en": "“{op}” does not fit “{field}”; these do: {allowed}.",
    },
    "unknown-key": {
        "zh": "不认识“{key}”。",
        "en": "“{key}” is not known.",
    },
    "unknown-action": {
        "zh": "没有动作“{action}”。",
        "en": "There is no action “{action}”.",
    },
    "actions-exclude-each-other": {"zh": "这些动作只能有一个：{actions}。", "en": "Only one of these: {actions}."},
    "action-missing": {"zh": "还要有一个动作：{actions}。", "en": "One of these actions is missing: {actions}."},
    "unknown-parameter": {
        "zh": "动作“{action}”没有参数“{key}”。",
        "en": "The action “{action}” has no “{key}”.",
    },
    "parameter-missing": {
        "zh": "动作“{action}”缺少“{parameter}”。",
        "en": "The action “{action}” lacks “{parameter}”.",
    },
    "unknown-reference": {
        "zh": "没有“{value}”。",
        "en": "There is no “{value}”.",
    },
    "value-type": {"zh": "值 {got} 不对，要的是 {wanted}。", "en": "{got} does not fit; {wanted} does."},
    "value-form": {"zh": "值“{got}”的写法不对。", "en": "“{got}” is not written as it should be."},
    "value-out-of-range": {
        "zh": "值 {got} 要在 {minimum} 到 {maximum} 之间。",
        "en": "{got} must lie between {minimum} and {maximum}.",
    },
    "value-unwanted": {"zh": "这种比较不需要值。", "en": "This comparison takes no value."},
    "money-in-fen": {"zh": "金额要写成整数的分，不是 {got}。", "en": "Amounts are whole fen, not {got}."},
    "pair-reversed": {"zh": "起点 {low} 比终点 {high} 大。", "en": "It begins at {low}, after its end {high}."},
    "pattern-invalid": {"zh": "正则“{pattern}”不对：{reason}", "en": "The pattern “{pattern}” is wrong: {reason}"},
    "unknown-unit": {
        "zh": "没有时间单位“{unit}”。",
        "en": "There is no unit “{unit}”.",
    },
    "mapping-field-missing": {"zh": "没有映射必需的字段“{field}”。", "en": "The needed field “{field}” is not mapped."},
    "mapping-field-elsewhere": {"zh": "字段“{field}”不属于这里。", "en": "The field “{field}” does not belong here."},
    "mapping-path": {"zh": "路径“{path}”写得不对。", "en": "“{path}” is no path."},
    "mapping-type": {
        "zh": "“{field}”要读成 {wanted}，不是 {got}。",
        "en": "“{field}” is read as {wanted}, not as {got}.",
    },
    "mapping-unit-missing": {"zh": "“{field}”是金额，要写明单位。", "en": "“{field}” is an amount; name its unit."},
    "mapping-zone-missing": {"zh": "“{field}”是时间，要写明时区。", "en": "“{field}” is a time; name its zone."},
    "mapping-zone": {"zh": "没有时区“{zone}”。", "en": "There is no time zone “{zone}”."},
    "mapping-choice": {
        "zh": "“{value}”不是可以对照的值，可以是：{choices}。",
        "en": "“{value}” is none of the possible meanings: {choices}.",
    },
    "mapping-choices-missing": {"zh": "“{field}”缺少对照表。", "en": "“{field}” lacks its table of meanings."},
    "did-you-mean": {"zh": "是不是“{did_you_mean}”？", "en": "Was it “{did_you_mean}”?"},
    # What other rooms call alike, said of a rule.
    "rule-unknown-choice": {"zh": "没有“{value}”这个选项。", "en": "“{value}” is none of the choices."},
    "rule-value-missing": {"zh": "这个比较（{op}）缺少值。", "en": "This comparison ({op}) lacks its value."},
    "rule-value-too-long": {"zh": "文字太长，最多 {limit} 个字。", "en": "The text is longer than {limit} characters."},
}
