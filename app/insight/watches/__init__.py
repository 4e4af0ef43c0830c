"""Watches: which windows over several orders a watch is true of. Two engines say so; what acts is checked again."""
