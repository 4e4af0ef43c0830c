"""Our direct access to simple JSONPaths finds exactly what jsonpath-ng itself finds."""

from __future__ import annotations

from typing import Any

import jsonpath_ng.ext
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.mapping.paths import BadPathError, compile_path

NAMES = ("a", "b", "order", "sku_id", "收货人", "x-y", "0", "with space", "*", "length", "len", "a.b")
names = st.sampled_from(NAMES)
leaves = st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False) | st.text(max_size=3)
documents = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
    max_leaves=20,
)


def spelled(name: str, quote: str) -> str:
    plain = name.replace("_", "").isascii() and name.replace("_", "").isalpha()
    return f".{name}" if plain and not quote else f"[{quote or chr(39)}{name}{quote or chr(39)}]"


steps = st.one_of(
    st.builds(spelled, names, st.sampled_from(["", "", "'", '"'])),
    st.integers(-3, 3).map(lambda index: f"[{index}]"),
    st.sampled_from(["[*]", ".*"]),
)
paths = st.lists(steps, max_size=5).map(lambda parts: "$" + "".join(parts))


def theirs(path: str, document: Any) -> list[Any]:
    return [match.value for match in jsonpath_ng.ext.parse(path).find(document)]


def typed(values: list[Any]) -> list[tuple[str, Any]]:
    # 1, 1.0 and true are equal to Python, and not the same to a mapping.
    return [(type(value).__name__, value) for value in values]


@given(paths, documents)
@example("$[0]", "text")
@example("$[0]", {"0": 1})
@example("$[0]", {"a": 1})
@example("$.a[0]", {"a": {"b": 1}})
@example("$.a[0]", {"a": "text"})
@example("$.a[0]", {"a": 5})
@example("$.a[0].b", {"a": {"b": 1}})
@example("$[-1]", [1, 2])
@example("$[-1]", {"a": 1})
@example("$[*]", {"a": 1, "b": 2})
@example("$[*]", "text")
@example("$[*]", 5)
@example("$.a[*]", {"a": "text"})
@example("$.a[*].b", {"a": {"b": 1}})
@example("$.*", [1, [2]])
@example("$.a.b", {"a": [{"b": 1}]})
@example("$['*']", {"a": 1, "*": 2})
@example("$.a", {"a": None})
@example("$.a.b", {"a": None})
@example("$[0]", None)
@example("$[*]", None)
@settings(deadline=None, max_examples=300)
def test_direct_access_finds_what_jsonpath_ng_finds(path: str, document: Any) -> None:
    try:
        compiled = compile_path(path)
    except BadPathError:
        with pytest.raises(Exception):  # noqa: B017, PT011 - its parser, its lexer and itself raise what they like
            theirs(path, document)
        return
    try:
        expected = theirs(path, document)
    except Exception as fault:
        pytest.fail(f"jsonpath-ng itself breaks on {path}: {fault!r}")
    assert typed(compiled.find(document)) == typed(expected)


@pytest.mark.parametrize(
    "path", ["$", "$.tid", "$.orders.order[*].sku", "$.a[0].b", "$.a[-1]", "$['收货人']", "$.a[*][*].b", "$.a.*"]
)
def test_simple_paths_are_read_directly(path: str) -> None:
    assert compile_path(path).steps is not None


@pytest.mark.parametrize("path", ["$..a", "$.a[0:2]", "$.a[?(@.b==1)]", "$.a,b", "$.a[0,1]"])
def test_other_paths_are_left_to_jsonpath_ng(path: str) -> None:
    document = {"a": [{"a": 1, "b": 1}, {"a": 2, "b": 2}, 3], "b": 4}
    assert compile_path(path).steps is None
    assert typed(compile_path(path).find(document)) == typed(theirs(path, document))
