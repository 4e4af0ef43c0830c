"""Sample payloads taken apart: which orders an answer holds, every path that leads to a value, and how values look."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.mapping.paths import BadPathError, compile_path

_MOST_VALUES = 24
_MOST_LEAVES = 2_000
_DEEPEST = 24
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PROTOCOL = re.compile(
    r"(err|error|sub|status|result|resp|response)?_?(code|msg|message|no)|success|ok|request_?id|log_?id|trace_?id|"
    r"total(_?(results?|count|num|pages?))?|count|page(_?(no|num|size|info|index))?|size|has_?(next|more)|cursor|"
    r"timestamp|sign|extensions|version|orders?_?(total|count|num)|(next|prev)_?\w*",
    re.IGNORECASE,
)
_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("url", re.compile(r"https?://.*|//\w+\..*")),
    ("time", re.compile(r"[012]\d{3}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?(\.\d+)?")),
    ("zoned", re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:?\d\d)")),
    ("date", re.compile(r"\d{4}-\d\d-\d\d")),
    ("email", re.compile(r"[^\s@]+@[^\s@]+\.\w+")),
    ("phone", re.compile(r"(\+?86)?[- ]?1[3-9]\d{9}|\+?1\d{0,2}[*]{4,8}\d{2,4}|\*{4,8}\d{4}|0\d{2,3}-?\d{7,8}")),
    ("cipher", re.compile(r"[~$#]{1,2}.{4,}[~$#]+|.{12,}==")),
    ("decimal", re.compile(r"-?\d{1,9}\.\d{1,4}")),
)
_EPOCH_S, _EPOCH_MS = (946_684_800, 4_102_444_800), (946_684_800_000, 4_102_444_800_000)
_LONG_DIGITS = 9


@dataclass(slots=True)
class Leaf:
    """All values that samples have at one path. `[*]` in the path stands for every place of a list.

    `values` are the different ones that say something, as they are; `seen` counts the samples that have the path at
    all, `filled` those where it says something. `shapes` are how the values look.
    """

    path: str
    keys: tuple[str, ...]
    values: list[Any] = field(default_factory=list)
    seen: int = 0
    filled: int = 0
    shapes: set[str] = field(default_factory=set)

    @property
    def key(self) -> str:
        """The last name on the path."""
        return self.keys[-1] if self.keys else ""

    @property
    def shape(self) -> str:
        """How its values look; "" where none says anything, `mixed` where they differ."""
        return next(iter(self.shapes)) if len(self.shapes) == 1 else "mixed" if self.shapes else ""


def shape_of(value: Any) -> str:
    """How one value looks: `decimal`, `integer`, `long`, `epoch_s`, `epoch_ms`, `time`, `zoned`, `boolean`, …"""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, float):
        return "integer" if value.is_integer() else "decimal"
    if isinstance(value, int):
        return _of_digits(value, str(value))
    text = str(value).strip()
    if text.isascii() and text.lstrip("-").isdigit():
        return _of_digits(int(text), text)
    for name, pattern in _SHAPES:
        if pattern.fullmatch(text):
            return name
    if not text.isascii():
        return "words"
    return "code" if re.fullmatch(r"[\w.+/:#@=-]+", text) else "text"


def says(value: Any) -> bool:
    """Whether a value is more than an empty place."""
    return value is not None and value not in ("", [], {})


def leaves_of(samples: Sequence[Any]) -> list[Leaf]:
    """Every path of the samples with its values, in the order of the document."""
    found: dict[str, Leaf] = {}
    for sample in samples:
        here: dict[str, bool] = {}
        for path, keys, value in _walk(sample, "$", (), 0):
            leaf = found.get(path)
            if leaf is None:
                if len(found) >= _MOST_LEAVES:
                    continue
                leaf = found[path] = Leaf(path, keys)
            filled = says(value)
            here[path] = here.get(path, False) or filled
            if filled:
                leaf.shapes.add(shape_of(value))
                if len(leaf.values) < _MOST_VALUES and not any(_same(value, one) for one in leaf.values):
                    leaf.values.append(value)
        for path, filled in here.items():
            found[path].seen += 1
            found[path].filled += filled
    return _in_document_order(found)


def lists_of(samples: Sequence[Any]) -> list[str]:
    """The paths of lists of objects, such as `$.orders.order[*]`, in the order of the document."""
    found: dict[str, None] = {}
    for sample in samples:
        for path, held in _lists(sample, "$", 0):
            if any(isinstance(one, dict) for one in held):
                found[path] = None
    return list(found)


def orders_in(payload: Any) -> tuple[str, list[Any]]:
    """The orders that an answer of a platform holds, and the path to where one of them lies ("" for the answer).

    An answer is peeled as long as only protocol words lie beside the one thing it holds.
    """
    path, node = "$", payload
    for _ in range(_DEEPEST):
        if isinstance(node, list) and node and all(isinstance(one, dict) for one in node):
            return path + "[*]", list(node)
        inner = _only_content(node)
        if inner is None:
            break
        path, node = step(path, inner), node[inner]
    return ("" if path == "$" else path), [node]


def step(path: str, key: str) -> str:
    """The path one name further."""
    if _PLAIN_KEY.fullmatch(key):
        plain = f"{path}.{key}"
        if _is_path(plain):
            return plain
    quoted = key.replace("\\", "\\\\").replace("'", "\\'")
    return f"{path}['{quoted}']"


def values_at(sample: Any, path: str) -> list[Any]:
    """What stands at a path of the sample; nothing where the text is no path."""
    try:
        return compile_path(path).find(sample)
    except BadPathError:
        return []


def _of_digits(number: int, text: str) -> str:
    if _EPOCH_S[0] <= number <= _EPOCH_S[1] and len(text) == 10:
        return "epoch_s"
    if _EPOCH_MS[0] <= number <= _EPOCH_MS[1] and len(text) == 13:
        return "epoch_ms"
    if _SHAPES[5][1].fullmatch(text):
        return "phone"
    return "long" if len(text.lstrip("-")) >= _LONG_DIGITS or (text[0] == "0" and len(text) > 1) else "integer"


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and one == other


def _is_path(text: str) -> bool:
    try:
        compile_path(text)
    except BadPathError:
        return False
    return True


def _walk(node: Any, path: str, keys: tuple[str, ...], depth: int) -> Iterator[tuple[str, tuple[str, ...], Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(node, Mapping) and node:
        for key, value in node.items():
            yield from _walk(value, step(path, str(key)), (*keys, str(key)), depth + 1)
    elif isinstance(node, list) and node:
        for value in node:
            yield from _walk(value, f"{path}[*]", keys, depth + 1)
    elif not isinstance(node, Mapping | list):
        yield path, keys, node


def _lists(node: Any, path: str, depth: int) -> Iterator[tuple[str, list[Any]]]:
    if depth > _DEEPEST:
        return
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from _lists(value, step(path, str(key)), depth + 1)
    elif isinstance(node, list):
        yield f"{path}[*]", node
        for value in node:
            yield from _lists(value, f"{path}[*]", depth + 1)


def _in_document_order(found: dict[str, Leaf]) -> list[Leaf]:
    """Leaves of one branch side by side, though a later sample brought some of them."""
    places: dict[str, int] = {}
    ranks: dict[str, tuple[int, ...]] = {}
    for path in found:
        steps = [path[: m.start()] for m in re.finditer(r"[.\[]", path)] + [path]
        ranks[path] = tuple(places.setdefault(one, len(places)) for one in steps)
    return sorted(found.values(), key=lambda leaf: ranks[leaf.path])


def _only_content(node: Any) -> str | None:
    """The key of the one thing that an envelope holds; None when the node is no envelope."""
    if not isinstance(node, Mapping):
        return None
    content = [key for key, value in node.items() if isinstance(value, Mapping | list) and value]
    content = [key for key in content if not _PROTOCOL.fullmatch(key)]
    scalars = [key for key, value in node.items() if not isinstance(value, Mapping | list)]
    if not all(_PROTOCOL.fullmatch(key) for key in scalars):
        return None
    if len(content) > 1:
        largest = sorted(content, key=lambda key: -_size(node[key]))
        # An answer may tell of itself in an object beside the order.
        content = largest[:1] if _size(node[largest[0]]) > 4 * _size(node[largest[1]]) else content
    if len(content) != 1:
        return None
    inner = node[content[0]]
    if isinstance(inner, list) and not all(isinstance(one, Mapping) for one in inner):
        return None
    return str(content[0])


def _size(node: Any) -> int:
    if isinstance(node, Mapping):
        return sum(_size(value) for value in node.values())
    return sum(_size(value) for value in node) if isinstance(node, list) else 1
