"""Sentences of checks and commands."""

SENTENCES: dict[str, dict[str, str]] = {
    "example-failed": {
        "zh": "例子“{id}”的“{part}”应为 {wanted}，实际是 {got}。请改规则或改例子。",
        "en": "Example “{id}” expects “{part}” {wanted}, but it is {got}. Change the rules or the example.",
    },
    "pack-invalid": {"zh": "规则包有错误，没有采用。", "en": "The rule pack has errors and was not taken."},
    "file-unreadable": {"zh": "无法读取文件 {file}：{reason}", "en": "File {file} cannot be read: {reason}"},
    "rows-refused": {"zh": "文件有错误，什么都没有改动。", "en": "The file has errors; nothing was changed."},
    "shop-exists": {"zh": "已经有店铺“{shop}”了。", "en": "There is a shop “{shop}” already."},
    "platform-name": {
        "zh": "平台代号用小写字母开头，只含小写字母、数字和 _，2 到 32 个字：“{platform}”不行。",
        "en": "A platform's code begins with a small letter and has small letters, digits and _ only, 2 to 32 of them: "
        "not “{platform}”.",
    },
    "platform-unknown": {"zh": "不认识平台“{platform}”。", "en": "Platform “{platform}” is not known."},
    "order-unknown": {"zh": "没有订单“{order}”。", "en": "There is no order “{order}”."},
    "order-ambiguous": {
        "zh": "有几个店铺都有订单“{order}”，请写成 店铺:订单号。",
        "en": "Several shops have an order “{order}”; write shop:order.",
    },
    "queue-server-missing": {
        "zh": "这个系统没有可用的队列服务程序（{detail}）。请用 REDIS_URL 指定一个。",
        "en": "No queue server comes with this system ({detail}). Name one by REDIS_URL.",
    },
    "bench-missing": {
        "zh": "这里没有性能测试（缺少 {folder} 目录）：它只在源码目录里，不随安装包提供。",
        "en": "The benchmarks are not here (no folder {folder}): they come with the source checkout, not the package.",
    },
    "home-path-too-long": {
        "zh": "数据目录的路径太长（{path}，最多 {longest} 字节）。请换短一点的 PANDAN_HOME。",
        "en": "The home's path is too long ({path}, at most {longest} bytes). Choose a shorter PANDAN_HOME.",
    },
    "home-in-use": {
        "zh": "{home} 正被进程 {pid} 使用。请先停掉它，或换一个 PANDAN_HOME。",
        "en": "{home} is in use by process {pid}. Stop it first, or choose another PANDAN_HOME.",
    },
    "queue-not-durable": {
        "zh": "队列服务的 {setting} 是“{value}”，应为“{wanted}”。这样断电会丢订单，程序不启动。",
        "en": "The queue server's {setting} is “{value}”, it must be “{wanted}”: a power cut would lose orders.",
    },
    "job-not-allowed": {"zh": "不允许运行任务 {name}。", "en": "Job {name} may not be run."},
    "pack-missing": {"zh": "还没有生效的规则包。", "en": "No rule pack is live yet."},
}
