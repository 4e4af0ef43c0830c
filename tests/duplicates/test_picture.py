"""What a window would have made of past orders: the same as the line would, counted and drawn."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.domain.order import Evidence, Strength
from app.duplicates.clusters import Policy, count_pairs, find_clusters, nearest_alike
from app.duplicates.consolidation import ConsolidationPolicy
from app.duplicates.evidence import Participant
from app.duplicates.picture import PastOrder, compose, joins, likely, reach, repeats, sharing, spread
from tests.duplicates.test_clusters import HANGZHOU, POLICY, SECTION, order

ANY = Policy.of({**SECTION, "skus": "any"})


def past(*orders: Participant, picked: dict[str, int] | None = None, waiting: str = "") -> list[PastOrder]:
    """Orders by time, numbered as they come."""
    listed = sorted(orders, key=lambda one: (one.created_at, one.key))
    return [
        PastOrder(number, one, one.key[1] != waiting, (picked or {}).get(one.key[1]))
        for number, one in enumerate(listed, 1)
    ]


orders = st.lists(
    st.builds(
        order,
        number=st.uuids().map(str),
        created_at=st.integers(0, 600),
        phone=st.sampled_from(["p1", "p2", None]),
        masked=st.sampled_from(["138****5678", "*******5678", "138****5679", None]),
        skus=st.sampled_from(["A", "B"]),
        shop=st.sampled_from(["s1", "s2"]),
        place=st.sampled_from([HANGZHOU, ("浙江", "杭州", ""), None]),
    ),
    max_size=14,
    unique_by=lambda one: one.key,
)


@given(orders, st.sampled_from([POLICY, ANY]))
def test_the_picture_holds_whom_the_line_would_hold(found: list[Participant], policy: Policy) -> None:
    drawn = repeats(likely(past(*found), policy), policy, set(), 0)
    held = find_clusters(found, policy, set()).repeats
    assert {key: link[0] for key, link in drawn.items()} == {key: one.anchor for key, one in held.items()}


@given(orders, st.sampled_from([POLICY, ANY]))
def test_each_distance_is_that_to_the_nearest_earlier_look_alike(found: list[Participant], policy: Policy) -> None:
    wide = Policy(600, policy.same_skus, policy.evidence, {}, {})
    listed = sorted(found, key=lambda one: one.created_at)
    by_hand = {}
    for place, one in enumerate(listed):
        for other in listed[:place]:
            if other.key in find_clusters([other, one], wide, set()).repeats or one.key in find_clusters(
                [other, one], wide, set()
            ).repeats:  # fmt: skip
                by_hand[one.key] = one.created_at - other.created_at
    seen = nearest_alike(listed, wide, set())
    assert sorted(seen.values()) == sorted(by_hand.values())


def test_clusters_are_told_beside_the_live_setting_and_the_changed_come_first() -> None:
    found = past(
        order("1", 0), order("2", 100), order("3", 500), order("4", 9000, phone="p2"), order("5", 9050, phone="p2")
    )
    wider = Policy.of({**SECTION, "window_seconds": 600})
    mine = repeats(likely(found, wider), wider, set(), 0)
    theirs = repeats(likely(found, POLICY), POLICY, set(), 0)
    drawn = compose(found, 0, mine, theirs)
    first, second = drawn.clusters
    assert [(member.key[1], member.seconds, member.state) for member in first.members] == [
        ("1", 0, "same"), ("2", 100, "same"), ("3", 500, "new"),
    ]  # fmt: skip
    assert first.changed
    assert not second.changed
    assert (drawn.edited.total, drawn.live.total, drawn.orders) == (3, 2, 5)
    back = compose(found, 0, theirs, mine)
    assert [member.state for member in back.clusters[0].members] == ["same", "same", "gone"]


def test_more_pairs_than_can_be_compared_leave_the_latest_orders() -> None:
    found = past(*(order(str(number), number) for number in range(100)))
    assert reach(found, POLICY) == 0
    since = reach(found, POLICY, 400)
    kept = [one.order for one in found if one.order.created_at >= since]
    assert 1 < len(kept) < 100
    assert count_pairs(kept, POLICY) <= 400
    assert min(one.created_at for one in kept) == since


def test_distances_are_counted_between_the_edges() -> None:
    found = past(order("1", 0), order("2", 5), order("3", 200), order("4", 9000))
    assert spread(found, Policy.of({**SECTION, "window_seconds": 600}), set(), [0, 10, 60, 600]) == [0, 1, 0, 1]


JOINING = ConsolidationPolicy.of({"window_seconds": 3600}, SECTION)


def test_orders_of_one_buyer_and_address_join_the_first_parcel_that_is_not_picked() -> None:
    found = past(order("1", 0), order("2", 900, skus="B"), order("3", 1800, skus="C"), order("4", 6000, skus="D"))
    links, late = joins(sharing(found), JOINING, (), lambda _: "home", 0)
    assert {key[1]: link[0][1] for key, link in links.items()} == {"2": "1", "3": "1"}
    assert late == 0
    found = past(order("1", 0), order("2", 900, skus="B"), order("3", 1800, skus="C"), picked={"1": 600})
    links, late = joins(sharing(found), JOINING, (), lambda _: "home", 0)
    assert {key[1]: link[0][1] for key, link in links.items()} == {"3": "2"}
    assert late == 1


def test_whoever_is_held_waits_or_lives_elsewhere_joins_nobody() -> None:
    found = past(order("1", 0), order("2", 60, skus="B"))
    assert joins(sharing(found), JOINING, {("s1", "2")}, lambda _: "home", 0)[0] == {}
    assert joins(sharing(found), JOINING, (), lambda number: f"home {number}", 0)[0] == {}
    assert joins(sharing(found), JOINING, (), lambda _: None, 0)[0] == {}
    waits = past(order("1", 0), order("2", 60, skus="B"), waiting="1")
    assert joins(sharing(waits), JOINING, (), lambda _: "home", 0)[0] == {}


def test_whoever_shares_nothing_with_anybody_is_left_out() -> None:
    alone = Evidence("phone", "p9", "", Strength.STRONG)
    found = past(order("1", 0), order("2", 10), Participant(("s1", "3"), 20, frozenset("A"), (alone,), HANGZHOU))
    assert [one.order.key[1] for one in sharing(found)] == ["1", "2"]
    assert [one.order.key[1] for one in likely(found, POLICY)] == ["1", "2"]
    assert all(a.order.created_at <= b.order.created_at for a, b in pairwise(found))
