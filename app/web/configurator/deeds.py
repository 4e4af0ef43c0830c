"""What each control of the panel means: a form becomes one edit of the draft's document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from app.domain.errors import Refused
from app.engine.conditions import GROUPS
from app.engine.parse import parse_rule
from app.engine.vocabulary import Vocabulary
from app.intake.initials import initials
from app.rulebook import editing, listing
from app.rulebook.drafts import Edit, copied, join_path, read_edit, value_at
from app.rulebook.order_vocabulary import SECTIONS
from app.rulebook.pack import known_reasons
from app.rulebook.reasons import with_new_reason
from app.rulebook.starting import adding, templates
from app.web.configurator.guided import guided_rule
from app.web.configurator.values import typed_parameter, typed_value
from app.web.rules_findings import example_edit, sent_json

Form = MultiDict[str, str]
_NEW_TITLE = {"zh": "新规则", "en": "New rule"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A form about one section of a document. `rule` is the place of the rule that it is about, -1 for none."""

    document: dict[str, Any]
    section: str
    rule: int
    form: Form
    language: str

    @property
    def vocabulary(self) -> Vocabulary:
        """What rules of the section may say."""
        return SECTIONS[self.section]

    @property
    def rules(self) -> list[Any]:
        """The section's rules."""
        listed: list[Any] = self.document[self.section]["rules"]
        return listed

    @property
    def at(self) -> str:
        """The path of the rule."""
        return join_path(self.section, "rules", self.rule)

    @property
    def path(self) -> str:
        """The path that the control names; it must lie within the rule."""
        path = self.form.get("path", "")
        if path != self.at and not path.startswith(f"{self.at}/"):
            raise Refused("edit-wrong")
        return path

    def node(self) -> Any:
        """What stands at that path."""
        return value_at(self.document, self.path)


def edit_of(deed: str, asked: Asked) -> Edit:
    """The edit that a control means. Raises `Refused`."""
    if deed not in _DEEDS:
        raise Refused("edit-wrong")
    return _DEEDS[deed](asked)


def _add_rule(asked: Asked) -> Edit:
    """Before the last row of an ordered set, which stays the last; at the end of the others."""
    place = len(asked.rules) - int(listing.ends_otherwise(asked.rules))
    action = asked.vocabulary.actions["hold"]
    rule = editing.new_rule(asked.rules, _NEW_TITLE, [editing.new_action(action)])
    return Edit("insert", join_path(asked.section, "rules", place), rule)


def _move_rule(asked: Asked) -> Edit:
    """To the place `to` (from 0), to the `number` that a person counts by, or `by` so many places."""
    to, by, number = (asked.form.get(name, "").strip() for name in ("to", "by", "number"))
    last = len(asked.rules) - 1 - int(listing.ends_otherwise(asked.rules))
    if number:
        place = min(max(int(number) - 1, 0), last) if number.isdigit() else -1
    else:
        place = asked.rule + int(by) if by in ("1", "-1") else int(to) if to.isdigit() else -1
    if not 0 <= place <= last or not 0 <= asked.rule <= last:
        raise Refused("edit-wrong")
    return Edit("move", asked.at, to=place)


def _copy_rule(asked: Asked) -> Edit:
    return Edit("insert", join_path(asked.section, "rules", asked.rule + 1), copied(asked.rules, asked.rule))


def _remove_rule(asked: Asked) -> Edit:
    if "when" not in asked.rules[asked.rule]:
        raise Refused("otherwise-missing")
    return Edit("remove", asked.at)


def _mute_rule(asked: Asked) -> Edit:
    rule = dict(asked.rules[asked.rule])
    if rule.pop("muted", False):
        return Edit("set", asked.at, rule)
    return Edit("set", asked.at, {**rule, "muted": True})


def _group_rule(asked: Asked) -> Edit:
    """The open rule into a group, or out of its own."""
    name = str(asked.rules[asked.rule]["id"])
    return _listed(asked, listing.grouped(asked.rules, [name], _group_named(asked)))


