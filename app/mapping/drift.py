"""What a platform changed in its payloads: paths that went, paths that are new, values that look otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.mapping.leaves import Leaf, leaves_of

ENOUGH = 3
"""So many payloads on a side tell what is usual."""
_MOSTLY = 0.5


@dataclass(frozen=True, slots=True)
class Change:
    """`gone`, `new` or `shape`: what became of a path; `before` and `after` are shapes. `fields` are read from it."""

    kind: str
    path: str
    fields: tuple[str, ...] = ()
    before: str = ""
    after: str = ""

    @property
    def matters(self) -> bool:
        """Whether the mapping reads the path."""
        return bool(self.fields)


def changes(reads: Mapping[str, Sequence[str]], before: Sequence[Any], now: Sequence[Any]) -> list[Change]:
    """Compare payloads of before with those of now, what the mapping reads first. `reads`: path → fields.

    With too few payloads on a side only what the mapping reads and none of now has is told.
    """
    if len(now) < ENOUGH:
        return []
    new = {leaf.path: leaf for leaf in leaves_of(now)}
    if len(before) < ENOUGH:
        return []
    old = {leaf.path: leaf for leaf in leaves_of(before)}
    found = [*_gone(reads, old, new, len(before)), *_shapes(reads, old, new), *_new(old, new, len(now))]
    return sorted(found, key=lambda change: (not change.matters, change.kind, change.path))


def _gone(
    reads: Mapping[str, Sequence[str]], old: Mapping[str, Leaf], new: Mapping[str, Leaf], samples: int
) -> Iterator[Change]:
    for path, leaf in old.items():
        if path not in new and leaf.filled >= _MOSTLY * samples:
            yield Change("gone", path, tuple(reads.get(path, ())))


def _new(old: Mapping[str, Leaf], new: Mapping[str, Leaf], samples: int) -> Iterator[Change]:
    for path, leaf in new.items():
        if path not in old and leaf.filled >= _MOSTLY * samples:
            yield Change("new", path)


def _shapes(reads: Mapping[str, Sequence[str]], old: Mapping[str, Leaf], new: Mapping[str, Leaf]) -> Iterator[Change]:
    for path, fields in reads.items():
        before, after = old.get(path), new.get(path)
        if before is None or after is None or not before.shapes or not after.shapes:
            continue
        if not before.shapes & after.shapes:
            yield Change("shape", path, tuple(fields), min(before.shapes), min(after.shapes))
