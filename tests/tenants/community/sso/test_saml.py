"""Sign-in by SAML: the person whom the company's provider signed, once, in the same browser."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel.sandbox.verdicts import UnfitError
from saas.kernel.tasks import SCHEMA_HEADER
from tenants.community.sso import actions, tasks
from tenants.community.sso.gateway import saml
from tenants.community.sso.models import Identity, Provider
from tests.fixtures.people import Browse, SpaceClient
from tests.tenants.community.sso.conftest import (
    DOMAIN,
    START,
    failure,
    is_in,
    number,
    page_of,
    refused,
    wait,
)
from tests.tenants.community.sso.saml_provider import (
    ISSUER,
    PAGE,
    asked,
    metadata,
    posted,
    response,
    signed,
)

CONSUME, SETTINGS = saml.CONSUMER, "/admin/sign-in/saml/"
READING = f"{SETTINGS}reading/"
ASSERTION = re.compile("<saml:Assertion.*</saml:Assertion>", re.DOTALL)


@pytest.fixture
def provider(admin: User) -> Provider:
    """A SAML provider, described, tested and offered."""
    actions.describe_saml(
        name="Compte Nord",
        metadata=saml.read_metadata(metadata()),
        attributes={},
        domains=[DOMAIN],
        by=admin,
        at=timezone.now(),
    )
    Provider.objects.update(tested_at=timezone.now())
    return actions.switch(number=number(), mode="offered", by=admin, at=timezone.now())


def ask(client: SpaceClient, url: str = START) -> dict[str, str]:
    page = client.get(url)
    assert page.status_code == 302
    assert page["Location"].startswith(f"{PAGE}&SAMLRequest=")
    return asked(page["Location"])


def come(client: SpaceClient, question: dict[str, str], xml: str) -> Any:
    """Post a response as another site's page does, and wait until it is verified."""
    return wait(client, client.post(CONSUME, posted(question, xml)))


def paste(client: SpaceClient, by: User, typed: dict[str, Any], url: str = SETTINGS) -> str:
    """Send metadata, have the job read them, and return the page that waited for it."""
    assert client.post(url, typed)["Location"] == READING
    assert "Nous lisons" in client.get(READING).text
    assert client.get(f"{READING}?seen=reading").status_code == 204
    tasks.read_metadata.apply(args=(by.pk,), headers={SCHEMA_HEADER: "north"}, throw=True)
    assert client.get(f"{READING}?seen=reading")["HX-Redirect"] == READING
    return str(client.get(READING).text)


def test_administrator_pastes_metadata_tests_and_opens_it(
    browse: Browse, admin: User, teammate: User
) -> None:
    client = browse(admin)
    shown = client.get(SETTINGS).text
    assert "/signin/company/saml/consume/" in shown
    typed = {"name": "Compte Nord", "domains": [DOMAIN], "metadata": "<html>"}
    assert "ne se lisent pas" in paste(client, admin, typed)
    plain = metadata(page="http://idp.north.example/")
    assert "aucune page de connexion en https" in paste(client, admin, typed | {"metadata": plain})
    assert PAGE in paste(client, admin, typed | {"metadata": metadata()}).replace("&amp;", "&")
    assert not Provider.objects.exists()
    assert client.post(READING)["Location"] == page_of()
    assert client.post(READING)["Location"] == "/admin/sign-in/"
    assert "Pas encore testée" in client.get(page_of()).text
    question = ask(client, page_of("test/"))
    assert come(client, question, signed(response(question, admin.email)))["Location"] == page_of()
    assert f"vous reconnaît par {admin.email}" in client.get(page_of()).text
    assert client.post(page_of("mode/"), {"mode": "offered"}).status_code == 303

    paste(client, admin, typed | {"metadata": metadata(number=1)}, page_of("saml/"))
    client.post(READING)
    assert Provider.objects.get().mode == "offered"
    other = metadata(issuer="https://other.example")
    paste(client, admin, typed | {"metadata": other}, page_of("saml/"))
    client.post(READING)
    assert Provider.objects.get().mode == "off"


