"""Goods, stock and what leaves the house."""
