"""A mapping section as straight-line code: the quick reading of payloads that are as expected.

The source text that is compiled holds only names made here; keys, tables and readers from the pack travel as values
beside it. Whatever is unusual (a required value missing, a wrong type, an unknown choice, a line id twice) raises
`UnusualError`, `BadValueError` or `BadAmountError`; the careful reading then starts over and says what it is. A
property test holds both readings equal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import MISSING, fields
from typing import Any

from app.domain.order import Line, Order
from app.domain.provinces import straight_place
from app.mapping.paths import Every, Path
from app.mapping.rows import MOST_LINES, Flag, Hasher, Identity, Row, evidence_of, find_raw, is_absent
from app.mapping.values import NOTHING, read_integer

QuickReading = Callable[[Any, str, Hasher], Order]


class UnusualError(ValueError):
    """The payload needs the careful reading."""


def quick_reading(
    platform: str,
    order: Sequence[Row],
    lines: Sequence[Row],
    each: Path,
    flags: Sequence[Flag],
    identity: Sequence[Identity],
) -> QuickReading | None:
    """`read(root, shop, hasher)` for payloads (dicts out of their envelopes); None where lines are not one list."""
    steps = each.steps
    if steps is None or not steps or steps[-1] is not Every.CHILD or not all(isinstance(s, str) for s in steps[:-1]):
        return None
    code = _Code()
    code.share(
        Order=Order, Line=Line, NOTHING=NOTHING, UnusualError=UnusualError, straight_place=straight_place,
        evidence_of=evidence_of, find_raw=find_raw, is_absent=is_absent, units_of=_units, raised=raised, EMPTY={},
        IDENTITY=tuple(identity), PLATFORM=platform,
    )  # fmt: skip
    from_root = [*order, *(row for row in lines if row.from_order)]
    root = _Node(code, "root", [p for row in from_root for p in row.paths] + [flag.path for flag in flags])
    for row in order:
        _write_row(code, root, row, "o_")
    _write_lines(code, root, steps[:-1], lines)
    _write_flags(code, root, flags)
    _write_order(code, order)
    return code.function()


class _Code:
    """Source text in the making, and the values that its names stand for."""

    def __init__(self) -> None:
        self._text = ["def read(root, shop, hasher):"]
        self._space: dict[str, Any] = {}
        self._names = 0
        self.depth = 1
        self.targets: set[str] = set()
        """Locals that a row has filled so far."""

    def share(self, **values: Any) -> None:
        self._space.update(values)

    def bind(self, value: Any) -> str:
        """A name for a value from the pack."""
        made = self.fresh("K")
        self._space[made] = value
        return made

    def fresh(self, kind: str) -> str:
        self._names += 1
        return f"{kind}{self._names}"

    def write(self, text: str) -> None:
        self._text.append("    " * self.depth + text)

    def block(self, head: str) -> None:
        """Begin an indented block; `end` ends it."""
        self.write(head)
        self.depth += 1

    def end(self) -> None:
        self.depth -= 1

    def function(self) -> QuickReading:
        exec(compile("\n".join(self._text), "<mapping>", "exec"), self._space)  # noqa: S102 - text made here alone
        made: QuickReading = self._space["read"]
        return made


class _Node:
    """What paths start from, and the local names of the objects on their way."""

    def __init__(self, code: _Code, name: str, paths: Sequence[Path]) -> None:
        self.name = name
        self._code = code
        self._locals: dict[tuple[Any, ...], str] = {(): name}
        for path in paths:
            if _is_plain(path):
                self.reach((path.steps or ())[:-1])

    def value(self, path: Path) -> str:
        """An expression for a plain path's value, None where it leads nowhere."""
        *way, key = path.steps or ()
        return f"{self._locals[tuple(way)]}.get({self._code.bind(key)})"

    def reach(self, way: tuple[Any, ...]) -> str:
        """The local that holds the object at the end of `way`, an empty one where there is none."""
        known = self._locals.get(way)
        if known is None:
            before = self.reach(way[:-1])
            known = self._locals[way] = self._code.fresh("d")
            self._code.write(f"{known} = {before}.get({self._code.bind(way[-1])})")
            self._code.write(f"if type({known}) is not dict: {known} = EMPTY")
        return known


def _is_plain(path: Path) -> bool:
    return bool(path.steps) and all(isinstance(step, str) for step in path.steps or ())


