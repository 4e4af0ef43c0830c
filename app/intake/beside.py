"""What a heading means beside the others of its file, and what the values below it settle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.intake.meanings import LIKELY, SURE, UNSURE
from app.intake.shapes import Shape, contradicts, shows, suits, tells
from app.intake.words import Heading, read_heading


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading, the shape of its values, and the fields it may hold with scores, which change here."""

    heading: str
    shape: Shape
    choices: dict[str, float]

    @property
    def read(self) -> Heading:
        return read_heading(self.heading)

    @property
    def meant(self) -> frozenset[str]:
        return self.read.meant

    @property
    def best(self) -> str | None:
        return max(self.choices, key=lambda field: self.choices[field], default=None)

    @property
    def says_little(self) -> bool:
        """Whether there is a heading, and nothing is known of what it means."""
        return bool(self.heading.strip()) and self.meant <= _VAGUE and max(self.choices.values(), default=0) < LIKELY

    def score(self, field: str) -> float:
        return self.choices.get(field, 0)

    def means(self, field: str, score: float) -> None:
        """It holds the field and nothing else, unless its values speak against that."""
        self.choices.clear()
        self.choices[field] = min(score, UNSURE) if contradicts(field, self.shape) else score


Columns = Sequence[Column]
Amounts = tuple[int | None, ...]


def mind_the_file(columns: Columns) -> None:
    """Change what the columns may hold by what the others hold."""
    for settle in _SETTLED:
        settle(columns)


def _shopify(columns: Columns) -> None:
    """Shopify calls the order's number its name, and its id is of no use to people."""
    known = {column.read.compact: column for column in columns}
    if "name" in known and "lineitemname" in known:
        known["name"].means("id", SURE)
        if "notes" in known:
            known["notes"].means("buyer_message", SURE)


def _name_of_goods(columns: Columns) -> None:
    """A bare name beside a receiver's is the goods'."""
    bare = [column for column in columns if column.meant == {"NAME"} and not column.read.rest]
    others = [column for column in columns if column not in bare]
    if any(column.score("line.title") >= LIKELY for column in others):
        return
    goods = any(column.score("line.sku") >= LIKELY or column.score("line.item") >= LIKELY for column in others)
    if goods and any(column.score("customer_name") >= LIKELY for column in others):
        for column in bare:
            column.means("line.title", SURE)


def _numbers(columns: Columns) -> None:
    """Beside the platform's own number of an order, any other is a program's between."""
    numbers = [column for column in columns if column.score("id") >= LIKELY]
    if any("PLATFORM" in column.meant for column in numbers):
        for column in numbers:
            if "PLATFORM" not in column.meant:
                column.choices["id"] = UNSURE


def _item_or_sku(columns: Columns) -> None:
    """An item's number is a house's own code where letters are in it and no other column has the code."""
    if any(column.score("line.sku") >= LIKELY for column in columns):
        return
    for column in columns:
        lettered = column.shape.share.get("letters", 0) >= _MOST
        if column.best == "line.item" and lettered and not column.meant & {"ID", "PLATFORM"}:
            column.means("line.sku", SURE)


def _style_of_goods(columns: Columns) -> None:
    """A style is the goods themselves where another column has the variant and none names the goods."""
    styles = [column for column in columns if "STYLE" in column.meant and column.score("line.spec")]
    others = [column for column in columns if column not in styles]
    if any(column.score("line.title") >= LIKELY for column in others):
        return
    if any(column.score("line.spec") >= LIKELY for column in others):
        for column in styles[:1]:
            column.means("line.title", LIKELY)


def _only_ones(columns: Columns) -> None:
    """What means a field only where no other column does."""
    if all(column.score("line.quantity") < LIKELY for column in columns):
        for column in columns:
            if {"QUANTITY", "SHIP"} <= column.meant and "line.quantity" in column.choices:
                column.choices["line.quantity"] = LIKELY
    if all(column.score("paid") < LIKELY or column.best != "paid" for column in columns):
        for column in columns:
            of_goods = column.meant & {"GOODS", "ITEMEN", "SUBTOTALEN"}
            if {"paid", "goods_amount"} <= column.choices.keys() and not of_goods:
                # An order's amount is what was paid for it.
                column.choices["paid"] = max(column.score("paid"), column.score("goods_amount")) + 1
                break


