"""From a table of rules to code objects: one function that asks each rule in turn, or one a rule beneath an index.

Cells of the generated module: `walk(env)` yields matches in order (tables without an index), `r<i>(env)` answers for
one rule (tables with one), `m<i>_<k>(env)` lists the members for which a rule's `any_<scope>` condition holds, and
`t<n>` is the test of one comparison, for the traced run.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.engine.conditions import Group, Leaf, Node, Quantified, leaves_of, read_condition
from app.engine.diagnostics import RulesInvalidError
from app.engine.evaluate import CompiledRules, Match, Pick, Picks, Program
from app.engine.index import build_index
from app.engine.rails import NOTHING, Rails, assign, attribute, call, function, is_known, is_none, name
from app.engine.trace import Tests
from app.engine.validate import condition_problems
from app.engine.vocabulary import Field, Vocabulary

AT_ONCE = 64
"""Rules of an indexed table up to which all code is generated at once; that of a larger one as it is needed."""


class _Nothing:
    """Stands in for an absent scope: every attribute is unknown."""

    __slots__ = ()

    def __getattr__(self, _: str) -> None:
        return None


def compile_rules(rules: list[dict[str, Any]], vocabulary: Vocabulary) -> CompiledRules:
    """The table, ready to evaluate. Raises RulesInvalidError listing every condition that cannot be compiled."""
    problems = [
        problem
        for number, rule in enumerate(rules)
        if "when" in rule
        for problem in condition_problems(rule["when"], f"rules/{number}/when", vocabulary)
        if problem.severity == "error"
    ]
    if problems:
        raise RulesInvalidError(problems)
    patterns: dict[str, Any] = {}
    trees = [read_condition(r["when"], "when", vocabulary, patterns) if "when" in r else None for r in rules]
    matches = [Match(i, rule["id"]) for i, rule in enumerate(rules)]
    index, codes = build_index(trees, vocabulary), _Codes(trees, vocabulary, patterns, matches)
    if index is None or len(trees) <= AT_ONCE:
        code = codes.of(range(len(trees)), walked=index is None)
        space = code.space
        program = Program(space, matches, space.get("walk"), code.checks, index, code.tests, code.picks)
    else:
        program = Program(codes.shared, matches, None, _Checks(codes), index, _Tests(patterns), codes.picks)
    return CompiledRules(rules, trees, program)


def leaf_tests(leaves: Mapping[str, Leaf], patterns: Mapping[str, Any]) -> dict[str, Callable[..., bool]]:
    """The test of each comparison alone, by its name; takes the operands' known values."""
    places = {f"t{number}": key for number, key in enumerate(leaves)}
    body = [assign(place, _lambda(leaves[key])) for place, key in places.items()]
    space: dict[str, Any] = {**patterns, "__builtins__": {}}
    exec(compile(ast.fix_missing_locations(ast.Module(body, [])), "<tests>", "exec"), space)  # noqa: S102
    return {key: space[place] for place, key in places.items()}


def compile_test(node: Mapping[str, Any], vocabulary: Vocabulary) -> tuple[Callable[..., bool], int]:
    """The test of one valid comparison, and how many known operands it takes: its field's value, then the other's."""
    patterns: dict[str, Any] = {}
    leaf = read_condition(dict(node), "", vocabulary, patterns)
    if not isinstance(leaf, Leaf):
        raise TypeError("not a comparison")
    return leaf_tests({"it": leaf}, patterns)["it"], len(leaf.operands)


@dataclass(frozen=True, slots=True)
class _Code:
    """Generated functions of some rules. `space` is the module's globals."""

    space: dict[str, Any]
    checks: Mapping[int, Callable[[Any], Match | None]]
    tests: Tests
    found: Mapping[int, Picks]

    def picks(self, number: int) -> Picks:
        """The functions that list the members of one rule."""
        return self.found.get(number, ())


class _Codes:
    """A table's rules, of which the code is generated together or one by one.

    Behind an index most rules of a large table are never asked a thing that their columns have not answered.
    """

    def __init__(
        self,
        trees: Sequence[Node | None],
        vocabulary: Vocabulary,
        patterns: dict[str, Any],
        matches: Sequence[Match],
    ) -> None:
        self.shared: dict[str, Any] = {}
        self._trees = trees
        self._vocabulary = vocabulary
        self._patterns = patterns
        self._matches = matches
        self._known: dict[int, _Code] = {}

    def of(self, numbers: Iterable[int], *, walked: bool = False) -> _Code:
        """The code of these rules; `walked`: one function that asks each in turn."""
        trees = {number: self._trees[number] for number in numbers}
        given = {f"M{number}": self._matches[number] for number in trees}
        return _Table(trees, self._vocabulary).code({**self._patterns, **given, **self.shared}, walked=walked)

    def one(self, number: int) -> _Code:
        """The code of one rule, made when it is first asked for."""
        found = self._known.get(number)
        if found is None:
            found = self._known[number] = self.of((number,))
        return found

    def picks(self, number: int) -> Picks:
        """The functions that list the members of one rule."""
        return self.one(number).picks(number)


