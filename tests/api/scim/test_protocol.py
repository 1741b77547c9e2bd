"""The protocol around people and roles: discovery, tokens, methods, and errors in SCIM's form."""

import json
from typing import Any

import pytest
from django.utils import timezone
from scim2_client.client import BaseSyncSCIMClient
from scim2_tester import check_server
from scim2_tester.utils import Status

from saas.accounts.models import User
from tenants.community.integrations.rules import scopes_of
from tenants.community.members.models import Role
from tests.api.scim.asking import PATCH, ROOT, Directory, refused
from tests.fixtures.people import Browse


@pytest.fixture
def directory(owner: User) -> Directory:
    Role.objects.create(user=owner, role="administrator", given_at=timezone.now())
    return Directory(owner)


class OverBrowser(BaseSyncSCIMClient):
    """The client of `scim2-tester`, over a browser of the tests."""

    def __init__(self, directory: Directory) -> None:
        super().__init__()
        self.directory = directory

    def request(self, method: str, url: str, **kwargs: Any) -> Any:
        return self.directory.client.generic(
            method,
            ROOT + url.removeprefix(ROOT),
            json.dumps(kwargs["json"]) if "json" in kwargs else "",
            content_type="application/scim+json",
            query_params=kwargs.get("params"),
            headers={"authorization": f"Bearer {self.directory.secret}"},
        )


def test_independent_tester_finds_no_fault(directory: Directory) -> None:
    results = check_server(OverBrowser(directory), include_tags={"discovery", "misc"})
    assert len(results) > 8
    bad = [one for one in results if one.status in {Status.ERROR, Status.CRITICAL}]
    assert [(one.title, one.reason) for one in bad] == []


def test_service_names_its_capabilities(directory: Directory) -> None:
    config = directory.get("/ServiceProviderConfig")
    assert config["filter"] == {"supported": True, "maxResults": 200}
    assert config["bulk"]["supported"] is False
    assert {row["id"] for row in directory.get("/ResourceTypes")["Resources"]} == {"User", "Group"}
    schemas = {row["name"]: row for row in directory.get("/Schemas")["Resources"]}
    named = {row["name"]: row["mutability"] for row in schemas["User"]["attributes"]}
    assert named["userName"] == "immutable"
    assert named["groups"] == named["emails"] == "readOnly"
    assert "password" not in named
    refused(directory.ask("GET", "/Schemas/urn:example:unknown"), 404)


def test_only_a_token_of_the_space_opens_it(browse: Browse, directory: Directory) -> None:
    admin = User.objects.get(pk=Role.objects.get().user_id)
    assert "jeton" in refused(browse(admin).get(f"{ROOT}/Users"), 401)
    assert "WWW-Authenticate" in browse().get(f"{ROOT}/Users")
    assert "scim:write" not in scopes_of("personal")
    right, directory.secret = directory.secret, "trv_wrong"
    refused(directory.ask("GET", "/Users"), 401)
    directory.secret = right
    assert directory.ask("GET", "/Users").status_code == 200
    Role.objects.filter(user=admin).delete()
    refused(directory.ask("GET", "/Users"), 401)


def test_token_of_another_scope_opens_nothing(owner: User, in_north: None) -> None:
    Role.objects.create(user=owner, role="administrator", given_at=timezone.now())
    for scope in ("classifieds:write", "scim:read"):
        directory = Directory(owner, scope)
        assert "scim:write" in refused(directory.ask("GET", "/Users"), 403)
        owner.refresh_from_db()
        from tenants.community.integrations.models import ApiToken  # noqa: PLC0415

        ApiToken.objects.all().delete()


def test_too_many_requests_are_refused(directory: Directory, settings: Any) -> None:
    settings.API_READS_A_MINUTE = 2
    statuses = [directory.ask("GET", "/Users?count=0").status_code for _number in range(4)]
    assert statuses[:2] == [200, 200]
    assert statuses[-1] == 429


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/Nothing", None, 404),
        ("GET", "/Users/M-NOBODY", None, 404),
        ("GET", "/", None, 501),
        ("GET", "/Me", None, 501),
        ("POST", "/.search", {"schemas": []}, 501),
        ("POST", "/Bulk", {"schemas": []}, 501),
        ("DELETE", "/Users", None, 405),
        ("POST", "/Users", "{", 400),
        ("POST", "/Users", "[" * 5000, 400),
        ("POST", "/Users", "7", 400),
        ("POST", "/Users", '"\\u0000"', 400),
        ("POST", "/Users", '{"userName": "\\ud800"}', 400),
        ("PATCH", "/Users/M-NOBODY", {"schemas": [PATCH], "Operations": []}, 400),
    ],
)
def test_wrong_request_is_refused_in_the_protocol_s_form(
    directory: Directory, method: str, path: str, body: Any, status: int
) -> None:
    answer = directory.ask(method, path, body)
    assert answer.status_code == status, answer.text
    assert answer.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert answer.json()["detail"]


def test_wrong_kind_of_body_is_refused(directory: Directory) -> None:
    headers = {"authorization": f"Bearer {directory.secret}"}
    answer = directory.client.post(f"{ROOT}/Users", {"userName": "x"}, headers=headers)
    assert answer.status_code in {400, 415}
