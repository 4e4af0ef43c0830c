"""Rules about anything: compile, evaluate, explain, phrase. Knows no orders; standard library and re2 only."""

from app.engine.compile import compile_rules
from app.engine.evaluate import CompiledRules, Match
from app.engine.explain import ConditionTrace, RuleTrace
from app.engine.phrase import phrase_rule
from app.engine.validate import validate_rules

__all__ = [
    "CompiledRules",
    "ConditionTrace",
    "Match",
    "RuleTrace",
    "compile_rules",
    "phrase_rule",
    "validate_rules",
]