class _Checks(dict[int, Callable[[Any], "Match | None"]]):
    """The check of each rule, made when it is first asked for."""

    def __init__(self, codes: _Codes) -> None:
        super().__init__()
        self._codes = codes

    def __missing__(self, number: int) -> Callable[[Any], Match | None]:
        made = self[number] = self._codes.one(number).checks[number]
        return made


class _Tests(dict[Leaf, Callable[..., bool]]):
    """The test of each comparison, made when it is first traced."""

    def __init__(self, patterns: Mapping[str, Any]) -> None:
        super().__init__()
        self._patterns = patterns

    def __missing__(self, leaf: Leaf) -> Callable[..., bool]:
        made = self[leaf] = leaf_tests({"it": leaf}, self._patterns)["it"]
        return made


class _Table:
    """The code of some rules of a table, by their places, while it is being written."""

    def __init__(self, trees: Mapping[int, Node | None], vocabulary: Vocabulary) -> None:
        self._trees = trees
        self._vocabulary = vocabulary
        leaves = [leaf for tree in trees.values() if tree is not None for leaf in leaves_of(tree)]
        self._fields = [operand for leaf in leaves for operand in leaf.operands]
        self._tests = {leaf: f"t{number}" for number, leaf in enumerate(leaves)}
        self._shared = self._locals(self._fields)
        self._rails = Rails(vocabulary, sorted(self._shared))

    def code(self, given: Mapping[str, Any], *, walked: bool) -> _Code:
        """The functions; `given` are the globals that they reach."""
        body = [assign(test, _lambda(leaf)) for leaf, test in self._tests.items()]
        body += self._picks() + (self._walk() if walked else self._checks())
        module = ast.fix_missing_locations(ast.Module([*self._rails.functions, *body], []))
        space: dict[str, Any] = {**given, NOTHING: _Nothing(), "__builtins__": {"Exception": Exception}}
        # Made of nodes that `Rails` builds from a validated document: no text of a rule is ever parsed as code.
        exec(compile(module, "<rules>", "exec"), space)  # noqa: S102
        return _Code(
            space,
            {} if walked else {number: space[f"r{number}"] for number in self._trees},
            {leaf: space[test] for leaf, test in self._tests.items()},
            self._pick_functions(space),
        )

    def _locals(self, fields: Sequence[Field]) -> dict[str, ast.expr]:
        """Locals that every function needs: single scopes read ahead (absent ones as nothing), environment values."""
        found: dict[str, ast.expr] = {}
        for field in fields:
            scope = self._vocabulary.scopes.get(field.scope)
            if scope is None:
                found[f"e_{field.attribute}"] = attribute(name("env"), field.attribute)
            elif not scope.many and not scope.lazy:
                owner = ast.NamedExpr(ast.Name("o", ast.Store()), attribute(name("env"), scope.name))
                found[f"s_{scope.name}"] = ast.IfExp(is_none(owner), name(NOTHING), name("o"))
        return found

    def _prologue(self, fields: Sequence[Field]) -> list[ast.stmt]:
        return [assign(local, value) for local, value in sorted(self._locals(fields).items())]

    def _walk(self) -> list[ast.stmt]:
        fields = self._often()
        hoisted = {key: f"f{number}" for number, key in enumerate(fields)}
        reads = [assign(local, attribute(*_split(key))) for key, local in hoisted.items()]
        self._rails.hoisted = hoisted
        rules = [statement for number in self._trees for statement in self._turn(number)]
        self._rails.hoisted = {}
        ahead = [*self._prologue(self._fields), *reads]
        start = [_guarded(ahead, [ast.Expr(ast.YieldFrom(call("slowly", name("env")))), ast.Return()])] if ahead else []
        # A yield that is never reached: a table without rules is a generator too.
        end = [ast.Return(), ast.Expr(ast.Yield())]
        return [function("walk", ["env"], [*start, *rules, *end])]

    def _often(self) -> list[str]:
        """Fields of single scopes that several comparisons outside loops read: worth reading once, ahead."""
        scopes = self._vocabulary.scopes
        counted = Counter(
            operand.key
            for tree in self._trees.values()
            if tree is not None
            for leaf in _outside_loops(tree)
            for operand in leaf.operands
            if operand.scope and not scopes[operand.scope].lazy
        )
        return [key for key, times in counted.items() if times > 1]

    def _turn(self, number: int) -> list[ast.stmt]:
        """Yield the rule's match unless it is certainly false."""
        tree = self._trees[number]
        if tree is None:
            return [ast.Expr(ast.Yield(name(f"M{number}")))]
        asked = call("slow", name("env"), ast.Constant(number))
        tell = ast.If(is_known(name("m")), [ast.Expr(ast.Yield(name("m")))], [])
        found = assign("m", ast.IfExp(self._rails.true(tree), name(f"M{number}"), asked))
        ask = ast.If(ast.UnaryOp(ast.Not(), self._rails.false(tree)), [found, tell], [])
        return [_guarded([ask], [assign("m", asked), tell])]

    def _checks(self) -> list[ast.stmt]:
        return [self._check(number, tree) for number, tree in self._trees.items()]

    def _check(self, number: int, tree: Node | None) -> ast.stmt:
        if tree is None:
            return function(f"r{number}", ["env"], [ast.Return(name(f"M{number}"))])
        body = [
            *self._prologue(self._fields_in(tree)),
            ast.If(self._rails.false(tree), [ast.Return(ast.Constant(None))], []),
            ast.If(self._rails.true(tree), [ast.Return(name(f"M{number}"))], []),
        ]
        asked = ast.Return(call("slow", name("env"), ast.Constant(number)))
        return function(f"r{number}", ["env"], [_guarded(body, [ast.Pass()]), asked])

    def _fields_in(self, tree: Node) -> Sequence[Field]:
        # A loop's function takes every shared local, so a rule with a loop reads them all.
        alone = not any(isinstance(node, Quantified) for node in _every_node(tree))
        return [o for leaf in leaves_of(tree) for o in leaf.operands] if alone else self._fields

    def _picks(self) -> list[ast.stmt]:
        return [self._pick(made, node) for made, node in self._pick_names()]

    def _pick_names(self) -> Iterator[tuple[str, Quantified]]:
        for number, tree in self._trees.items():
            wanted = [] if tree is None else list(_choosing(tree))
            yield from ((f"m{number}_{k}", node) for k, node in enumerate(wanted))

    def _pick(self, made: str, node: Quantified) -> ast.stmt:
        member = f"s_{node.scope}"
        asked = self._rails.true(node.part, (member,))
        comprehension = ast.comprehension(ast.Name(member, ast.Store()), name("members"), [], 0)
        keep = ast.If(asked, [ast.Expr(ast.Call(attribute(name("found"), "append"), [name(member)], []))], [])
        loop = ast.For(comprehension.target, attribute(name("env"), node.scope), [keep], [])
        body = [*self._prologue(self._fields), assign("found", ast.List([], ast.Load())), loop]
        return function(made, ["env"], [*body, ast.Return(name("found"))])

    def _pick_functions(self, space: dict[str, Any]) -> dict[int, list[Pick]]:
        picks: dict[int, list[Pick]] = {}
        for made, node in self._pick_names():
            picks.setdefault(int(made[1:].partition("_")[0]), []).append((node, space[made]))
        return picks


