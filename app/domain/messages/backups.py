"""Sentences of backing up, restoring, and going back to an earlier pack."""

SENTENCES: dict[str, dict[str, str]] = {
    "backup-schema": {
        "zh": "数据库结构是 {found}，本程序需要 {wanted}。请先运行 pandan db upgrade，或用原来的版本备份。",
        "en": "The database has shape {found}, this program wants {wanted}. Run pandan db upgrade first, or back up "
        "with the version that made it.",
    },
    "backup-failed": {
        "zh": "没有备份成功（{file}）：{reason}。原有的备份文件没有改动。请检查磁盘空间和权限后再试。",
        "en": "No backup was made ({file}): {reason}. An older file is as it was. Check space and permissions.",
    },
    "backup-damaged": {
        "zh": "备份文件 {file} 已损坏（{part}），什么都没有改动。请换一份备份。",
        "en": "The backup {file} is damaged ({part}); nothing was changed. Use another copy.",
    },
    "backup-newer": {
        "zh": "备份文件 {file} 由更新的版本 {version} 写成，什么都没有改动。请先升级 pandan。",
        "en": "The backup {file} was made by the newer version {version}; nothing was changed. Update pandan first.",
    },
    "backup-key-missing": {
        "zh": "备份时密钥在 PANDAN_SECRET_KEY 里，文件中没有。请设置同一个 PANDAN_SECRET_KEY 再恢复。",
        "en": "The key was in PANDAN_SECRET_KEY and is not in the backup. Set the same PANDAN_SECRET_KEY and restore.",
    },
    "backup-key-differs": {
        "zh": "密钥不是备份时的那一个，个人信息会打不开，什么都没有改动。请改正或去掉 PANDAN_SECRET_KEY。",
        "en": "The key is not the backup's, so personal data could not be read; nothing was changed. Correct or unset "
        "PANDAN_SECRET_KEY.",
    },
    "restore-not-empty": {
        "zh": "{home} 里已有数据（{found}），什么都没有改动。请换一个 PANDAN_HOME，或加 --replace（原文件留在旁边）。",
        "en": "{home} holds data already ({found}); nothing was changed. Choose another PANDAN_HOME, or say --replace, "
        "which keeps the old files beside the new.",
    },
    "restore-outside-not-empty": {
        "zh": "{where} 里已有数据，什么都没有改动。程序不会覆盖外部的数据库或队列，请先新建一个空的。",
        "en": "{where} holds data already; nothing was changed. Outside databases and queues are never overwritten: "
        "name an empty one.",
    },
    "restore-workers-run": {
        "zh": "还有工作进程在用这个队列（{names}）。请先全部停掉；被强行结束的几分钟后才会消失。",
        "en": "Workers still use this queue ({names}). Stop them all; one that was killed vanishes after some minutes.",
    },
    "restore-failed": {
        "zh": "没有恢复成功：{reason}。什么都没有改动。请排除原因后再试。",
        "en": "Nothing was restored or changed: {reason}. Mend that and try again.",
    },
}
