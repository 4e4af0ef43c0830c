"""The picture of a window in words and lengths: clusters as small timelines, and how many a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson

from app.bootstrap import Services
from app.domain.calendar import local_date
from app.duplicates.picture import Cluster, Count, Member, Picture
from app.persistence.database import reading
from app.persistence.reads.near import shown_orders
from app.rulebook.part_words import EVIDENCE_WORDS
from app.rulebook.window_words import told_gap
from app.web.buyers import masked_buyer
from app.web.configurator.near import DAYS, Near
from app.web.configurator.window_deeds import STEPS, nearest_step
from app.web.language import language, t
from app.web.words import clock, money, role_word

SHOWN, SHOWN_ALL = 8, 60
MOST_DOTS = 12
"""So many orders of a cluster are shown; of a buyer who orders again and again there may be hundreds."""
_LEFT, _WIDE = 3.0, 94.0
"""Where a timeline begins and how much of its width it takes, in per cent."""
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Dot:
    """One order of a cluster: where it stands on the line (per cent), what would become of it, and what it is."""

    x: float
    state: str
    verdict: str
    tone: str
    order_id: int
    tid: str
    shop: str
    at: str
    later: str
    why: str
    goods: str
    paid: str
    buyer: str


@dataclass(frozen=True, slots=True)
class Line:
    """A cluster as a timeline; `band` is where the window ends on it, in per cent."""

    title: str
    at: str
    changed: bool
    band: float
    dots: Sequence[Dot]
    more: int


@dataclass(frozen=True, slots=True)
class Day:
    """One day's bars: heights in per cent of the tallest."""

    name: str
    strong: int
    weak: int
    live: int
    high_strong: float
    high_weak: float
    high_live: float


def shown_picture(
    services: Services, near: Near, edited: Document, live: Document, section: str, *, everything: bool
) -> dict[str, Any]:
    """The picture of a section as the document has it, beside the live document's."""
    shared = section == "consolidation"
    picture = near.shared(edited, live) if shared else near.repeats(edited, live)
    chosen = picture.clusters[: SHOWN_ALL if everything else SHOWN]
    days = _days_covered(picture, services.clock.now())
    return {
        "orders": picture.orders, "days": DAYS, "since": clock(picture.since) if picture.since else "",
        "everything": everything, "whole_time": days >= DAYS - 1,
        "lines": _lines(services, near, chosen, edited, section),
        "more": len(picture.clusters) - len(chosen), "clusters": len(picture.clusters),
        "changed": sum(one.changed for one in picture.clusters), "same": edited[section] == live[section] and (
            not shared or edited["duplicates"] == live["duplicates"]),
        "edited": picture.edited, "live": picture.live, "late": picture.late,
        "a_day": {name: _a_day(picture, name, days) for name in ("edited", "live")},
        "questions": {"edited": _questions(picture.edited, edited, days), "live": _questions(picture.live, live, days)},
        "by_day": _by_day(picture, services.clock.now()), "shared": shared,
        "spread": [] if shared else _spread(near.spread(edited["duplicates"], STEPS), edited),
    }  # fmt: skip


