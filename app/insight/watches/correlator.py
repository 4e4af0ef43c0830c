"""The pure-Python correlator: stands in for durable-rules, and is what durable-rules is compared with.

A window of a burst or a repeat runs from each step to the first one with which the threshold is reached, if that lies
within the watch's time; both ends belong to it. A price gap is a pair of steps of two shops within that time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, permutations

from app.insight.watches.facts import Pair, Step, price_limit
from app.rulebook.watches import PRICE_GAP, Watch


def correlate(watch: Watch, steps: Sequence[Step]) -> set[Pair]:
    """Every window that the watch is true of; `steps` by key and time."""
    find = _gaps if watch.kind == PRICE_GAP else _tallies
    return {pair for _, group in groupby(steps, key=lambda step: step.key) for pair in find(watch, list(group))}


def _tallies(watch: Watch, steps: Sequence[Step]) -> Iterator[Pair]:
    """Two ends that only ever move on, with the sum between them."""
    last, total = 0, 0
    for first in steps:
        while last < len(steps) and total < watch.threshold:
            total += steps[last].amount
            last += 1
        if total < watch.threshold:
            return
        if steps[last - 1].at - first.at <= watch.window_seconds:
            yield first.number, steps[last - 1].number
        total -= first.amount


def _gaps(watch: Watch, steps: Sequence[Step]) -> Iterator[Pair]:
    for low, high in permutations(steps, 2):
        near = abs(low.at - high.at) <= watch.window_seconds
        if near and low.shop != high.shop and high.amount > price_limit(watch, low.amount):
            yield high.number, low.number
