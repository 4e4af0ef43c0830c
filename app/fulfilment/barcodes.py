"""Code 128 barcodes as drawings: one path, as high as it is asked to be."""

from __future__ import annotations

from itertools import groupby

from barcode import Code128

_QUIET = 10
"""Modules of white that a scanner needs on either side."""


def code128(text: str, *, height: int = 30) -> str:
    """The barcode of `text` (ASCII) as SVG, one unit a module."""
    (modules,) = Code128(text).build()
    path, x = [], _QUIET
    for dark, run in groupby(modules):
        width = sum(1 for _ in run)
        if dark == "1":
            path.append(f"M{x} 0h{width}v{height}h-{width}z")
        x += width
    box = f"0 0 {x + _QUIET} {height}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"><path d="{"".join(path)}"/></svg>'
