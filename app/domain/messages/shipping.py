"""Sentences of the warehouse: parcels that must not leave, pick lists, waybills, transfers, carriers' files."""

SENTENCES: dict[str, dict[str, str]] = {
    # Why a parcel must not leave.
    "stop-cancelled": {"zh": "订单已由人工取消", "en": "the order was cancelled by a person"},
    "stop-held": {"zh": "订单已由人工挂起", "en": "the order was put on hold by a person"},
    "stop-unpaid": {"zh": "平台显示未付款", "en": "the platform says it is not paid"},
    "stop-refunding": {"zh": "买家在申请退款", "en": "the buyer asks for the money back"},
    "stop-refunded": {"zh": "已经退款", "en": "the money was paid back"},
    "stop-closed": {"zh": "平台已关闭订单", "en": "the platform closed the order"},
    "stop-forbidden": {"zh": "平台禁止发货", "en": "the platform forbids shipping it"},
    "stop-line-refund": {"zh": "有商品在退款", "en": "a line of it is being refunded"},
    "stop-shipped-elsewhere": {"zh": "平台显示已经发过货", "en": "the platform says it was shipped already"},
    # Pick lists.
    "nothing-to-pick": {
        "zh": "没有符合条件的待拣包裹。换个条件，或等新订单。",
        "en": "No open parcel fits. Change the conditions, or wait for orders.",
    },
    "list-shipped": {
        "zh": "这张拣货单已有包裹发出，不能整单撤回。可以把没发的包裹一个个移出。",
        "en": "Something of this list has left, so it cannot be taken back. Take single parcels off it instead.",
    },
    "list-taken-back": {"zh": "这张拣货单已经撤回了。", "en": "This list was taken back already."},
    "parcel-unknown": {"zh": "没有包裹 {parcel}。", "en": "There is no parcel {parcel}."},
    "parcel-not-stopped": {
        "zh": "包裹 {parcel} 可以发，没有要放回的。",
        "en": "Parcel {parcel} may leave; there is nothing to put back.",
    },
    "parcel-on-the-road": {
        "zh": "包裹 {parcel} 的货还在调拨途中，到货后再放回。",
        "en": "Goods of parcel {parcel} are still on the road; put them back when they have arrived.",
    },
    # Waybills.
    "waybill-parcel-missing": {"zh": "没有写包裹号或订单号。", "en": "There is no parcel or order number."},
    "waybill-parcel-unknown": {
        "zh": "没有包裹或订单 {parcel}。请核对号码。",
        "en": "There is no parcel or order {parcel}. Check the number.",
    },
    "waybill-other-warehouse": {
        "zh": "{parcel} 是别的仓库的包裹。",
        "en": "{parcel} belongs to another warehouse.",
    },
    "waybill-order-in-several": {
        "zh": "订单 {order} 分了几个包裹（{parcels}），请写包裹号。",
        "en": "Order {order} leaves in several parcels ({parcels}); give the parcel's number.",
    },
    "waybill-missing": {"zh": "没有写运单号。", "en": "There is no waybill number."},
    "waybill-odd": {
        "zh": "“{waybill}”不像运单号（5 到 40 位字母、数字或 -）。",
        "en": "“{waybill}” does not look like a waybill (5 to 40 letters, digits or -).",
    },
    "waybill-carrier-missing": {
        "zh": "不知道是哪家快递。请加一列“快递公司”，或在上传时选一家。",
        "en": "The carrier is not known. Add a carrier column, or choose one with the file.",
    },
    "waybill-used": {
        "zh": "运单号 {waybill} 已经用在包裹 {parcel} 上了。",
        "en": "Waybill {waybill} is on parcel {parcel} already.",
    },
    "waybill-parcel-stopped": {
        "zh": "包裹 {parcel} 不能发：{why}。请把货放回。",
        "en": "Parcel {parcel} must not leave: {why}. Put its goods back.",
    },
    "waybill-not-picked": {
        "zh": "包裹 {parcel} 还不在拣货单上。先做拣货单。",
        "en": "Parcel {parcel} is on no pick list yet. Make one first.",
    },
    "waybill-put-back": {"zh": "包裹 {parcel} 的货已经放回了。", "en": "The goods of parcel {parcel} were put back."},
    "waybill-all-left": {
        "zh": "包裹 {parcel} 已经全部发出了。",
        "en": "Everything in parcel {parcel} has left already.",
    },
    "waybill-sku-not-here": {
        "zh": "包裹 {parcel} 里没有待发的 {sku}。",
        "en": "Parcel {parcel} holds no {sku} that is still here.",
    },
    "waybill-quantity": {"zh": "数量要填大于 0 的整数。", "en": "The quantity must be a whole number above 0."},
    "waybill-more-than-here": {
        "zh": "包裹 {parcel} 只剩 {here} 件，不能发 {wanted} 件。",
        "en": "Parcel {parcel} has {here} units left; {wanted} cannot leave.",
    },
    "waybill-which-sku": {
        "zh": "包裹 {parcel} 有几种商品，只发一部分时请写明 SKU。",
        "en": "Parcel {parcel} holds several SKUs; say which one leaves.",
    },
    "waybill-columns": {
        "zh": "文件里没有认出这些列：{missing}。请看下面认得的列名。",
        "en": "These columns were not found: {missing}. See the headings below that are known.",
    },
    "waybill-too-many": {
        "zh": "一次最多 {most} 行。请分几个文件。",
        "en": "At most {most} rows at once. Split the file.",
    },
    "shipment-told": {
        "zh": "平台已经收到这个运单号，不能撤销了。",
        "en": "The platform has been told this waybill; it cannot be taken back.",
    },
    "none-chosen": {"zh": "请先勾选。", "en": "Tick some first."},
    # Transfers.
    "transfer-units": {"zh": "到货数量要在 0 到 {most} 之间。", "en": "Between 0 and {most} units can have arrived."},
    "transfer-missing-why": {
        "zh": "少了 {missing} 件。请选是丢了，还是没发出来。",
        "en": "{missing} units are missing. Say whether they are lost or never left.",
    },
    "transfer-not-sent": {"zh": "这笔调拨不在途中。", "en": "This transfer is not on its way."},
    "transfer-not-arrived": {"zh": "这笔调拨还没到。", "en": "This transfer has not arrived."},
    "transfer-used": {
        "zh": "这批货已经拣了或重新分配了，不能撤销到货。数量不对请改库存。",
        "en": "These goods were picked or given away already; it cannot be taken back. Correct the stock instead.",
    },
    # Carriers' files.
    "template-refused": {"zh": "模板没有保存，请先改这些。", "en": "The template was not saved; mend these first."},
    "template-empty": {"zh": "至少要有一列。", "en": "There must be a column."},
    "template-long": {"zh": "最多 {most} 列。", "en": "At most {most} columns."},
    "template-heading": {"zh": "第 {place} 列没有列名。", "en": "Column {place} has no heading."},
    "template-heading-long": {
        "zh": "第 {place} 列的列名超过 {most} 个字。",
        "en": "The heading of column {place} has more than {most} characters.",
    },
    "template-field": {"zh": "第 {place} 列的内容不认识。", "en": "What column {place} holds is not known."},
    "carrier-name": {
        "zh": "快递代码用 1 到 32 个字母、数字或汉字。",
        "en": "A carrier's code has 1 to 32 letters or digits.",
    },
}
