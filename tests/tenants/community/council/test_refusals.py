"""Refusals at the council's desk, in both languages."""

from itertools import product

import pytest

from billing.models import Council, Share
from saas.accounts.models import User
from saas.kernel import schema
from tenants.community.members.models import Role
from tests.factories.billing import make_campaign, make_council
from tests.fixtures.billing import Till
from tests.fixtures.people import AT, Browse, SpaceClient
from tests.tenants.community.council.conftest import Desk
from tests.tenants.community.council.reading import text_in

COUNCIL_ONLY = ["/council/ledger/", "/council/terms/", "/council/account/"]

DECISIONS = ["terms/{}/", "account/{}/", "account/{}/link/"]
LANGUAGES = ["fr", "en"]

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
    his: SpaceClient, teammate: User, language: str
) -> None:
    with schema.in_public():
        own = make_council("north", company="North Un", accepted=False)
        other = make_council("north", company="North Deux", accepted=False)
        of_the_park = make_council("north", accepted=False)
    duty = {"role": Role.Kind.TREASURER, "company_id": own.company_id}
    Role.objects.create(user=speaking(teammate, language), given_at=AT, **duty)
    page = his.get("/council/terms/").text
    assert f"/council/terms/{own.reference}/" in page
    for council in (other, of_the_park):
        assert f"/council/terms/{council.reference}/" not in page
        for path in ("terms/{}/", "account/{}/"):
            status, body = refused(his, f"/council/{path.format(council.reference)}", {})
            assert (status, TREASURER[language] in body) == (403, True)
    assert his.post(f"/council/terms/{own.reference}/", {}).status_code == 422


def test_share_of_another_space_is_404(desk: Desk) -> None:
    with schema.in_public():
        make_council("south")
        campaign = make_campaign(desk.bakery, {"south": 7_000}, at=desk.till.at)
        foreign = Share.objects.get(sale__order=desk.till.sell(campaign))
    assert desk.client.get(f"/council/ledger/{foreign.reference}/").status_code == 404
    assert "Ce qui se passera avec le premier euro" in desk.read("/council/")


WRONG_ANSWERS = [
    ("terms/{offered}/", {"read": "on", "name": "Nadia B."}, SIGNATURE),
    ("terms/{offered}/", {"name": "Nadia Berthier"}, UNREAD),
    ("terms/{accepted}/", {"read": "on", "name": "Nadia Berthier"}, NOTHING_OFFERED),
    ("account/{accepted}/", {"contact_email": "cse", "siren": ""}, BAD_ADDRESS),
    ("account/{accepted}/", {"contact_email": "cse@north.example", "siren": "123"}, BAD_SIREN),
]


def test_wrong_answer_of_the_treasurer_gets_a_sentence_in_both_languages(
    browse: Browse, treasurer: User, council: Council
) -> None:
    with schema.in_public():
        offered = make_council("north", company="North Un", accepted=False)
    role = {"role": Role.Kind.TREASURER, "company_id": offered.company_id}
    Role.objects.create(user=treasurer, given_at=AT, **role)
    about = {"offered": offered.reference, "accepted": council.reference}
    for language, (path, sent, sentences) in product(LANGUAGES, WRONG_ANSWERS):
        client = browse(speaking(treasurer, language))
        status, page = refused(client, f"/council/{path.format(**about)}", sent)
        assert (status, sentences[language] in page) == (422, True), (language, sent)


def test_page_says_that_nothing_is_lost_while_stripe_is_silent(
    browse: Browse, treasurer: User, council: Council, till: Till
) -> None:
    with schema.in_public():
        till.active_account(council)
    till.fail("error_before", "/v2/core/account_links", times="3")
    waiting = browse(treasurer).post(f"/council/account/{council.reference}/link/")["Location"]
    till.make_calls()
    for language in LANGUAGES:
        page = browse(speaking(treasurer, language)).get(waiting).text
        assert STRIPE_IS_SILENT[language] in page