def _many(asked: Asked) -> Edit:
    """One edit of all the rules that are chosen, so that one undo takes it back."""
    rules, names = asked.rules, set(asked.form.getlist("chosen"))
    place = asked.form.get("place", "").strip()
    match asked.form.get("do", ""):
        case "mute" | "unmute" as do:
            return _listed(asked, listing.muted(rules, names, do == "mute"))
        case "remove":
            return _listed(asked, listing.removed(rules, names))
        case "copy":
            return _listed(asked, listing.doubled(rules, names))
        case "group":
            return _listed(asked, listing.grouped(rules, names, _group_named(asked)))
        case "move" if place.isdigit():
            return _listed(asked, listing.moved(rules, names, int(place) - 1))
    raise Refused("edit-wrong")


def _listed(asked: Asked, rules: list[Any]) -> Edit:
    return Edit("set", join_path(asked.section, "rules"), rules)


def _group_named(asked: Asked) -> dict[str, str] | None:
    """The group of that name: one that is there with its text in both languages, or a new one; None for no name."""
    name = asked.form.get("group", "").strip()
    known = [rule["group"] for rule in asked.rules if rule.get("group")]
    new = {"zh": name, "en": name} if name else None
    return next((text for text in known if name in text.values()), new)


def _title(asked: Asked) -> Edit:
    titles = {tongue: asked.form.get(f"title-{tongue}", "").strip() for tongue in ("zh", "en")}
    known = titles["zh"] or titles["en"]
    return Edit("set", f"{asked.at}/title", {tongue: text or known for tongue, text in titles.items()})


def _sentence(asked: Asked) -> Edit:
    """The whole rule as a sentence; it is taken only when nothing of it is left open."""
    reading = parse_rule(
        asked.form.get("sentence", ""), asked.vocabulary, names={"reasons": known_reasons(asked.document)}
    )
    if not reading.certain or reading.rule is None:
        raise Refused("sentence-not-certain")
    rule = asked.rules[asked.rule]
    kept = {key: rule[key] for key in rule if key not in ("when", "then")}
    if ("when" in rule) != ("when" in reading.rule):
        raise Refused("otherwise-missing" if "when" in reading.rule else "sentence-without-condition")
    return Edit("set", asked.at, {**kept, **reading.rule})


def _accept(asked: Asked) -> Edit:
    """The last row's “these may wait for a person”: begun, or taken away."""
    rule = dict(asked.rules[asked.rule])
    rule["accepts"] = None if rule.get("accepts") else {"any": []}
    return Edit("set", asked.at, rule)


def _add_part(asked: Asked) -> Edit:
    """A comparison of a field, a group or a quantifier, at the end of the group at the path."""
    group, kind = asked.node(), asked.form.get("kind", "")
    ((word, parts),) = group.items()
    if kind in GROUPS or asked.vocabulary.quantifier(kind):
        made = editing.new_group(kind)
    else:
        field = asked.vocabulary.fields.get(asked.form.get("field", ""))
        if field is None:
            raise Refused("edit-wrong")
        made = editing.new_condition(field, asked.vocabulary)
    return Edit("insert", join_path(*asked.path.split("/"), word, len(parts)), made)


def _field(asked: Asked) -> Edit:
    field = asked.vocabulary.fields.get(asked.form.get("field", ""))
    if field is None:
        raise Refused("edit-wrong")
    return Edit("set", asked.path, editing.with_field(asked.node(), field, asked.vocabulary))


def _operator(asked: Asked) -> Edit:
    return Edit("set", asked.path, editing.with_operator(asked.node(), asked.form.get("op", ""), asked.vocabulary))


def _value(asked: Asked) -> Edit:
    leaf = asked.node()
    field, operator = asked.vocabulary.fields[leaf["field"]], asked.vocabulary.operators[leaf["op"]]
    typed = typed_value(asked.form, field, operator, asked.language)
    if typed.wrong:
        raise Refused("value-not-read", value=typed.wrong)
    kept = {key: leaf[key] for key in ("field", "op")}
    return Edit("set", asked.path, kept if typed.value is None else {**kept, "value": typed.value})


def _kind(asked: Asked) -> Edit:
    kind = asked.form.get("kind", "")
    if kind not in GROUPS and not asked.vocabulary.quantifier(kind):
        raise Refused("edit-wrong")
    return Edit("set", asked.path, editing.with_kind(asked.node(), kind))


def _wrap(asked: Asked) -> Edit:
    """Put the part into a group of its own, where more can be added to it."""
    return Edit("set", asked.path, {asked.form.get("kind", "any"): [asked.node()]})


