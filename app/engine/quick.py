"""The shortest way through an index: columns are read until those that are left cannot change the answer.

Three functions are generated for a table with an index: `quick(env)`, the rules that may hold, `first(env)`, the first
one that does, and `every(env)`, all that do. They go the ordinary way where a value is unknown or cannot be read. A
large table is cut into parts, one for each combination of named values, made when it is first met; within its part an
order meets few rules.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from app.engine.index import Column, Index, listed
from app.engine.rails import assign, attribute, call, function, is_none, name

CUT_FROM = 256
"""Rules in a table from which it is cut into parts."""
_MOST_PARTS = 4096


@dataclass(slots=True)
class Part:
    """Some rules of a table, by places of their own: their matches, their places in the table (None: the same).

    `decided` are those of which being a candidate on known values is to hold. `quick(env)` gives the bitset of
    candidates with their part, or None where the ordinary way has to be gone; `first(env)` the first match and
    `every(env)` the list of all.
    """

    matches: Sequence[Any]
    numbers: Sequence[int] | None
    decided: int
    quick: Callable[[Any], Any] = lambda _: None
    first: Callable[[Any], Any] = lambda _: None
    every: Callable[[Any], Any] = lambda _: None


@dataclass(frozen=True, slots=True)
class Ordinary:
    """The ordinary way: the first match, all matches; and all those that hold of some candidates of a part."""

    first: Callable[[Any], Any]
    every: Callable[[Any], Any]
    among: Callable[[Any, int, Part], Iterator[Any]]


def build_quick(index: Index, matches: Sequence[Any], ordinary: Ordinary) -> Part:
    """The table as a whole, with its functions."""
    whole = Part(matches, None, index.decided)
    by = _cut_by(index) if len(matches) > CUT_FROM else []
    if by:
        _cut(whole, index, by, ordinary)
    else:
        _whole(whole, index, ordinary)
    return whole


def _whole(part: Part, index: Index, ordinary: Ordinary) -> None:
    space = {"P": [None, *part.matches], "M": part.matches, "SURE": index.decided, "PART": part, "listed": listed}
    for number, column in enumerate(index.columns):
        space[f"look{number}"] = column.look
    pair = ast.Tuple([name("b"), name("PART")], ast.Load())
    answers = {"quick": pair, "first": _lowest(index), "every": _every(index)}
    functions = [_guarded(key, _looks(index, space, found, _SLOWLY[key]), key) for key, found in answers.items()]
    _make(part, space, ordinary, functions)


def _cut(whole: Part, index: Index, by: Sequence[Column], ordinary: Ordinary) -> None:
    known: dict[str, dict[int, Any]] = {key: {} for key in _SLOWLY}

    def made(key: int) -> Part:
        numbers = listed(_candidates(index, by, key))
        inner = index.narrowed(by, numbers)
        part = Part([whole.matches[n] for n in numbers], numbers, inner.decided)
        _whole(part, inner, ordinary)
        for name_, parts in known.items():
            parts[key] = getattr(part, name_)
        return part

    space: dict[str, Any] = {}
    for key, parts in known.items():
        space[f"known_{key}"] = parts.get
        space[f"new_{key}"] = partial(_made, made, key)
    _make(whole, space, ordinary, [_guarded(key, _key(by, space, key), key) for key in known])


def _made(make: Callable[[int], Part], which: str, key: int) -> Any:
    return getattr(make(key), which)


def _cut_by(index: Index) -> list[Column]:
    """The columns of named values whose combinations are few enough."""
    chosen, parts = [], 1
    for column in index.columns:
        if column.kind == "equality" and parts * len(column.sets) <= _MOST_PARTS:
            chosen.append(column)
            parts *= len(column.sets)
    return chosen


def _candidates(index: Index, by: Sequence[Column], key: int) -> int:
    """The rules that a combination of named values leaves."""
    bits = index.everything
    for column in reversed(by):
        key, place = divmod(key, len(column.sets))
        bits &= column.sets[place]
    return bits


# What the functions are made of.

_SLOWLY: dict[str, ast.stmt] = {
    "quick": ast.Return(ast.Constant(None)),
    "first": ast.Return(call("slow_first", name("env"))),
    "every": ast.Return(call("slow_every", name("env"))),
}


def _make(part: Part, space: dict[str, Any], ordinary: Ordinary, functions: list[ast.stmt]) -> None:
    module = ast.fix_missing_locations(ast.Module(functions, []))
    space |= {"slow_first": ordinary.first, "slow_every": ordinary.every, "among": ordinary.among}
    space["__builtins__"] = {"Exception": Exception, "list": list, "next": next}
    # Made of nodes: the names in it are this module's own and attributes of the vocabulary.
    exec(compile(module, "<index>", "exec"), space)  # noqa: S102
    part.quick, part.first, part.every = space["quick"], space["first"], space["every"]


def _guarded(called: str, body: list[ast.stmt], key: str) -> ast.stmt:
    caught = ast.Try(body, [ast.ExceptHandler(name("Exception"), None, [_SLOWLY[key]])], [], [])
    return function(called, ["env"], [caught])


def _at(bits: ast.expr) -> ast.expr:
    """The match of the highest bit."""
    return ast.Subscript(name("P"), ast.Call(attribute(bits, "bit_length"), [], []), ast.Load())


def _among() -> ast.expr:
    return call("among", name("env"), name("b"), name("PART"))


def _lowest(index: Index) -> ast.expr:
    low = ast.BinOp(name("b"), ast.BitAnd(), ast.UnaryOp(ast.USub(), name("b")))
    if index.decided == index.everything:
        return _at(low)
    certain = ast.BinOp(low, ast.BitAnd(), name("SURE"))
    return ast.IfExp(certain, _at(low), call("next", _among(), ast.Constant(None)))


def _every(index: Index) -> ast.expr:
    if index.decided != index.everything:
        return call("list", _among())
    below = ast.BinOp(name("b"), ast.Sub(), ast.Constant(1))
    several = ast.BinOp(name("b"), ast.BitAnd(), below)
    alone = ast.BoolOp(ast.And(), [name("b"), ast.UnaryOp(ast.Not(), several)])
    return ast.IfExp(alone, ast.List([_at(name("b"))], ast.Load()), call("listed", name("b"), name("M")))


def _owners(columns: Sequence[Column]) -> list[ast.stmt]:
    scopes = sorted({column.key.rpartition(".")[0] for column in columns})
    return [assign(f"s_{scope}", attribute(name("env"), scope)) for scope in scopes]


def _value(column: Column, slow: ast.stmt) -> list[ast.stmt]:
    scope, _, attr = column.key.rpartition(".")
    return [assign("v", attribute(name(f"s_{scope}"), attr)), ast.If(is_none(name("v")), [slow], [])]


def _looks(index: Index, space: dict[str, Any], found: ast.expr, slow: ast.stmt) -> list[ast.stmt]:
    """Look at column after column; answer as soon as the candidates ask nothing of those that are left."""
    body = [*_owners(index.columns), assign("b", ast.Constant(index.everything))]
    later = [0]
    for _, _, users in reversed(index.looks):
        later.append(later[-1] | users)
    for number, (column, left) in enumerate(zip(index.columns, reversed(later[:-1]), strict=True)):
        looked: ast.expr = call(f"look{number}", name("v"))
        body += [*_value(column, slow), assign("b", ast.BinOp(name("b"), ast.BitAnd(), looked) if number else looked)]
        if left:
            space[f"U{number}"] = left
            undecided = ast.BinOp(name("b"), ast.BitAnd(), name(f"U{number}"))
            body.append(ast.If(ast.UnaryOp(ast.Not(), undecided), [ast.Return(found)], []))
    return [*body, ast.Return(found)]


def _key(by: Sequence[Column], space: dict[str, Any], which: str) -> list[ast.stmt]:
    """Number the combination of named values, and ask its part."""
    body = _owners(by)
    for number, column in enumerate(by):
        space[f"number{number}"] = column.names.get
        named = call(f"number{number}", name("v"), ast.Constant(len(column.names)))
        above = ast.BinOp(name("k"), ast.Mult(), ast.Constant(len(column.sets)))
        body += [*_value(column, _SLOWLY[which]), assign("k", ast.BinOp(above, ast.Add(), named) if number else named)]
    missing = ast.If(is_none(name("f")), [assign("f", call(f"new_{which}", name("k")))], [])
    return [*body, assign("f", call(f"known_{which}", name("k"))), missing, ast.Return(call("f", name("env")))]
