"""The OpenAPI descriptions: generated from the code for each kind of host, and public."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from django.contrib.admindocs.views import simplify_regex
from django.core.management import call_command
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from api import description
from api.v1 import urls_space
from saas.accounts.models import User
from tests.fixtures.people import Browse

type Describe = Callable[[str], dict[str, Any]]


@pytest.fixture
def described(browse: Browse) -> Describe:
    def ask(space: str) -> dict[str, Any]:
        answer = browse(None, space=space).get("/api/v1/openapi.json")
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith("application/json")
        return cast("dict[str, Any]", answer.json())

    return ask


def test_a_space_describes_each_resource_of_its_api(described: Describe) -> None:
    schema = described("north")
    validate_schema(schema)  # type: ignore[no-untyped-call]
    paths = {simplify_regex(str(one.pattern)) for one in urls_space.router.urls}
    assert len(paths) > 70
    assert set(schema["paths"]) == {
        "/api/v1" + path.replace("<", "{").replace(">", "}") for path in paths
    }
    board = schema["paths"]["/api/v1/classifieds/"]
    assert set(board) == {"get", "post"}
    page = board["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert page == {"$ref": "#/components/schemas/Page"}
    cookie = schema["components"]["securitySchemes"]["cookieAuth"]
    assert (cookie["in"], cookie["name"]) == ("cookie", "__Host-session")
    for operations in schema["paths"].values():
        for operation in operations.values():
            assert operation["security"] == [{"bearerAuth": []}, {"cookieAuth": []}]


def test_public_host_and_console_describe_no_resource_of_a_space(described: Describe) -> None:
    for host in ("", "ops"):
        schema = described(host)
        validate_schema(schema)  # type: ignore[no-untyped-call]
        assert not any("classifieds" in path for path in schema["paths"])
    assert described("")["info"]["title"] == "Troovon"


def test_two_spaces_are_described_alike(described: Describe) -> None:
    assert described("north") == described("south")


def test_the_description_is_made_without_a_warning(tmp_path: Path) -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yml"))


def test_description_is_made_once_for_each_language_whoever_asks(
    browse: Browse, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    generate = SchemaGenerator.get_schema

    def count(self: SchemaGenerator, *args: Any, **kwargs: Any) -> Any:
        made.append(str(translation.get_language()))
        return generate(self, *args, **kwargs)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(SchemaGenerator, "get_schema", count)
    description._write_description.cache_clear()  # noqa: SLF001 - other tests have filled it
    url = "/api/v1/openapi.json"
    answers = [browse(who).get(url, headers={"accept-language": "fr"}) for who in (None, owner) * 3]
    assert {answer.content for answer in answers} == {answers[0].content}
    assert made == ["fr"]
    english = browse().get(url, headers={"accept-language": "en"})
    assert english.content == browse().get(f"{url}?lang=en").content != answers[0].content
    assert browse().get(f"{url}?lang=xx").status_code == 200
    assert made == ["fr", "en"]


def test_lists_that_are_objects_are_described_as_objects(described: Describe) -> None:
    schema = described("north")
    for name in ("notifications", "notification-switches", "offers", "search", "media"):
        answer = schema["paths"][f"/api/v1/{name}/"]["get"]["responses"]["200"]
        shape = answer["content"]["application/json"]["schema"]
        assert "$ref" in shape, f"{name} answers an object"


def test_default_of_a_parameter_is_one_of_its_values(described: Describe) -> None:
    checked = 0
    for path, methods in described("north")["paths"].items():
        for parameter in (one for each in methods.values() for one in each.get("parameters", [])):
            shape = parameter["schema"]
            if "enum" in shape:
                checked += 1
                named = (path, parameter["name"])
                assert shape.get("default", shape["enum"][0]) in shape["enum"], named
    assert checked >= 3
