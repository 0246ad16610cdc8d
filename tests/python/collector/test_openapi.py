"""The description of the API, and requests made up from it, right and wrong ones: never a 500, always as described."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck
from hypothesis import settings as with_settings
from live_collector import AUTH, collecting, settings_in
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BaseSchema]:
    with collecting(settings_in(tmp_path_factory.mktemp("described"))) as client:
        yield schemathesis.openapi.from_url(f"{client.base_url}/openapi.json")


schema = schemathesis.pytest.from_fixture("described")


@pytest.mark.slow
@schema.parametrize()
@with_settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_made_up_requests_are_answered_as_described(case: Case) -> None:
    checks = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]
    case.call_and_validate(auth=AUTH, checks=checks)


def test_every_long_path_is_described_with_its_body(described: BaseSchema) -> None:
    paths = described.raw_schema["paths"]
    assert {path for path in paths if path.startswith("/v1/")} == {
        f"/v1/{method}" for method in ("track", "page", "screen", "identify", "batch")
    }
    track = paths["/v1/track"]["post"]["requestBody"]["content"]["text/plain"]["schema"]
    assert "product_id" in str(track["properties"]["properties"])
