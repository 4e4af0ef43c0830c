"""House rules that no linter keeps."""

from __future__ import annotations

import re
from pathlib import Path

from app.domain.messages import sentences

ROOT = Path(__file__).parents[2]
SOURCES = [path for folder in ("app", "connectors", "bench", "tests") for path in (ROOT / folder).rglob("*.py")]


def test_no_source_file_has_400_lines_or_more() -> None:
    long = [str(p.relative_to(ROOT)) for p in SOURCES if len(p.read_text("utf-8").splitlines()) >= 400]
    assert long == []


def test_every_sentence_is_there_in_both_languages() -> None:
    for code, texts in sentences().items():
        assert set(texts) == {"zh", "en"}, code
        assert all(texts.values()), code
        # A detail that is itself in words comes in both languages: `columns` or `columns_zh`, and `columns_en`.
        said = {name.removesuffix("_zh") for name in _details(texts["zh"])}
        assert said == {name.removesuffix("_en") for name in _details(texts["en"])}, code


def _details(sentence: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", sentence))


def test_lock_files_name_no_index() -> None:
    for lock in ROOT.glob("requirements*.lock"):
        text = lock.read_text("utf-8")
        assert "--index-url" not in text
        assert "://" not in text
        assert "--hash=sha256:" in text
