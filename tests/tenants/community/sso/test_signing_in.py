"""Signing in by the company's provider, and all that a forged answer opens: nothing."""

import base64
import contextlib
import datetime as dt
import itertools
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from django.core import mail
from django.utils import timezone

from infra.oidc_provider.provider import Grant
from saas.accounts import tasks
from saas.accounts.models import Pass, User
from saas.accounts.rules import token_for
from saas.kernel import cache, schema, tokens
from saas.kernel.errors import Refused
from tenants.community.members.actions import leaving, membership
from tenants.community.members.models import JoinRequest, Profile, Role
from tenants.community.sso import actions, gateway, queries, rules
from tenants.community.sso.models import Identity, Provider
from tenants.spaces.models import OwnCompany
from tests.fixtures.people import PASSWORD, Browse, SpaceClient, make_user
from tests.saas.accounts.jobs import run_in
from tests.tenants.community.sso.conftest import Company, come, leave

START, BACK = "/signin/company/", "/signin/company/callback/"


def is_in(client: SpaceClient) -> bool:
    return client.get("/password/").status_code == 200


def refused(client: SpaceClient, response: Any) -> str:
    """Say why somebody came back in vain: they are told, and are nobody."""
    assert response.status_code == 422
    assert not is_in(client)
    return str(response.text)


def failure() -> str:
    return Provider.objects.get().failure


def test_member_comes_in_by_the_company_s_button(
    browse: Browse, opened: Provider, company: Company, teammate: User
) -> None:
    client = browse()
    shown = client.get("/signin/?next=/me/").text
    assert "Se connecter avec Compte Nord" in shown
    assert 'href="/signin/company/?next=/me/"' in shown

    response = come(client, company, teammate.email, f"{START}?next=/me/")

    assert (response.status_code, response["Location"]) == (303, "/me/")
    assert response["Referrer-Policy"] == "no-referrer"
    assert is_in(client)
    assert Identity.objects.get().user_id == teammate.pk
    assert client.get(START).status_code == 302
    assert browse().get(START).status_code == 302
    actions.switch(mode="off", by=User.objects.get(first_name="Nadia"), at=timezone.now())
    assert browse().get(START).status_code == 404


def test_unknown_address_of_a_proven_domain_joins(
    browse: Browse, opened: Provider, company: Company
) -> None:
    company.says = {"family_name": None, "given_name": None, "name": "Ève de La Tour"}
    client = browse()
    assert come(client, company, "Eve.Tour@north.example").status_code == 303
    person = User.objects.get(email="eve.tour@north.example")
    assert (person.first_name, person.last_name) == ("Ève", "de La Tour")
    assert not person.has_usable_password()
    assert Profile.objects.get(user=person).joined_by == "domain"
    assert come(browse(), company, "Eve.Tour@north.example").status_code == 303
    assert User.objects.filter(email=person.email).count() == 1


def test_list_of_staff_says_whom_somebody_new_works_for(
    browse: Browse, opened: Provider, company: Company, admin: User
) -> None:
    employer = OwnCompany.objects.latest("pk")
    JoinRequest.objects.create(
        email="eve@north.example",
        company_id=employer.pk,
        invited_by=admin,
        token_hash="x",
        asked_at=timezone.now(),
        expires_at=timezone.now() + dt.timedelta(days=1),
    )
    assert come(browse(), company, "eve@north.example").status_code == 303
    profile = Profile.objects.get(user__email="eve@north.example")
    assert (profile.company_id, profile.joined_by) == (employer.pk, "roster")
    assert not JoinRequest.objects.exists()


@pytest.mark.parametrize(
    "email", ["eve@elsewhere.example", "eve@north-un.example", "eve@south.example"]
)
def test_address_beyond_the_provider_s_domains_is_refused_in_words(
    browse: Browse, opened: Provider, company: Company, email: str
) -> None:
    client = browse()
    sentence = refused(client, come(client, company, email))
    assert "n’ouvre pas cet espace" in sentence
    assert email in sentence
    assert not User.objects.filter(email=email).exists()
    assert failure() == ""


def test_closed_account_stays_closed(
    browse: Browse, opened: Provider, company: Company, admin: User, teammate: User
) -> None:
    assert come(browse(), company, teammate.email).status_code == 303
    leaving.close_account(by=admin, of=teammate, at=timezone.now())
    client = browse()
    assert "a été fermé" in refused(client, come(client, company, teammate.email))
    Identity.objects.all().delete()
    assert "a été fermé" in refused(client, come(client, company, teammate.email))


