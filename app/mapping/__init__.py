"""From a platform's payload to a canonical order, compiled once."""

from app.mapping.compile import CompiledMapping, compile_mapping
from app.mapping.section import section_problems

__all__ = ["CompiledMapping", "compile_mapping", "section_problems"]
