"""What changed windows, alarms and mappings would come to by the last days. Numbers only: pages put them into words."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import orjson

from app.bootstrap import Services
from app.domain.order import Line, Order
from app.duplicates.picture import shift
from app.mapping import CompiledMapping, compile_mapping
from app.processing.impact import Impact
from app.rulebook.sections import MAPPINGS
from app.rulebook.watches import read_watches, watch_title
from app.web.configurator.alarm_counts import climbed, fired
from app.web.configurator.near import Near
from app.web.counting import Counting
from app.web.mapper.samples import latest_payloads

WINDOWS = ("duplicates", "consolidation")
ALARMS = ("escalation", "watches")
CLOCK = ("escalation", "calendar")
"""Both tell when an escalation rule is due: they are counted as one."""
MOST_RULES = 12
"""So many changed rules of a section are counted; the page says how many are not."""
MOST_PAYLOADS = 100
_READ_SECONDS = 10.0
"""So long orders are waited for that conditions are judged on; what is not read by then is not counted."""
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Window:
    """Orders, of those looked at since `since`, that a window takes newly (`asked`: a person is asked about them),
    takes no longer, or takes to do something else with.
    """

    section: str
    orders: int
    since: int
    newly: int
    asked: int
    gone: int
    otherwise: int


@dataclass(frozen=True, slots=True)
class Counted:
    """A changed rule: how many things set it off now and then, and how many steps that makes; None where it is not."""

    id: str
    title: Mapping[str, str]
    looked_at: int
    now: int | None
    then: int | None
    steps_now: int = 0
    steps_then: int = 0


@dataclass(frozen=True, slots=True)
class Alarms:
    """The rules of a section that do something else; `more` are not counted."""

    section: str
    rules: Sequence[Counted]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Mapped:
    """Payloads of a platform that are read otherwise: `fields` counts by field, `first` can be read only then, `lost`
    only now, `unread` by neither.
    """

    section: str
    payloads: int
    other: int = 0
    first: int = 0
    lost: int = 0
    unread: int = 0
    fields: Mapping[str, int] = field(default_factory=dict)


Part = Window | Alarms | Mapped


@dataclass(frozen=True, slots=True)
class Foreseen:
    """All that is told before publishing: the orders that go elsewhere, and what the other sections come to."""

    impact: Impact
    parts: Sequence[Part]

    @property
    def digest(self) -> str:
        """A short hash of what a person is shown."""
        return hashlib.blake2b(orjson.dumps([self.impact.digest, self.parts]), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class Means:
    """What the last days are looked up in; got within a request, used beside it."""

    services: Services
    near: Near
    counting: Counting


def has_part(section: str) -> bool:
    """Whether a change of the section is counted here."""
    return section in (*WINDOWS, *ALARMS, *CLOCK) or section.partition("/")[0] == MAPPINGS


def parts_of(means: Means, live: Document, draft: Document, sections: Collection[str]) -> list[Part]:
    """The parts of these sections; both documents must be whole."""
    found: list[Part] = [_window(means, live, draft, name) for name in WINDOWS if name in sections]
    if set(CLOCK) & set(sections):
        found.append(_escalation(means, live, draft, next(name for name in CLOCK if name in sections)))
    if "watches" in sections:
        found.append(_watches(means, live, draft))
    return found + [_mapped(means, live, draft, name) for name in sections if name.startswith(f"{MAPPINGS}/")]


def _window(means: Means, live: Document, draft: Document, section: str) -> Window:
    """The same clusters as the window's editor draws."""
    if section == "consolidation":
        picture = means.near.shared(draft, live)
        found = shift(picture, lambda _mine, _theirs: True)
        asked = 0
    else:
        picture = means.near.repeats(draft, live)
        mine, theirs = draft[section], live[section]
        found = shift(picture, lambda one, other: bool(mine[one] == theirs[other]))
        asked = sum(many for strength, many in found.newly.items() if mine[strength]["do"] == "ask")
    return Window(section, picture.orders, picture.since, sum(found.newly.values()), asked, found.gone, found.otherwise)