def _areas(columns: Columns) -> None:
    """An area beside a province and a city is the district."""
    others = [column for column in columns if "AREA" not in column.meant]
    best = {field for column in others for field, score in column.choices.items() if score >= LIKELY}
    if {"province", "city"} <= best and "district" not in best:
        for column in columns:
            if "AREA" in column.meant and column.meant <= {"AREA", "RECEIVER", "RPERSON", "BUYER", "ADDRESS"}:
                column.means("district", SURE)


def _colour_and_size(columns: Columns) -> None:
    """A size beside a colour is the variant's second half, unless another column holds the whole variant."""
    variants = [column for column in columns if column.score("line.spec") >= LIKELY]
    colours = [one for one in variants if any(word in one.heading.casefold() for word in _COLOURS)]
    sizes = [one for one in variants if any(word in one.heading.casefold() for word in _SIZES)]
    if len(variants) == 2 and len(colours) == len(sizes) == 1 and colours != sizes:
        choices = sizes[0].choices
        choices["line.spec_more"] = choices.pop("line.spec")


def _state_of_a_country(columns: Columns) -> None:
    """`State` beside a status, a city or a postcode is a place, unless its values are an order's states."""
    places = {"CITY", "ZIP", "COUNTRY", "TOWNEN", "SUBURB"}
    for column in columns:
        others = [other.meant for other in columns if other is not column]
        if "STATEEN" not in column.meant or column.best not in {"state", "province"} or shows("state", column.shape):
            continue
        if any(meant & places or "STATUS" in meant for meant in others):
            column.means("province", SURE)


def _english_places(columns: Columns) -> None:
    """Britons write a town and a county, Australians a suburb, where others write a city and a state."""
    for word, field in (("TOWNEN", "city"), ("SUBURB", "city"), ("COUNTY", "province")):
        if all(column.score(field) < SURE or word in column.meant for column in columns):
            for column in columns:
                if word in column.meant and column.choices:
                    column.means(field, SURE)
                    break


def _first_name(columns: Columns) -> None:
    """Of a name in two columns the first is the receiver's, where no column has the whole."""
    halves = [column for column in columns if column.best == "customer_name" and "HALFNAME" in column.meant]
    whole = [column for column in columns if column.score("customer_name") >= LIKELY and column not in halves]
    if any(not column.meant & {"BUYER", "BILLING"} for column in whole):
        return
    if whole:
        halves = [column for column in halves if column.meant & {"RECEIVER", "SHIPEN", "DELIVEREN"}]
    if halves:
        max(halves, key=lambda column: column.score("customer_name")).choices["customer_name"] = _HALF_IS_ENOUGH


def _buyer_receives(columns: Columns) -> None:
    """On a sheet with one person to a row the buyer receives."""
    named = max((column.score("customer_name") for column in columns), default=0)
    if named < LIKELY and any("phone" in column.choices or "address" in column.choices for column in columns):
        for column in columns:
            if column.score("customer_name") == _BUYER_ALONE:
                column.choices["customer_name"] = SURE + 2


def _amount_of_the_row(columns: Columns) -> None:
    """数量, 单价, 金额: the amount is the row's."""
    if all(any(field in column.choices for column in columns) for field in ("line.price", "line.quantity")):
        for column in columns:
            if column.choices.keys() == {"paid", "line.paid"} and column.score("paid") == _BARE_AMOUNT:
                column.choices["line.paid"] = _BARE_AMOUNT + 1


def _due(columns: Columns) -> None:
    """On an invoice the day that is due is the payment's."""
    if any(column.read.compact.startswith(("invoice", "terms", "paymentterms")) for column in columns):
        for column in columns:
            if "due" in column.heading.casefold() and column.best == "ship_by":
                column.choices.pop("ship_by")


