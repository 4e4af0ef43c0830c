"""Rules as a decision table: to Excel and back they are the same rules, and what people change is what changes."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from app.domain.errors import Refused
from app.engine.values import constant
from app.engine.vocabulary import Field, Operator, Parameter
from app.rulebook.cells import BadCellError, read_cell, write_cell
from app.rulebook.order_vocabulary import ALLOCATION, SCREENING
from app.rulebook.table_workbook import Sheet, read_table, write_table
from app.rulebook.tables import column_of, table_of

TEXT = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12)
SHORT = st.one_of(TEXT, st.sampled_from(["A、B", "《x》", '"q"', "=1+1", " a ", "007", "1,5", "是", "_x0041_", "[x]"]))


def _single(row: Field) -> st.SearchStrategy[Any]:
    if row.choices:
        return st.sampled_from(sorted(row.choices))
    return {
        "integer": st.integers(-(10**6), 10**6),
        "money": st.integers(-(10**9), 10**9),
        "number": st.one_of(st.integers(-(10**6), 10**6), st.floats(-1e6, 1e6, allow_nan=False)),
        "boolean": st.booleans(),
        "time": st.one_of(st.integers(0, 2 * 10**9), st.just("2026-11-11 20:00"), st.just("2026-11-11")),
    }.get(row.type, SHORT)


def _ascending(pair: list[Any]) -> bool:
    return isinstance(pair[0], str) == isinstance(pair[1], str) and pair[0] <= pair[1]


def _value(row: Field, operator: Operator) -> st.SearchStrategy[Any]:
    one = _single(row)
    clock = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.integers(0, 59))
    shapes: dict[str, st.SearchStrategy[Any]] = {
        "pair": st.lists(one, min_size=2, max_size=2).filter(_ascending),
        "list": st.lists(one, min_size=1, max_size=4),
        "pattern": st.just("^顺丰|加急"),
        "clock": st.lists(clock, min_size=2, max_size=2),
        "weekdays": st.lists(st.integers(1, 7), min_size=1, max_size=7, unique=True),
        "age": st.dictionaries(st.sampled_from(["minutes", "hours", "days"]), st.integers(0, 99), min_size=1),
    }
    return shapes.get(operator.shape, one)


@st.composite
def leaves(draw: st.DrawFn, scope: str | None) -> dict[str, Any]:
    rows = [
        f for f in ALLOCATION.fields.values() if (f.scope == scope if scope else f.scope not in ("line", "warehouse"))
    ]
    row = draw(st.sampled_from(rows))
    operator = draw(st.sampled_from(list(ALLOCATION.operators_of(row).values())))
    made = {"field": row.key, "op": operator.name}
    return made if operator.shape == "none" else made | {"value": draw(_value(row, operator))}


def _given(row: Parameter) -> st.SearchStrategy[Any]:
    if row.type == "weights":
        return st.dictionaries(st.sampled_from(sorted(row.choices)), st.integers(0, 100), min_size=1)
    if row.type == "choice":
        return st.sampled_from(sorted(row.choices))
    if row.type in ("integer", "number"):
        low, high = int(row.minimum or 0), int(row.maximum or 99)
        return st.integers(low, high) if row.type == "integer" else st.one_of(st.integers(low, high), st.just(1.5))
    return st.just("T+1") if row.name == "arrives" else st.just("code-1") if row.pattern else SHORT


@st.composite
def actions(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(list(ALLOCATION.actions.values())))
    made: dict[str, Any] = {"do": kind.name}
    for row in kind.parameters:
        if row.required or draw(st.booleans()):
            made[row.name] = draw(_given(row))
    return made


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    who = draw(st.sampled_from(["", "", "any_line", "no_line", "any_warehouse", "every_warehouse"]))
    if not who:
        return draw(leaves(None))
    inner = draw(st.lists(leaves(who.partition("_")[2]), min_size=1, max_size=2))
    return {who: inner[0] if len(inner) == 1 and draw(st.booleans()) else {"all": inner}}


NESTED = st.builds(lambda a, b: {"any": [a, b]}, leaves(None), leaves(None))


@st.composite
def rule_sets(draw: st.DrawFn) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = []
    for place in range(draw(st.integers(1, 5))):
        made: dict[str, Any] = {"id": f"r{place}", "then": draw(st.lists(actions(), min_size=1, max_size=3))}
        if draw(st.booleans()):
            made["title"] = draw(st.one_of(st.none(), st.fixed_dictionaries({"zh": SHORT, "en": SHORT})))
        whole = draw(st.lists(st.one_of(conditions(), conditions(), NESTED), max_size=3))
        made["when"] = whole[0] if len(whole) == 1 and draw(st.booleans()) else {"all": whole}
        if draw(st.booleans()):
            made["muted"] = True
        rules.append(made)
    return [
        *rules,
        {"id": "otherwise", "accepts": draw(st.one_of(st.none(), leaves(None))), "then": [{"do": "backorder"}]},
    ]


def there_and_back(rules: list[dict[str, Any]], language: str = "zh") -> Sheet:
    data = write_table(table_of(rules, ALLOCATION), ALLOCATION, language, title="分仓", meta={"section": "allocation"})
    return read_table(data, ALLOCATION)


@settings(max_examples=40)
@given(rules=rule_sets(), language=st.sampled_from(["zh", "en"]))
def test_rules_to_table_to_excel_and_back_are_the_same_rules(rules: list[dict[str, Any]], language: str) -> None:
    back = there_and_back(rules, language)
    assert back.problems == []
    assert back.rules == rules
    assert back.originals == rules


@settings(max_examples=100)
@given(leaf=leaves(None), language=st.sampled_from(["zh", "en"]))
def test_a_cell_that_people_type_again_as_it_was_written_means_the_same(leaf: dict[str, Any], language: str) -> None:
    column = column_of(f"when//{leaf['field']}/{leaf['op']}", ALLOCATION)
    row, operator = ALLOCATION.fields[leaf["field"]], ALLOCATION.operators[leaf["op"]]
    cell = write_cell(leaf.get("value", True), column.kind, ALLOCATION, language)
    read = read_cell(cell, column.kind, ALLOCATION)
    if operator.shape == "none":
        assert read is True
    elif row.type == "time":
        # Seconds since 1970 are written, and read, as a date.
        assert constant(row, operator, read) == constant(row, operator, leaf["value"])
    else:
        assert read == leaf["value"]


RULES = [
    {
        "id": "big",
        "title": {"zh": "大额", "en": "Big"},
        "when": {"all": [{"field": "order.paid", "op": ">", "value": 500_000}]},
        "then": [{"do": "hold", "reason": "no-rule", "owner": "clerk"}],
        "muted": True,
    },
    {
        "id": "near",
        "title": {"zh": "近仓", "en": "Near"},
        "when": {
            "all": [
                {"field": "order.paid", "op": ">", "value": 100},
                {"any_warehouse": {"all": [{"field": "warehouse.km_to_target", "op": "<", "value": 200}]}},
            ]
        },
        "then": [{"do": "transfer", "from": "nearest", "arrives": "T+1"}],
    },
    {"id": "otherwise", "accepts": None, "then": [{"do": "hold", "reason": "no-rule", "owner": "supervisor"}]},
]


def changed(language: str = "zh", **cells: Any) -> Sheet:
    """The workbook of RULES after people wrote into it: `row4_大于` is row 4 of the column whose heading has 大于."""
    data = write_table(table_of(RULES, ALLOCATION), ALLOCATION, language, title="x", meta={"section": "allocation"})
    book = load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    for where, value in cells.items():
        row, _, heading = where.partition("_")
        heads = {c: f"{sheet.cell(2, c).value} {sheet.cell(3, c).value}" for c in range(3, sheet.max_column + 1)}
        column = next(c for c, head in heads.items() if heading in head)
        sheet.cell(int(row.removeprefix("row")), column).value = value
    out = io.BytesIO()
    book.save(out)
    return read_table(out.getvalue(), ALLOCATION)


def test_a_changed_bound_changes_only_that_bound() -> None:
    back = changed(row4_大于=3000)
    when = {"all": [{"field": "order.paid", "op": ">", "value": 300_000}]}
    assert back.rules == [{**RULES[0], "when": when}, *RULES[1:]]


def test_an_emptied_cell_takes_the_condition_out_and_a_filled_one_puts_it_in() -> None:
    back = changed(row5_大于=None, row4_小于=150)
    assert back.rules[1]["when"]["all"] == RULES[1]["when"]["all"][1:]  # type: ignore[index]
    near = {"any_warehouse": {"field": "warehouse.km_to_target", "op": "<", "value": 150}}
    assert back.rules[0]["when"]["all"][1] == near


def test_a_row_of_ones_own_is_a_new_rule_and_a_copied_row_has_an_id_of_its_own() -> None:
    data = write_table(table_of(RULES, ALLOCATION), ALLOCATION, "zh", title="x", meta={})
    book = load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    sheet.insert_rows(5)
    for column in range(1, sheet.max_column + 1):
        sheet.cell(5, column).value = sheet.cell(4, column).value
    out = io.BytesIO()
    book.save(out)
    back = read_table(out.getvalue(), ALLOCATION)
    assert [rule["id"] for rule in back.rules] == ["big", "big-2", "near", "otherwise"]
    assert {**back.rules[1], "id": "big"} == RULES[0]


@pytest.mark.parametrize(
    ("where", "value", "code"),
    [
        ("row4_大于", "很多", "table-number"),
        ("row4_大于", 0.001, "table-money"),
        ("row4_负责人", "老板", "table-choice"),
        ("row6_大于", 5, "table-otherwise"),
    ],
)
def test_a_cell_that_cannot_be_says_where_and_what(where: str, value: Any, code: str) -> None:
    (problem,) = changed(**{where: value}).problems
    assert problem.code == code
    assert problem.path.startswith(where[3])


def test_a_column_that_somebody_took_out_is_missed_and_not_forgotten() -> None:
    data = write_table(table_of(RULES, ALLOCATION), ALLOCATION, "zh", title="x", meta={})
    book = load_workbook(io.BytesIO(data))
    book.worksheets[0].delete_cols(5)
    out = io.BytesIO()
    book.save(out)
    assert {problem.code for problem in read_table(out.getvalue(), ALLOCATION).problems} == {"table-column-gone"}


def test_what_is_no_workbook_of_ours_is_refused() -> None:
    for data, code in ((b"PK", "table-not-a-workbook"), (b"", "table-not-a-workbook")):
        with pytest.raises(Refused) as refused:
            read_table(data, SCREENING)
        assert refused.value.code == code


def test_rules_of_another_shape_are_named_and_keep_their_place() -> None:
    nested = {"id": "n", "when": {"any": [RULES[0]["when"]["all"][0]]}, "then": [{"do": "backorder"}]}  # type: ignore[index]
    table = table_of([RULES[0], nested, RULES[2]], ALLOCATION)
    assert [(row.rule["id"], row.misfit) for row in table.misfits] == [("n", "table-nested")]
    assert there_and_back([RULES[0], nested, RULES[2]]).rules == [RULES[0], nested, RULES[2]]


def test_a_pair_in_the_wrong_order_is_refused() -> None:
    kind = column_of("when//order.quantity/between", ALLOCATION).kind
    with pytest.raises(BadCellError):
        read_cell("9 ~ 1", kind, ALLOCATION)
