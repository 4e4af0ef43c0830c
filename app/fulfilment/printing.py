"""PDFs by typst. Data goes in as JSON beside the layout, never into its markup, and nothing touches the disk."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson
import pylopdf_fonts_zh_cn
import typst

FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent


def print_pdf(layout: str, data: dict[str, Any]) -> bytes:
    """The PDF of `app/fulfilment/print/<layout>.typ` over this data."""
    made: bytes = compile_layout(layout, data, "pdf")
    return made


def compile_layout(layout: str, data: dict[str, Any], kind: str) -> Any:
    """The layout over the data as `pdf`, or as `png` pages for looking at."""
    given = {"main": _layout(layout), "look.typ": _layout("look"), "data.json": orjson.dumps(data)}
    # Its types leave out that the input may be files by name.
    compile_files: Any = typst.compile
    return compile_files(given, font_paths=[str(FONTS)], ignore_system_fonts=True, format=kind)


@cache
def _layout(name: str) -> bytes:
    return files("app.fulfilment").joinpath("print", f"{name}.typ").read_bytes()
