"""The shortest way through an index: columns are read until those that are left cannot change the answer.

Two functions are generated for a table with an index: `quick(env)`, the bitset of the rules that may hold, and
`first(env)`, the first rule that does. Both hand over to the ordinary way where a value is unknown or cannot be read.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

from app.engine.index import Index
from app.engine.rails import assign, attribute, call, function, is_none, name

Found = Callable[[Any], Any]


def build_quick(
    index: Index, matches: Sequence[Any], slowly: Callable[[Any], Any], rest: Callable[[Any, int], Any]
) -> tuple[Found, Found]:
    """`quick` and `first` of an index.

    `quick` gives None where the ordinary way has to be gone. `slowly(env)` is the first match by the ordinary way,
    `rest(env, bits)` that among candidates of which not all are surely true.
    """
    space: dict[str, Any] = {
        "__builtins__": {"Exception": Exception},
        "P": [None, *matches],
        "SURE": index.decided,
        "slowly": slowly,
        "rest": rest,
    }
    for number, column in enumerate(index.columns):
        space[f"look{number}"] = column.look
    body = [_quick(index, space), _first(index, space)]
    module = ast.fix_missing_locations(ast.Module(body, []))
    # Made of nodes: the names in it are this function's own and attributes of the vocabulary.
    exec(compile(module, "<index>", "exec"), space)  # noqa: S102
    return space["quick"], space["first"]


def _quick(index: Index, space: dict[str, Any]) -> ast.stmt:
    none = ast.Return(ast.Constant(None))
    return function("quick", ["env"], [_guarded(_looks(index, space, name("b"), none), none)])


def _first(index: Index, space: dict[str, Any]) -> ast.stmt:
    low = ast.BinOp(name("b"), ast.BitAnd(), ast.UnaryOp(ast.USub(), name("b")))
    found: ast.expr = ast.Subscript(name("P"), ast.Call(attribute(low, "bit_length"), [], []), ast.Load())
    if index.decided != index.everything:
        certain = ast.BinOp(low, ast.BitAnd(), name("SURE"))
        found = ast.IfExp(certain, found, call("rest", name("env"), name("b")))
    slow = ast.Return(call("slowly", name("env")))
    return function("first", ["env"], [_guarded(_looks(index, space, found, slow), slow)])


def _looks(index: Index, space: dict[str, Any], found: ast.expr, slow: ast.stmt) -> list[ast.stmt]:
    scopes = sorted({column.key.rpartition(".")[0] for column in index.columns})
    body = [assign(f"s_{scope}", attribute(name("env"), scope)) for scope in scopes]
    left = 0
    users = []
    for column in reversed(index.columns):
        users.append(left)
        left |= column.users
    for number, (column, later) in enumerate(zip(index.columns, reversed(users), strict=True)):
        scope, _, attr = column.key.rpartition(".")
        looked: ast.expr = call(f"look{number}", name("v"))
        looked = looked if number == 0 else ast.BinOp(name("b"), ast.BitAnd(), looked)
        body += [assign("v", attribute(name(f"s_{scope}"), attr)), ast.If(is_none(name("v")), [slow], [])]
        body.append(assign("b", looked))
        if later:
            space[f"U{number}"] = later
            undecided = ast.BinOp(name("b"), ast.BitAnd(), name(f"U{number}"))
            body.append(ast.If(ast.UnaryOp(ast.Not(), undecided), [ast.Return(found)], []))
    return [*body, ast.Return(found)]


def _guarded(body: list[ast.stmt], slow: ast.stmt) -> ast.stmt:
    return ast.Try(body, [ast.ExceptHandler(name("Exception"), None, [slow])], [], [])
