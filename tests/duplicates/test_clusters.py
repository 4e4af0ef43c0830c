"""Suspected duplicates: who anchors, who repeats, and that nothing depends on the order of arrival."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.order import Evidence, Strength
from app.duplicates.clusters import Clusters, Policy, find_clusters
from app.duplicates.evidence import Participant, likeness, masked_phones_agree

SECTION = {
    "window_seconds": 180,
    "skus": "same_set",
    "evidence": [
        {"kind": "phone", "strength": "strong"},
        {"kind": "platform_address", "scope": "shop", "strength": "strong"},
        {"kind": "masked_phone_and_district", "strength": "weak"},
    ],
    "strong": {"do": "hold", "owner": "supervisor"},
    "weak": {"do": "ask", "owner": "supervisor"},
}
POLICY = Policy.of(SECTION)
HANGZHOU = ("浙江", "杭州", "西湖区")


def order(
    number: str,
    created_at: int,
    *,
    phone: str | None = "p1",
    masked: str | None = None,
    skus: str = "A",
    shop: str = "s1",
    place: tuple[str, str, str] | None = HANGZHOU,
    picked: bool = False,
    stored: bool = False,
    anchored: tuple[str, str] | None = None,
) -> Participant:
    identity = []
    if phone:
        identity.append(Evidence("phone", phone, "", Strength.STRONG))
    if masked:
        identity.append(Evidence("masked_phone_and_district", masked, "", Strength.WEAK))
    return Participant((shop, number), created_at, frozenset(skus), tuple(identity), place, picked, anchored, stored)


def anchors(clusters: Clusters) -> dict[str, str]:
    return {key[1]: suspicion.anchor[1] for key, suspicion in clusters.repeats.items()}


def test_a_double_click_repeats_the_earlier_order() -> None:
    found = find_clusters([order("2", 1100), order("1", 1000)], POLICY, set())
    assert anchors(found) == {"2": "1"}
    assert found.repeats["s1", "2"].seconds == 100
    assert found.repeats["s1", "2"].likeness.strength == "strong"


@pytest.mark.parametrize(("seconds", "expected"), [(180, {"2": "1"}), (181, {})])
def test_the_window_includes_its_end(seconds: int, expected: dict[str, str]) -> None:
    assert anchors(find_clusters([order("1", 0), order("2", seconds)], POLICY, set())) == expected


def test_nothing_chains_the_earliest_left_over_anchors_the_next_cluster() -> None:
    orders = [order("A", 0), order("B", 150), order("C", 300), order("D", 400)]
    assert anchors(find_clusters(orders, POLICY, set())) == {"B": "A", "D": "C"}


def test_quantities_do_not_matter_but_skus_do() -> None:
    assert anchors(find_clusters([order("1", 0), order("2", 10, skus="AB")], POLICY, set())) == {}
    any_goods = Policy.of({**SECTION, "skus": "any"})
    assert anchors(find_clusters([order("1", 0), order("2", 10, skus="AB")], any_goods, set())) == {"2": "1"}


def test_a_late_earlier_order_becomes_the_anchor_and_the_stored_one_is_stale() -> None:
    found = find_clusters([order("late", 900), order("stored", 1000, stored=True)], POLICY, set())
    assert anchors(found) == {"stored": "late"}
    assert found.stale == {("s1", "stored")}


def test_a_picked_order_keeps_its_place_as_anchor() -> None:
    found = find_clusters([order("late", 900), order("picked", 1000, stored=True, picked=True)], POLICY, set())
    assert anchors(found) == {"late": "picked"}
    assert found.stale == set()


def test_a_stored_repeat_of_an_order_out_of_view_anchors_nobody() -> None:
    stored = order("stored", 1000, stored=True, anchored=("s1", "far"))
    assert anchors(find_clusters([stored, order("new", 1100)], POLICY, set())) == {}


def test_when_the_anchor_left_its_repeats_are_stale() -> None:
    stored = order("stored", 1000, stored=True, anchored=("s1", "gone"))
    found = find_clusters([stored], POLICY, set(), gone={("s1", "gone")})
    assert found.stale == {("s1", "stored")}


def test_not_the_same_said_once_keeps_two_orders_apart() -> None:
    apart = {frozenset({("s1", "1"), ("s1", "2")})}
    assert anchors(find_clusters([order("1", 0), order("2", 10)], POLICY, apart)) == {}


def test_masked_phones_in_one_district_are_weak_evidence() -> None:
    orders = [order("1", 0, phone=None, masked="138****5678"), order("2", 9, phone=None, masked="*******5678")]
    assert find_clusters(orders, POLICY, set()).repeats["s1", "2"].likeness.strength == "weak"


def test_masked_phones_of_another_district_prove_nothing() -> None:
    elsewhere = order("2", 9, phone=None, masked="138****5678", place=("浙江", "杭州", "上城区"))
    assert anchors(find_clusters([order("1", 0, phone=None, masked="138****5678"), elsewhere], POLICY, set())) == {}


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("138****5678", "138****5678", True),
        ("138****5678", "138****5679", False),
        ("138********", "*******5678", False),
        ("1**********", "1**********", False),
        ("13*********", "13*********", True),
        ("****5678", "138****5678", True),
    ],
)
def test_masked_phones_agree_when_two_digits_coincide_and_none_differ(one: str, other: str, agree: bool) -> None:
    assert masked_phones_agree(one, other) is agree
    assert masked_phones_agree(other, one) is agree


def test_evidence_of_one_shop_proves_nothing_in_another() -> None:
    token = (Evidence("platform_address", "t", "", Strength.STRONG),)
    one = Participant(("s1", "1"), 0, frozenset("A"), token, HANGZHOU)
    other = Participant(("s2", "2"), 0, frozenset("A"), token, HANGZHOU)
    assert likeness(one, other, POLICY.evidence) is None


participants = st.lists(
    st.builds(
        order,
        number=st.uuids().map(str),
        created_at=st.integers(0, 600),
        phone=st.sampled_from(["p1", "p2", None]),
        masked=st.sampled_from(["138****5678", "138********", "*******5679", None]),
        skus=st.sampled_from(["A", "B"]),
        shop=st.sampled_from(["s1", "s2"]),
    ),
    max_size=12,
    unique_by=lambda o: o.key,
)


def naive_clusters(orders: list[Participant]) -> dict[tuple[str, str], tuple[str, str]]:
    """The rule as it is told: walk by rank, the earliest left over anchors whoever resembles it."""
    repeats: dict[tuple[str, str], tuple[str, str]] = {}
    left = sorted(orders, key=lambda o: o.rank)
    while left:
        anchor, *rest = left
        same = [
            o
            for o in rest
            if abs(o.created_at - anchor.created_at) <= 180
            and o.skus == anchor.skus
            and likeness(o, anchor, POLICY.evidence)
        ]
        repeats |= {o.key: anchor.key for o in same}
        left = [o for o in rest if o not in same]
    return repeats


@given(participants)
def test_clusters_are_what_the_rule_says(orders: list[Participant]) -> None:
    found = find_clusters(orders, POLICY, set())
    assert {key: s.anchor for key, s in found.repeats.items()} == naive_clusters(orders)


@given(participants.flatmap(lambda orders: st.tuples(st.just(orders), st.permutations(orders))))
def test_clusters_do_not_depend_on_the_order_of_arrival(both: tuple[list[Participant], list[Participant]]) -> None:
    one, other = (find_clusters(orders, POLICY, set()) for orders in both)
    assert one.repeats == other.repeats


@given(participants, st.lists(st.integers(0, 12), max_size=4))
def test_batches_end_in_the_clusters_of_one_big_batch(orders: list[Participant], cuts: list[int]) -> None:
    """Batch after batch, stale orders decided again, the store ends where one big batch would have ended."""
    anchored: dict[tuple[str, str], tuple[str, str] | None] = {}
    edges = sorted({0, len(orders), *(min(cut, len(orders)) for cut in cuts)})
    for start, end in pairwise(edges):
        todo = {o.key for o in orders[start:end]}
        while todo:
            known = [o for o in orders[:end] if o.key in anchored or o.key in todo]
            view = [as_stored(o, anchored.get(o.key)) if o.key not in todo else o for o in known]
            found = find_clusters(view, POLICY, set())
            for key in todo:
                repeats = found.repeats.get(key)
                anchored[key] = repeats.anchor if repeats else None
            todo = found.stale
    assert {key: anchor for key, anchor in anchored.items() if anchor} == naive_clusters(orders)


def as_stored(o: Participant, anchored: tuple[str, str] | None) -> Participant:
    return Participant(o.key, o.created_at, o.skus, o.identity, o.place, o.picked, anchored, stored=True)


def test_a_phone_shown_whole_is_compared_with_a_masked_one_and_asks() -> None:
    whole, hidden = (
        order("1", 1000, masked="138****0001"),
        order("2", 1060, phone=None, masked="*******0001", shop="s2"),
    )
    found = find_clusters([whole, hidden], POLICY, set())
    assert anchors(found) == {"2": "1"}
    assert found.repeats["s2", "2"].likeness.strength == "weak"


def test_two_phones_shown_whole_that_differ_are_two_buyers_whatever_their_masks_say() -> None:
    one, other = order("1", 1000, masked="138****0001"), order("2", 1060, phone="p2", masked="138****0001")
    assert anchors(find_clusters([one, other], POLICY, set())) == {}


@pytest.mark.parametrize(
    ("place", "asked"),
    [(("浙江", "杭州", ""), True), (("浙江", "杭州", "余杭区"), False), (("浙江", "宁波", ""), False), (None, False)],
)
def test_masked_phones_ask_within_one_city_unless_the_districts_differ(
    place: tuple[str, str, str] | None, *, asked: bool
) -> None:
    one = order("1", 1000, phone=None, masked="138****0001")
    other = order("2", 1060, phone=None, masked="*******0001", place=place)
    assert bool(anchors(find_clusters([one, other], POLICY, set()))) is asked
