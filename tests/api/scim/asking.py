"""A company's directory that speaks SCIM to the space north."""

import json
from typing import Any

from django.conf import settings
from django.utils import timezone

from saas.accounts.models import User
from tenants.community.integrations import actions
from tests.fixtures.people import SpaceClient

ROOT = "/scim/v2"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


class Directory:
    """Asks in the name of an administrator, by a token of the space."""

    def __init__(self, admin: User, *scopes: str) -> None:
        self.client = SpaceClient(f"north.{settings.BASE_HOST}")
        made = actions.make_token(
            kind="integration",
            name="Annuaire",
            scopes=scopes or ("scim:write",),
            days=30,
            by=admin,
            at=timezone.now(),
        )
        self.secret = made.secret

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.generic(
            method,
            f"{ROOT}{path}",
            body if isinstance(body, str) else json.dumps(body) if body is not None else "",
            content_type="application/scim+json",
            headers={"authorization": f"Bearer {self.secret}", **headers},
        )

    def get(self, path: str) -> Any:
        answer = self.ask("GET", path)
        assert answer.status_code == 200, answer.text
        assert answer["Content-Type"] == "application/scim+json"
        return answer.json()

    def patch(self, path: str, *operations: dict[str, Any]) -> Any:
        return self.ask("PATCH", path, {"schemas": [PATCH], "Operations": list(operations)})

    def create(self, email: str, **more: Any) -> Any:
        first = email.partition(".")[0].title()
        person = {
            "schemas": [USER],
            "userName": email,
            "name": {"givenName": first, "familyName": "Annuaire"},
            **more,
        }
        return self.ask("POST", "/Users", person)


def refused(answer: Any, status: int, kind: str | None = None) -> str:
    """Assert that a request is refused in SCIM's form, and return the sentence."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert body["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert body["status"] == str(status)
    assert body.get("scimType") == kind
    return str(body["detail"])
