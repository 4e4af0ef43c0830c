"""What the mapper shows: the sample as a tree, the fields with what they are read from, and what is suggested."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from app.intake.columns import HEADINGS
from app.intake.initials import initials
from app.intake.mapper.editing import each_of, paths_of, rows_of
from app.intake.mapper.suggest import Suggested, Suggestion
from app.mapping.leaves import Leaf, step
from app.mapping.order_fields import CANONICAL, NEEDED, TYPES
from app.mapping.section import section_problems
from app.web.language import t
from app.web.mapper.preview import Read, codes_of
from app.web.mending import MEANINGS, field_word, meaning_of
from app.web.payload import Node
from app.web.quarantine import fault_text

_WANTED = ("order.created_at", "order.paid", "order.province", "order.city", "order.phone", "order.address", "line.sku")
"""Without these an order can be read, and hardly be decided well."""
_MOST_TOLD = 6
_WORDS = {"order.urgent": ("加急", "urgent"), "line.gift": ("赠品", "gift")}


@dataclass(slots=True)
class TreeNode:
    """A value of the sample. `path` is the general one; `fields` are read from it, `maybe` is suggested to be."""

    key: str
    path: str
    text: str
    leaf: bool
    masked: bool = False
    lines: bool | None = None
    """Whether this is the list of lines; None for what is no list of objects."""
    each: str = ""
    open: bool = True
    fields: list[str] = field(default_factory=list)
    maybe: str = ""
    children: list[TreeNode] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Connected:
    """A row: where it stands, what it reads, its settings, the codes it meets, and what is wrong with it, in words."""

    place: str
    row: Mapping[str, Any]
    paths: list[str]
    written: str
    codes: list[tuple[str, str, bool]]
    faults: list[str]


@dataclass(frozen=True, slots=True)
class FieldShown:
    """A canonical field with its rows, or with what is suggested for it."""

    key: str
    label: str
    find: str
    kind: str
    needed: bool
    rows: list[Connected]
    value: str
    faulty: bool
    suggestion: Suggestion | None
    sureness: tuple[str, str, str] | None


def groups_of(
    section: Mapping[str, Any], suggested: Suggested, reads: Sequence[Read], samples: Sequence[Any]
) -> list[tuple[str, list[FieldShown]]]:
    """The fields in groups: what an order must have, what decides well, the order's others, the lines' others."""
    faults: dict[str, list[str]] = {}
    for problem in section_problems(section, "m"):
        if problem.code == "mapping-choices-missing":
            continue  # The codes are asked for beside it.
        steps = problem.path.split("/")
        place = "/".join(steps[1:3] if steps[1:2] == ["order"] else steps[1:4])
        faults.setdefault(place, []).append(fault_text(problem))
    each = each_of(section)
    rows: dict[str, list[Connected]] = {}
    for place, row in rows_of(section):
        codes = _codes(row, each, samples) if row["as"] == "choice" else []
        written = "\n".join([row["from"]] if isinstance(row["from"], str) else row["from"])
        one = Connected(place, row, paths_of(row, each), written, codes, faults.get(place, []))
        rows.setdefault(row["field"], []).append(one)
    shown = {key: _field(key, rows.get(key, []), suggested, reads) for key in TYPES}
    names = {
        t("必填", "Needed"): NEEDED, t("最好有", "Good to have"): _WANTED,
        t("订单的其他字段", "More of the order"): [key for key in TYPES if key.startswith("order.")],
        t("商品行的其他字段", "More of the lines"): [key for key in TYPES if key.startswith("line.")],
    }  # fmt: skip
    used: set[str] = set()
    groups = []
    for name, keys in names.items():
        groups.append((name, [shown[key] for key in keys if key not in used]))
        used |= set(keys)
    return groups


def unsaid_codes(groups: Sequence[tuple[str, Sequence[FieldShown]]]) -> list[str]:
    """The codes of samples whose meaning is not said, with their field."""
    shown = [(field, one) for _, fields in groups for field in fields for one in field.rows]
    found = [f"{field.label} {code}" for field, one in shown for code, meaning, _ in one.codes if not meaning]
    return [*found[:_MOST_TOLD], *(["…"] if len(found) > _MOST_TOLD else [])]


def _field(key: str, rows: list[Connected], suggested: Suggested, reads: Sequence[Read]) -> FieldShown:
    first = reads[0].values.get(key, []) if reads else []
    suggestion = suggested.fields.get(key) if not rows else None
    return FieldShown(
        key, field_word(key), find_words(key), TYPES[key], key in NEEDED, rows,
        t("；", "; ").join(one for one in first if one), any(key in read.faulty for read in reads), suggestion,
        sureness_look(suggestion) if suggestion else None,
    )  # fmt: skip


def sureness_look(one: Suggestion) -> tuple[str, str, str]:
    """How sure a suggestion is: words, tone and sign."""
    word, tone, sign = {
        "sure": (t("有把握", "Sure"), "good", "check"),
        "likely": (t("很可能", "Likely"), "calm", "eye"),
        "unsure": (t("拿不准", "Unsure"), "warn", "alert"),
    }[one.sureness.value]
    return t(f"{word} {one.score}%", f"{word} {one.score}%"), tone, sign


def find_words(key: str) -> str:
    """What a field is found by when it is searched."""
    name = key.partition(".")[2]
    label = field_word(key)
    known = HEADINGS.get(name) or HEADINGS.get(key) or ()
    return " ".join({label, key, initials(label), *known, *_WORDS.get(key, ())}).lower()


def field_choices() -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Every field for a picker, by scope: key, label, words it is found by."""
    scopes = (("order.", t("订单", "Order")), ("line.", t("商品行", "Lines")))
    return [
        (word, [(key, field_word(key), find_words(key)) for key in TYPES if key.startswith(scope)])
        for scope, word in scopes
    ]


