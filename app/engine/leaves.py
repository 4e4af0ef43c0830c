"""What each operator computes, as a syntax tree over the values it compares.

Built once for each comparison and used by the fast code and by the traced run alike. Times are epoch seconds; the
time of day and the weekday are those of Asia/Shanghai (UTC+8 all year).
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

Exprs = list[ast.expr]
Build = Callable[[Exprs], ast.expr]

_OFFSET = 8 * 3600
_DAY = 86_400
_DAY_MINUTES = 1_440
_EPOCH_WEEKDAY = 3


def build_test(name: str, fixed: Any, pattern: str, *, two_fields: bool) -> Build:
    """The builder for operator `name`: from operand expressions to the test's tree.

    `fixed` is the constant (`values.constant`), `pattern` the global name of a compiled re2 pattern; with
    `two_fields` the second operand takes the constant's place.
    """
    rows = _TWO if two_fields else _ONE
    row = rows[name]
    return lambda operands: row(operands, ast.Name(pattern, ast.Load()) if name == "matches" else fixed)


def _compare(left: ast.expr, operator: ast.cmpop, right: ast.expr) -> ast.expr:
    return ast.Compare(left, [operator], [right])


def _with_constant(operator: type[ast.cmpop]) -> Callable[[Exprs, Any], ast.expr]:
    return lambda operands, fixed: _compare(operands[0], operator(), ast.Constant(fixed))


def _held(operator: type[ast.cmpop]) -> Callable[[Exprs, Any], ast.expr]:
    return lambda operands, fixed: _compare(ast.Constant(fixed), operator(), operands[0])


def _both(operator: type[ast.cmpop]) -> Callable[[Exprs, Any], ast.expr]:
    return lambda operands, _: _compare(operands[0], operator(), operands[1])


def _held_both(operator: type[ast.cmpop]) -> Callable[[Exprs, Any], ast.expr]:
    return lambda operands, _: _compare(operands[1], operator(), operands[0])


def _method(target: ast.expr, name: str, argument: ast.expr) -> ast.expr:
    return ast.Call(ast.Attribute(target, name, ast.Load()), [argument], [])


def _between(operands: Exprs, fixed: Any) -> ast.expr:
    low, high = fixed
    return ast.Compare(ast.Constant(low), [ast.LtE(), ast.LtE()], [operands[0], ast.Constant(high)])


def _starts(operands: Exprs, fixed: Any) -> ast.expr:
    return _method(operands[0], "startswith", ast.Constant(fixed))


def _starts_both(operands: Exprs, _: Any) -> ast.expr:
    return _method(operands[0], "startswith", operands[1])


def _matches(operands: Exprs, fixed: Any) -> ast.expr:
    return _compare(_method(fixed, "search", operands[0]), ast.IsNot(), ast.Constant(None))


def _empty(operands: Exprs, _: Any) -> ast.expr:
    return ast.UnaryOp(ast.Not(), operands[0])


def _none(operator: type[ast.cmpop]) -> Callable[[Exprs, Any], ast.expr]:
    return lambda operands, _: _compare(operands[0], operator(), ast.Constant(None))


def _calc(left: ast.expr, operator: ast.operator, right: int) -> ast.expr:
    return ast.BinOp(left, operator, ast.Constant(right))


def _time_between(operands: Exprs, fixed: Any) -> ast.expr:
    # Minutes since the start, around the clock: a night from 22:00 to 06:00 needs no second case.
    start, end = fixed
    minute = _calc(_calc(operands[0], ast.Add(), _OFFSET - start * 60), ast.Mod(), _DAY)
    since = _calc(minute, ast.FloorDiv(), 60)
    return _compare(since, ast.LtE(), ast.Constant((end - start) % _DAY_MINUTES))


def _weekday(operands: Exprs, fixed: Any) -> ast.expr:
    day = _calc(_calc(operands[0], ast.Add(), _OFFSET), ast.FloorDiv(), _DAY)
    weekday = _calc(_calc(day, ast.Add(), _EPOCH_WEEKDAY), ast.Mod(), 7)
    return _compare(_calc(weekday, ast.Add(), 1), ast.In(), ast.Constant(fixed))


def _age(operator: type[ast.cmpop]) -> Callable[[Exprs, Any], ast.expr]:
    def build(operands: Exprs, fixed: Any) -> ast.expr:
        return _compare(ast.BinOp(operands[1], ast.Sub(), operands[0]), operator(), ast.Constant(fixed))

    return build


_ONE: dict[str, Callable[[Exprs, Any], ast.expr]] = {
    "is": _with_constant(ast.Eq),
    "is_not": _with_constant(ast.NotEq),
    "<": _with_constant(ast.Lt),
    "<=": _with_constant(ast.LtE),
    ">": _with_constant(ast.Gt),
    ">=": _with_constant(ast.GtE),
    "between": _between,
    "in": _with_constant(ast.In),
    "not_in": _with_constant(ast.NotIn),
    "contains": _held(ast.In),
    "not_contains": _held(ast.NotIn),
    "starts_with": _starts,
    "matches": _matches,
    "is_empty": _empty,
    "is_unknown": _none(ast.Is),
    "is_known": _none(ast.IsNot),
    "time_between": _time_between,
    "weekday_in": _weekday,
    "older_than": _age(ast.Gt),
    "younger_than": _age(ast.Lt),
}

_TWO: dict[str, Callable[[Exprs, Any], ast.expr]] = {
    "is": _both(ast.Eq),
    "is_not": _both(ast.NotEq),
    "<": _both(ast.Lt),
    "<=": _both(ast.LtE),
    ">": _both(ast.Gt),
    ">=": _both(ast.GtE),
    "contains": _held_both(ast.In),
    "not_contains": _held_both(ast.NotIn),
    "starts_with": _starts_both,
}