def _lambda(leaf: Leaf) -> ast.expr:
    names = [f"a{i}" for i in range(len(leaf.operands))]
    parameters = ast.arguments([], [ast.arg(n) for n in names], None, [], [], None, [])
    return ast.Lambda(parameters, leaf.build([name(n) for n in names]))


def _split(key: str) -> tuple[ast.expr, str]:
    scope, _, attr = key.rpartition(".")
    return name(f"s_{scope}"), attr


def _guarded(body: list[ast.stmt], fallback: list[ast.stmt]) -> ast.stmt:
    return ast.Try(body, [ast.ExceptHandler(name("Exception"), None, fallback)], [], [])


def _every_node(node: Node) -> Iterator[Node]:
    yield node
    if isinstance(node, Group):
        for part in node.parts:
            yield from _every_node(part)
    elif isinstance(node, Quantified):
        yield from _every_node(node.part)


def _outside_loops(node: Node) -> Iterator[Leaf]:
    if isinstance(node, Leaf):
        yield node
    elif isinstance(node, Group):
        for part in node.parts:
            yield from _outside_loops(part)


def _choosing(node: Node) -> Iterator[Quantified]:
    """The `any_<scope>` conditions that a rule holds by: not beneath a `none` group or another quantifier."""
    if isinstance(node, Quantified) and node.word == "any":
        yield node
    elif isinstance(node, Group) and node.kind != "none":
        for part in node.parts:
            yield from _choosing(part)
