"""The common part of the API: authentication, scopes, pages, problems, rate limits, 304, keys."""

import datetime as dt
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import cache
from saas.kernel.secrets.program_tokens import CreatedToken
from tenants.community.classifieds.models import Classified
from tenants.community.integrations import actions
from tenants.community.integrations.models import ApiToken, IdempotentRequest
from tenants.community.members.actions import leaving as members
from tenants.community.members.models import Role
from tests.api.test_classifieds import URL, payload
from tests.fixtures.people import Browse, Count, SpaceClient, make_user
from tests.tenants.community.classifieds.making import make_classified, make_picture
from tests.tenants.community.gatherings.making import make_gathering
from tests.tenants.community.rides.making import make_ride

DEALS = "/api/v1/deals/"


def token_of(person: User, *scopes: str, kind: str = "personal") -> CreatedToken[ApiToken]:
    return actions.make_token(
        kind=kind, name=scopes[0], scopes=scopes, days=30, by=person, at=timezone.now()
    )


def ask(client: SpaceClient, url: str, secret: str, body: Any = None, **headers: str) -> Any:
    headers["authorization"] = f"Bearer {secret}"
    if body is None:
        return client.get(url, headers=headers)
    return client.post(url, json.dumps(body), content_type="application/json", headers=headers)


def test_token_reads_and_writes_within_its_scopes(browse: Browse, owner: User) -> None:
    made, client = token_of(owner, "classifieds:write"), browse(None)
    assert made.secret.startswith("trv_")
    assert not ApiToken.objects.filter(token_hash__contains=made.secret[4:]).exists()
    assert ask(client, URL, made.secret).status_code == 200
    reading = token_of(owner, "classifieds:read")
    assert ask(client, URL, reading.secret, payload()).status_code == 403
    assert not Classified.objects.exists()
    assert ask(client, URL, made.secret, payload()).status_code == 201
    refused = ask(client, DEALS, made.secret)
    assert refused.status_code == 403
    assert 'scope="deals:read"' in refused["WWW-Authenticate"]
    made.token.refresh_from_db()
    assert made.token.last_used_at


def test_token_of_another_space_revoked_expired_or_of_a_leaver_opens_nothing(
    browse: Browse, owner: User, teammate: User
) -> None:
    Role.objects.create(user=teammate, role="administrator", given_at=timezone.now())
    gone, revoked, expired = (
        token_of(owner, f"{area}:read") for area in ("deals", "things", "rides")
    )
    assert ask(browse(None, space="south"), DEALS, gone.secret).status_code == 401
    actions.revoke_token(token=revoked.token, by=owner, at=timezone.now())
    ApiToken.objects.filter(pk=expired.token.pk).update(
        made_at=timezone.now() - dt.timedelta(days=31), expires_at=timezone.now()
    )
    assert ask(browse(None), DEALS, gone.secret).status_code == 200
    members.close_account(of=owner, by=teammate, at=timezone.now())
    for made, url in ((gone, DEALS), (revoked, "/api/v1/things/"), (expired, "/api/v1/rides/")):
        answer = ask(browse(None), url, made.secret)
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="Troovon"')
    members.reopen_account(of=owner, by=teammate, at=timezone.now())
    assert ask(browse(None), DEALS, gone.secret).status_code == 401


def test_integration_works_while_its_maker_administers(browse: Browse, owner: User) -> None:
    role = Role.objects.create(user=owner, role="administrator", given_at=timezone.now())
    made = token_of(owner, "deals:read", kind="integration")
    assert ask(browse(None), DEALS, made.secret).status_code == 200
    role.delete()
    assert ask(browse(None), DEALS, made.secret).status_code == 401


def test_pages_go_on_where_they_stopped_whatever_is_posted(browse: Browse, owner: User) -> None:
    for number in range(5):
        make_classified(
            owner,
            title=f"Lampe {number}",
            price_cents=100 * (number % 2) or None,
            kind="sell" if number % 2 else "give",
        )
    client = browse(owner)
    for sort in ("", "price", "ending"):
        first = client.get(URL, {"limit": 2, "sort": sort} if sort else {"limit": 2}).json()
        second = client.get(client.on(first["next"])).json()
        third = client.get(client.on(second["next"])).json()
        titles = [row["title"] for page in (first, second, third) for row in page["results"]]
        assert len(set(titles)) == 5
        assert third["next"] is None
        back = client.get(client.on(third["previous"])).json()
        assert back["results"] == second["results"]
        assert client.get(client.on(back["previous"])).json()["previous"] is None
    first = client.get(URL, {"limit": 2}).json()
    make_classified(owner, title="Nouvelle")
    second = client.get(client.on(first["next"])).json()
    assert [row["title"] for row in second["results"]] == ["Lampe 2", "Lampe 1"]


