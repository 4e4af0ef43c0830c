"""A watch as a sentence, in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.rulebook.order_actions import ROLES
from app.rulebook.part_words import EVIDENCE_WORDS
from app.rulebook.watches import BURST, CANCELLATIONS, HASHED_KINDS, PRICE_GAP

Json = Mapping[str, Any]
_SPANS = ((86_400, "天", "day"), (3600, "小时", "hour"), (60, "分钟", "minute"), (1, "秒", "second"))


def phrase_watch(watch: Json, language: str) -> str:
    """The whole watch, such as “One SKU sells 200 units or more within 5 minutes over all shops: …”."""
    zh = language == "zh"
    deeds = ("；" if zh else "; ").join(_deed(action, watch, zh=zh) for action in watch["then"])
    return f"{_when(watch, zh=zh)}：{deeds}。" if zh else f"{_when(watch, zh=zh)}: {deeds}."


def told_span(seconds: int, *, zh: bool) -> str:
    """A length of time in its largest unit that divides it: 300 → “5 分钟”, “5 minutes”."""
    size, word, name = next(one for one in _SPANS if seconds % one[0] == 0)
    count = seconds // size
    return f"{count} {word}" if zh else f"{count} {name}{'' if count == 1 else 's'}"


def _when(watch: Json, *, zh: bool) -> str:
    span, shops = told_span(watch["window_seconds"], zh=zh), _shops(watch, zh=zh)
    if watch["kind"] == BURST:
        n = watch["units"]
        return f"{shops}，一个 SKU 在 {span}内卖出 {n} 件或更多" if zh else (
            f"When one SKU sells {n} or more units within {span} {shops}")  # fmt: skip
    if watch["kind"] == PRICE_GAP:
        return _gap(watch, span, shops, zh=zh)
    kinds = [EVIDENCE_WORDS[kind]["zh" if zh else "en"] for kind in watch.get("evidence", HASHED_KINDS)]
    n, refunds = watch["times"], watch["of"] == CANCELLATIONS
    if zh:
        deed = "取消或退款" if refunds else "下单"
        return f"{shops}，同一买家（{'、'.join(kinds)}相同）在 {span}内{deed} {n} 次或更多"
    deed = "cancels or refunds" if refunds else "orders"
    return f"When one buyer (same {' or '.join(kinds)}) {deed} {n} or more times within {span} {shops}"


def _gap(watch: Json, span: str, shops: str, *, zh: bool) -> str:
    share, least = watch["percent"], watch.get("least", 0)
    if zh:
        more = f"且至少差 {least / 100:.2f} 元" if least else ""
        return f"{shops}，同一 SKU 在两家店的单价在 {span}内相差超过较低价的 {share}%{more}"
    more = f" and at least {least / 100:.2f} yuan" if least else ""
    return (
        f"When one SKU's unit prices in two shops are apart by more than {share}% of the lower{more} within {span} "
        f"{shops}"
    )


def _shops(watch: Json, *, zh: bool) -> str:
    shops, apart = watch.get("shops", ()), watch.get("each_shop", False)
    if zh:
        named = f"店铺 {'、'.join(shops)}" if shops else "所有店铺"
        return f"{named}各自计算" if apart else f"{named}合计"
    named = f"shop{'s' if len(shops) > 1 else ''} {', '.join(shops)}" if shops else "all shops"
    return f"in each of {named}" if apart else f"over {named}"


def _deed(action: Json, watch: Json, *, zh: bool) -> str:
    return next(_deeds(action, watch, zh=zh))


def _deeds(action: Json, watch: Json, *, zh: bool) -> Iterator[str]:
    whose = ("该 SKU ", "of that SKU") if watch["kind"] == BURST else ("该买家", "of that buyer")
    if "for_seconds" in action:
        span = told_span(action["for_seconds"], zh=zh)
    if action["do"] == "hold":
        owner = ROLES[action["owner"]]
        yield f"此后 {span}内{whose[0]}的新订单挂起给{owner['zh']}" if zh else (
            f"further orders {whose[1]} are held for the {owner['en']} for {span}")  # fmt: skip
    elif action["do"] == "tag":
        yield f"此后 {span}内{whose[0]}的新订单打上标签“{action['tag']}”" if zh else (
            f"further orders {whose[1]} are tagged “{action['tag']}” for {span}")  # fmt: skip
    owner, hours = ROLES[action["owner"]] if "owner" in action else {}, action.get("within_hours")
    what = ("补货任务", "a replenishment task") if watch["kind"] == BURST else ("任务", "a task")
    if zh:
        yield f"给{owner.get('zh', '')}开{what[0]}" + (f"，{hours} 小时内完成" if hours else "")
    yield f"{what[1]} is opened for the {owner.get('en', '')}" + (f", due within {hours} hours" if hours else "")