@pytest.mark.parametrize("role", ["council", "treasurer"])
def test_employer_s_provider_lets_nobody_in_as_a_member_of_the_council(
    browse: Browse, opened: Provider, company: Company, teammate: User, role: str
) -> None:
    """An administrator who sets a provider up could be anybody, but not the treasurer."""
    assert come(browse(), company, teammate.email).status_code == 303
    Role.objects.create(user=teammate, role=role, given_at=timezone.now())
    client = browse()
    assert "Le CSE n’est pas à l’employeur" in refused(
        client, come(client, company, teammate.email)
    )


def test_the_provider_s_word_for_a_person_outlives_an_address_and_its_reuse(
    browse: Browse, opened: Provider, company: Company, admin: User, teammate: User
) -> None:
    company.says = {"sub": "karim"}
    assert come(browse(), company, teammate.email).status_code == 303
    married = browse()
    assert come(married, company, "karim.new@north.example").status_code == 303
    assert teammate.email in married.get("/me/").text
    assert not User.objects.filter(email="karim.new@north.example").exists()

    company.says = {"sub": "another"}
    client = browse()
    assert "une autre personne" in refused(client, come(client, company, teammate.email))
    actions.unbind(email=teammate.email, by=admin, at=timezone.now())
    assert come(client, company, teammate.email).status_code == 303
    assert Identity.objects.get().subject == "another"


def test_answer_serves_once_and_only_the_browser_that_asked(
    browse: Browse, opened: Provider, company: Company, teammate: User
) -> None:
    client, other = browse(), browse()
    back = client.on(company.lead_back(leave(client), teammate.email))
    assert "n’a pas commencé ici" in refused(other, other.get(back))
    assert client.get(back).status_code == 303
    client.post("/signout/")
    assert "a déjà servi" in refused(client, client.get(back))
    assert "a déjà servi" in refused(client, client.get(BACK))
    assert failure() == ""


def test_answer_on_another_space_s_host_opens_neither(
    browse: Browse, opened: Provider, company: Company, stranger: User
) -> None:
    client = browse()
    back = client.on(company.lead_back(leave(client), "solene@north.example"))
    elsewhere = browse(space="south")
    elsewhere.cookies = client.cookies
    assert "n’a pas commencé ici" in refused(elsewhere, elsewhere.get(back))
    with schema.inside("south"):
        assert not User.objects.filter(email="solene@north.example").exists()


def test_two_tabs_come_back_in_any_order(
    browse: Browse, opened: Provider, company: Company, teammate: User
) -> None:
    client = browse()
    pages = [leave(client, f"{START}?next=/me/"), leave(client, f"{START}?next=/deals/")]
    backs = [client.on(company.lead_back(page, teammate.email)) for page in pages]
    assert client.get(backs[1])["Location"] == "/deals/"
    assert client.get(backs[0])["Location"] == "/me/"


def test_old_attempt_and_what_would_lead_elsewhere(
    browse: Browse,
    opened: Provider,
    company: Company,
    teammate: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = browse()
    for wanted in ("//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:x"):
        assert come(client, company, teammate.email, f"{START}?next={wanted}")["Location"] == "/"
        client.post("/signout/")
    back = client.on(company.lead_back(leave(client), teammate.email))
    later = timezone.now() + dt.timedelta(minutes=11)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert "a trop attendu" in refused(client, client.get(back))


def test_page_of_the_provider_is_given_no_secret_and_no_verifier(
    browse: Browse, opened: Provider, company: Company
) -> None:
    page = leave(browse())
    assert page.startswith(f"{company.issuer}/authorize?response_type=code&client_id=troovon&")
    assert "code_challenge_method=S256" in page
    assert "code_verifier" not in page
    assert "Kanari" not in page


def unsigned(claims: dict[str, Any]) -> str:
    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims)}."


def by_public_key(company: Company) -> Callable[[dict[str, Any]], str]:
    """Sign as if the public key were a secret that both have."""
    shown = base64.urlsafe_b64encode(json.dumps(company.keys()["keys"][0]).encode())
    return lambda claims: jwt.encode(claims, shown, "HS256", {"kid": company.kid})


