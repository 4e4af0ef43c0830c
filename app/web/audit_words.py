"""What the audit's codes mean, in words; a test holds that every action written anywhere is here."""

from __future__ import annotations

from app.web.language import t

ACTIONS: dict[str, tuple[str, str]] = {
    "audit.export": ("导出了审计", "exported the audit"),
    "dead.again": ("重新提交死信", "sent a dead letter again"),
    "dead.discard": ("作废死信", "discarded a dead letter"),
    "demo.remove": ("清除演示数据", "removed the demo"),
    "protection.release": ("放开保护", "ended a protection"),
    "watch.fire": ("监视触发", "a watch fired"),
    "pack.publish": ("发布了规则包", "published rules"),
    "steps.dismiss": ("收起了起步清单", "put the first steps away"),
    "freight.file": ("用文件设置运费", "set freight by file"),
    "import.check": ("检查导入文件", "checked a file to import"),
    "import.discard": ("放弃导入", "discarded an import"),
    "import.file": ("下载导入文件", "took an import's file"),
    "import.forget-layout": ("忘记列的对应", "forgot a layout of columns"),
    "import.go": ("开始导入", "started an import"),
    "import.undo": ("撤销整次导入", "asked to undo an import"),
    "import.undone": ("导入已撤销", "an import was undone"),
    "import.upload": ("上传导入文件", "uploaded a file to import"),
    "list.make": ("生成拣货单", "made a pick list"),
    "list.parcel-off": ("从拣货单拿下包裹", "took a parcel off a pick list"),
    "list.take-back": ("收回拣货单", "took a pick list back"),
    "listing.file": ("用文件匹配商品", "matched items by file"),
    "listing.match": ("匹配商品", "matched an item"),
    "login": ("登录", "logged in"),
    "login.failed": ("登录失败", "failed to log in"),
    "mapping.meaning": ("给平台的值定含义", "gave a platform's value a meaning"),
    "note.add": ("留言", "wrote a note"),
    "order.address": ("改收货地址", "changed an order's address"),
    "order.again": ("重新判定订单", "had an order decided again"),
    "order.cancel": ("取消订单", "cancelled an order"),
    "order.carrier": ("指定快递", "chose an order's carrier"),
    "order.consolidate": ("合单", "put orders into one parcel"),
    "order.erase": ("清除订单的个人信息", "erased an order's personal data"),
    "order.hold": ("挂起订单", "held an order"),
    "order.not-same": ("判断不是同一笔", "said that it is not the same"),
    "order.paid": ("记为已付款", "noted an order as paid"),
    "order.priority": ("改优先级", "changed an order's priority"),
    "order.release": ("放行订单", "released an order"),
    "order.same": ("判断是同一笔", "said that it is the same"),
    "order.split": ("拆单", "split an order"),
    "order.typed": ("录入订单", "typed an order"),
    "order.undo": ("撤销对订单的操作", "took a deed to an order back"),
    "order.unmask": ("看个人信息", "looked at personal data"),
    "order.urgent": ("标为加急", "marked an order urgent"),
    "order.warehouse": ("指定仓库", "chose an order's warehouse"),
    "parcel.put-back": ("包裹放回", "put a parcel back"),
    "password.change": ("改密码", "changed the password"),
    "password.set": ("设密码", "set the password"),
    "personal.search": ("按电话查找买家", "searched a buyer by phone"),
    "purchases.again": ("恢复采购", "reopened a purchase"),
    "purchases.done": ("采购完成", "finished a purchase"),
    "quarantine.again": ("重新提交隔离数据", "sent quarantined entries again"),
    "quarantine.discard": ("作废隔离数据", "discarded quarantined entries"),
    "quarantine.value": ("改正隔离数据", "corrected a quarantined entry"),
    "retention.set": ("改个人信息保留天数", "changed how long personal data is kept"),
    "retention.swept": ("按保留天数清除了个人信息", "erased personal data that was kept long enough"),
    "setup": ("完成首次设置", "set the installation up"),
    "shipment.undo": ("撤销发货", "took a shipment back"),
    "shop.add": ("添加店铺", "added a shop"),
    "shop.off": ("停用店铺", "switched a shop off"),
    "shop.on": ("启用店铺", "switched a shop on"),
    "shop.rotate": ("换店铺密钥", "gave a shop a new key"),
    "sku.file": ("用文件设置 SKU", "set SKUs by file"),
    "sku.save": ("保存 SKU", "saved a SKU"),
    "stock.file": ("用文件设置库存", "set stock by file"),
    "stock.set": ("改库存", "changed stock"),
    "template.add": ("添加快递模板", "added a carrier's template"),
    "template.reset": ("恢复快递模板", "reset a carrier's template"),
    "template.save": ("保存快递模板", "saved a carrier's template"),
    "transfer.short": ("调拨到货不足", "a transfer arrived short"),
    "transfer.undo": ("撤销调拨操作", "took a transfer's step back"),
    "transfers.arrived": ("调拨到货", "transfers arrived"),
    "transfers.sent": ("调拨发出", "transfers were sent"),
    "unmask.ask": ("请主管同意多看个人信息", "asked to see more personal data"),
    "user.add": ("添加用户", "added a user"),
    "user.link": ("给用户一次性链接", "made a user's one-time link"),
    "user.off": ("停用用户", "switched a user off"),
    "user.on": ("启用用户", "switched a user on"),
    "user.role": ("改用户角色", "changed a user's role"),
    "user.shops": ("改用户负责的店铺", "changed a user's shops"),
    "warehouse.file": ("用文件设置仓库", "set warehouses by file"),
    "warehouse.save": ("保存仓库", "saved a warehouse"),
    "waybill.scan": ("扫描运单", "scanned a waybill"),
    "waybills.import": ("导入运单", "imported waybills"),
    "work.undo": ("撤销待办的处理", "took a solved task back"),
}
_ROOMS = {
    "deed": ("批量操作订单", "did something to several orders"),
    "list": ("处理拣货单", "worked on a pick list"),
    "order": ("处理订单", "worked on an order"),
    "print": ("打印单据", "printed papers"),
    "task": ("处理待办", "worked on a task"),
}
"""What is done where a deed has no words of its own."""


def is_known(action: str) -> bool:
    """Whether the action, or its room, has words."""
    return action in ACTIONS or action.partition(".")[0] in _ROOMS


def action_word(action: str) -> str:
    """An action in words."""
    words = ACTIONS.get(action) or _ROOMS.get(action.partition(".")[0]) or ("其他操作", "did something else")
    return t(*words)
