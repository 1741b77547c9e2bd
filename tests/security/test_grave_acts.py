"""Serious actions ask for the password again: the table of their addresses, and a try of each.

An address that asks and is missing here fails the test, as does an address here that stopped
asking.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from saas.accounts.models import User
from saas.accounts.sessions.proofs import Level
from saas.kernel import schema
from tests.fixtures.people import PASSWORD, Browse, SpaceClient, make_user

FRESH, FACTOR = Level.FRESH, Level.FACTOR
SPACE, OPS = settings.ROOT_URLCONF, settings.OPERATOR_URLCONF
DESK = settings.PUBLIC_SCHEMA_URLCONF
GRAVE: dict[str, dict[str, Level]] = {
    SPACE: {
        "accounts:codes": FACTOR,
        "accounts:remove_passkey": FACTOR,
        "council:accept": FACTOR,
        "council:decline": FRESH,
        "council:open_account": FACTOR,
        "council:link": FACTOR,
        "council:ask_personality": FACTOR,
        "council:billing": FACTOR,
        "council:replace": FACTOR,
        "council:confirm_replace": FACTOR,
        "council:cancel_replace": FRESH,
        "council:replace_link": FACTOR,
        "members:company_leave": FRESH,
        "members:reset_factor": FRESH,
        "integrations:tokens": FRESH,
        "integrations:integrations": FRESH,
        "integrations:webhooks": FRESH,
        "integrations:webhook": FRESH,
        "spaces:exports": FRESH,
        "spaces:required_factor": FRESH,
        "sso:add_openid": FRESH,
        "sso:add_saml": FRESH,
        "sso:openid": FRESH,
        "sso:saml": FRESH,
        "sso:saml_reading": FRESH,
        "sso:switch": FRESH,
        "sso:groups": FRESH,
        "sso:unbind": FRESH,
        "sso:remove": FRESH,
    },
    DESK: {
        "accounts:codes": FACTOR,
        "accounts:remove_passkey": FACTOR,
        **dict.fromkeys(
            (
                *("merchants:decide_join", "merchants:remove_member", "offers:staff"),
                *("merchants:invite", "merchants:withdraw_invitation", "merchants:change_role"),
                *("merchants:programs", "merchants:revoke_program"),
                *("billing:payment_methods", "billing:spending", "billing:stop"),
                *("billing:subscription",),
            ),
            FRESH,
        ),
    },
    OPS: {
        "accounts:codes": FACTOR,
        "accounts:remove_passkey": FACTOR,
        **dict.fromkeys(
            (
                *("ops:refund", "ops:decide", "ops:pay_otherwise", "ops:stop", "ops:settle"),
                *("ops:release", "ops:write_off", "ops:decide_write_off"),
                *("ops:write_off_tax", "ops:decide_tax_write_off"),
                *("ops:space_councils", "ops:council_people", "ops:offer_terms"),
                *("ops:personality", "ops:end_council", "ops:pay_on_paper"),
                *("ops:rename_space", "ops:delete_space", "ops:archive", "ops:restore"),
                *("ops:prices", "ops:withdraw_prices", "ops:promotions", "ops:promotion"),
                *("ops:services", "ops:import_services", "ops:service_file", "ops:service"),
                *("ops:merchant", "ops:subscription", "ops:report", "ops:operator"),
                *("ops:space_factor", "ops:merchant_factor"),
                *("ops:bank", "ops:bank_statement", "ops:vat_return", "ops:duties", "ops:cut_off"),
                *("ops:einvoice", "ops:accountant_tokens", "ops:accountant_token"),
                *("ops:lock_month", "ops:close_year", "ops:propose_entry", "ops:manual_entry"),
                *("ops:space_administrators", "ops:space_companies", "ops:pin"),
                *("ops:company_departure", "ops:block_merchant", "ops:correct_merchant"),
                "ops:merge_merchant",
                *("ops:queue_item", "ops:prove_space", "ops:post_code", "ops:count_heads"),
                *("ops:space_access", "ops:granted_case", "ops:granted_picture"),
            ),
            FACTOR,
        ),
    },
}
# They ask for the password in a form of their own: `tests/tenants/spaces`, `personal_data`.
OWN_FORM = {"spaces:delete", "personal_data:erase", "accounts:password", "accounts:remove_factor"}


def views_of(urlconf: str) -> Iterator[tuple[str, Any]]:
    """The named views of a URL conf, with their namespaces."""

    def walk(patterns: Any, space: str) -> Iterator[tuple[str, Any]]:
        for one in patterns:
            if isinstance(one, URLResolver):
                inner = f"{space}{one.namespace}:" if one.namespace else space
                yield from walk(one.url_patterns, inner)
            elif isinstance(one, URLPattern) and one.name:
                yield f"{space}{one.name}", one.callback

    yield from walk(get_resolver(urlconf).url_patterns, "")


def level_of(view: Any) -> Level | None:
    """The level that a view asks for, through the decorators around it."""
    while view is not None:
        if hasattr(view, "asks"):
            found: Level = view.asks
            return found
        view = getattr(view, "__wrapped__", None)
    return None


@pytest.mark.parametrize("urlconf", GRAVE)
def test_table_of_grave_acts_is_complete(urlconf: str) -> None:
    asking = {name: level for name, view in views_of(urlconf) if (level := level_of(view))}
    assert asking == GRAVE[urlconf]


def address(name: str, urlconf: str) -> str:
    """The address of a grave act, whatever it is about."""
    for args in ([], ["XX"], [1], ["XX", 1], ["XX", "XX"]):
        try:
            return reverse(name, urlconf=urlconf, args=args)
        except Exception:  # noqa: BLE001, S112 - the next shape of arguments
            continue
    raise AssertionError(f"{name} has no address")


@pytest.mark.parametrize("name", sorted(GRAVE[SPACE]))
def test_grave_act_of_a_space_asks_who_is_there(browse: Browse, owner: User, name: str) -> None:
    client = browse()
    client.force_login(owner, proven=False)
    page = client.refused(address(name, SPACE), {"reason": "Une raison écrite"})
    assert "C’est bien vous" in page
    if GRAVE[SPACE][name] is FACTOR:
        assert "Cet acte demande un second facteur" in page
    else:
        assert 'value="Une raison écrite"' in page
        assert 'action="/prove/"' in page


@pytest.mark.parametrize("name", sorted(GRAVE[DESK]))
def test_grave_act_of_a_merchant_asks_who_is_there(db: None, name: str) -> None:
    client = SpaceClient(settings.BASE_HOST)
    with schema.in_public():
        client.force_login(make_user("Paul"), proven=False)
        page = client.refused(address(name, DESK), {"reason": "Une raison écrite"})
    assert "C’est bien vous" in page
    if GRAVE[DESK][name] is FRESH:
        assert 'value="Une raison écrite"' in page


@pytest.mark.parametrize("name", ["council:accept", "integrations:tokens", "sso:add_openid"])
def test_session_of_the_provider_is_no_proof(browse: Browse, in_north: None, name: str) -> None:
    person = make_user("Tomasz")
    User.objects.filter(pk=person.pk).update(password="!")
    person.refresh_from_db()
    client = browse()
    client.force_login(person, proven=False)
    page = client.refused(address(name, SPACE), {})
    needed = "demande un second facteur" if GRAVE[SPACE][name] is FACTOR else "Recevoir un lien"
    assert needed in page
    if GRAVE[SPACE][name] is FRESH:
        assert "csrfmiddlewaretoken" in page.partition("/signin/link/")[2]


def test_password_sends_again_what_was_typed(browse: Browse, owner: User) -> None:
    client = browse()
    client.force_login(owner, proven=False)
    typed = {"name": "Mon programme", "scopes": "profile", "days": "30"}
    client.refused("/me/tokens/", typed)
    proof = {"proof-to": "/me/tokens/", "proof-back": "/me/tokens/", "proof-method": "POST"}
    assert "actuel" in client.refused("/prove/", {**typed, **proof, "proof-password": "faux"})
    answer = client.post("/prove/", {**typed, **proof, "proof-password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (303, "/prove/")
    page = client.get("/prove/").text
    assert 'action="/me/tokens/"' in page
    assert 'value="Mon programme"' in page
    assert PASSWORD not in page
    assert client.get("/prove/").status_code == 303
    assert "C’est bien vous" not in client.post("/me/tokens/", typed).text


def test_proof_leads_to_no_other_host(browse: Browse, owner: User) -> None:
    client = browse()
    client.force_login(owner, proven=False)
    proof = {"proof-to": "https://evil.example/", "proof-method": "GET"}
    answer = client.post("/prove/", {**proof, "proof-password": PASSWORD})
    assert answer["Location"] == "/"


def test_merchant_may_not_try_the_console(db: None) -> None:
    client = SpaceClient(f"ops.{settings.BASE_HOST}")
    with schema.in_public():
        client.force_login(make_user("Paul"), proven=False)
    assert client.post("/operators/XX/", {"act": "remove"}).status_code == 404
