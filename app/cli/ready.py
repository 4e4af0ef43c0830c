"""What commands share: the services, made ready, and the files they are given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import orjson

from app.bootstrap import Services, assemble
from app.domain.errors import Refused
from app.persistence.migrate import upgrade

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


def ready() -> Services:
    """Services on a database of the newest shape."""
    services = assemble()
    upgrade(services.database)
    return services


def read_pack_file(file: Path) -> Any:
    """A pack's document; raises `Refused("file-unreadable")`."""
    try:
        return orjson.loads(file.read_bytes())
    except orjson.JSONDecodeError as error:
        raise Refused("file-unreadable", file=str(file), reason=str(error)) from error