@pytest.mark.parametrize("whole", [False, True])
def test_member_comes_in_and_newcomer_joins(
    browse: Browse, provider: Provider, teammate: User, *, whole: bool
) -> None:
    client = browse()
    question = ask(client, f"{START}?next=/me/")
    answer = come(client, question, signed(response(question, teammate.email), whole=whole))
    assert (answer.status_code, answer["Location"]) == (303, "/me/")
    assert is_in(client)
    assert Identity.objects.get().subject == f"subject of {teammate.email}"
    new = browse()
    question = ask(new)
    assert come(new, question, signed(response(question, "eve@north.example"))).status_code == 303
    person = User.objects.get(email="eve@north.example")
    assert (person.first_name, person.last_name) == ("Maëlle", "Le Goff")


def test_own_name_of_attribute_counts_and_outside_address_is_refused(
    browse: Browse, provider: Provider
) -> None:
    Provider.objects.update(attributes={"email": "UserPrincipalName"})
    client = browse()
    question = ask(client)
    answer = come(client, question, signed(response(question, "eve@north.example")))
    assert "n’a pas abouti" in refused(client, answer)
    assert failure() == "email"
    question = ask(client)
    outside = response(question, "eve@elsewhere.example", mail="userprincipalname")
    assert "n’ouvre pas cet espace" in refused(client, come(client, question, signed(outside)))


def test_response_serves_once_and_only_the_browser_that_asked(
    browse: Browse, provider: Provider, teammate: User
) -> None:
    client, other = browse(), browse()
    question = ask(client)
    answer = posted(question, signed(response(question, teammate.email)))
    assert "n’a pas commencé ici" in refused(
        other, other.get(other.post(CONSUME, answer)["Location"])
    )

    question = ask(client)
    answer = posted(question, signed(response(question, teammate.email)))
    assert wait(client, client.post(CONSUME, answer)).status_code == 303
    client.post("/signout/")
    assert "a déjà servi" in refused(client, client.post(CONSUME, answer))
    again = ask(client)
    replayed = {**answer, "RelayState": again["state"]}
    refused(client, wait(client, client.post(CONSUME, replayed)))
    assert failure() == "nonce"
    assert "n’a pas commencé ici" in refused(client, client.post(CONSUME, {}))


MINUTES = dt.timedelta(minutes=1)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"audience": "https://another.example/saml/"}, "audience"),
        ({"back": "https://another.example/consume/"}, "audience"),
        ({"issuer": "https://other.example"}, "issuer"),
        ({"request": "_another"}, "nonce"),
        ({"until": timezone.now() - 3 * MINUTES}, "expired"),
        ({"since": timezone.now() + 60 * MINUTES}, "early"),
        ({"status": "Responder"}, "status"),
        ({"format": "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"}, "transient"),
    ],
)
def test_response_that_says_something_else_is_refused(
    browse: Browse, provider: Provider, teammate: User, changes: dict[str, Any], reason: str
) -> None:
    client = browse()
    question = ask(client)
    refused(client, come(client, question, signed(response(question, teammate.email, **changes))))
    assert failure() == reason


def test_clock_of_provider_may_differ_by_two_minutes(
    browse: Browse, provider: Provider, teammate: User
) -> None:
    for shift in (-1, 1):
        client, now = browse(), timezone.now()
        question = ask(client)
        times = {"now": now + shift * MINUTES, "since": now + shift * MINUTES}
        late = response(question, teammate.email, **times, until=now + shift * 1.2 * MINUTES)
        assert come(client, question, signed(late)).status_code == 303


