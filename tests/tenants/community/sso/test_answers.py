"""Answers of a provider: a forged, malicious, slow or broken answer opens nothing."""

import base64
import contextlib
import datetime as dt
import itertools
import json
import threading
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from django.utils import timezone

from infra.oidc_provider.provider import Grant
from saas.accounts.models import User
from saas.kernel import cache, schema
from saas.kernel.secrets import tokens
from saas.kernel.web import outgoing
from tenants.community.sso import actions, queries
from tenants.community.sso.gateway import id_tokens
from tenants.community.sso.gateway import provider as gateway
from tenants.community.sso.models import Identity, Provider
from tenants.community.sso.rules import signing_in as rules
from tenants.spaces import hosts
from tenants.spaces.models import Tenant
from tests.fixtures.patience import PATIENCE
from tests.fixtures.people import Browse
from tests.tenants.community.sso.conftest import (
    START,
    Company,
    come,
    come_back,
    failure,
    leave,
    number,
    refused,
    wait,
)


def unsigned(claims: dict[str, Any]) -> str:
    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims)}."


def by_public_key(company: Company) -> Callable[[dict[str, Any]], str]:
    """Sign as if the public key were a secret that both have."""
    shown = base64.urlsafe_b64encode(json.dumps(company.keys()["keys"][0]).encode())
    return lambda claims: jwt.encode(claims, shown, "HS256", {"kid": company.kid})


def by_another(company: Company) -> Callable[[dict[str, Any]], str]:
    """Return a signer with another key, under the id of the right key."""
    other = Company(first_key=7)
    return lambda claims: jwt.encode(claims, other.key, "RS256", {"kid": company.kid})


@pytest.mark.parametrize(
    "forging",
    [
        lambda _: unsigned,
        by_public_key,
        by_another,
        lambda _: lambda _: "a.b.c",
        lambda _: lambda _: None,
    ],
    ids=["alg none", "HS256 with the public key", "another's key", "no token", "nothing"],
)
def test_token_that_the_provider_s_keys_do_not_sign_is_refused(
    browse: Browse, opened: Provider, company: Company, teammate: User, forging: Any
) -> None:
    company.signs = forging(company)
    client = browse()
    assert "n’a pas abouti" in refused(client, come(client, company, teammate.email))
    assert failure() == "signature"


NOW = int(time.time())


@pytest.mark.parametrize(
    ("says", "kind"),
    [
        ({"nonce": "of another sign-in"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"aud": "another-application"}, "audience"),
        ({"aud": ["troovon", "another"]}, "audience"),
        ({"azp": "another-application"}, "audience"),
        ({"iss": "https://evil.example"}, "issuer"),
        ({"exp": NOW - 3600, "iat": NOW - 7200}, "expired"),
        ({"aud": None}, "audience"),
        ({"exp": None}, "answer"),
        ({"iat": NOW + 3600}, "early"),
        ({"sub": "s" * 256}, "answer"),
        ({"email": None}, "email"),
        ({"email": ["karim@north.example"]}, "email"),
        ({"email": "a@north.example@north.example"}, "email"),
    ],
)
def test_token_that_says_something_else_is_refused(
    browse: Browse, opened: Provider, company: Company, teammate: User, says: Any, kind: str
) -> None:
    company.says = says
    client = browse()
    refused(client, come(client, company, teammate.email))
    assert failure() == kind


@pytest.mark.parametrize("word", [False, "false"])
def test_unverified_address_is_one_persons_and_no_fault_of_the_provider(
    browse: Browse, opened: Provider, company: Company, teammate: User, word: Any
) -> None:
    company.says = {"email_verified": word}
    client = browse()
    assert "ne se porte pas garante" in refused(client, come(client, company, teammate.email))
    assert failure() == ""


def test_key_may_be_replaced_under_its_name(
    browse: Browse, opened: Provider, company: Company, teammate: User
) -> None:
    assert come(browse(), company, teammate.email).status_code == 303
    company.new_key(keeps_name=True)
    cache.forget(f"sso:keys:{tokens.hashed(f'{company.issuer}/keys')}:asked")
    assert come(browse(), company, teammate.email).status_code == 303


NASTY: tuple[Any, ...] = (
    None,
    0,
    -1,
    1e999,
    "",
    "\0",
    "\ud800",
    "x" * 5000,
    [],
    {},
    [[]],
    {"a": 1},
    True,
    "\r\nX: y",
)


