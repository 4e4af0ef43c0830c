"""`pandan order show`: the decision in words, its parcels, and what people said."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from app.bootstrap import Services
from app.cli.orders import show_order
from app.domain.words import Word
from app.persistence.book import SqlOrderBook
from app.persistence.database import writing
from app.persistence.deeds import Speaker, say
from tests.line.house import NOW, House, a_trade


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh", ("广州仓 · A × 2 · 德邦 · 待拣货", "boss 指定了仓库", "boss 指定了快递")),
        ("en", ("广州仓 · A × 2 · Deppon · To pick", "boss chose the warehouse", "boss chose the carrier")),
    ],
)
def test_parcels_and_what_people_said_are_told_in_words(
    house: House, services: Services, language: str, told: tuple[str, ...]
) -> None:
    house.post(a_trade("1", ("A", 2)))
    with writing(services.database) as db:
        stored = SqlOrderBook(db, services.sealer, looking=True).by_ids([house.order_id("1")])[0]
        for word in (Word("warehouse", {"warehouse": "GZ"}), Word("carrier", {"carrier": "DBL"})):
            say(db, services.sealer, stored, word, Speaker("boss", NOW))
    house.drain()
    env = {
        "PANDAN_HOME": str(services.settings.home),
        "DATABASE_URL": services.database.url.render_as_string(hide_password=False),
        "PANDAN_LANG": language,
    }
    done = CliRunner().invoke(show_order, ["1"], env=env)
    assert done.exit_code == 0, done.output
    assert all(line in done.output for line in told), done.output