def wrapped(xml: str) -> str:
    """Wrap the signed assertion in a forged assertion."""
    good = ASSERTION.search(xml)
    assert good
    forged = re.sub("<ds:Signature.*</ds:Signature>", "", good[0], flags=re.DOTALL)
    forged = forged.replace("_a1", "_evil").replace("eve@", "admin@")
    inside = forged.replace("</saml:Assertion>", f"{good[0]}</saml:Assertion>")
    return xml.replace(good[0], inside)


def beside(xml: str, number: int = 0) -> str:
    """Put a forged assertion before or after the signed assertion."""
    good = ASSERTION.search(xml)
    assert good
    forged = re.sub("<ds:Signature.*</ds:Signature>", "", good[0], flags=re.DOTALL)
    forged = forged.replace("_a1", "_evil").replace("eve@", "admin@")
    return xml.replace(good[0], (forged + good[0]) if number == 0 else (good[0] + forged))


def in_extensions(xml: str) -> str:
    """Move the signed assertion away, and put a forged assertion with its ID in its place."""
    good = ASSERTION.search(xml)
    assert good
    forged = re.sub("<ds:Signature.*</ds:Signature>", "", good[0], flags=re.DOTALL)
    hidden = f"<samlp:Extensions>{good[0]}</samlp:Extensions>"
    return xml.replace(good[0], hidden + forged.replace("eve@", "admin@"))


def with_entity(xml: str) -> str:
    return '<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + xml.replace("Maëlle", "&e;")


ATTACKS: dict[str, tuple[Callable[[str], str], str]] = {
    "unsigned": (lambda xml: xml, "unsigned"),
    "another's key": (lambda xml: signed(xml, number=7), "signature"),
    "changed address": (lambda xml: signed(xml).replace("eve@", "admin@"), "signature"),
    "wrapped": (lambda xml: wrapped(signed(xml)), "several"),
    "before": (lambda xml: beside(signed(xml)), "several"),
    "after": (lambda xml: beside(signed(xml), 1), "several"),
    "in extensions": (lambda xml: in_extensions(signed(xml)), "several"),
    "comment": (lambda xml: signed(xml).replace("eve@n", "eve@<!---->n"), "comment"),
    "entity": (lambda xml: with_entity(signed(xml)), "comment"),
    "encrypted": (
        lambda xml: ASSERTION.sub("<saml:EncryptedAssertion/>", xml),
        "encrypted",
    ),
    "UTF-16": (lambda _: "\ufeff\0<\0", "answer"),
    "no XML": (lambda _: "{}", "answer"),
    "another document": (lambda _: metadata(), "comment"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_forged_response_opens_nothing(browse: Browse, provider: Provider, attack: str) -> None:
    forge, reason = ATTACKS[attack]
    client = browse()
    question = ask(client)
    refused(client, come(client, question, forge(response(question, "eve@north.example"))))
    assert failure() == reason
    assert not Identity.objects.exists()


def test_sha1_is_no_signature(browse: Browse, provider: Provider) -> None:
    client = browse()
    question = ask(client)
    xml = signed(response(question, "eve@north.example"))
    xml = xml.replace("2001/04/xmldsig-more#rsa-sha256", "2000/09/xmldsig#rsa-sha1")
    refused(client, come(client, question, xml))
    assert failure() == "signature"


def test_metadata_describes_this_service_and_reads_another(browse: Browse) -> None:
    ours = browse().get(saml.ENTITY)
    assert ours["Content-Type"] == "application/samlmetadata+xml"
    assert '/signin/company/saml/consume/" index="0"' in ours.text
    found = saml.read_metadata(metadata())
    assert (found.issuer, found.page) == (ISSUER, PAGE)
    with pytest.raises(UnfitError):
        saml.read_metadata(ours.text)
    with pytest.raises(UnfitError, match="certificate"):
        saml.read_metadata(
            re.sub("<KeyDescriptor.*</KeyDescriptor>", "", metadata(), flags=re.DOTALL)
        )
    with pytest.raises(UnfitError):
        saml.read_metadata(metadata().replace("<EntityD", "<!DOCTYPE a []><EntityD", 1))
