"""What an escalation rule or a watch of a draft would have done in the last days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.bootstrap import Services
from app.insight.rete import Answer, RuleSet
from app.insight.watches.examine import admit, examine
from app.insight.watches.facts import Key, Match
from app.persistence.database import reading
from app.persistence.reads.lasting import lasting
from app.persistence.reads.near import shown_orders
from app.persistence.reads.places import list_shops
from app.persistence.watch_facts import load_past
from app.rulebook.climbing import Climb, climb
from app.rulebook.escalation import EscalationRule, compile_escalation
from app.rulebook.escalation_words import step_word
from app.rulebook.part_words import EVIDENCE_WORDS
from app.rulebook.watches import PRICE_GAP, Watch, read_watches
from app.web.counting import Counting, counting_of
from app.web.language import language, t
from app.web.recent import DAYS
from app.web.words import clock, money

SHOWN = 6
Found = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fired:
    """Of so many facts: how often a watch would have fired, the latest first; `cut` where only the latest were looked
    at.
    """

    matches: Sequence[Match]
    looked_at: int
    cut: bool


def climbed(
    services: Services, counting: Counting, calendar: Any, rule: Mapping[str, Any]
) -> tuple[EscalationRule, Climb]:
    """The rule, compiled, and how many things of the last days would have climbed to each step of its ladder."""
    compiled = compile_escalation({"calendar": calendar, "escalation": [rule]}).rules[rule["id"]]
    wants = counting.wanted(rule["when"]) if compiled.when is not None else {}
    now = services.clock.now()
    with reading(services.database) as db:
        return compiled, climb(compiled, lasting(db, compiled.wait, now - DAYS * 86_400), now, wants.get)


def fired(services: Services, watch: Watch) -> Fired:
    """How often the watch would have fired in the last days."""
    now = services.clock.now()
    with reading(services.database) as db:
        loaded = load_past(db, watch, now - DAYS * 86_400, services.sealer, now)
    by_key: dict[Key, list[Match]] = defaultdict(list)
    for match in examine(watch, loaded.facts, ask=_correlated).matches:
        by_key[match.key].append(match)
    found = [match for matches in by_key.values() for match in admit(matches, (), watch.window_seconds)]
    return Fired(sorted(found, key=lambda match: -match.end), len(loaded.facts), loaded.cut)


class Counts:
    """Counts on what is stored, in words; conditions of escalation rules on the facts of past decisions."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def escalation(self, document: Mapping[str, Any], place: int) -> Found:
        """How many things would have climbed to each step of the rule's ladder."""
        rule = _acting(document["escalation"][place])
        counting = counting_of(self._services)
        compiled, found = climbed(self._services, counting, document.get("calendar"), rule)
        with reading(self._services.database) as db:
            orders = shown_orders(db, found.samples)
        first = _first_places(rule["ladder"])
        steps = [
            (step_word(step["do"], language(), step.get("owner", "")), found.steps[at])
            for step, at in zip(rule["ladder"], first, strict=True)
        ]
        return {
            "days": DAYS, "looked_at": found.looked_at, "steps": steps, "top": max(found.steps[0], 1),
            "samples": [(one, orders[one].tid) for one in found.samples if one in orders],
            "waits": compiled.wait.value,
        }  # fmt: skip

    def watch(self, document: Mapping[str, Any], place: int) -> Found:
        """How often the watch would have fired, and for what."""
        (watch,) = read_watches([_acting(document["watches"][place])])
        found = fired(self._services, watch)
        with reading(self._services.database) as db:
            shops = {shop.code: shop.name for shop in list_shops(db)}
            orders = shown_orders(db, [ref for match in found.matches[:SHOWN] for ref in match.refs[:SHOWN]])
        return {
            "days": DAYS, "times": len(found.matches), "subjects": len({match.key for match in found.matches}),
            "cut": found.cut, "gap": watch.kind == PRICE_GAP, "looked_at": found.looked_at,
            "fired": [_told(match, shops, orders) for match in found.matches[:SHOWN]],
        }  # fmt: skip


def _correlated(_: Sequence[RuleSet]) -> Answer:
    """A preview asks no child process: the correlator finds the same."""
    return Answer(failure="not-asked")


def _acting(rule: Mapping[str, Any]) -> dict[str, Any]:
    """The rule as it would act; a muted one is counted as well, so that one sees what it would do again."""
    return {key: value for key, value in rule.items() if key != "muted"}


def _first_places(ladder: Sequence[Mapping[str, Any]]) -> list[int]:
    """Where each step of the ladder begins when those that come again are written out."""
    places, at = [], 0
    for step in ladder:
        places.append(at)
        at += step.get("times", 1)
    return places


def _told(match: Match, shops: Mapping[str, str], orders: Mapping[int, Any]) -> Found:
    buyer = EVIDENCE_WORDS.get(match.key.subject.partition(":")[0])
    prices = t("，", ", ").join(f"{shops.get(shop, shop)} {money(fen)}" for fen, shop in match.prices)
    times = (
        t(f"{match.amount} 次", f"{match.amount} times") if buyer else t(f"{match.amount} 件", f"{match.amount} units")
    )
    return {
        "sku": "" if buyer else match.key.subject, "shop": shops.get(match.key.shop, match.key.shop),
        "who": t(f"一位买家（{buyer['zh']}相同）", f"one buyer (same {buyer['en']})") if buyer else "",
        "amount": prices or times, "at": clock(match.end), "more": max(0, len(match.refs) - SHOWN),
        "orders": [(ref, orders[ref].tid) for ref in match.refs[:SHOWN] if ref in orders],
    }  # fmt: skip
