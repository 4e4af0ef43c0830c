"""JSONPaths, read by jsonpath-ng once; simple ones (`$.a.b`, `$.a[0].b`, `$.a[*]`) become direct access.

Whatever the form, `Path.find` answers what jsonpath-ng itself answers (a property test holds them equal).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

import jsonpath_ng
import jsonpath_ng.ext

_MAX_PATH = 500


class Every(Enum):
    """The step `[*]`."""

    CHILD = "*"


Step = str | int | Every


class BadPathError(ValueError):
    """The text is no JSONPath from the root."""


@dataclass(frozen=True, slots=True)
class Path:
    """A compiled JSONPath. `steps` are given for a simple path; `find` gives all values, in document order."""

    text: str
    steps: tuple[Step, ...] | None
    find: Callable[[Any], list[Any]]

    @property
    def single(self) -> bool:
        """Whether it is simple and leads to at most one value."""
        return self.steps is not None and Every.CHILD not in self.steps


@lru_cache(maxsize=4096)
def compile_path(text: str) -> Path:
    """The compiled form of a JSONPath such as `$.orders.order[*].sku`; raises BadPathError."""
    if not text.startswith("$") or len(text) > _MAX_PATH:
        raise BadPathError(text)
    try:
        parsed = jsonpath_ng.ext.parse(text)  # type: ignore[attr-defined]
    except Exception as error:  # jsonpath-ng raises its own parser's, lexer's and bare exceptions alike
        raise BadPathError(text) from error
    steps = _steps(parsed)
    if steps is None:
        return Path(text, None, lambda root: [match.value for match in parsed.find(root)])
    plain = all(isinstance(step, str) for step in steps)
    return Path(text, steps, _key_walker(steps) if plain else _walker(steps))


def _steps(node: Any) -> tuple[Step, ...] | None:
    if isinstance(node, jsonpath_ng.Root):
        return ()
    if not isinstance(node, jsonpath_ng.Child):
        return None
    before, step = _steps(node.left), _step(node.right)
    return None if before is None or step is None else (*before, step)


def _step(node: Any) -> Step | None:
    if isinstance(node, jsonpath_ng.Fields) and len(node.fields) == 1 and node.fields[0] != "*":
        return str(node.fields[0])
    if isinstance(node, jsonpath_ng.Index) and len(node.indices) == 1:
        return int(node.indices[0])
    # `['*']` is no wildcard but a name; it is left to jsonpath-ng.
    return Every.CHILD if isinstance(node, jsonpath_ng.Wildcard) else None


def _key_walker(steps: tuple[Step, ...]) -> Callable[[Any], list[Any]]:
    def find(root: Any) -> list[Any]:
        for step in steps:
            if not isinstance(root, dict) or step not in root:
                return []
            root = root[step]
        return [root]

    return find


def _walker(steps: tuple[Step, ...]) -> Callable[[Any], list[Any]]:
    def find(root: Any) -> list[Any]:
        found = [root]
        for step in steps:
            found = [value for node in found for value in _follow(node, step)]
        return found

    return find


def _follow(node: Any, step: Step) -> list[Any]:
    if isinstance(step, str):
        return [node[step]] if isinstance(node, dict) and step in node else []
    if isinstance(step, int):
        return [node[step]] if isinstance(node, list) and -len(node) <= step < len(node) else []
    if isinstance(node, dict):
        return list(node.values())
    return list(node) if isinstance(node, list) else []
