"""Refusals at the council's desk, in both languages."""

import datetime as dt
from collections.abc import Callable

import pytest

from billing.models import Council, Order, Share
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.kernel import schema
from tenants.community.members.models import Role
from tests.factories.billing import make_campaign, make_council
from tests.fixtures.billing import Till
from tests.fixtures.people import SpaceClient
from tests.tenants.community.council.reading import Browse, text_in

COUNCIL_ONLY = ["/council/ledger/", "/council/terms/", "/council/account/"]
LANGUAGES = ["fr", "en"]
LEDGER = {
    "fr": "Le registre du CSE est réservé à ses élus et à sa trésorerie.",
    "en": "The council’s ledger is for its members and its treasurer.",
}
TREASURER = {
    "fr": "Seule la trésorerie du CSE accepte les conditions et ouvre le compte.",
    "en": "Only the council’s treasurer accepts terms and opens the account.",
}
SIGNATURE = {
    "fr": "Pour signer, écrivez votre nom tel qu’il figure ici : Nadia Berthier.",
    "en": "To sign, type your name as it is written here: Nadia Berthier.",
}
UNREAD = {
    "fr": "Cochez la case une fois les conditions lues.",
    "en": "Tick the box once you have read the terms.",
}
NOTHING_OFFERED = {
    "fr": "Aucune condition n’attend votre réponse.",
    "en": "No terms are waiting for your answer.",
}
BAD_ADDRESS = {
    "fr": "Cette adresse e-mail a une faute : vérifiez-la.",
    "en": "This e-mail address has a mistake: check it.",
}
BAD_SIREN = {
    "fr": "Un numéro SIREN compte 9 chiffres : celui-ci en a 3.",
    "en": "A SIREN has 9 digits: this one has 3.",
}
STRIPE_IS_SILENT = {
    "fr": "Stripe met du temps à répondre.",
    "en": "Stripe is taking a while to answer.",
}


def speaking(user: User, language: str) -> User:
    user.language = language
    user.save(update_fields=["language"])
    return user


def refused(client: SpaceClient, url: str, sent: dict[str, str] | None = None) -> tuple[int, str]:
    response = client.get(url) if sent is None else client.post(url, sent)
    return response.status_code, text_in(response.content)


@pytest.mark.parametrize("url", ["/council/", *COUNCIL_ONLY, "/council/ledger/SH-XXXXXX/"])
def test_stranger_is_led_to_sign_in(browse: Browse, in_north: None, url: str) -> None:
    response = browse().get(url)
    assert (response.status_code, response["Location"]) == (302, f"/signin/?next={url}")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("url", [*COUNCIL_ONLY, "/council/ledger/SH-XXXXXX/"])
def test_a_member_sees_the_overview_and_no_line_of_the_ledger(
    browse: Browse, teammate: User, council: Council, url: str, language: str
) -> None:
    client = browse(speaking(teammate, language))
    status, page = refused(client, url)
    assert status == 403
    assert LEDGER[language] in page
    assert client.get("/council/").status_code == 200


def test_the_administrator_administers_no_money(
    browse: Browse, owner: User, council: Council, at: dt.datetime
) -> None:
    Role.objects.create(user=owner, role=Role.Kind.ADMINISTRATOR, given_at=at)
    for url in COUNCIL_ONLY:
        assert browse(owner).get(url).status_code == 403


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "path", ["terms/{}/", "account/{}/", "account/{}/link/"], ids=["accept", "open", "link"]
)
def test_an_elected_member_reads_all_and_decides_nothing(
    browse: Browse, elected: User, council: Council, path: str, language: str
) -> None:
    client = browse(speaking(elected, language))
    for url in COUNCIL_ONLY:
        assert client.get(url).status_code == 200
    status, page = refused(client, f"/council/{path.format(council.reference)}", {})
    assert status == 403
    assert TREASURER[language] in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_treasurer_decides_for_their_own_company_only(
    browse: Browse, teammate: User, in_north: None, at: dt.datetime, language: str
) -> None:
    with schema.in_public():
        own = make_council("north", company="North Un", accepted=False)
        other = make_council("north", company="North Deux", accepted=False)
        of_the_park = make_council("north", accepted=False)
    duty = {"role": Role.Kind.TREASURER, "company_id": own.company_id}
    Role.objects.create(user=speaking(teammate, language), given_at=at, **duty)
    client = browse(teammate)
    page = client.get("/council/terms/").content.decode()
    assert f"/council/terms/{own.reference}/" in page
    for council in (other, of_the_park):
        assert f"/council/terms/{council.reference}/" not in page
        for path in ("terms/{}/", "account/{}/"):
            status, body = refused(client, f"/council/{path.format(council.reference)}", {})
            assert (status, TREASURER[language] in body) == (403, True)
    assert client.post(f"/council/terms/{own.reference}/", {}).status_code == 422