def figures(picture: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """What a day comes to: name, as edited, as live."""
    edited, live, a_day = picture["edited"], picture["live"], picture["a_day"]
    if picture["shared"]:
        saved = t("每天少发的包裹", "Parcels saved a day"), a_day["edited"], a_day["live"]
        return [saved, (t("一共并了几单", "Orders put together"), f"{edited.total:,}", f"{live.total:,}")]
    questions = picture["questions"]
    return [
        (t("每天拦下", "Held a day"), a_day["edited"], a_day["live"]),
        (t("每天要问人", "Questions a day"), questions["edited"], questions["live"]),
        (t("证据确凿", "Strong"), f"{edited.strong:,}", f"{live.strong:,}"),
        (t("只是像", "Weak"), f"{edited.weak:,}", f"{live.weak:,}"),
    ]


def _days_covered(picture: Picture, now: int) -> float:
    """How many days the picture speaks of; less than one counts as one, so that nothing is blown up."""
    return max(1.0, min(DAYS, (now - picture.since) / 86_400)) if picture.since else 1.0


def _a_day(picture: Picture, side: str, days: float) -> str:
    count: Count = getattr(picture, side)
    return _rate(count.total, days)


def _questions(count: Count, document: Document, days: float) -> str:
    """How many of them a person is asked about in a day; those that are only held are looked at too, but not asked."""
    actions = document["duplicates"]
    asked = sum(getattr(count, one) for one in ("strong", "weak") if actions[one]["do"] == "ask")
    return _rate(asked, days)


def _rate(number: int, days: float) -> str:
    a_day = number / days
    return f"{a_day:,.0f}" if a_day >= 10 or a_day == int(a_day) else f"{a_day:.1f}"


def _by_day(picture: Picture, now: int) -> list[Day]:
    names = [(local_date(now) - timedelta(days=back)).isoformat() for back in range(DAYS - 1, -1, -1)]
    edited: list[Mapping[str, int]] = [picture.edited.days.get(name, {}) for name in names]
    live = [sum(picture.live.days.get(name, {}).values()) for name in names]
    top = max([*(sum(day.values()) for day in edited), *live, 1])
    return [
        Day(
            name[5:], day.get("strong", 0), day.get("weak", 0), was, 100 * day.get("strong", 0) / top,
            100 * day.get("weak", 0) / top, 100 * was / top,
        )
        for name, day, was in zip(names, edited, live, strict=True)
    ]  # fmt: skip


def _spread(counts: Sequence[int], edited: Document) -> list[dict[str, Any]]:
    """How many orders came that long after one like it, stop by stop of the slider."""
    top, here = max(*counts, 1), nearest_step(edited["duplicates"]["window_seconds"])
    return [
        {"count": count, "high": 100 * count / top, "inside": place <= here, "x": 100 * place / (len(counts) - 1)}
        for place, count in enumerate(counts)
    ]


def _lines(services: Services, near: Near, clusters: Sequence[Cluster], edited: Document, section: str) -> list[Line]:
    numbers = near.numbers()
    wanted = {numbers[member.key] for one in clusters for member in one.members[:MOST_DOTS] if member.key in numbers}
    with reading(services.database) as db:
        rows = shown_orders(db, wanted)
    made = []
    for one in clusters:
        window = edited[section]["window_seconds"]
        reach = max(max(abs(member.seconds) for member in one.members), 1)
        scale = max(reach, window) if window <= 3 * reach else reach * 1.15
        dots = [
            _dot(services, rows[number], member, scale, edited, section)
            for member in one.members[:MOST_DOTS]
            if (number := numbers.get(member.key)) in rows
        ]
        band = _LEFT + _WIDE * min(window / scale, 1.0)
        more = max(0, len(one.members) - MOST_DOTS)
        made.append(Line(_title(one, section), clock(one.at), one.changed, band, dots, more))
    return made


def _dot(services: Services, row: Any, member: Member, scale: float, edited: Document, section: str) -> Dot:
    buyer = masked_buyer(services.sealer, row.id, row.personal, row.phone_tail)
    verdict, tone = _verdict(member, edited, section)
    lines = orjson.loads(row.doc)["lines"]
    goods = t("、", ", ").join(f"{line[1] or line[3] or line[4]} × {line[2]}" for line in lines[:3])
    kinds = t("、", ", ").join(EVIDENCE_WORDS[kind][language()] for kind in member.kinds)
    return Dot(
        _LEFT + _WIDE * min(max(member.seconds, 0) / scale, 1.0), member.state if member.strength else "first",
        verdict, tone, row.id, row.tid, row.shop, clock(row.created_at),
        "+ " + told_gap(member.seconds, language()) if member.strength else "",
        t(f"{kinds}相同", f"same {kinds}") if kinds else "", goods, money(row.paid),
        " ".join(filter(None, (buyer.name, buyer.phone, row.province))),
    )  # fmt: skip


def _title(cluster: Cluster, section: str) -> str:
    gone = all(member.state == "gone" for member in cluster.members[1:])
    many = len(cluster.members)
    if section == "consolidation":
        return t(f"{many} 单不再并在一起", f"{many} orders no longer together") if gone else t(
            f"{many} 单并成一个包裹", f"{many} orders in one parcel")  # fmt: skip
    return t(f"{many} 单不再算重复", f"{many} orders no longer repeats") if gone else t(
        f"{many} 单像是同一单", f"{many} orders look like one")  # fmt: skip


def _verdict(member: Member, edited: Document, section: str) -> tuple[str, str]:
    """What becomes of the order, and the colour of that."""
    if not member.strength:
        return t("照常发货", "goes on"), "good"
    if section == "consolidation":
        return (t("自己发一个包裹", "leaves by itself"), "") if member.state == "gone" else (
            t("并进第一单的包裹", "joins the first one's parcel"), "calm")  # fmt: skip
    if member.state == "gone":
        return t("不再拦下", "no longer held"), ""
    action = edited["duplicates"][member.strength]
    owner = role_word(action["owner"])
    if action["do"] == "ask":
        return t(f"先挂起，问{owner}", f"held; {owner.lower()} asked"), "warn"
    return t(f"挂起给{owner}", f"held for {owner.lower()}"), "bad"