def by_another(company: Company) -> Callable[[dict[str, Any]], str]:
    """Sign with a key of somebody else, under the name of the right one."""
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
        ({"exp": None}, "signature"),
        ({"iat": NOW + 3600}, "signature"),
        ({"sub": "s" * 256}, "answer"),
        ({"email": None}, "email"),
        ({"email": ["karim@north.example"]}, "email"),
        ({"email": "a@north.example@north.example"}, "email"),
        ({"email_verified": False}, "unverified"),
        ({"email_verified": "false"}, "unverified"),
    ],
)
def test_token_that_says_something_else_is_refused(
    browse: Browse, opened: Provider, company: Company, teammate: User, says: Any, kind: str
) -> None:
    company.says = says
    client = browse()
    refused(client, come(client, company, teammate.email))
    assert failure() == kind


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
    parameters = {"client_id": "troovon", "nonce": "n"}
    good = company.claims(Grant(teammate.email, parameters))
    for name, value in itertools.product((*good, "hd", "azp", "name"), NASTY):
        body = json.dumps({**good, name: value}).encode()
        token = jwt.PyJWS().encode(body, company.key, "RS256", {"kid": company.kid})
        keys = company.keys()["keys"]
        try:
            claims = rules.claims_of(
                token, keys, issuer=company.issuer, client_id="troovon", nonce="n"
            )
            vouched = rules.vouched_for(claims or {}, provider=opened, domains=["north.example"])
        except rules.BrokenError:
            continue
        actions.recognise(vouched=vouched, language="fr", at=timezone.now())
        assert all(word.isprintable() for word in vouched)
        Identity.objects.all().delete()
    whole = company.description()
    for name, value in itertools.product(whole, NASTY):
        with contextlib.suppress(rules.BrokenError):
            rules.described({**whole, name: value}, company.issuer, local=["127.0.0.1:1"])
    for key in [None, 1, {}, {"kty": "RSA"}, {"kty": "RSA", "kid": [], "n": "", "e": ""}]:
        with contextlib.suppress(rules.BrokenError):
            rules.claims_of(token, [key], issuer="x", client_id="troovon", nonce="n")


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
    monkeypatch.setattr("tenants.community.sso.rules.GOOGLE", company.issuer)
    company.says = {"hd": hd}
    assert come(browse(), company, teammate.email).status_code == status
    assert failure() == ("" if status == 303 else "hosted")


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
    response = client.get(START)
    if response.status_code == 302:  # the page was reached; the code leads to a dead end
        response = client.get(client.on(company.lead_back(response["Location"], teammate.email)))
    refused(client, response)
    assert failure() == kind


def test_provider_that_is_slow_holds_nobody_for_long(
    browse: Browse,
    opened: Provider,
    company: Company,
    teammate: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gateway, "WHOLE_SECONDS", 0.3)
    monkeypatch.setattr(gateway, "WAITING_SECONDS", 0.1)
    company.signs = lambda _: str(time.sleep(2))  # type: ignore[func-returns-value]
    client, began = browse(), time.monotonic()
    sentence = refused(client, come(client, company, teammate.email))
    assert time.monotonic() - began < 1.5
    assert "Réessayez dans une minute" in sentence
    assert failure() == "silent"
    with gateway._speaking(), gateway._speaking():  # noqa: SLF001 - two threads that wait
        assert "Réessayez dans une minute" in refused(client, client.get(START))


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
    assert "a déjà servi" in refused(client, client.get(back))
    assert failure() == ""
    company.secret = "another"
    refused(client, come(client, company, teammate.email))
    assert failure() == "client"


def test_required_shuts_passwords_links_and_joining_to_its_domains_alone(
    browse: Browse, opened: Provider, admin: User, teammate: User
) -> None:
    outside = make_user("Paul", email="paul@elsewhere.example")
    treasurer = make_user("Rose")
    Role.objects.create(user=treasurer, role="treasurer", given_at=timezone.now())
    actions.switch(mode="required", by=admin, at=timezone.now())

    def try_password(person: User) -> Any:
        return browse().post("/signin/", {"email": person.email, "password": PASSWORD})

    assert "entrent par leur entreprise" in try_password(teammate).text
    assert [try_password(one).status_code for one in (admin, treasurer, outside)] == [303] * 3
    wrong = browse().post("/signin/", {"email": teammate.email, "password": "wrong"})
    assert "ne vont pas ensemble" in wrong.text
    joining = {"email": "eve@north.example", "first_name": "Ève", "last_name": "Roi"}
    assert "entrent par leur entreprise" in browse().refused("/join/", joining)
    assert "Le seul chemin" in browse().get("/signin/").text
    lasting = {"asked_at": timezone.now(), "expires_at": timezone.now() + dt.timedelta(days=1)}
    JoinRequest.objects.create(email="eve@north.example", token_hash=tokens.hashed("t"), **lasting)
    with pytest.raises(Refused, match="par leur entreprise"):
        membership.join(token="t", password="", at=timezone.now())


def test_mailed_link_says_that_the_company_is_the_way(
    browse: Browse, opened: Provider, admin: User, teammate: User
) -> None:
    browse().post("/signin/link/", {"email": teammate.email})
    before = Pass.objects.get()
    actions.switch(mode="required", by=admin, at=timezone.now())
    run_in("north", tasks.mail_link_of_a_space, before.pk)
    [message] = mail.outbox
    assert "Se connecter avec Compte Nord" in str(message.body)
    assert "/enter/" not in str(message.body)
    client = browse()
    refused(client, client.post(f"/enter/{token_for(before.purpose, before.nonce)}/"))