def test_council_of_another_space_is_404(browse: Browse, treasurer: User, council: Council) -> None:
    with schema.in_public():
        foreign = make_council("south", accepted=False)
    client = browse(treasurer)
    for path in ("terms/{}/", "account/{}/", "account/{}/link/"):
        assert client.post(f"/council/{path.format(foreign.reference)}", {}).status_code == 404
    assert client.get(f"/council/account/{foreign.reference}/back/").status_code == 404


def test_share_of_another_space_is_404(
    browse: Browse,
    treasurer: User,
    council: Council,
    bakery: Merchant,
    sell: Callable[..., Order],
    till: Till,
) -> None:
    with schema.in_public():
        make_council("south")
        order = till.sell(make_campaign(bakery, {"south": 7_000}, at=till.at))
        foreign = Share.objects.get(sale__order=order)
    client = browse(treasurer)
    assert client.get(f"/council/ledger/{foreign.reference}/").status_code == 404
    assert "Ce qui se passera avec le premier euro" in text_in(client.get("/council/").content)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("sent", "sentences"),
    [
        ({"read": "on", "name": "Nadia B."}, SIGNATURE),
        ({"name": "Nadia Berthier"}, UNREAD),
    ],
    ids=["another name", "not read"],
)
def test_terms_are_signed_whole_or_not_at_all(
    browse: Browse, treasurer: User, sent: dict[str, str], sentences: dict[str, str], language: str
) -> None:
    with schema.in_public():
        offered = make_council("north", accepted=False)
    client = browse(speaking(treasurer, language))
    status, page = refused(client, f"/council/terms/{offered.reference}/", sent)
    assert status == 422
    assert sentences[language] in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_terms_are_accepted_once(
    browse: Browse, treasurer: User, council: Council, language: str
) -> None:
    client = browse(speaking(treasurer, language))
    sent = {"read": "on", "name": "Nadia Berthier"}
    status, page = refused(client, f"/council/terms/{council.reference}/", sent)
    assert status == 422
    assert NOTHING_OFFERED[language] in page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("sent", "sentences"),
    [
        ({"contact_email": "cse", "siren": ""}, BAD_ADDRESS),
        ({"contact_email": "cse@north.example", "siren": "123"}, BAD_SIREN),
    ],
    ids=["address", "siren"],
)
def test_an_account_needs_an_address_and_no_wrong_siren(
    browse: Browse,
    treasurer: User,
    council: Council,
    sent: dict[str, str],
    sentences: dict[str, str],
    language: str,
) -> None:
    client = browse(speaking(treasurer, language))
    status, page = refused(client, f"/council/account/{council.reference}/", sent)
    assert status == 422
    assert sentences[language] in page


def test_a_council_without_an_account_has_nothing_to_complete(
    browse: Browse, treasurer: User, council: Council
) -> None:
    url = f"/council/account/{council.reference}/link/"
    assert browse(treasurer).post(url).status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_says_that_nothing_is_lost_while_stripe_is_silent(
    browse: Browse, treasurer: User, council: Council, till: Till, language: str
) -> None:
    with schema.in_public():
        till.active_account(council)
    till.fail("error_before", "/v2/core/account_links", times="3")
    client = browse(speaking(treasurer, language))
    waiting = client.post(f"/council/account/{council.reference}/link/")["Location"]
    till.make_calls()
    page = client.get(waiting).content.decode()
    assert STRIPE_IS_SILENT[language] in page
