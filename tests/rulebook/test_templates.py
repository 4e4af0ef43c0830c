"""Templates are finished rules: whole in every pack, told in both languages, with the reasons they need."""

from __future__ import annotations

import copy
from typing import Any

import orjson
import pytest

from app.engine import phrase_rule
from app.persistence.packs import SHIPPED
from app.processing.examples import decide_example
from app.rulebook.check import check_pack
from app.rulebook.drafts import apply
from app.rulebook.order_vocabulary import SECTIONS
from app.rulebook.pack import known_reasons, pack_problems
from app.rulebook.starting import Template, adding, templates

PACK: dict[str, Any] = orjson.loads((SHIPPED / "apparel-default.json").read_bytes())
BARE = {**PACK, "reasons": {}, "examples": [], "watches": [], "escalation": [],
        "screening": {**PACK["screening"], "rules": []},
        "allocation": {**PACK["allocation"], "rules": [{"id": "otherwise", "then": [
            {"do": "hold", "reason": "no-rule", "owner": "supervisor"}]}]}}  # fmt: skip


def filled(template: Template) -> Template:
    """The template with what only a house knows."""
    rules: list[Any] = copy.deepcopy([dict(rule) for rule in template.rules])
    for path in template.asks:
        _, place, *steps, last = path.split("/")
        node = rules[int(place)]
        for step in steps:
            node = node[int(step)] if isinstance(node, list) else node[step]
        assert last not in node, "what is asked for is not there yet"
        node[last] = "GIFT-1"
    return Template(template.id, template.section, template.title, template.about, rules, template.reasons)


@pytest.mark.parametrize("template", templates(), ids=lambda one: one.id)
@pytest.mark.parametrize("document", [PACK, BARE], ids=["shipped", "bare"])
def test_a_template_makes_whole_rules_in_one_edit(template: Template, document: dict[str, Any]) -> None:
    whole = filled(template)
    edit, ids = adding(document, whole.section, whole.rules, whole.reasons)
    made = apply(document, edit)
    assert pack_problems(made) == []
    rules = {rule["id"]: rule for rule in made[whole.section]["rules"]}
    assert len(ids) == len(whole.rules)
    for name in ids:
        for tongue in ("zh", "en"):
            assert rules[name]["title"][tongue]
            assert phrase_rule(rules[name], SECTIONS[whole.section], tongue, {"reasons": known_reasons(made)})
    if whole.section == "allocation":
        assert "when" not in made["allocation"]["rules"][-1], "the last row stays the last"
    assert all(text["zh"] and text["en"] for text in (whole.title, whole.about))


def test_templates_do_not_get_into_each_others_way() -> None:
    """All that can be added to screening at once leave no conflict and nothing that can never hold."""
    document = BARE
    for template in templates():
        if template.section == "screening":
            whole = filled(template)
            document = apply(document, adding(document, whole.section, whole.rules, whole.reasons)[0])
    found = [one for one in check_pack(document, decide_example).diagnostics if one.path.startswith("screening")]
    assert [one.code for one in found if one.severity == "error" or one.code in ("gap", "always-false")] == []
