"""What the papers say, in the person's language: the sheets and pages of a pick list, and packing slips."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.fulfilment.barcodes import code128
from app.fulfilment.documents import Paper, Receiver, by_bin, walk
from app.fulfilment.parcels import Parcel
from app.fulfilment.workbooks import Table
from app.web.fulfilment_words import stop_word
from app.web.language import t

_LONG_SLIP = 8


def list_tables(paper: Paper) -> list[Table]:
    """The pick list as sheets: by bin, by parcel, and one to fill with waybills and give back."""
    said = f"{paper.warehouse} · {paper.made_at} · {paper.made_by}"
    title, going = t("拣货单 ", "Pick list ") + paper.number, [p for p in paper.parcels if p.here]
    stops = walk(paper.to_pick)
    return [
        Table(
            t("按库位", "By bin"), title, _walk_headings(),
            [(one.bin, one.sku, one.name, one.units, one.parcels, "") for one in stops],
            note=said + " · " + t(f"共 {sum(s.units for s in stops)} 件", f"{sum(s.units for s in stops)} units"),
        ),
        _parcel_sheet(title, said, going),
        Table(
            t("运单", "Waybills"), t("运单回填 ", "Waybills of ") + paper.number, _waybill_headings(),
            [(p.number, " ".join(p.orders), p.carrier or "", "") for p in paper.to_pick],
            note=t("填好快递公司和运单号，把这个文件上传回来。", "Fill in carrier and waybill, and upload this file."),
        ),
    ]  # fmt: skip


def _parcel_sheet(title: str, said: str, going: Sequence[Parcel]) -> Table:
    rows: list[Sequence[str | int]] = []
    painted: set[int] = set()
    for place, parcel in enumerate(going, 1):
        for goods in by_bin(parcel.here):
            if parcel.stop:
                painted.add(len(rows))
            rows.append(
                (
                    place, parcel.number, " ".join(parcel.orders), parcel.shares[0].shop_name, goods.bin, goods.sku,
                    goods.name + (t("（赠品）", " (gift)") if goods.gift else ""), goods.quantity, parcel.carrier or "",
                    t("停！不能发", "STOP") if parcel.stop else "",
                )
            )  # fmt: skip
    headings = (
        (t("序号", "No."), 6), (t("包裹号", "Parcel"), 12), (t("订单号", "Order"), 24), (t("店铺", "Shop"), 14),
        (t("库位", "Bin"), 11), ("SKU", 22), (t("商品", "Goods"), 28), (t("数量", "Units"), 7),
        (t("快递", "Carrier"), 10), (t("状态", "State"), 11),
    )  # fmt: skip
    return Table(t("按包裹", "By parcel"), title, headings, rows, said, frozenset(painted), landscape=True)


def _walk_headings() -> tuple[tuple[str, int], ...]:
    return (
        (t("库位", "Bin"), 13), ("SKU", 24), (t("商品", "Goods"), 32), (t("数量", "Units"), 8),
        (t("包裹数", "Parcels"), 9), (t("已拣", "Picked"), 8),
    )  # fmt: skip


def _waybill_headings() -> tuple[tuple[str, int], ...]:
    return (
        (t("包裹号", "Parcel number"), 14), (t("订单号", "Order number"), 26), (t("快递公司", "Carrier"), 14),
        (t("运单号", "Waybill"), 24),
    )  # fmt: skip


def list_data(paper: Paper) -> dict[str, Any]:
    """The pick list for printing."""
    stops, parcels = walk(paper.to_pick), paper.to_pick
    units = sum(stop.units for stop in stops)
    return {
        "title": t("拣货单", "Pick list"), "number": paper.number, "warehouse": paper.warehouse,
        "note": t(
            f"{paper.made_at} · {paper.made_by} · {len(parcels)} 个包裹，{units} 件",
            f"{paper.made_at} · {paper.made_by} · {len(parcels)} parcels, {units} units",
        ),
        "bars": code128(paper.number),
        "stopped": [_stopped(parcel) for parcel in paper.stopped],
        "walk": [
            {"bin": s.bin or "—", "sku": s.sku, "name": s.name, "units": s.units, "parcels": s.parcels} for s in stops
        ],
        "parcels": [_printed(place, parcel) for place, parcel in enumerate(parcels, 1)],
        "labels": {
            "stopped": t("停！这些包裹不能发，请找出来放回库位：", "STOP! These must not leave; put them back:"),
            "by_bin": t("按库位走", "The walk, by bin"), "by_parcel": t("按包裹分", "By parcel"),
            "total": t(f"共 {units} 件", f"{units} units in all"),
            "walk": ["", t("库位", "Bin"), "SKU", t("商品", "Goods"), t("数量", "Units"), t("包裹数", "Parcels")],
            "parcel": [
                "", t("包裹 / 订单", "Parcel / order"), t("库位 · 商品", "Bin · goods"), t("快递", "Carrier"),
                t("件数", "Units"),
            ],
        },
    }  # fmt: skip


def _stopped(parcel: Parcel) -> dict[str, str]:
    return {"number": parcel.number, "orders": " ".join(parcel.orders), "why": stop_word(parcel)}


def _printed(place: int, parcel: Parcel) -> dict[str, Any]:
    return {
        "place": place, "number": parcel.number, "orders": " ".join(parcel.orders), "carrier": parcel.carrier or "",
        "units": parcel.units_here, "goods": _goods(parcel),
    }  # fmt: skip


def _goods(parcel: Parcel) -> list[dict[str, Any]]:
    return [
        {
            "bin": g.bin or "—",
            "sku": g.sku,
            "name": g.name if g.name != g.sku else "",
            "units": g.quantity,
            "gift": g.gift,
        }
        for g in by_bin(parcel.here)
    ]


def slips_data(paper: Paper, to: dict[int, Receiver]) -> dict[str, Any]:
    """A packing slip for each parcel that may leave."""
    return {
        "title": t("装箱单", "Packing slip"), "number": paper.number, "warehouse": paper.warehouse,
        "slips": [_slip(place, parcel, to[parcel.id]) for place, parcel in enumerate(paper.to_pick, 1)],
        "labels": {
            "order": t("订单", "Order"), "gift": t("赠品", "gift"),
            "goods": [t("库位", "Bin"), "SKU", t("商品", "Goods"), t("数量", "Units")],
        },
    }  # fmt: skip


def _slip(place: int, parcel: Parcel, to: Receiver) -> dict[str, Any]:
    goods = _goods(parcel)
    who = [
        (t("收件人", "Receiver"), f"{to.name}  {to.phone}".strip()),
        (t("地址", "Address"), f"{to.place} {to.address}".strip()),
    ]
    notes = [(t("买家留言", "Message"), to.message), (t("备注", "Memo"), to.memo)]
    return {
        "place": f"#{place}", "number": parcel.number, "bars": code128(parcel.number), "goods": goods,
        "orders": " ".join(parcel.orders), "shop": parcel.shares[0].shop_name, "long": len(goods) > _LONG_SLIP,
        "receiver": [pair for pair in who if pair[1]], "notes": [pair for pair in notes if pair[1]],
        "total": t(f"共 {parcel.units_here} 件", f"{parcel.units_here} units"),
    }  # fmt: skip
