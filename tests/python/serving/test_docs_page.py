"""The description of the API as a page."""

from __future__ import annotations

import re

import httpx
import pytest
from test_explorer import Page


def test_the_page_describes_every_route_parameter_and_field(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    answer = client.get("/docs")
    assert answer.status_code == 200
    for path, methods in document["paths"].items():
        assert f"GET {path}" in answer.text
        for parameter in methods["get"].get("parameters", []):
            assert f"<code>{parameter['name']}</code>" in answer.text
    for name in ("RecommendationsAnswer", "RecommendedProduct", "SimilarAnswer", "VersionAnswer"):
        assert f'id="{name}"' in answer.text


def test_the_page_needs_no_script_and_asks_no_other_host(client: httpx.Client) -> None:
    page = Page(client.get("/docs").text)
    assert "script" not in page.tags
    for address in set(page.addresses):
        assert address.startswith(("/", "#"))
    anchors = {address[1:] for address in page.addresses if address.startswith("#")}
    assert anchors <= set(re.findall(r'id="([^"]+)"', client.get("/docs").text))


@pytest.mark.parametrize("name", ["customer_id", "item_ids"])
def test_parameters_say_what_they_are(client: httpx.Client, name: str) -> None:
    parameters = client.get("/openapi.json").json()["paths"]["/v1/recommendations"]["get"]["parameters"]
    (found,) = [parameter for parameter in parameters if parameter["name"] == name]
    assert found["description"]
    assert found["in"] == "query"
