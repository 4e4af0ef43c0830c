"""The peer of the order API: a Flask route that does the same durable write, and nothing else.

No keys, no validation, no limits: what is between its figure and the API's is what those cost.
"""

from __future__ import annotations

import os
from typing import Any

import orjson
import redis
from flask import Flask, Response, request

STREAM, ACCEPTED = "bare:orders", "bare:accepted"


def application() -> Flask:
    """The application, over the queue server of `PANDAN_HOME`."""
    app = Flask(__name__)
    server: Any = redis.Redis.from_url(f"unix://{os.environ['PANDAN_HOME']}/valkey.sock")

    @app.post("/orders")
    def post_orders() -> Response:
        """Write the body into the stream and count it, in one step on disk."""
        pipe = server.pipeline(transaction=True)
        pipe.xadd(STREAM, {b"p": request.get_data(cache=False)})
        pipe.incrby(ACCEPTED, 1)
        receipt, _ = pipe.execute()
        return Response(orjson.dumps({"receipts": [receipt.decode()]}), 202, content_type="application/json")

    @app.get("/ready")
    def ready() -> str:
        """This process answers."""
        return "ok"

    return app
