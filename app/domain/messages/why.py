"""Sentences of why: what came of each rule, how a warehouse was chosen, and what would have to be otherwise."""

SENTENCES: dict[str, dict[str, str]] = {
    "why-rules-moved": {
        "zh": "这一单判定之后，生效的规则已经变了，这个改动不再适用。重新判定后再看。",
        "en": "The live rules have changed since this order was decided, so this change no longer fits. "
        "Have it decided again and look anew.",
    },
    # What came of a rule.
    "why-decided": {"zh": "由它决定", "en": "it decided"},
    "why-acted": {"zh": "符合，已执行", "en": "it held and acted"},
    "why-released": {"zh": "符合，但由人工放行了", "en": "it held, but people released the order from it"},
    "why-passed": {"zh": "符合，但做不到：{why}", "en": "it held, but could not be carried out: {why}"},
    "why-unknown": {"zh": "要看的内容不知道，所以挂起", "en": "what it asks is not known, so the order is held"},
    "why-missed": {"zh": "不符合", "en": "it does not hold"},
    "why-near": {"zh": "只差一个条件", "en": "it misses by one condition"},
    "why-later": {"zh": "也符合，但排在决定的规则后面", "en": "it holds too, but stands behind the one that decided"},
    "why-later-not": {
        "zh": "没有轮到，轮到也不符合",
        "en": "it was not reached, and would not have held",
    },
    "why-aside": {"zh": "符合，只做了附带动作", "en": "it held and only did things beside"},
    "why-unasked-held": {
        "zh": "没有轮到：订单在分仓之前就挂起了",
        "en": "it was not asked: the order is held before allocation",
    },
    "why-unasked-joined": {
        "zh": "没有轮到：和另一单合单发出",
        "en": "it was not asked: the order leaves in another's parcel",
    },
    "why-unasked-told": {"zh": "没有轮到：仓库由人工指定", "en": "it was not asked: a person chose the warehouse"},
    # Conditions.
    "why-group-all": {"zh": "以下全部成立", "en": "all of these hold"},
    "why-group-any": {"zh": "以下任一成立", "en": "any of these holds"},
    "why-group-none": {"zh": "以下都不成立", "en": "none of these holds"},
    "why-any": {"zh": "有{scope}满足", "en": "any {scope} has"},
    "why-every": {"zh": "每个{scope}都满足", "en": "every {scope} has"},
    "why-no": {"zh": "没有{scope}满足", "en": "no {scope} has"},
    "why-of": {"zh": "{who}：{what}", "en": "{who}: {what}"},
    "why-line": {"zh": "第 {place} 行（{sku}）", "en": "line {place} ({sku})"},
    "why-more": {"zh": "另外 {count} 个不一一列出", "en": "{count} more are not listed"},
    "why-withheld": {"zh": "个人信息，只留判断结果", "en": "personal data; only the answer is kept"},
    "why-days": {"zh": "{n} 天", "en": "{n} days"},
    "why-hours": {"zh": "{n} 小时", "en": "{n} hours"},
    "why-minutes": {"zh": "{n} 分钟", "en": "{n} minutes"},
    "why-seconds": {"zh": "{n} 秒", "en": "{n} seconds"},
    # How a warehouse was chosen.
    "why-target": {
        "zh": "规则指定从目标仓发：{warehouse}负责买家所在省，或离买家最近。",
        "en": "The rule ships from the target warehouse: {warehouse} serves the buyer's province or is the nearest.",
    },
    "why-fewest": {
        "zh": "在最多 {most} 个仓里选包裹最少的组合；一样少的，选总距离最短的，再按编码。",
        "en": "Of at most {most} warehouses, the fewest that cover it together; among equals the least distance in "
        "all, then the first code.",
    },
    "why-alone": {
        "zh": "只有{warehouse}符合规则的条件并且够整单，没有别的可选。",
        "en": "Only {warehouse} meets the rule's conditions and covers the order; there was no choice.",
    },
    "why-source-alone": {
        "zh": "只有{warehouse}能补齐目标仓所缺，没有别的可选。",
        "en": "Only {warehouse} has what the target warehouse lacks; there was no choice.",
    },
    "why-rank": {"zh": "{warehouse} {value}", "en": "{warehouse} {value}"},
    "why-least-km_to_buyer": {
        "zh": "{count} 个仓可选，选离买家最近的：{ranked}。",
        "en": "Of {count} warehouses the nearest to the buyer: {ranked}.",
    },
    "why-least-freight": {
        "zh": "{count} 个仓可选，选运费最低的：{ranked}。",
        "en": "Of {count} warehouses the cheapest: {ranked}.",
    },
    "why-least-km_to_target": {
        "zh": "{count} 个仓可以调出，选离目标仓最近的：{ranked}。",
        "en": "Of {count} sources the nearest to the target warehouse: {ranked}.",
    },
    "why-least-transfer_freight": {
        "zh": "{count} 个仓可以调出，选调拨最便宜的：{ranked}。",
        "en": "Of {count} sources the cheapest to move from: {ranked}.",
    },
    "why-weights": {"zh": "按权重打分：{weights}。", "en": "Scored by weight: {weights}."},
    "why-most-score": {
        "zh": "{count} 个仓可选，选得分最高的：{ranked}。",
        "en": "Of {count} warehouses the highest score: {ranked}.",
    },
    "why-tie-code": {
        "zh": "并列，按编码排在前面的是{warehouse}。",
        "en": "A tie; by code {warehouse} comes first.",
    },
    "why-tie-km_to_buyer": {
        "zh": "得分并列，更近的是{warehouse}。",
        "en": "A tie of scores; {warehouse} is nearer.",
    },
    "why-tie-freight": {
        "zh": "得分并列，运费更低的是{warehouse}。",
        "en": "A tie of scores; {warehouse} is cheaper.",
    },
    # Why not.
    "why-not-rule": {"zh": "为什么不是规则“{rule}”？", "en": "Why not rule “{rule}”?"},
    "why-not-warehouse": {"zh": "为什么不从{warehouse}发？", "en": "Why not from {warehouse}?"},
    "why-no-rule": {
        "zh": "判这一单的规则版本里没有“{rule}”，或者这一单没有用到规则。",
        "en": "The rules that decided this order have no “{rule}”, or no rule was asked of it.",
    },
    "why-no-warehouse": {
        "zh": "判这一单时，“{warehouse}”不在候选仓里。可能当时还没有这个仓，或它停用了。",
        "en": "“{warehouse}” was no candidate when this order was decided: it may not have existed, or was closed.",
    },
    "why-rule-acted": {"zh": "规则“{rule}”起了作用。", "en": "Rule “{rule}” did act."},
    "why-rule-status": {"zh": "规则“{rule}”：{why}。", "en": "Rule “{rule}”: {why}."},
    "why-near-value": {
        "zh": "只差这一条：{condition}。实际 {value}，需要{needs}。",
        "en": "It misses by this alone: {condition}. It was {value}, needs {needs}.",
    },
    "why-near-was": {
        "zh": "只差这一条：{condition}。实际 {value}。",
        "en": "It misses by this alone: {condition}. It was {value}.",
    },
    "why-near-plain": {"zh": "只差这一条：{condition}。", "en": "It misses by this alone: {condition}."},
    "why-warehouse-ships": {"zh": "就是从{warehouse}发的。", "en": "It does leave from {warehouse}."},
    "why-decided-by": {"zh": "决定的是规则“{rule}”。", "en": "Rule “{rule}” decided."},
    "why-not-in-pool": {
        "zh": "{warehouse}不满足这条规则对仓库的要求，没有参加比较。",
        "en": "{warehouse} does not meet what that rule asks of a warehouse and was not compared.",
    },
    "why-has-all": {"zh": "{warehouse}当时有整单的货。", "en": "{warehouse} had everything at the time."},
    "why-short": {"zh": "{warehouse}当时的货不够：{goods}。", "en": "{warehouse} was short at the time: {goods}."},
    # What would have to be otherwise.
    "why-instead": {"zh": "{what}：{before} → {after}", "en": "{what}: {before} → {after}"},
    "why-another": {"zh": "别的", "en": "anything else"},
    "why-stock": {"zh": "{warehouse}的 {sku} 可用库存", "en": "free stock of {sku} at {warehouse}"},
    "why-if-enough": {"zh": "{warehouse}有整单的货：{goods}", "en": "{warehouse} had everything: {goods}"},
    "why-if-gone": {"zh": "所有仓库的 {sku} 都没有了", "en": "no warehouse had any {sku}"},
    "why-if-released": {"zh": "由人工放行（{reason}）", "en": "people released it ({reason})"},
    "why-hold": {"zh": "挂起的原因", "en": "why it is held"},
    "why-if-not-told": {"zh": "不由人工指定仓库", "en": "no person had chosen the warehouse"},
    "why-if-apart": {"zh": "不与别的订单合单", "en": "it did not share another order's parcel"},
    "why-if-no-repeat": {"zh": "前面没有相似的订单", "en": "no like order had come before it"},
    "why-if-said-1": {"zh": "“{condition}”成立", "en": "“{condition}” held"},
    "why-if-said-0": {"zh": "“{condition}”不成立", "en": "“{condition}” did not hold"},
    "why-if-rule": {
        "zh": "规则“{rule}”的{what}：{before} → {after}",
        "en": "rule “{rule}”, {what}: {before} → {after}",
    },
    "why-the-condition": {"zh": "条件", "en": "condition"},
    "why-if-without": {
        "zh": "规则“{rule}”去掉条件“{condition}”",
        "en": "rule “{rule}” without “{condition}”",
    },
    "why-if-dropped": {"zh": "去掉规则“{rule}”", "en": "without rule “{rule}”"},
    "why-if-moved": {"zh": "规则“{rule}”移到“{other}”前面", "en": "rule “{rule}” before “{other}”"},
    "why-if-action": {
        "zh": "规则“{rule}”改动作：{before} → {after}",
        "en": "rule “{rule}” does otherwise: {before} → {after}",
    },
}
