"""Sentences of drafts, publishing and rolling back."""

SENTENCES: dict[str, dict[str, str]] = {
    "pack-live-already": {
        "zh": "版本 {version} 的内容现在就是生效的。",
        "en": "The content of version {version} is the live one already.",
    },
    "pack-version-unknown": {"zh": "没有规则包版本 {version}。", "en": "There is no pack version {version}."},
    "publish-nothing": {
        "zh": "选中的部分和生效的规则一样，没有什么要发布。",
        "en": "The chosen sections are as the live rules have them; there is nothing to publish.",
    },
    "publish-needs-note": {
        "zh": "有警告。要发布就写明理由，它会和版本一起保存。",
        "en": "There are warnings. To publish in spite of them, say why; the reason is kept with the version.",
    },
    "note-too-long": {"zh": "说明最多 {most} 个字。", "en": "A note has at most {most} characters."},
    "section-not-yours": {
        "zh": "{sections}不归你改。要改请找管理员给你这个权限，或者请有权的人改。",
        "en": "{sections}: not yours to change. Ask an administrator for the right, or somebody who has it.",
    },
    "publish-unseen": {
        "zh": "还没有发布：你看过影响之后，草稿或生效的规则又变了。下面是新的影响，看过再发布。",
        "en": "Not published: the draft or the live rules have changed since you saw the impact. The new impact is "
        "below; look at it, then publish.",
    },
    "order-invalid": {
        "zh": "这一单读不出来。改好下面几处再试。",
        "en": "This order cannot be read. Mend what is named below and try again.",
    },
    "address-broken": {
        "zh": "这个链接不完整。请从原来的页面再点一次。",
        "en": "This link is not whole. Follow it again from the page that it was on.",
    },
    "section-moved-on": {
        "zh": "别人已经发布了你改过的部分。先看看不同之处，再“以最新版本为底”，选用谁的。",
        "en": "Somebody else has published a section that you changed. Look at what differs, then base the draft on "
        "the newest version and choose whose to keep.",
    },
    "rollback-not-one": {
        "zh": "版本 {version} 没有恢复以前的版本，没有什么要处理。",
        "en": "Version {version} brought nothing back; there is nothing to put right.",
    },
    "publishing-busy": {
        "zh": "同时有人在发布，没有轮到。请再试一次。",
        "en": "Others are publishing at the same time. Please try once more.",
    },
    "draft-unknown": {"zh": "没有这份草稿，可能已经删除。", "en": "There is no such draft; it may be gone."},
    "draft-ended": {
        "zh": "这份草稿已经发布或丢弃，不能再改。",
        "en": "This draft has been published or discarded and cannot be changed any more.",
    },
    "draft-stale": {
        "zh": "草稿刚才又有改动，你这一步没有做。看一看现在的样子，再决定。",
        "en": "The draft has changed since you looked, so this was not done. See how it stands, then decide.",
    },
    "draft-not-yours": {
        "zh": "草稿现在归 {owner}。要改就先接手。",
        "en": "The draft is {owner}’s now. Take it over first to change it.",
    },
    "draft-nothing-to-undo": {"zh": "没有可以撤销的了。", "en": "There is nothing left to undo."},
    "draft-nothing-to-redo": {"zh": "没有可以重做的了。", "en": "There is nothing to do again."},
    "draft-title": {"zh": "草稿名称要有 1 到 {most} 个字。", "en": "A draft’s name has 1 to {most} characters."},
    "draft-too-large": {"zh": "规则包超过 {most} MB，放不下。", "en": "The pack is larger than {most} MB."},
    "draft-not-json": {
        "zh": "这不是 JSON：第 {line} 行第 {column} 个字附近有错。",
        "en": "This is not JSON: see line {line}, near character {column}.",
    },
    "edit-wrong": {"zh": "看不懂这个改动。", "en": "This change cannot be understood."},
    "edit-place-gone": {
        "zh": "要改的地方（{path}）已经不在了。",
        "en": "The place to change ({path}) is no longer there.",
    },
    "edit-id-taken": {"zh": "编号“{id}”已经有了，请换一个。", "en": "The id “{id}” is taken; choose another."},
    "edit-id-changed": {
        "zh": "规则的编号“{id}”不能改：判单书里记着它。要换编号，请复制一条再删掉这条。",
        "en": "The id “{id}” of a rule stays: decision records name it. For another id, copy the rule and delete this.",
    },
}
