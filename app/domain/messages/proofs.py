"""Sentences about what is proved of rules. `case_zh`/`case_en` are the case in words."""

SENTENCES: dict[str, dict[str, str]] = {
    "gap": {
        "zh": "{how_zh}：{case_zh}。",
        "en": "{how_en}: {case_en}.",
    },
    "undecided": {
        "zh": "“{rule_zh}”没能判定（{about_zh}）。请人工核对，或把条件写简单些。",
        "en": "“{rule_en}” could not be decided ({about_en}). Check it yourself, or write its conditions more simply.",
    },
}
