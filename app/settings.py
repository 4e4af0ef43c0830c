"""Every setting: name, default and what it does. Read once, by the doors; nothing else reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says. `home` holds everything the program writes."""

    home: Path
    database_url: str
    redis_url: str
    host: str = "127.0.0.1"
    port: int = 8000
    web_processes: int = 2
    web_threads: int = 8
    batch_orders: int = 200
    backlog_limit: int = 50_000
    order_bytes: int = 256 * 1024
    request_bytes: int = 5 * 1024 * 1024
    request_orders: int = 500
    secure_cookies: bool = False
    webhook_private: bool = False

    @property
    def root(self) -> Path:
        """The folder of the program: templates, static files, shipped packs."""
        return Path(__file__).resolve().parent.parent

    @property
    def embedded_database(self) -> bool:
        """Whether the database is the SQLite file in `home`."""
        return self.database_url.startswith("sqlite")

    @property
    def embedded_queue(self) -> bool:
        """Whether `pandan up` starts the queue server itself."""
        return self.redis_url.startswith("unix://") and str(self.home) in self.redis_url


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment (README, Settings); paths are made absolute, nothing is created."""
    env = os.environ if environment is None else environment
    home = Path(env.get("PANDAN_HOME", "var")).resolve()
    return Settings(
        home=home,
        database_url=env.get("DATABASE_URL") or f"sqlite:///{home / 'pandan.db'}",
        redis_url=env.get("REDIS_URL") or f"unix://{home / 'valkey.sock'}",
        host=env.get("HOST", "127.0.0.1"),
        port=int(env.get("PORT", "8000")),
        web_processes=int(env.get("PANDAN_WEB_PROCESSES", "2")),
        web_threads=int(env.get("PANDAN_WEB_THREADS", "8")),
        batch_orders=int(env.get("PANDAN_BATCH_ORDERS", "200")),
        backlog_limit=int(env.get("PANDAN_BACKLOG_LIMIT", "50000")),
        secure_cookies=env.get("PANDAN_SECURE_COOKIES", "") == "1",
        webhook_private=env.get("PANDAN_WEBHOOK_PRIVATE", "") == "1",
    )
