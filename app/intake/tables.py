"""The small tables people keep as files: warehouses, stock, SKUs, listings and freight.

Each parser reads a whole file and returns its rows together with every problem, by row and column; a row with a
problem is left out. Money in the files is yuan, in the rows fen. Headings may be the English names or the Chinese.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Generic, TypeVar

from app.domain.errors import Problem, Refused
from app.domain.goods import FreightRate, Sku, Warehouse
from app.intake.sheets import open_table

RowType = TypeVar("RowType")


@dataclass(frozen=True, slots=True)
class StockLine:
    """What is physically at a warehouse (code): `on_hand` units of `sku` in `bin`."""

    warehouse: str
    sku: str
    on_hand: int
    bin: str = ""


@dataclass(frozen=True, slots=True)
class ListingLine:
    """A shop's (code) item is this SKU, offered for `price` fen where that is told."""

    shop: str
    item: str
    sku: str
    price: int | None = None


@dataclass(frozen=True, slots=True)
class FreightLine:
    """The price of a parcel from a warehouse (code) to a province."""

    warehouse: str
    province: str
    rate: FreightRate


@dataclass(slots=True)
class Parsed(Generic[RowType]):
    """What a file said: good rows, and problems with `path` as `row 3/column name`."""

    rows: list[RowType] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def parse_warehouses(data: bytes) -> Parsed[Warehouse]:
    """Warehouses: code, name, province, city, district, latitude, longitude, kind, provinces_served, daily_capacity,
    cut_off (`16:30`). Raises `Refused` when the file cannot be read as a table or lacks a needed column."""
    return _parse(data, {"code"}, _warehouse)


def parse_stock(data: bytes) -> Parsed[StockLine]:
    """Stock: warehouse, sku, on_hand, bin. Raises like `parse_warehouses`."""
    return _parse(data, {"warehouse", "sku", "on_hand"}, _stock)


def parse_skus(data: bytes) -> Parsed[Sku]:
    """SKUs: sku, name, weight_g, cost, components (`A*2|B`). Raises like `parse_warehouses`."""
    return _parse(data, {"sku"}, _sku)


def parse_listings(data: bytes) -> Parsed[ListingLine]:
    """Listings: shop, item, sku, and price (yuan) where it is known. Raises like `parse_warehouses`."""
    return _parse(data, {"shop", "item", "sku"}, _listing)


def parse_freight(data: bytes) -> Parsed[FreightLine]:
    """Freight: warehouse, province, first_weight_g, first_price, step_g, step_price. Raises like `parse_warehouses`."""
    return _parse(data, {"warehouse", "province", "first_weight_g", "first_price", "step_g", "step_price"}, _freight)


class _Cells:
    """One row by column; reading a cell that is wrong notes the problem and yields nothing."""

    def __init__(self, number: int, cells: Mapping[str, str], problems: list[Problem]) -> None:
        self.number = number
        self.cells = cells
        self.problems = problems

    def refuse(self, column: str, code: str, **details: object) -> None:
        self.problems.append(Problem(code, f"row {self.number}/{column}", {"row": self.number, **details}))

    def text(self, column: str, *, needed: bool = False) -> str:
        value = self.cells.get(column, "")
        if needed and not value:
            self.refuse(column, "cell-empty")
        return value

    def whole(self, column: str, *, needed: bool = False, least: int = 0) -> int | None:
        """A whole number of at least `least`; None when the cell is empty."""
        text = self.text(column, needed=needed).replace(",", "")
        if not text:
            return None
        if not re.fullmatch(r"-?\d{1,12}(\.0+)?", text) or int(float(text)) < least:
            self.refuse(column, "cell-whole-number", value=text, least=least)
            return None
        return int(float(text))

    def money(self, column: str, *, needed: bool = False) -> int | None:
        """Yuan as written, in fen, half-even; None when the cell is empty."""
        text = self.text(column, needed=needed).replace(",", "").lstrip("¥￥")
        if not text:
            return None
        try:
            amount = Decimal(text)
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite() or not 0 <= amount < 10**10:
            self.refuse(column, "cell-money", value=text)
            return None
        return int((amount * 100).quantize(Decimal(1), ROUND_HALF_EVEN))

    def degrees(self, column: str, most: int) -> float | None:
        """A coordinate within ± `most` degrees; None when the cell is empty."""
        text = self.text(column)
        if not text:
            return None
        if not re.fullmatch(r"-?\d{1,3}(\.\d+)?", text) or abs(float(text)) > most:
            self.refuse(column, "cell-degrees", value=text, most=most)
            return None
        return float(text)

    def minutes(self, column: str) -> int | None:
        """A time of day as minutes after midnight; None when the cell is empty."""
        text = self.text(column)
        if not text:
            return None
        clock = re.fullmatch(r"([01]?\d|2[0-3])[::]([0-5]\d)(?:[::]00)?", text)
        if clock is None:
            self.refuse(column, "cell-time-of-day", value=text)
            return None
        return int(clock[1]) * 60 + int(clock[2])


