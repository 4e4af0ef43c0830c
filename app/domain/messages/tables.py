"""Sentences of decision tables: why a rule does not fit in, and what a cell or a workbook says wrong."""

SENTENCES: dict[str, dict[str, str]] = {
    # Why a rule is not of the table's shape.
    "table-nested": {
        "zh": "条件里有“任一”“都不”或更深的组合，一行写不下",
        "en": "its conditions hold “any”, “none” or deeper groups, which one row cannot say",
    },
    "table-twice": {
        "zh": "同一个条件或动作出现了两次",
        "en": "it asks or does the same thing twice",
    },
    "table-unknown": {"zh": "有表格不认识的条件或动作", "en": "it holds something that the table does not know"},
    "table-long": {"zh": "有一项太长，单元格放不下", "en": "something in it is too long for a cell"},
    # Cells.
    "table-number": {"zh": "“{column}”要填数字，现在是“{got}”。", "en": "“{column}” takes a number, not “{got}”."},
    "table-money": {
        "zh": "“{column}”的金额最多两位小数，现在是“{got}”。",
        "en": "“{column}” takes an amount with at most two decimals, not “{got}”.",
    },
    "table-whole": {"zh": "“{column}”要填整数，现在是“{got}”。", "en": "“{column}” takes a whole number, not “{got}”."},
    "table-yes-no": {
        "zh": "“{column}”只能填“是”或“否”，现在是“{got}”。",
        "en": "“{column}” takes yes or no, not “{got}”.",
    },
    "table-mere": {
        "zh": "“{column}”只能填“是”或留空，现在是“{got}”。",
        "en": "“{column}” takes yes or nothing, not “{got}”.",
    },
    "table-choice": {
        "zh": "“{column}”没有“{got}”这个选项，请从下拉里选。",
        "en": "“{column}” has no choice “{got}”; pick one of its list.",
    },
    "table-quoted": {
        "zh": "“{column}”里的引号或括号没有写完整：“{got}”。",
        "en": "“{column}” holds an unfinished quote: “{got}”.",
    },
    "table-pair": {
        "zh": "“{column}”要写成“低 ~ 高”，现在是“{got}”。",
        "en": "“{column}” is written as “low ~ high”, not “{got}”.",
    },
    "table-clock": {
        "zh": "“{column}”要写成“22:00 ~ 06:00”，现在是“{got}”。",
        "en": "“{column}” is written as “22:00 ~ 06:00”, not “{got}”.",
    },
    "table-weekday": {
        "zh": "“{column}”要写成“周一、周二”，没有“{got}”。",
        "en": "“{column}” is written as “Mon, Tue”; there is no “{got}”.",
    },
    "table-age": {
        "zh": "“{column}”要写成“2 小时”或“3 天”，现在是“{got}”。",
        "en": "“{column}” is written as “2 hours” or “3 days”, not “{got}”.",
    },
    "table-weights": {
        "zh": "“{column}”要写成“距离近 3、运费低 2”，现在是“{got}”。",
        "en": "“{column}” is written as “near 3, cheap 2”, not “{got}”.",
    },
    "table-field": {
        "zh": "“{column}”里的《》要写另一个字段的名称，没有{got}。",
        "en": "“{column}”: there is no field {got}.",
    },
    "table-value": {"zh": "“{column}”的内容不能这样写。", "en": "“{column}” cannot be written like that."},
    # Rows, columns, workbooks.
    "table-otherwise": {
        "zh": "“其他情况”这一行接住剩下的所有订单，不能有条件。",
        "en": "The “otherwise” row takes whatever is left and can have no conditions.",
    },
    "table-fixed": {
        "zh": "这一行的规则不是这张表的形状，不能在表里改；请到规则页改。",
        "en": "This row's rule is not of the table's shape; change it on the page of rules.",
    },
    "table-column-unknown": {
        "zh": "这一列不是导出时就有的，不知道是什么条件。请在网页的表里加条件，再导出。",
        "en": "This column was not in the workbook as exported. Add a condition in the table on the page, then export.",
    },
    "table-column-gone": {
        "zh": "这一行原来有“{column}”，但这一列被删掉了。要去掉条件，请清空单元格，保留这一列。",
        "en": "This row had “{column}”, whose column is gone. To drop a condition empty its cell, keep the column.",
    },
    "table-not-a-workbook": {
        "zh": "这不是能读的 Excel 文件（.xlsx）。",
        "en": "This is no Excel file (.xlsx) that can be read.",
    },
    "table-not-ours": {
        "zh": "这份 Excel 不是从规则表导出的。请先导出，在那份里改。",
        "en": "This workbook was not exported from a table of rules. Export one and change that.",
    },
    "table-other-section": {
        "zh": "这份 Excel 是“{section}”的表，不是这里的。",
        "en": "This workbook is the table of “{section}”, not of this one.",
    },
    "table-too-large": {"zh": "表太大，最多 {limit} 行。", "en": "The table is too large; at most {limit} rows."},
    "table-refused": {
        "zh": "表里有写得不对的地方，一条都没有改。请改好再上传。",
        "en": "Some of the table cannot be read, and nothing was changed. Mend it and upload it again.",
    },
    "table-place": {"zh": "第 {row} 行", "en": "Row {row}"},
    "table-place-cell": {"zh": "{column}{row} 格", "en": "Cell {column}{row}"},
}