def test_nasty_values_are_refused_or_cleaned_and_never_break_a_page(
    opened: Provider, company: Company, teammate: User
) -> None:
    opened.groups = {"claim": "groups", "moderator": ["x"]}
    parameters = {"client_id": "troovon", "nonce": "n"}
    good = company.claims(Grant(teammate.email, parameters))
    for name, value in itertools.product(
        (*good, "hd", "azp", "name", "acr", "auth_time", "groups"), NASTY
    ):
        body = json.dumps({**good, name: value}).encode()
        token = jwt.PyJWS().encode(body, company.key, "RS256", {"kid": company.kid})
        keys = company.keys()["keys"]
        try:
            claims = id_tokens.claims_of(
                token, keys, issuer=company.issuer, client_id="troovon", nonce="n"
            )
            vouched = rules.vouched_for(
                claims or {}, provider=opened, domains=["north.example"], now=time.time()
            )
        except rules.BrokenError:
            continue
        actions.recognise(number=number(), vouched=vouched, language="fr", at=timezone.now())
        assert all(word.isprintable() for word in vouched if isinstance(word, str))
        Identity.objects.all().delete()
    whole = company.description()
    for name, value in itertools.product(whole, NASTY):
        with contextlib.suppress(rules.BrokenError):
            rules.described({**whole, name: value}, company.issuer, local=["127.0.0.1:1"])
    for key in [None, 1, {}, {"kty": "RSA"}, {"kty": "RSA", "kid": [], "n": "", "e": ""}]:
        with contextlib.suppress(rules.BrokenError):
            id_tokens.claims_of(token, [key], issuer="x", client_id="troovon", nonce="n")


