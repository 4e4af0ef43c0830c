"""Everything rules may do with an order, one row each. What a row does is in `processing` and `allocation`."""

from __future__ import annotations

from app.domain.carriers import NAMES as CARRIER_NAMES
from app.engine.vocabulary import ActionKind, Parameter
from app.rulebook.order_fields import words

ROLES = {
    "administrator": words("管理员", "administrator"),
    "supervisor": words("主管", "supervisor"),
    "clerk": words("客服", "clerk"),
    "warehouse": words("仓库", "warehouse"),
    "viewer": words("只读", "viewer"),
}
OUTCOME = "outcome"
"""The group of actions that decide where an order goes; an allocation rule carries exactly one of them."""

_PLACES = {
    "target": words("目标仓", "the target warehouse"),
    "nearest": words("最近的够整单仓", "the nearest warehouse that covers it"),
    "cheapest": words("运费最低的够整单仓", "the cheapest warehouse that covers it"),
    "fewest_parcels": words("包裹最少的几个仓", "the fewest warehouses that cover it"),
    "score": words("得分最高的够整单仓", "the best-scored warehouse that covers it"),
}
CRITERIA_WORDS = {
    "distance": words("距离近", "near"),
    "freight": words("运费低", "cheap"),
    "stock": words("库存多", "well stocked"),
    "load": words("余量大", "little loaded"),
}
_TIE_BREAKS = {
    "nearest": words("最近", "the nearest"),
    "cheapest": words("最便宜", "the cheapest"),
    "code": words("编码靠前", "the first code"),
}
_SOURCES = {"nearest": words("最近的仓", "the nearest"), "cheapest": words("调拨最便宜的仓", "the cheapest")}
_CODE = r"[A-Za-z0-9_\-]{1,64}"

_OWNER = Parameter("owner", "choice", words("负责人", "owner"), choices=ROLES)

HOLD = ActionKind(
    "hold",
    words("挂起", "hold"),
    words("挂起给{owner}处理（原因：{reason}）", "hold it for the {owner} (reason: {reason})"),
    (Parameter("reason", "text", words("原因", "reason"), refers_to="reasons"), _OWNER),
    group=OUTCOME,
)
SIDE = (
    ActionKind(
        "tag", words("打标签", "tag"), words("打上标签{tag}", "tag it {tag}"),
        (Parameter("tag", "text", words("标签", "tag")),),
    ),
    ActionKind(
        "set_priority", words("设优先级", "set priority"),
        words("优先级设为 {priority}", "set its priority to {priority}"),
        (Parameter("priority", "integer", words("优先级", "priority"), minimum=0, maximum=100),),
    ),
    ActionKind(
        "wish_carrier", words("指定快递", "wish a carrier"), words("用{carrier}发货", "ship it by {carrier}"),
        (Parameter("carrier", "text", words("快递", "carrier"), choices=CARRIER_NAMES, open=True),),
    ),
    ActionKind(
        "add_gift", words("加赠品", "add a gift"), words("加赠品 {sku} × {quantity}", "add gift {sku} × {quantity}"),
        (
            Parameter("sku", "text", words("SKU", "SKU"), refers_to="skus"),
            Parameter("quantity", "integer", words("件数", "quantity"), minimum=1, maximum=1000),
        ),
    ),
    ActionKind("mark_presale", words("标为预售", "mark as presale"), words("标为预售", "mark it as presale")),
    ActionKind(
        "open_task", words("开任务", "open a task"),
        words("给{owner}开任务“{kind}”[，{within_hours} 小时内完成]",
              "open task “{kind}” for the {owner}[, due within {within_hours} hours]"),
        (
            Parameter("kind", "text", words("任务类型", "kind"), pattern=_CODE, refers_to="reasons", open=True),
            _OWNER,
            Parameter("within_hours", "number", words("小时内", "within hours"), required=False, minimum=0,
                      maximum=8760),
        ),
    ),
)  # fmt: skip
ALLOCATING = (
    ActionKind(
        "reserve", words("占用库存", "reserve"),
        words("在{at}占用库存并发货[，按 {weights} 打分][，同分时选{tie_break}]",
              "reserve and ship from {at}[, scored by {weights}][, ties go to {tie_break}]"),
        (
            Parameter("at", "choice", words("在哪", "where"), choices=_PLACES),
            Parameter("weights", "weights", words("权重", "weights"), required=False, choices=CRITERIA_WORDS, minimum=0,
                      maximum=100),
            Parameter("tie_break", "choice", words("决胜规则", "tie-break"), required=False, choices=_TIE_BREAKS),
        ),
        group=OUTCOME,
    ),
    ActionKind(
        "split", words("拆单", "split"), words("拆成最多 {at_most} 个包裹发货", "ship it in at most {at_most} parcels"),
        (Parameter("at_most", "integer", words("最多几包", "at most"), minimum=2, maximum=10, usual=2),), group=OUTCOME,
    ),
    ActionKind(
        "transfer", words("内部调拨", "transfer"),
        words("从{from}调拨到目标仓，{arrives} 送达",
              "transfer from {from} to the target warehouse, arriving {arrives}"),
        (
            Parameter("from", "choice", words("从哪", "from"), choices=_SOURCES),
            Parameter("arrives", "text", words("送达", "arrives"), pattern=r"T\+[0-9]{1,2}", usual="T+1"),
        ),
        group=OUTCOME,
    ),
    ActionKind(
        "purchase", words("采购", "purchase"),
        words("发起采购，订单等货", "request a purchase; the order waits for it"), group=OUTCOME,
    ),
    ActionKind(
        "backorder", words("等货", "backorder"), words("等待补货", "wait for stock"), group=OUTCOME,
    ),
)  # fmt: skip

ACTIONS: tuple[ActionKind, ...] = (HOLD, *SIDE, *ALLOCATING)
