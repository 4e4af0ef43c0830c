"""Sentences about files that people send: order imports and the small tables."""

SENTENCES: dict[str, dict[str, str]] = {
    "file-empty": {
        "zh": "文件是空的。请选择有内容的文件。",
        "en": "The file is empty. Choose one that holds something.",
    },
    "file-too-large": {
        "zh": "文件超过 {megabytes} MB。请拆成几个文件再导入。",
        "en": "The file is larger than {megabytes} MB. Split it and import the parts.",
    },
    "file-corrupt": {
        "zh": "文件已损坏或不完整，无法读取。请从平台重新导出一份。",
        "en": "The file is damaged or cut off and cannot be read. Export it from the platform again.",
    },
    "file-not-a-table": {
        "zh": "这不是 CSV、.xlsx 或 .xls 表格。请在表格软件里另存为 .xlsx 再导入。",
        "en": "This is no CSV, .xlsx or .xls table. Open it in a spreadsheet and save it as .xlsx.",
    },
    "file-web-page": {
        "zh": "这是改名成 .xls 的网页，不是真正的表格。请用 Excel 或 WPS 打开，另存为 .xlsx 再导入。",
        "en": "This is a web page called .xls, not a workbook. Open it in a spreadsheet and save it as .xlsx.",
    },
    "file-has-password": {
        "zh": "文件有打开密码，无法读取。请先去掉密码再导入。",
        "en": "The file is protected by a password and cannot be read. Take the password off and try again.",
    },
    "file-has-macros": {
        "zh": "文件带有宏（.xlsm），为安全起见不读取。请另存为 .xlsx 再导入。",
        "en": "The file holds macros (.xlsm) and is not read, to be safe. Save it as .xlsx.",
    },
    "file-too-costly": {
        "zh": "读取这个文件占用的内存或时间太多，已停止。请拆成几个文件，或另存为 CSV 再导入。",
        "en": "Reading this file took too much memory or time and was stopped. Split it, or save it as CSV.",
    },
    "xml-suspicious": {
        "zh": "这个 .xlsx 里有表格文件不该有的内容，已拒绝读取。请在表格软件里另存一份再试。",
        "en": "This .xlsx holds what no spreadsheet writes and was not read. Save a fresh copy and try again.",
    },
    "file-encoding": {
        "zh": "认不出文件的文字编码。请另存为 UTF-8 或 GB18030 的 CSV。",
        "en": "The file's text encoding is not known. Save it as CSV in UTF-8 or GB18030.",
    },
    "zip-suspicious": {
        "zh": "这个 .xlsx 解压后大得不正常，已拒绝读取。请另存一份再试。",
        "en": "This .xlsx unpacks to an unreasonable size and was not read. Save a fresh copy and try again.",
    },
    "file-unpacks-large": {
        "zh": "这个 .xlsx 解压后超过 {megabytes} MB。请拆成几个文件，或只留用得到的列再导入。",
        "en": "This .xlsx unpacks to more than {megabytes} MB. Split it, or keep only the columns that are needed.",
    },
    "sheet-missing": {
        "zh": "没有名为「{sheet}」的工作表。文件里有：{sheets}。",
        "en": "There is no sheet called “{sheet}”. The file has: {sheets}.",
    },
    "no-headings": {
        "zh": "文件里没有标题行。第一行请写列名。",
        "en": "The file has no heading row. Put the column names in the first row.",
    },
    "too-many-rows": {
        "zh": "文件超过 {rows} 行。请拆成几个文件再导入。",
        "en": "The file has more than {rows} rows. Split it and import the parts.",
    },
    "too-many-columns": {
        "zh": "文件超过 {columns} 列。请删掉用不到的列。",
        "en": "The file has more than {columns} columns. Take out those not needed.",
    },
    "columns-missing": {
        "zh": "缺少必需的列：{columns}。请补上这些列，或改成这些列名。",
        "en": "Needed columns are missing: {columns}. Add them, or rename yours to these.",
    },
    "order-columns-missing": {
        "zh": "这不像订单文件，缺少：{columns}。请补上这些列，或在列对应里指出是哪一列。",
        "en": "This does not look like orders. Missing: {columns_en}. Add them, or say which columns they are.",
    },
    "dates-both-orders": {
        "zh": "日期有两种写法：第 {row} 行「{value}」是日在前，第 {other_row} 行「{other}」是月在前，"
        "其他日期就说不清是哪天。请统一写法再导入；或回到“对列”选定怎么读，读不通的行会单独列出。",
        "en": "Dates are written in two ways: row {row} says {value}, day first, and row {other_row} says {other}, "
        "month first, so nobody can tell what the others mean. Write them one way; or choose one at the columns: rows "
        "that do not fit it are listed.",
    },
    "dates-other-order": {
        "zh": "第 {row} 行的日期「{value}」和选定的月日顺序相反，整个文件都会读错，已停止。请回到“对列”改选。",
        "en": "The date {value} in row {row} contradicts the chosen order of month and day: the whole file would be "
        "misread, so it was stopped. Choose the other order at the columns.",
    },
    "note-date-either": {
        "zh": "日期「{value}」按月/日/年来读，文件里看不出月和日谁在前。",
        "en": "The date {value} is read month first; the file does not tell which comes first.",
    },
    "note-no-address": {
        "zh": "没有收货电话或地址，发货前要补上。",
        "en": "There is no phone or no address; it must be filled in before it ships.",
    },
    "note-without-sku": {
        "zh": "{count} 行商品没有 SKU，导入后要匹配一次。",
        "en": "Lines without a SKU: {count}. Match them once after the import.",
    },
    "note-titles-split": {
        "zh": "一格里写了几个商品，已拆成 {count} 行。",
        "en": "Several titles in one cell were split into {count} lines.",
    },
    "note-rows-repeat": {
        "zh": "{count} 行和上面的行完全相同，只算一次。",
        "en": "Rows that only repeat one above: {count}; counted once.",
    },
    "note-rows-left-out": {
        "zh": "另有 {count} 行有错，不导入。",
        "en": "Rows of it that are wrong and left out: {count}.",
    },
    "cell-empty": {"zh": "第 {row} 行：此格不能为空。", "en": "Row {row}: this cell must not be empty."},
    "cell-whole-number": {
        "zh": "第 {row} 行：「{value}」不是整数，或小于 {least}。",
        "en": "Row {row}: “{value}” is no whole number of at least {least}.",
    },
    "cell-money": {
        "zh": "第 {row} 行：「{value}」不是金额。请写成 12.50 这样的元。",
        "en": "Row {row}: “{value}” is no amount. Write yuan, such as 12.50.",
    },
    "cell-degrees": {
        "zh": "第 {row} 行：「{value}」不是 ±{most} 度以内的坐标。",
        "en": "Row {row}: “{value}” is no coordinate within ±{most} degrees.",
    },
    "cell-time-of-day": {
        "zh": "第 {row} 行：「{value}」不是时刻。请写成 16:30。",
        "en": "Row {row}: “{value}” is no time of day. Write 16:30.",
    },
    "cell-time": {
        "zh": "第 {row} 行：「{value}」不是时间。请写成 2026-11-23 09:30:00。",
        "en": "Row {row}: “{value}” is no time. Write 2026-11-23 09:30:00.",
    },
    "cell-components": {
        "zh": "第 {row} 行：「{value}」不是组合写法。请写成 SKU1*2|SKU2，且不能包含自己。",
        "en": "Row {row}: “{value}” is no bundle. Write SKU1*2|SKU2, without the bundle itself.",
    },
    "order-number-missing": {
        "zh": "第 {row} 行：没有订单号。请补上订单号。",
        "en": "Row {row}: there is no order number. Fill it in.",
    },
    "number-lost-digits": {
        "zh": "第 {row} 行：号码「{value}」被表格软件改成了科学计数，末尾几位已丢失。请把该列设为文本后重新导出。",
        "en": "Row {row}: the spreadsheet rounded the number “{value}”. Format the column as text, export again.",
    },
    "state-unknown": {
        "zh": "第 {row} 行：不认识订单状态「{value}」。请改成 待付款、待发货、已发货、交易成功、交易关闭 之一。",
        "en": "Row {row}: the order state “{value}” is not known. Use unpaid, paid, shipped, completed or closed.",
    },
    "refund-unknown": {
        "zh": "第 {row} 行：不认识退款状态「{value}」。请改成 无退款、退款中、退款成功 之一。",
        "en": "Row {row}: the refund state “{value}” is not known. Use none, requested or refunded.",
    },
    "row-cancels": {
        "zh": "第 {row} 行是取消记录（{value}），不是一笔购买。",
        "en": "Row {row} records a cancellation ({value}), not a purchase.",
    },
    "row-adjusts": {
        "zh": "第 {row} 行是坏账或调整记录（{value}），不是一笔购买。",
        "en": "Row {row} records bad debt or an adjustment ({value}), not a purchase.",
    },
    "row-is-a-charge": {
        "zh": "第 {row} 行“{value}”是费用（邮费、折扣、手续费等），不是商品。",
        "en": "Row {row}, {value}, is a charge (postage, discount, a fee), not goods.",
    },
    "price-below-zero": {
        "zh": "第 {row} 行：单价“{value}”小于零。",
        "en": "Row {row}: the price {value} is below zero.",
    },
    "quantity-not-positive": {
        "zh": "第 {row} 行：数量「{value}」必须大于 0。",
        "en": "Row {row}: the quantity “{value}” must be above 0.",
    },
    "line-without-goods": {
        "zh": "第 {row} 行：没有商品编码，也没有商品名称，不知道发什么货。",
        "en": "Row {row}: neither a goods code nor a title is given, so nobody knows what to ship.",
    },
    "order-row-rejected": {
        "zh": "第 {row} 行：订单 {order} 的另一行有错，整单没有导入。",
        "en": "Row {row}: another row of order {order} is wrong, so the whole order was left out.",
    },
}