def test_two_tabs_of_somebody_new_make_one_member(
    browse: Browse, opened: Provider, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = browse(), browse()
    assert come(first, company, "eve@north.example").status_code == 303
    # The second looked before the first was committed.
    monkeypatch.setattr(queries, "identity_of", lambda *_: None)
    monkeypatch.setattr(queries, "identity_at", lambda *_: None)
    assert "vient d’aboutir" in refused(second, come(second, company, "eve@north.example"))
    monkeypatch.setattr(queries, "person_at", lambda *_: None)
    monkeypatch.setattr("tenants.community.members.queries.people.anybody_at", lambda *_: None)
    assert "vient d’aboutir" in refused(second, come(second, company, "eve@north.example"))


def test_directory_that_says_nothing_of_verifying_vouches_and_keys_are_replaced(
    browse: Browse, opened: Provider, company: Company, teammate: User
) -> None:
    company.says = {"email_verified": None}
    assert come(browse(), company, teammate.email).status_code == 303
    company.new_key()
    assert come(browse(), company, teammate.email).status_code == 422
    cache.forget(f"sso:keys:{tokens.hashed(f'{company.issuer}/keys')}:asked")
    assert come(browse(), company, teammate.email).status_code == 303


@pytest.mark.parametrize(
    ("hd", "status"), [("north.example", 303), ("evil.example", 422), (None, 422)]
)
def test_google_s_account_is_the_organisation_s(
    browse: Browse,
    opened: Provider,
    company: Company,
    teammate: User,
    monkeypatch: pytest.MonkeyPatch,
    hd: str | None,
    status: int,
) -> None:
    monkeypatch.setattr("tenants.community.sso.rules.signing_in.GOOGLE", company.issuer)
    company.says = {"hd": hd}
    assert come(browse(), company, teammate.email).status_code == status
    assert failure() == ""  # another account of that person may be the organisation's


def test_address_may_come_from_the_userinfo_of_the_same_person(
    browse: Browse, opened: Provider, company: Company, teammate: User
) -> None:
    company.says = {"email": None}
    company.says_beside = {"sub": "another", "email": teammate.email}
    assert come(browse(), company, teammate.email).status_code == 422
    del company.says_beside["sub"]
    assert come(browse(), company, teammate.email).status_code == 303


@pytest.mark.parametrize(
    ("describes", "kind"),
    [
        ({"token_endpoint": "http://169.254.169.254/token"}, "inside"),
        ({"token_endpoint": "https://10.0.0.8/token"}, "inside"),
        ({"jwks_uri": "https://localhost/keys"}, "inside"),
        ({"jwks_uri": ""}, "description"),
        ({"issuer": "https://evil.example"}, "issuer"),
        ({"padding": "x" * 70_000}, "answer"),
        ({"token_endpoint": "https://nowhere.invalid/token"}, "silent"),
    ],
)
def test_provider_that_leads_inside_or_says_too_much_is_refused(
    browse: Browse, opened: Provider, company: Company, teammate: User, describes: Any, kind: str
) -> None:
    company.describes = describes
    client = browse()
    response = wait(client, client.get(START))
    if response.status_code == 302:  # the page was reached; the code leads to a dead end
        back = client.on(company.lead_back(response["Location"], teammate.email))
        response = come_back(client, back)
    refused(client, response)
    assert failure() == kind


def test_provider_that_is_slow_holds_nobody_for_long(
    browse: Browse,
    opened: Provider,
    company: Company,
    teammate: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gateway, "WHOLE_SECONDS", 1.0)
    limits: list[float] = []
    post = outgoing.post

    def limited(*args: Any, seconds: float, **options: Any) -> outgoing.Answer:
        limits.append(seconds)
        return post(*args, seconds=seconds, **options)

    monkeypatch.setattr(outgoing, "post", limited)
    calls: list[str] = []
    is_let_go = threading.Event()

    def hang(_claims: Any) -> str:
        calls.append("begun")
        is_let_go.wait(PATIENCE)
        calls.append("ended")
        return ""

    company.signs = hang
    client = browse()
    sentence = refused(client, come(client, company, teammate.email))
    assert calls == ["begun"]  # it hangs still, and the page has answered
    assert 0 < limits[0] < 1, "the whole sign-in has one limit"
    assert "Réessayez dans une minute" in sentence
    assert failure() == "silent"
    assert "Réessayez dans une minute" in refused(client, come(client, company, teammate.email))
    assert calls == ["begun"]  # its circuit breaker is open, without further calls
    is_let_go.set()


@pytest.mark.parametrize(
    ("error", "sentence", "kind"),
    [
        ("access_denied", "n’a pas permis", ""),
        ("temporarily_unavailable", "Réessayez dans une minute", "silent"),
        ("invalid_scope", "n’a pas abouti", "answer"),
    ],
)
def test_refusal_of_the_provider_is_put_in_words(
    browse: Browse, opened: Provider, company: Company, error: str, sentence: str, kind: str
) -> None:
    client = browse()
    back = client.on(company.lead_back(leave(client), "x@north.example"))
    assert sentence in refused(client, client.get(f"{back}&error={error}"))
    assert failure() == kind


def test_wrong_secret_and_used_code_are_distinguished(
    browse: Browse, opened: Provider, company: Company, teammate: User
) -> None:
    client = browse()
    back = client.on(company.lead_back(leave(client), teammate.email))
    company.grants.clear()
    assert "a déjà servi" in refused(client, come_back(client, back))
    assert failure() == ""
    company.secret = "another"
    refused(client, come(client, company, teammate.email))
    assert failure() == "client"


@pytest.mark.parametrize(
    ("amr", "is_strong"),
    [
        (["pwd", "otp"], True),
        (["mfa"], True),
        (["hwk", "fpt"], True),
        (["pwd"], False),
        (["otp", "sms"], False),
        ("mfa", False),
        ([["mfa"]], False),
        (None, False),
    ],
)
def test_two_kinds_of_factors_at_provider_count(amr: object, *, is_strong: bool) -> None:
    assert rules.has_two_factors(amr) is is_strong


def test_factor_at_provider_opens_a_space_that_requires_it(
    opened: Provider, company: Company, browse: Browse, teammate: User
) -> None:
    with schema.in_public():
        Tenant.objects.filter(schema_name="north").update(factor_from=timezone.now())
    hosts.forget()
    User.objects.filter(pk=teammate.pk).update(created_at=timezone.now() - dt.timedelta(days=9))
    client = browse()
    assert come(client, company, teammate.email).status_code == 303
    assert client.get("/me/")["Location"].startswith("/factor/wanted/")
    company.says = {"amr": ["pwd", "otp"]}
    client = browse()
    assert come(client, company, teammate.email).status_code == 303
    assert client.get("/me/").status_code == 200
