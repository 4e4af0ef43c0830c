"""A platform's payload as a tree that can be shown: personal data masked, the faulty places marked.

A value is masked when the mapping gives it a privacy class, when its key or a key above it speaks of a person, or
when it looks like a phone number or a mail address whatever its key. Nothing here can show a value plain again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.domain.masking import PHONE, masked_text

_PERSON = re.compile(
    r"receiver|recipient|consignee|buyer|customer|contact|address|addr|shipping|billing|phone|mobile|(^|_)tel|e?mail"
    r"|memo|remark|message|(^|_)note|nick|open_?id|oaid|caid|encrypt|mask|id_?card|passport|^name$|first_?name"
    r"|last_?name|full_?name|user_?name|real_?name|token|收货|收件|姓名|电话|手机|地址|买家|留言|备注",
    re.IGNORECASE,
)
_HARMLESS = re.compile(
    r"province|city|district|county|town|country|state|status|code|time|date|amount|fee|price|total|count|flag"
    r"|quantity|num$|省$|市$|区$|金额|时间|状态",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.\w+")


@dataclass(slots=True)
class Node:
    """One value of the payload: its `key` and `path`, the `text` to show when it is a leaf, or its `children`.

    `faulty` marks the very place of a problem, `open` everything above one.
    """

    key: str
    path: str
    text: str = ""
    kind: str = "leaf"
    masked: bool = False
    faulty: bool = False
    open: bool = False
    children: list[Node] = field(default_factory=list)


def payload_tree(
    payload: Any, private: Iterable[str] = (), faults: Iterable[str] = (), envelopes: Iterable[str] = ()
) -> Node:
    """The payload as masked nodes. `private` and `faults` are JSONPaths; `[*]` stands for every place in a list.

    Those paths start at the order, which one of the `envelopes` (JSONPaths too) may lead to.
    """
    starts = ("$", *(plain_path(path, keep=True) for path in envelopes))
    marks = _Marks(
        {start + plain_path(path)[1:] for path in private for start in starts},
        {start + plain_path(path, keep=True)[1:] for path in faults for start in starts},
    )
    return marks.node("$", "$", payload, personal=False)


def private_paths(mapping: Mapping[str, Any]) -> Iterator[str]:
    """The JSONPaths that a pack's mapping of a platform gives a privacy class; those of lines joined to their list."""
    for each in mapping.get("order", ()):
        if each.get("privacy"):
            yield from _sources(each, "")
    lines = mapping.get("lines", {})
    for each in lines.get("fields", ()):
        if each.get("privacy"):
            yield from _sources(each, lines.get("each", ""))


def plain_path(path: str, *, keep: bool = False) -> str:
    """A JSONPath as dotted keys, places in lists as `[*]` (kept as they are when `keep`)."""
    named = re.sub(r"\.?\[['\"]([^'\"]+)['\"]\]", r".\1", path)
    return named if keep else re.sub(r"\[\d+\]", "[*]", named)


@dataclass(slots=True)
class _Marks:
    private: set[str]
    faults: set[str]

    def node(self, key: str, path: str, value: Any, *, personal: bool) -> Node:
        personal = personal or plain_path(path) in self.private
        if isinstance(value, dict):
            return self._branch(key, path, "object", value.items(), ".{}", personal=personal)
        if isinstance(value, list):
            return self._branch(
                key, path, "list", ((str(n), each) for n, each in enumerate(value)), "[{}]", personal=personal
            )
        return self._leaf(key, path, value, personal=personal)

    def _branch(
        self, key: str, path: str, kind: str, parts: Iterable[tuple[str, Any]], step: str, *, personal: bool
    ) -> Node:
        branch = Node(key, path, kind=kind, faulty=self._faulty(path))
        for name, value in parts:
            of_person = personal or (kind == "object" and bool(_PERSON.search(name)))
            branch.children.append(self.node(name, path + step.format(name), value, personal=of_person))
        branch.open = branch.faulty or any(child.open or child.faulty for child in branch.children)
        return branch

    def _leaf(self, key: str, path: str, value: Any, *, personal: bool) -> Node:
        text = _written(value)
        declared = plain_path(path) in self.private
        harmless = bool(_HARMLESS.search(key)) and not declared
        hide = isinstance(value, (str, int)) and not isinstance(value, bool) and personal and not harmless
        shown = masked_text(text) if hide else _scrubbed(text)
        return Node(key, path, shown, masked=shown != text, faulty=self._faulty(path))

    def _faulty(self, path: str) -> bool:
        return path in self.faults or plain_path(path) in self.faults


def _sources(field_mapping: Mapping[str, Any], parent: str) -> Iterator[str]:
    written = field_mapping.get("from", ())
    for path in [written] if isinstance(written, str) else written:
        yield parent + path.removeprefix("$") if parent else path


def _scrubbed(text: str) -> str:
    text = PHONE.sub(lambda found: masked_text(found[0]), text)
    return _MAIL.sub(lambda found: masked_text(found[0]), text)


def _written(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