def _escalation(means: Means, live: Document, draft: Document, section: str) -> Alarms:
    calendars = live.get("calendar"), draft.get("calendar")
    pairs = [
        (name, was, now)
        for name, was, now in _pairs(live, draft, "escalation")
        if _deeds(was) != _deeds(now) or (calendars[0] != calendars[1] and _works(was, now))
    ]
    if any("when" in rule for _, *both in pairs[:MOST_RULES] for rule in both if rule):
        means.counting.wait(_READ_SECONDS)
    rules = []
    for name, *both in pairs[:MOST_RULES]:
        climbs = [
            climbed(means.services, means.counting, calendar, rule)[1] if rule else None
            for rule, calendar in zip(both, calendars, strict=True)
        ]
        reached = [one.steps if one else [] for one in climbs]
        first = [one[0] if one else None for one in reached]
        looked_at = max(one.looked_at for one in climbs if one)
        title = dict((both[1] or both[0]).get("title") or {})
        rules.append(Counted(name, title, looked_at, first[0], first[1], *map(sum, reached)))
    return Alarms(section, rules, max(0, len(pairs) - MOST_RULES))


def _watches(means: Means, live: Document, draft: Document) -> Alarms:
    pairs = [one for one in _pairs(live, draft, "watches") if _deeds(one[1]) != _deeds(one[2])]
    rules = []
    for name, *both in pairs[:MOST_RULES]:
        found = [fired(means.services, read_watches([rule])[0]) if rule else None for rule in both]
        now, then = (len(one.matches) if one else None for one in found)
        looked_at = max(one.looked_at for one in found if one)
        rules.append(Counted(name, dict(watch_title(both[1] or both[0])), looked_at, now, then))
    return Alarms("watches", rules, max(0, len(pairs) - MOST_RULES))


def _pairs(live: Document, draft: Document, section: str) -> list[tuple[str, Any, Any]]:
    """Every rule of either document by its id, as it is live and in the draft; None where it is not, or muted."""
    was, now = (
        {str(rule["id"]): rule for rule in one.get(section, ()) if not rule.get("muted")} for one in (live, draft)
    )
    return [(name, was.get(name), now.get(name)) for name in {**now, **was}]


def _deeds(rule: Any) -> Any:
    """All of a rule but what it is called, and that it is not muted."""
    return {key: value for key, value in rule.items() if key not in ("title", "muted")} if rule else None


def _works(*rules: Any) -> bool:
    return any(rule and rule.get("clock") == "working" for rule in rules)


def _mapped(means: Means, live: Document, draft: Document, section: str) -> Mapped:
    platform = section.partition("/")[2]
    mappings = [
        compile_mapping(one[MAPPINGS][platform], platform) if platform in one[MAPPINGS] else None
        for one in (live, draft)
    ]
    payloads = latest_payloads(means.services, platform, MOST_PAYLOADS)
    counts: Counter[str] = Counter()
    told: Counter[str] = Counter()
    for payload in payloads:
        was, now = (_order(means, one, payload) for one in mappings)
        if was is None or now is None:
            counts["unread" if was is now else "first" if was is None else "lost"] += 1
        elif was != now:
            counts["other"] += 1
            told.update(_differing(was, now))
    return Mapped(section, len(payloads), **counts, fields=dict(told.most_common()))


def _order(means: Means, mapping: CompiledMapping | None, payload: Any) -> Order | None:
    if mapping is None:
        return None
    found = mapping.map(payload, shop="-", hasher=means.services.sealer.hasher)
    return found if isinstance(found, Order) else None


def _differing(one: Order, other: Order) -> set[str]:
    """The fields that two readings of a payload give otherwise."""
    found = {
        f"order.{row.name}"
        for row in fields(Order)
        if row.name != "lines" and getattr(one, row.name) != getattr(other, row.name)
    }
    if len(one.lines) != len(other.lines):
        return {*found, "order.line_count"}
    return found | {
        f"line.{row.name}"
        for mine, theirs in zip(one.lines, other.lines, strict=True)
        for row in fields(Line)
        if getattr(mine, row.name) != getattr(theirs, row.name)
    }
