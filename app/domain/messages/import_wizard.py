"""Sentences of the import's pages."""

SENTENCES: dict[str, dict[str, str]] = {
    "import-begun": {
        "zh": "这次导入已经开始，列不能再改。要改请撤销后重新上传。",
        "en": "This import has begun; its columns cannot change any more. Undo it and upload the file again.",
    },
    "import-file-gone": {
        "zh": "上传的文件已经不在了（超过一周没有导入会清掉）。请重新上传。",
        "en": "The uploaded file is gone (after a week without an import it is removed). Upload it again.",
    },
}