def _codes(row: Mapping[str, Any], each: str, samples: Sequence[Any]) -> list[tuple[str, str, bool]]:
    """Code, meaning (`""` not said, `null` passed on) and whether samples have it; those that do first."""
    seen = codes_of(row, each, samples)
    said = {code: "null" if value is None else str(value) for code, value in row.get("choices", {}).items()}
    patterns = [code for code in said if "*" in code]
    found = [
        (code, said.get(code) or next((said[one] for one in patterns if fnmatchcase(code, one)), ""), True)
        for code in seen
    ]
    found += [(code, meaning, False) for code, meaning in said.items() if code not in seen]
    return found


def meaning_choices(key: str) -> list[tuple[str, str]]:
    """What a platform's code may mean."""
    listed = [(code, meaning_of(key, code)) for code in MEANINGS[key] if code in CANONICAL[key]]
    return [("", t("还没说明", "Not said yet")), *listed, ("null", t("不看它", "Not used"))]


def reads_of(section: Mapping[str, Any]) -> dict[str, list[str]]:
    """Path from the order on → the fields that are read from it."""
    found: dict[str, list[str]] = {}
    for _, row in rows_of(section):
        for path in paths_of(row, each_of(section)):
            if row["field"] not in found.setdefault(path, []):
                found[path].append(row["field"])
    return found


def tree_of(node: Node, section: Mapping[str, Any], suggested: Suggested) -> TreeNode:
    """The masked payload as the page shows it, with what is read from where."""
    reads = {path: [field_word(name) for name in names] for path, names in reads_of(section).items()}
    taken = {row["field"] for _, row in rows_of(section)}
    maybe = {one.leaf.path: field_word(name) for name, one in suggested.fields.items() if name not in taken}
    return _tree(node, "$", _Marks(reads, maybe, each_of(section)))


@dataclass(frozen=True, slots=True)
class _Marks:
    reads: Mapping[str, list[str]]
    maybe: Mapping[str, str]
    each: str


def _tree(node: Node, path: str, marks: _Marks) -> TreeNode:
    if node.kind == "leaf":
        fields = marks.reads.get(path, [])
        maybe = "" if fields else marks.maybe.get(path, "")
        return TreeNode(node.key, path, node.text, True, node.masked, fields=fields, maybe=maybe)
    made = TreeNode(node.key, path, "", False)
    if node.kind == "list":
        made.each = f"{path}[*]"
        if any(child.kind == "object" for child in node.children):
            made.lines = made.each == marks.each
        made.children = [_tree(child, made.each, marks) for child in node.children]
        for other in made.children[1:]:
            other.open = False
    else:
        made.children = [_tree(child, step(path, child.key), marks) for child in node.children]
    return made


def unread(leaves: Iterable[Leaf], section: Mapping[str, Any]) -> int:
    """How many paths with values nothing is read from."""
    read = reads_of(section)
    return sum(leaf.filled > 0 and leaf.path not in read for leaf in leaves)