def _values_settle(columns: Columns) -> None:
    """The only column that may hold a field does where its values suit; one that says little, where they tell."""
    for column in columns:
        field = column.best
        if field is None or not suits(field, column.shape) or contradicts(field, column.shape):
            continue
        if field == "created_at" and column.read.rest:
            continue  # an unknown word before a time may make it any
        able = [other for other in columns if other.score(field) >= UNSURE]
        alone = [other for other in able if other.best == field] == [column]
        if alone and all(other.score(field) < LIKELY for other in able):
            column.choices[field] = LIKELY
    for field in _TOLD:
        telling = [column for column in columns if column.says_little and tells(column.shape) == field]
        lacking = all(column.score(field) < LIKELY for column in columns if column not in telling)
        if len(telling) == 1 and lacking and not telling[0].shape.share["counting"]:
            telling[0].means(field, LIKELY)


def _goods_left_over(columns: Columns) -> None:
    """An order has goods: where nothing names them, a heading such as 粮名 or 酒品 does."""
    named = any(
        column.score(field) >= LIKELY for column in columns for field in ("line.title", "line.sku", "line.item")
    )
    if named or all(column.score("line.quantity") < LIKELY for column in columns):
        return
    for column in columns:
        goods = column.read.compact.endswith(_ENDS_OF_GOODS) or column.best == "line.title"
        if goods and column.says_little and not contradicts("line.title", column.shape):
            column.means("line.title", LIKELY)
            return


def _products(columns: Columns) -> None:
    """What is the quantity times the price in every row is the row's amount; what divides so is the price."""
    counts = _amounts(columns, "line.quantity")
    prices, totals = _amounts(columns, "line.price"), _amounts(columns, "line.paid") or _amounts(columns, "paid")
    if not counts or bool(prices) == bool(totals):
        return
    for column in columns:
        if column.best is None and not column.meant & _NEVER and column.shape.values > 1:
            each, whole = (column.shape.amounts, totals) if totals else (prices, column.shape.amounts)
            if _multiply(counts, each, whole):
                column.means("line.price" if totals else "line.paid", LIKELY)
                return


def _multiply(counts: Amounts, each: Amounts, whole: Amounts) -> bool:
    """Whether count times each is the whole in all rows, and some count is not one."""
    rows = zip(counts, each, whole, strict=True)
    agree = all(
        count is not None and one is not None and count * one == (total or 0) * _HUNDRED for count, one, total in rows
    )
    return agree and any(count != _HUNDRED for count in counts)


def _amounts(columns: Columns, field: str) -> Amounts:
    return next(
        (column.shape.amounts for column in columns if column.best == field and column.score(field) >= LIKELY), ()
    )


_SETTLED = (
    _shopify, _name_of_goods, _numbers, _item_or_sku, _style_of_goods, _only_ones, _areas, _colour_and_size,
    _state_of_a_country,
    _english_places, _first_name, _buyer_receives, _amount_of_the_row, _due, _values_settle, _goods_left_over,
    _products,
)  # fmt: skip
_COLOURS = ("颜色", "花色", "色号", "color", "colour")
_SIZES = ("尺码", "尺寸", "码数", "size")
_ENDS_OF_GOODS = ("名", "品", "名称", "款")
_NEVER = frozenset({"NOT", "LIST", "TAX", "SENDER", "POSTAGE", "DISCOUNT"})
_TOLD = ("phone", "address", "province", "carrier_wish", "created_at", "line.quantity")
_VAGUE = frozenset({"NUMBER", "CONTACT", "RECEIVER", "BUYER", "SELF", "SHIP", "WISH", "NAME", "TNAME"})
_MOST = 0.6
_HUNDRED = 100
_HALF_IS_ENOUGH = 66
_BARE_AMOUNT = 58
_BUYER_ALONE = 54