def _parse(data: bytes, needed: set[str], build: Callable[[_Cells], RowType]) -> Parsed[RowType]:
    sheet = open_table(data)
    columns = [_column(heading) for heading in sheet.headings]
    missing = needed - set(columns)
    if missing:
        raise Refused("columns-missing", columns=", ".join(sorted(missing)))
    parsed: Parsed[RowType] = Parsed()
    for number, cells in sheet.rows:
        problems: list[Problem] = []
        row = build(_Cells(number, dict(zip(columns, cells, strict=False)), problems))
        parsed.problems += problems
        if not problems:
            parsed.rows.append(row)
    return parsed


def _column(heading: str) -> str:
    plain = re.sub(r"[\s_()()]+", "_", heading.strip().casefold()).strip("_")
    return _CHINESE.get(plain, plain)


def _warehouse(cells: _Cells) -> Warehouse:
    kind = cells.text("kind") or "own"
    return Warehouse(
        code=cells.text("code", needed=True),
        name=cells.text("name"),
        province=cells.text("province"),
        city=cells.text("city"),
        district=cells.text("district"),
        latitude=cells.degrees("latitude", 90),
        longitude=cells.degrees("longitude", 180),
        kind=_KINDS.get(kind, kind),
        provinces_served=tuple(part for part in re.split(r"[|、;；,，\s]+", cells.text("provinces_served")) if part),
        daily_capacity=cells.whole("daily_capacity"),
        cut_off=cells.minutes("cut_off"),
    )


def _stock(cells: _Cells) -> StockLine:
    return StockLine(
        warehouse=cells.text("warehouse", needed=True),
        sku=cells.text("sku", needed=True),
        on_hand=cells.whole("on_hand", needed=True) or 0,
        bin=cells.text("bin"),
    )


def _sku(cells: _Cells) -> Sku:
    return Sku(
        sku=cells.text("sku", needed=True),
        name=cells.text("name"),
        weight_g=cells.whole("weight_g"),
        cost=cells.money("cost"),
        components=_components(cells),
    )


def _components(cells: _Cells) -> tuple[tuple[str, int], ...]:
    parts, wrong = read_components(cells.text("components"), cells.text("sku"))
    for text in wrong:
        cells.refuse("components", "cell-components", value=text)
    return parts


def read_components(text: str, bundle: str) -> tuple[tuple[tuple[str, int], ...], list[str]]:
    """A bundle's parts from `A*2|B`, each SKU once, and the pieces that are not a part (a bundle holding itself)."""
    parts: dict[str, int] = {}
    wrong: list[str] = []
    for piece in filter(None, re.split(r"[|;；、\n]", text)):
        part = re.fullmatch(r"\s*(.+?)\s*(?:[*×:]\s*([1-9]\d{0,5}))?\s*", piece)
        if part is None or part[1] == bundle:
            wrong.append(piece)
            continue
        parts[part[1]] = parts.get(part[1], 0) + int(part[2] or 1)
    return tuple(parts.items()), wrong


def _listing(cells: _Cells) -> ListingLine:
    shop, item, sku = (cells.text(column, needed=True) for column in ("shop", "item", "sku"))
    return ListingLine(shop, item, sku, cells.money("price"))


def _freight(cells: _Cells) -> FreightLine:
    rate = FreightRate(
        first_weight_g=cells.whole("first_weight_g", needed=True) or 0,
        first_price=cells.money("first_price", needed=True) or 0,
        step_g=cells.whole("step_g", needed=True, least=1) or 1,
        step_price=cells.money("step_price", needed=True) or 0,
    )
    return FreightLine(cells.text("warehouse", needed=True), cells.text("province", needed=True), rate)


_KINDS = {"自有": "own", "自营": "own", "第三方": "third_party", "平台仓": "platform", "门店": "store"}

_CHINESE = {
    "仓库": "warehouse", "仓库编码": "warehouse", "仓库代码": "warehouse", "编码": "code", "代码": "code",
    "名称": "name", "省": "province", "省份": "province", "市": "city", "城市": "city", "区": "district",
    "区县": "district", "纬度": "latitude", "经度": "longitude", "类型": "kind", "覆盖省份": "provinces_served",
    "服务省份": "provinces_served", "日产能": "daily_capacity", "截单时间": "cut_off", "商品编码": "sku",
    "商家编码": "sku", "规格编码": "sku", "数量": "on_hand", "库存": "on_hand", "实物库存": "on_hand", "库位": "bin",
    "货位": "bin", "重量_克": "weight_g", "重量": "weight_g", "成本": "cost", "成本价": "cost", "组成": "components",
    "组合": "components", "店铺": "shop", "平台商品": "item", "商品id": "item", "平台商品id": "item",
    "首重_克": "first_weight_g", "首重价": "first_price", "续重_克": "step_g", "续重价": "step_price",
    "首重": "first_weight_g", "续重": "step_g", "商品名称": "name", "仓库名称": "name", "售价": "price",
    "标价": "price",
}  # fmt: skip