def test_cursor_of_another_list_is_refused(browse: Browse, owner: User) -> None:
    make_classified(owner)
    make_classified(owner)
    client = browse(owner)
    link = client.get(URL, {"limit": 1}).json()["next"]
    cursor = link.partition("cursor=")[2]
    assert client.get(f"{URL}?sort=price&cursor={cursor}").status_code == 400
    assert client.get(f"{DEALS}?cursor={cursor}").status_code == 400


@pytest.mark.parametrize("path", ["/api/v1/nothing/", "/api/v2/", f"{URL}PA-ZZZZZZ/"])
def test_unknown_address_gets_a_problem_document(browse: Browse, owner: User, path: str) -> None:
    answer = browse(owner).get(path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    body = answer.json()
    assert (body["type"], body["status"]) == ("/api/v1/#not-found", 404)
    assert body["title"]
    assert body["detail"]


def test_too_much_in_a_minute_is_429_for_all_of_a_member_s_programs(
    browse: Browse, owner: User, teammate: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.API_READS_A_MINUTE = 2
    monkeypatch.setattr("api.rates.time.time", lambda: 1_800_000_042.0)
    made = token_of(owner, "classifieds:read")
    first = ask(browse(None), URL, made.secret)
    assert first["RateLimit-Policy"] == '"reads";q=2;w=60'
    assert first["RateLimit"].startswith('"reads";r=1;t=')
    assert browse(owner).get(URL).status_code == 200
    over = ask(browse(None), URL, made.secret)
    assert over.status_code == 429
    assert 0 < int(over["Retry-After"]) <= 60
    assert over["Content-Type"] == "application/problem+json"
    assert browse(teammate).get(URL).status_code == 200


def test_answer_that_is_known_is_304(browse: Browse, owner: User) -> None:
    make_classified(owner)
    client = browse(owner)
    tag = client.get(URL)["ETag"]
    known = client.get(URL, headers={"if-none-match": tag})
    assert (known.status_code, known.content) == (304, b"")
    make_classified(owner)
    assert client.get(URL, headers={"if-none-match": tag}).status_code == 200


def make_pictured(author: User) -> None:
    make_picture(author, make_classified(author))


@pytest.mark.parametrize(
    ("url", "make"),
    [
        ("/api/v1/classifieds/", make_pictured),
        ("/api/v1/gatherings/", partial(make_gathering, at=timezone.now())),
        ("/api/v1/rides/", partial(make_ride, at=timezone.now())),
    ],
)
def test_three_rows_cost_what_one_costs(
    browse: Browse, count_queries: Count, owner: User, url: str, make: Callable[[User], object]
) -> None:
    client = browse(make_user("Karim"))
    make(owner)
    with_one = count_queries(client, url)
    for name in ("Ines", "Hugo"):
        make(make_user(name))
    assert len(count_queries(client, url)) == len(with_one) <= 5


def test_key_acts_once_for_one_body_and_is_free_after_refusals(browse: Browse, owner: User) -> None:
    made, client = token_of(owner, "classifieds:write"), browse(None)
    key = {"idempotency-key": "a1"}
    assert ask(client, URL, made.secret, payload(title=""), **key).status_code == 400
    assert not IdempotentRequest.objects.exists()
    first = ask(client, URL, made.secret, payload(), **key)
    second = ask(client, URL, made.secret, payload(), **key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second["Idempotency-Replayed"] == "true"
    assert ask(client, URL, made.secret, payload(title="Autre"), **key).status_code == 422
    assert Classified.objects.count() == 1
    assert ask(client, URL, made.secret, payload(), **{"idempotency-key": "é"}).status_code == 400


def test_key_in_use_at_this_moment_is_409(browse: Browse, owner: User) -> None:
    made, client = token_of(owner, "classifieds:write"), browse(None)
    seen: list[Any] = []
    claimed = cache.claimed

    def claim_and_ask(name: str, *, seconds: int) -> bool:
        mine = claimed(name, seconds=seconds)
        if mine and not seen:
            seen.append(None)
            seen.append(ask(client, URL, made.secret, payload(), **{"idempotency-key": "c"}))
        return mine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("api.once.cache.claimed", claim_and_ask)
        first = ask(client, URL, made.secret, payload(), **{"idempotency-key": "c"})
    assert (first.status_code, seen[1].status_code) == (201, 409)
    assert Classified.objects.count() == 1
