"""SQLite: writers take turns."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from sqlalchemy import text

from app.persistence.database import connect, writing


def test_a_clerks_write_gets_its_turn_beside_a_pump_that_never_rests(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/turns.db")
    with writing(engine) as db:
        db.execute(text("CREATE TABLE t (n INTEGER)"))
    turns, stop = [0], threading.Event()

    def pump() -> None:
        while not stop.is_set():
            with writing(engine) as db:
                db.execute(text("INSERT INTO t VALUES (1)"))
                time.sleep(0.02)
            turns[0] += 1
            time.sleep(0.001)  # Acknowledging the batch takes longer.

    busy = threading.Thread(target=pump)
    busy.start()
    try:
        waited = []
        for _ in range(10):
            time.sleep(0.01)
            before = turns[0]
            with writing(engine) as db:
                db.execute(text("INSERT INTO t VALUES (2)"))
            waited.append(turns[0] - before)
    finally:
        stop.set()
        busy.join()
    assert sum(waited) <= 30, waited
