"""The OpenAPI descriptions: one for each kind of host, made from the code, open to all."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from django.core.management import call_command
from drf_spectacular.validation import validate_schema

from tests.tenants.community.classifieds.making import Browse

type Describe = Callable[[str], dict[str, Any]]


@pytest.fixture
def described(browse: Browse) -> Describe:
    def ask(space: str) -> dict[str, Any]:
        answer = browse(None, space=space).get("/api/v1/openapi.json")
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith("application/json")
        return cast("dict[str, Any]", answer.json())

    return ask


def test_a_space_describes_its_classifieds_and_its_neighbours(described: Describe) -> None:
    schema = described("north")
    validate_schema(schema)  # type: ignore[no-untyped-call]
    assert set(schema["paths"]) == {
        "/api/v1/classifieds/",
        "/api/v1/classifieds/{reference}/",
        "/api/v1/classifieds/{reference}/close/",
        "/api/v1/classifieds/{reference}/edit/",
        "/api/v1/classifieds/{reference}/pictures/",
        "/api/v1/classifieds/{reference}/release/",
        "/api/v1/classifieds/{reference}/renew/",
        "/api/v1/classifieds/{reference}/reserve/",
        "/api/v1/conversations/",
        "/api/v1/conversations/{reference}/",
        "/api/v1/conversations/{reference}/accept/",
        "/api/v1/conversations/{reference}/block/",
        "/api/v1/conversations/{reference}/cancel/",
        "/api/v1/conversations/{reference}/messages/",
        "/api/v1/conversations/{reference}/propose/",
        "/api/v1/conversations/{reference}/read/",
        "/api/v1/conversations/{reference}/refuse/",
        "/api/v1/conversations/{reference}/unblock/",
        "/api/v1/media/",
        "/api/v1/media/{reference}/",
        "/api/v1/media/{reference}/borrow/",
        "/api/v1/media/{reference}/give-back/",
        "/api/v1/media/{reference}/stop-waiting/",
        "/api/v1/screens/",
        "/api/v1/screens/{reference}/",
        "/api/v1/screens/{reference}/place/",
        "/api/v1/screens/{reference}/unpair/",
        "/api/v1/meetings/",
        "/api/v1/deals/",
        "/api/v1/deals/{reference}/",
        "/api/v1/deals/{reference}/close/",
        "/api/v1/deals/{reference}/edit/",
        "/api/v1/deals/{reference}/thank/",
        "/api/v1/deals/{reference}/vote/",
        "/api/v1/gatherings/",
        "/api/v1/gatherings/{reference}/",
        "/api/v1/gatherings/{reference}/budget/",
        "/api/v1/gatherings/{reference}/cancel/",
        "/api/v1/gatherings/{reference}/edit/",
        "/api/v1/gatherings/{reference}/join/",
        "/api/v1/gatherings/{reference}/leave/",
        "/api/v1/loans/",
        "/api/v1/loans/{reference}/",
        "/api/v1/loans/{reference}/step/",
        "/api/v1/moderation-cases/",
        "/api/v1/moderation-cases/{reference}/",
        "/api/v1/moderation-cases/{reference}/appeal/",
        "/api/v1/reports/",
        "/api/v1/neighbours/",
        "/api/v1/search/",
        "/api/v1/saved-searches/",
        "/api/v1/saved-searches/{reference}/",
        "/api/v1/saved-searches/{reference}/forget/",
        "/api/v1/saved-searches/{reference}/rhythm/",
        "/api/v1/favourites/",
        "/api/v1/favourites/unmark/",
        "/api/v1/things/",
        "/api/v1/things/{reference}/",
        "/api/v1/things/{reference}/borrow/",
        "/api/v1/things/{reference}/edit/",
        "/api/v1/things/{reference}/lend-again/",
        "/api/v1/things/{reference}/pictures/",
        "/api/v1/things/{reference}/wait/",
        "/api/v1/things/{reference}/withdraw/",
        "/api/v1/ride-bookings/{reference}/",
        "/api/v1/ride-bookings/{reference}/accept/",
        "/api/v1/ride-bookings/{reference}/cancel/",
        "/api/v1/ride-bookings/{reference}/decline/",
        "/api/v1/notifications/",
        "/api/v1/notifications/{reference}/read/",
        "/api/v1/notifications/read-all/",
        "/api/v1/notification-switches/",
        "/api/v1/rides/",
        "/api/v1/rides/{reference}/",
        "/api/v1/rides/{reference}/ask/",
        "/api/v1/rides/{reference}/close/",
    }
    assert set(schema["paths"]["/api/v1/classifieds/"]) == {"get", "post"}
    cookie = schema["components"]["securitySchemes"]["cookieAuth"]
    assert (cookie["in"], cookie["name"]) == ("cookie", "__Host-session")
    for operations in schema["paths"].values():
        for operation in operations.values():
            assert operation["security"] == [{"bearerAuth": []}, {"cookieAuth": []}]


def test_the_board_is_described_as_the_one_page_that_it_answers(described: Describe) -> None:
    listing = described("north")["paths"]["/api/v1/classifieds/"]["get"]["responses"]["200"]
    shape = listing["content"]["application/json"]["schema"]
    assert shape == {"$ref": "#/components/schemas/Page"}


def test_the_public_host_describes_no_resource_of_a_space(described: Describe) -> None:
    schema = described("")
    validate_schema(schema)  # type: ignore[no-untyped-call]
    assert not any("classifieds" in path for path in schema["paths"])
    assert schema["info"]["title"] == "Troovon"


def test_the_console_has_a_description_of_its_own(described: Describe) -> None:
    schema = described("ops")
    validate_schema(schema)  # type: ignore[no-untyped-call]
    assert not any("classifieds" in path for path in schema["paths"])


def test_two_spaces_are_described_alike(described: Describe) -> None:
    assert described("north") == described("south")


def test_the_description_is_made_without_a_warning(tmp_path: Path) -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yml"))