def _write_row(code: _Code, node: _Node, row: Row, prefix: str) -> None:
    target = prefix + row.name
    again = target in code.targets
    if again:
        code.block(f"if {target} is None:")
    else:
        code.targets.add(target)
        code.write(f"{target} = None")
    _write_found(code, node, row)
    code.block("if v is not None:")
    _write_read(code, row, target)
    if row.less is not None:
        code.write(f"{target} -= units_of({code.bind(row.less)}, {node.name})")
    code.end()
    if row.required:
        code.write("else: raise UnusualError")
    elif row.default is not None:
        code.write(f"else: {target} = {code.bind(row.default)}")
    if again:
        code.end()


def _write_found(code: _Code, node: _Node, row: Row) -> None:
    """Leave in `v` the row's raw value, None where it is absent."""
    if row.join is not None or not all(map(_is_plain, row.paths)):
        code.write(f"v = find_raw({code.bind(row)}, {node.name})[1]")
        return
    absent = f" or v in {(gone := code.bind(row.absent))} and is_absent(v, {gone})" if row.absent else ""
    code.write(f"v = {node.value(row.paths[0])}")
    for path in row.paths[1:]:
        code.write(f"if v is None or v == ''{absent}: v = {node.value(path)}")
    code.write(f"if v is not None and (v == ''{absent}): v = None")


def _write_read(code: _Code, row: Row, target: str) -> None:
    read = code.bind(row.plain or row.read)
    if row.longest is not None:
        code.write(f"if type(v) is str and len(v) <= {row.longest:d} and '\\0' not in v: {target} = v")
        code.write(f"else: {target} = {read}(v)")
    elif row.choices is not None:
        code.write(f"{target} = {code.bind(row.choices)}.get(v) if type(v) is str else None")
        code.write(f"if {target} is None: {target} = {read}(v)")
        code.write(f"if {target} is NOTHING: {target} = None")
    else:
        code.write(f"{target} = {read}(v)")


def _write_lines(code: _Code, root: _Node, way: tuple[Any, ...], rows: Sequence[Row]) -> None:
    *before, last = way or (None,)
    found = root.name if last is None else f"{root.reach(tuple(before))}.get({code.bind(last)})"
    code.write(f"found = {found}")
    code.write(f"if type(found) is not list or not 0 < len(found) <= {MOST_LINES}: raise UnusualError")
    code.write("lines = []")
    code.write("seen = set()")
    code.block("for node in found:")
    code.write("if type(node) is not dict: raise UnusualError")
    line = _Node(code, "node", [path for row in rows if not row.from_order for path in row.paths])
    for row in rows:
        _write_row(code, root if row.from_order else line, row, "l_")
    names = {row.name for row in rows}
    if "refund" not in names:
        code.write("l_refund = 'done' if l_quantity == 0 else None")
    if "sku" not in names:
        code.write("l_sku = None")
    code.write("if l_id in seen: raise UnusualError")
    code.write("seen.add(l_id)")
    code.write(f"lines.append(Line({_arguments(code, Line, names | {'refund', 'sku'}, 'l_')}))")
    code.end()


def _write_flags(code: _Code, root: _Node, flags: Sequence[Flag]) -> None:
    code.write("flags = []")
    for flag in flags:
        name, values = code.bind(flag.flag), code.bind(flag.values)
        if _is_plain(flag.path):
            code.write(f"v = {root.value(flag.path)}")
            code.write(f"if v is not None and str(v) in {values}: flags.append({name})")
        else:
            code.write(f"if raised({code.bind(flag)}, root): flags.append({name})")


def _write_order(code: _Code, rows: Sequence[Row]) -> None:
    names = {row.name for row in rows}
    place = [f"o_{level}" if level in names else "None" for level in ("province", "city", "district", "town")]
    code.write(f"o_province, o_city, o_district, o_town = straight_place({', '.join(place)})")
    code.write("identity = tuple([e for e in [evidence_of(i, root, shop, hasher) for i in IDENTITY] if e is not None])")
    made = _arguments(code, Order, names | {"province", "city", "district", "town"}, "o_")
    code.write(
        f"return Order(shop=shop, platform=PLATFORM, lines=lines, flags=frozenset(flags), identity=identity, {made})"
    )


def _arguments(code: _Code, kind: type, names: set[str], prefix: str) -> str:
    """Keyword arguments from the locals; a value that is not there is the field's own default."""
    defaults = {field.name: field.default for field in fields(kind)}
    return ", ".join(
        f"{name}={prefix}{name}"
        if defaults[name] in (None, MISSING)
        else f"{name}={prefix}{name} if {prefix}{name} is not None else {code.bind(defaults[name])}"
        for name in sorted(names)
    )


def _units(path: Path, node: Any) -> int:
    return sum(read_integer(units) for units in path.find(node))


def raised(flag: Flag, root: Any) -> bool:
    """Whether the payload says so."""
    return any(str(value) in flag.values for value in flag.path.find(root))
