"""The order API against its own description: whatever is sent, the answer is one that openapi.json promises."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation import GenerationMode

EXAMPLES = 60
CALLS = [
    ("/api/v1/shops/{shop}/orders", "POST"),
    ("/api/v1/shops/{shop}/tracking", "POST"),
    ("/api/v1/receipts/{receipt}", "GET"),
    ("/api/v1/orders/{order}", "GET"),
]


@pytest.fixture
def description(app: Flask) -> Any:
    loaded = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    # Too many orders at once are 413 by contract.
    loaded.config.checks.negative_data_rejection.expected_statuses = ["4XX"]
    return loaded


def test_every_described_call_is_fuzzed(description: Any) -> None:
    described = {(each.ok().path, each.ok().method.upper()) for each in description.get_all_operations()}
    assert described == set(CALLS)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(("path", "method"), CALLS)
def test_every_answer_is_one_that_the_description_promises(
    description: Any, key: str, path: str, method: str, mode: GenerationMode
) -> None:
    @given(case=description[path][method].as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def send(case: Any) -> None:
        if "shop" in (case.path_parameters or {}) and len(str(case.path_parameters["shop"])) % 2:
            case.path_parameters["shop"] = "tb"
        case.call_and_validate(headers={**(case.headers or {}), "Authorization": f"Bearer {key}"})

    send()
