"""Proofs about rules: what no rule takes, what never decides, what contradicts itself, each with a concrete case.

Knows the vocabulary and what it is told of a domain, no orders. Every comparison's truth comes from the compiled
engine's own tests, so that what is proved is what is run.
"""

from app.engine.analyse.domain import Domain, FieldFacts, Point, Rule
from app.engine.analyse.findings import Claim, Finding, believe

__all__ = ["Claim", "Domain", "FieldFacts", "Finding", "Point", "Rule", "believe"]
