"""The line's small house, for commands that act on a system with orders in it."""

from tests.line.conftest import house, trade

__all__ = ["house", "trade"]
