"""Conditions as Python expressions on two rails: certainly true, and certainly false. Unknown is neither.

Kleene's three values in plain short-circuit code: `all` is certainly true when every part is, certainly false when
some part is. Everything is built as `ast` nodes, never by pasting text.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from app.engine.conditions import Group, Leaf, Node, Quantified
from app.engine.vocabulary import Field, Vocabulary

NOTHING = "nothing"
"""Global name of the object that stands in for an absent scope: all its attributes are None."""


def name(identifier: str) -> ast.Name:
    return ast.Name(identifier, ast.Load())


def attribute(owner: ast.expr, attr: str) -> ast.expr:
    return ast.Attribute(owner, attr, ast.Load())


def assign(identifier: str, value: ast.expr) -> ast.stmt:
    return ast.Assign([ast.Name(identifier, ast.Store())], value)


def call(function: str, *arguments: ast.expr) -> ast.expr:
    return ast.Call(name(function), list(arguments), [])


def function(identifier: str, arguments: Sequence[str], body: list[ast.stmt]) -> ast.stmt:
    """`def identifier(arguments): body`."""
    parameters = ast.arguments([], [ast.arg(a) for a in arguments], None, [], [], None, [])
    return ast.FunctionDef(identifier, parameters, body, [], None)


def is_none(value: ast.expr) -> ast.expr:
    return ast.Compare(value, [ast.Is()], [ast.Constant(None)])


def is_known(value: ast.expr) -> ast.expr:
    return ast.Compare(value, [ast.IsNot()], [ast.Constant(None)])


def negated(value: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), value)


def conjunction(parts: list[ast.expr]) -> ast.expr:
    return _joined(ast.And(), parts, empty=True)


def disjunction(parts: list[ast.expr]) -> ast.expr:
    return _joined(ast.Or(), parts, empty=False)


def _joined(operator: ast.boolop, parts: list[ast.expr], *, empty: bool) -> ast.expr:
    if len(parts) > 1:
        return ast.BoolOp(operator, parts)
    return parts[0] if parts else ast.Constant(empty)


class Rails:
    """Builds both rails for the conditions of one table; loops over members become functions in `functions`.

    `shared` are the local names of scopes and environment attributes that every function receives; `hoisted` maps
    field keys to locals that already hold their value.
    """

    def __init__(self, vocabulary: Vocabulary, shared: Sequence[str]) -> None:
        self.functions: list[ast.stmt] = []
        self.hoisted: Mapping[str, str] = {}
        self._vocabulary = vocabulary
        self._shared = shared
        self._names = 0

    def true(self, node: Node, loops: tuple[str, ...] = ()) -> ast.expr:
        """An expression that is truthy exactly when `node` is true."""
        if isinstance(node, Leaf):
            return self._leaf(node, sure=True)
        if isinstance(node, Group):
            parts = [self.rail(part, loops, sure=node.kind != "none") for part in node.parts]
            return disjunction(parts) if node.kind == "any" else conjunction(parts)
        return self._quantified(node, loops, sure=True)

    def false(self, node: Node, loops: tuple[str, ...] = ()) -> ast.expr:
        """An expression that is truthy exactly when `node` is false."""
        if isinstance(node, Leaf):
            return self._leaf(node, sure=False)
        if isinstance(node, Group):
            parts = [self.rail(part, loops, sure=node.kind == "none") for part in node.parts]
            return conjunction(parts) if node.kind == "any" else disjunction(parts)
        return self._quantified(node, loops, sure=False)

    def rail(self, node: Node, loops: tuple[str, ...], *, sure: bool) -> ast.expr:
        return self.true(node, loops) if sure else self.false(node, loops)

    def members(self, scope: str) -> ast.expr:
        return attribute(name("env"), scope)

    def _leaf(self, leaf: Leaf, *, sure: bool) -> ast.expr:
        if leaf.total:
            test = leaf.build([self._read(leaf.field)])
            return test if sure else negated(test)
        known: list[ast.expr] = []
        values = [self._value(operand, known) for operand in leaf.operands]
        test = leaf.build(values)
        return conjunction([*known, test if sure else negated(test)])

    def _value(self, field: Field, known: list[ast.expr]) -> ast.expr:
        """An expression for a known value; the checks that it is known go to `known`."""
        local = self.hoisted.get(field.key)
        if local is not None:
            known.append(is_known(name(local)))
            return name(local)
        local = self._fresh("v")
        known.append(is_known(ast.NamedExpr(ast.Name(local, ast.Store()), self._read(field))))
        return name(local)

    def _read(self, field: Field) -> ast.expr:
        if field.key in self.hoisted:
            return name(self.hoisted[field.key])
        if not field.scope:
            return name(f"e_{field.attribute}")
        return attribute(self._owner(field.scope), field.attribute)

    def _owner(self, scope: str) -> ast.expr:
        row = self._vocabulary.scopes[scope]
        if row.many or not row.lazy:
            return name(f"s_{scope}")
        local = self._fresh("o")
        present = is_known(ast.NamedExpr(ast.Name(local, ast.Store()), attribute(name("env"), scope)))
        return ast.IfExp(present, name(local), name(NOTHING))

    def _quantified(self, node: Quantified, loops: tuple[str, ...], *, sure: bool) -> ast.expr:
        local = self._fresh("m")
        known = is_known(ast.NamedExpr(ast.Name(local, ast.Store()), self.members(node.scope)))
        some = (node.word == "any") == sure if node.word != "no" else not sure
        asked = self._loop(node, loops, some=some, sure=sure if node.word != "no" else not sure)
        found = call(asked, name(local), name("env"), *map(name, (*self._shared, *loops)))
        if node.word != "every":
            return conjunction([known, found])
        if sure:
            return conjunction([known, name(local), found])
        return conjunction([known, disjunction([negated(name(local)), found])])

    def _loop(self, node: Quantified, loops: tuple[str, ...], *, some: bool, sure: bool) -> str:
        """The name of a function that tells whether some (or every) member is certainly true (or false)."""
        member = f"s_{node.scope}"
        kept, self.hoisted = self.hoisted, {}
        asked = self.rail(node.part, (*loops, member), sure=sure)
        self.hoisted = kept
        stop = ast.If(asked if some else negated(asked), [ast.Return(ast.Constant(some))], [])
        loop = ast.For(ast.Name(member, ast.Store()), name("members"), [stop], [])
        made = self._fresh("q")
        body: list[ast.stmt] = [loop, ast.Return(ast.Constant(not some))]
        self.functions.append(function(made, ("members", "env", *self._shared, *loops), body))
        return made

    def _fresh(self, kind: str) -> str:
        self._names += 1
        return f"{kind}{self._names}"
