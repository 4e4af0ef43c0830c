"""Orders as buyers and clerks write them in chats, read into fields; what is not certain is marked so.

`read_chat(text, goods)` is pure: `goods` is the catalogue to match with (`Goods`).
"""

from app.intake.chat.found import Chat, Found, GoodsLine
from app.intake.chat.goods import Goods, SkuName
from app.intake.chat.reading import read_chat

__all__ = ["Chat", "Found", "Goods", "GoodsLine", "SkuName", "read_chat"]