def _move_part(asked: Asked) -> Edit:
    """A part of a condition into another of its groups (`into`), before the member `place`; one edit."""
    into, place = asked.form.get("into", ""), asked.form.get("place", "")
    # A rule has conditions in `when`, the last one also in `accepts`.
    root = "/".join(asked.path.split("/")[: asked.at.count("/") + 2])
    if into != root and not into.startswith(f"{root}/"):
        raise Refused("part-not-there")
    steps = [path.removeprefix(root).strip("/") for path in (asked.path, into)]
    path, target = (each.split("/") if each else [] for each in steps)
    made = editing.moved_part(value_at(asked.document, root), path, target, int(place) if place.isdigit() else None)
    return Edit("set", root, made)


def _remove(asked: Asked) -> Edit:
    return Edit("remove", asked.path)


def _move(asked: Asked) -> Edit:
    to = asked.form.get("to", "")
    return Edit("move", asked.path, to=int(to) if to.isdigit() else -1)


def _add_action(asked: Asked) -> Edit:
    kind = asked.vocabulary.actions.get(asked.form.get("kind", ""))
    if kind is None:
        raise Refused("edit-wrong")
    then = asked.rules[asked.rule]["then"]
    made = editing.new_action(kind)
    # Of one group a rule carries one: choosing another takes its place.
    for place, action in enumerate(then):
        held = asked.vocabulary.actions.get(action.get("do"))
        if kind.group and held is not None and held.group == kind.group:
            return Edit("set", join_path(*asked.at.split("/"), "then", place), made)
    return Edit("insert", join_path(*asked.at.split("/"), "then", len(then)), made)


def _parameter(asked: Asked) -> Edit:
    action = value_at(asked.document, asked.path)
    kind = asked.vocabulary.actions[action["do"]]
    row = next((one for one in kind.parameters if one.name == asked.form.get("parameter")), None)
    if row is None:
        raise Refused("edit-wrong")
    typed = typed_parameter(asked.form, row)
    if typed.wrong:
        raise Refused("value-not-read", value=typed.wrong)
    made = {**action, row.name: typed.value}
    return Edit("set", asked.path, {key: value for key, value in made.items() if value is not None})


def _mend(asked: Asked) -> Edit:
    """The remedy that was offered with a finding."""
    return read_edit(sent_json(asked.form, "edit"))


def _keep_example(asked: Asked) -> Edit:
    """The order that was shown with a finding, as one more example of the pack."""
    return example_edit(asked.document, asked.form)


def _add_template(asked: Asked) -> Edit:
    """Finished rules, with the reasons that they need, as one edit."""
    chosen = next((one for one in templates() if one.id == asked.form.get("template")), None)
    if chosen is None or chosen.section != asked.section:
        raise Refused("edit-wrong")
    return adding(asked.document, asked.section, chosen.rules, chosen.reasons)[0]


def _guided(asked: Asked) -> Edit:
    """The rule that the three answers make."""
    made = guided_rule(asked.document, asked.section, asked.form)
    if made.missing:
        raise Refused("guided-missing")
    return adding(asked.document, asked.section, [made.rule], made.reasons)[0]


def _new_reason(asked: Asked) -> Edit:
    """A reason that the action at the path is to give, written on the spot."""
    action, words = asked.node(), {tongue: asked.form.get(f"reason-{tongue}", "") for tongue in ("zh", "en")}
    name = asked.form.get("parameter", "")
    rows = asked.vocabulary.actions[action["do"]].parameters
    if all(row.name != name or row.refers_to != "reasons" for row in rows):
        raise Refused("edit-wrong")
    return with_new_reason(
        asked.document, words, lambda code: Edit("set", asked.path, {**action, name: code}), initials
    )


_DEEDS: Mapping[str, Callable[[Asked], Edit]] = {
    "add-rule": _add_rule, "move-rule": _move_rule, "copy-rule": _copy_rule, "remove-rule": _remove_rule,
    "mute-rule": _mute_rule, "group-rule": _group_rule, "many": _many, "title": _title, "sentence": _sentence,
    "accept": _accept, "add-part": _add_part,
    "field": _field, "operator": _operator, "value": _value, "kind": _kind, "wrap": _wrap,
    "move-part": _move_part, "remove": _remove, "move": _move, "add-action": _add_action, "parameter": _parameter,
    "remove-action": _remove,
    "mend": _mend, "keep-example": _keep_example, "add-template": _add_template, "guided": _guided,
    "new-reason": _new_reason,
}  # fmt: skip
