"""Requests that the description allows get answers that it describes (schemathesis)."""

from typing import Any

import hypothesis
import pytest
import requests
import schemathesis
from schemathesis import GenerationMode, openapi
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.core.transport import Response
from schemathesis.specs.openapi import checks

from saas.accounts.models import User
from tenants.community.members.models import Role
from tests.api.test_answers import full
from tests.fixtures.people import AT, Browse, SpaceClient

EXAMPLES = 12
# Permissions are covered by another test: here a member is signed in by a cookie.
CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
# They change nothing that the next request would miss.
SAFE_POSTS = {
    "/api/v1/notifications/read-all/",
    "/api/v1/people/me/",
    "/api/v1/saved-searches/",
    "/api/v1/notification-switches/habits/",
}
FEWEST = 45

__all__ = ["full"]


def drawn(operation: Any) -> list[schemathesis.Case[Any]]:
    """Draw requests that the description of an operation allows."""
    cases: list[schemathesis.Case[Any]] = []

    @hypothesis.seed(18)
    @hypothesis.settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
    def draw(case: schemathesis.Case[Any]) -> None:
        cases.append(case)

    draw()
    return cases


def answered(client: SpaceClient, case: schemathesis.Case[Any]) -> Response:
    """Send a request as the client would, and return the answer as schemathesis reads it."""
    wanted = requests.Request(**case.as_transport_kwargs(base_url=f"https://{client.host}"))
    prepared = wanted.prepare()
    url = prepared.path_url
    body = prepared.body or b""
    answer = client.generic(
        case.method, url, body, content_type=prepared.headers.get("Content-Type", "")
    )
    return Response(
        status_code=answer.status_code,
        headers={name.lower(): [value] for name, value in answer.headers.items()},
        content=answer.content,
        request=prepared,
        elapsed=0.1,
        verify=True,
    )


@pytest.mark.proof
@pytest.mark.usefixtures("full")
def test_every_drawn_request_gets_a_described_answer(
    browse: Browse, owner: User, settings: Any
) -> None:
    settings.API_READS_A_MINUTE = settings.API_WRITES_A_MINUTE = 1_000_000
    Role.objects.create(user=owner, role="kiosk_manager", given_at=AT)
    client = browse(owner)
    description = client.get("/api/v1/openapi.json").json()
    faults: dict[str, str] = {}
    tried = 0
    for found in openapi.from_dict(description).get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        if operation.method.upper() != "GET" and operation.path not in SAFE_POSTS:
            continue
        tried += 1
        for case in drawn(operation):
            try:
                case.validate_response(answered(client, case), checks=CHECKS)
            except FailureGroup as error:
                faults[operation.label] = str(error.exceptions[0])[:600]
    assert faults == {}
    assert tried >= FEWEST
