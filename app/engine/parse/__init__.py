"""Sentences read back into rules: the inverse of `app.engine.phrase`, and tolerant of how people say things.

It reads exactly what `phrase_rule` prints, in both languages; it takes other words for the same; what it does not
understand it marks and leaves out, and where a sentence can be meant in two ways it says so. It never guesses.
"""

from app.engine.parse.complete import Completion, complete
from app.engine.parse.rule import Reading, normal_rule, parse_rule
from app.engine.parse.steps import Mark

__all__ = ["Completion", "Mark", "Reading", "complete", "normal_rule", "parse_rule"]
