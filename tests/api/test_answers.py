"""Each answer of the API to a GET has the shape that its description gives."""

from typing import Any

import jsonschema
import pytest
from django.utils import timezone

from saas.accounts.models import User
from tests.fixtures.people import Browse
from tests.tenants.community.classifieds.making import make_classified
from tests.tenants.community.gatherings.making import make_gathering
from tests.tenants.community.lending.making import make_thing
from tests.tenants.community.notifications.making import make_notification
from tests.tenants.community.rides.making import make_ride


def with_null(shape: Any) -> Any:
    """Write `nullable` of OpenAPI 3.0 as JSON Schema does."""
    if isinstance(shape, list):
        return [with_null(one) for one in shape]
    if not isinstance(shape, dict):
        return shape
    found = {name: with_null(value) for name, value in shape.items() if name != "nullable"}
    return {"anyOf": [found, {"type": "null"}]} if shape.get("nullable") is True else found


def faults(description: dict[str, Any], operation: dict[str, Any], body: Any) -> list[str]:
    answer = operation["responses"]["200"].get("content", {}).get("application/json")
    if answer is None:
        return []
    shape = with_null({**answer["schema"], "components": description["components"]})
    checker = jsonschema.Draft202012Validator(shape)
    return [f"{list(one.path)}: {one.message}" for one in checker.iter_errors(body)]


@pytest.fixture
def full(owner: User) -> None:
    at = timezone.now()
    make_classified(owner)
    make_gathering(owner, at=at)
    make_ride(owner, at=at)
    make_thing(owner, at=at)
    make_notification(owner, at=at)


@pytest.mark.usefixtures("full")
def test_every_answer_has_its_described_shape(browse: Browse, owner: User) -> None:
    client = browse(owner)
    description = client.get("/api/v1/openapi.json").json()
    found: dict[str, list[str]] = {}
    bodies: dict[str, Any] = {}
    for path in sorted(description["paths"], key=lambda one: one.count("{")):
        operation = description["paths"][path].get("get")
        url = path.replace("{reference}", reference_in(bodies.get(path.partition("{")[0])))
        if operation is None or "{" in url or "//" in url:
            continue
        answer = client.get(url, query_params=needed(operation))
        if answer.status_code == 200 and answer["Content-Type"] == "application/json":
            bodies[path] = answer.json()
            if wrong := faults(description, operation, bodies[path]):
                found[path] = wrong[:3]
    assert found == {}
    assert len(bodies) >= 25
    assert len([path for path in bodies if "{" in path]) >= 3


def needed(operation: dict[str, Any]) -> dict[str, str]:
    """Return values of the parameters without which there is no answer."""
    given = [one for one in operation.get("parameters", []) if one["in"] == "query"]
    return {one["name"]: "velo" for one in given if one.get("required")}


def reference_in(body: Any) -> str:
    """Return the reference of the first thing of a list."""
    rows = body.get("results", []) if isinstance(body, dict) else body or []
    return str(rows[0].get("reference", "")) if rows and isinstance(rows[0], dict) else ""


def test_wrong_answer_is_found() -> None:
    answer = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Page"}}}}
    shapes = {"Page": {"type": "object", "properties": {"count": {"type": "integer"}}}}
    description = {"components": {"schemas": shapes}}
    operation = {"responses": {"200": answer}}
    assert faults(description, operation, {"count": 1}) == []
    assert len(faults(description, operation, [])) == 1
    assert len(faults(description, operation, {"count": "1"})) == 1
