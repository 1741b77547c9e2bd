"""Refusals at the council's desk, in both languages."""

from collections.abc import Callable
from itertools import product

import pytest

from billing.models import Council, Order, Share
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.kernel import schema
from tenants.community.members.models import Role
from tests.factories.billing import make_campaign, make_council
from tests.fixtures.billing import Till
from tests.fixtures.people import AT, Browse, SpaceClient
from tests.tenants.community.council.reading import text_in

COUNCIL_ONLY = ["/council/ledger/", "/council/terms/", "/council/account/"]
A_SHARE = "/council/ledger/SH-XXXXXX/"
DECISIONS = ["terms/{}/", "account/{}/", "account/{}/link/"]
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


def test_a_member_sees_the_overview_and_no_line_of_the_ledger(
    browse: Browse, teammate: User, council: Council
) -> None:
    for language, url in product(LANGUAGES, (*COUNCIL_ONLY, A_SHARE)):
        status, page = refused(browse(speaking(teammate, language)), url)
        assert (status, LEDGER[language] in page) == (403, True), (language, url)
    assert browse(teammate).get("/council/").status_code == 200


def test_an_elected_member_reads_all_and_decides_nothing(
    browse: Browse, elected: User, council: Council
) -> None:
    for url in COUNCIL_ONLY:
        assert browse(elected).get(url).status_code == 200
    for language, path in product(LANGUAGES, DECISIONS):
        url = f"/council/{path.format(council.reference)}"
        status, page = refused(browse(speaking(elected, language)), url, {})
        assert (status, TREASURER[language] in page) == (403, True), (language, url)


@pytest.mark.parametrize("language", LANGUAGES)
def test_treasurer_decides_for_their_own_company_only(
    browse: Browse, teammate: User, language: str
) -> None:
    with schema.in_public():
        own = make_council("north", company="North Un", accepted=False)
        other = make_council("north", company="North Deux", accepted=False)
        of_the_park = make_council("north", accepted=False)
    duty = {"role": Role.Kind.TREASURER, "company_id": own.company_id}
    Role.objects.create(user=speaking(teammate, language), given_at=AT, **duty)
    client = browse(teammate)
    page = client.get("/council/terms/").content.decode()
    assert f"/council/terms/{own.reference}/" in page
    for council in (other, of_the_park):
        assert f"/council/terms/{council.reference}/" not in page
        for path in ("terms/{}/", "account/{}/"):
            status, body = refused(client, f"/council/{path.format(council.reference)}", {})
            assert (status, TREASURER[language] in body) == (403, True)
    assert client.post(f"/council/terms/{own.reference}/", {}).status_code == 422


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


def test_terms_are_signed_whole_or_not_at_all(browse: Browse, treasurer: User) -> None:
    with schema.in_public():
        offered = make_council("north", accepted=False)
    cases = (
        ({"read": "on", "name": "Nadia B."}, SIGNATURE),
        ({"name": "Nadia Berthier"}, UNREAD),
    )
    for language, (sent, sentences) in product(LANGUAGES, cases):
        client = browse(speaking(treasurer, language))
        status, page = refused(client, f"/council/terms/{offered.reference}/", sent)
        assert (status, sentences[language] in page) == (422, True), (language, sent)


def test_terms_are_accepted_once(browse: Browse, treasurer: User, council: Council) -> None:
    sent = {"read": "on", "name": "Nadia Berthier"}
    for language in LANGUAGES:
        client = browse(speaking(treasurer, language))
        status, page = refused(client, f"/council/terms/{council.reference}/", sent)
        assert (status, NOTHING_OFFERED[language] in page) == (422, True), language


def test_an_account_needs_an_address_and_no_wrong_siren(
    browse: Browse, treasurer: User, council: Council
) -> None:
    cases = (
        ({"contact_email": "cse", "siren": ""}, BAD_ADDRESS),
        ({"contact_email": "cse@north.example", "siren": "123"}, BAD_SIREN),
    )
    for language, (sent, sentences) in product(LANGUAGES, cases):
        client = browse(speaking(treasurer, language))
        status, page = refused(client, f"/council/account/{council.reference}/", sent)
        assert (status, sentences[language] in page) == (422, True), (language, sent)


def test_a_council_without_an_account_has_nothing_to_complete(
    browse: Browse, treasurer: User, council: Council
) -> None:
    url = f"/council/account/{council.reference}/link/"
    assert browse(treasurer).post(url).status_code == 404


def test_page_says_that_nothing_is_lost_while_stripe_is_silent(
    browse: Browse, treasurer: User, council: Council, till: Till
) -> None:
    with schema.in_public():
        till.active_account(council)
    till.fail("error_before", "/v2/core/account_links", times="3")
    waiting = browse(treasurer).post(f"/council/account/{council.reference}/link/")["Location"]
    till.make_calls()
    for language in LANGUAGES:
        page = browse(speaking(treasurer, language)).get(waiting).content.decode()
        assert STRIPE_IS_SILENT[language] in page
