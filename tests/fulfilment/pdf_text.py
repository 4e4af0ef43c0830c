"""The text of a PDF as typst writes it: streams unpacked, glyphs looked up in their fonts' ToUnicode tables."""

from __future__ import annotations

import re
import zlib

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.S)


def pdf_text(data: bytes) -> str:
    """Every character shown, in the order of drawing, without spaces."""
    streams = [_unpacked(found) for found in _STREAM.findall(data)]
    glyphs: dict[bytes, str] = {}
    for stream in streams:
        if b"beginbfchar" in stream or b"beginbfrange" in stream:
            glyphs.update(_table(stream))
    return "".join(_shown(stream, glyphs) for stream in streams if b" Tf" in stream or b"TJ" in stream)


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def _table(stream: bytes) -> dict[bytes, str]:
    found = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", stream, re.S):
        for glyph, letters in re.findall(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>", block):
            found[bytes.fromhex(glyph.decode())] = bytes.fromhex(letters.decode()).decode("utf-16-be")
    return found


def _shown(stream: bytes, glyphs: dict[bytes, str]) -> str:
    letters = []
    for text in re.findall(rb"\((?:\\.|[^\\()])*\)|<[0-9A-Fa-f\s]+>", stream, re.S):
        raw = bytes.fromhex(text[1:-1].decode()) if text[:1] == b"<" else _literal(text[1:-1])
        letters += [glyphs.get(raw[i : i + 2], "") for i in range(0, len(raw) - 1, 2)]
    return "".join(letters).replace(" ", "")


def _literal(text: bytes) -> bytes:
    escapes = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}

    def plain(found: re.Match[bytes]) -> bytes:
        what = found[1]
        return bytes([int(what, 8)]) if what[:1].isdigit() else escapes.get(what, what)

    return re.sub(rb"\\([0-7]{1,3}|.)", plain, text, flags=re.S)
