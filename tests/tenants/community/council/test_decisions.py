"""Decisions of a council at its desk: terms, another account, VAT and legal status."""

import contextvars
import datetime as dt
from collections.abc import Callable

import pytest

from billing.councils import tasks
from billing.models import AccountChange, Council, Order, ShareTerms, StripeCall
from saas.accounts.models import User
from saas.kernel import schema
from tests.fixtures.billing import Till, while_read
from tests.fixtures.people import Browse, SpaceClient
from tests.tenants.community.council.conftest import Desk
from tests.tenants.community.council.reading import text_in, text_of, with_plain_spaces

type Sell = Callable[..., Order]

SIGNED = {"read": "on", "name": "Nadia Berthier", "version": "1"}
WANTED = {
    "reason": "Notre banque ferme",
    "contact_email": "bureau@north.example",
    "siren": "732 829 320",
}
VAT = {
    "is_vat_payer": "on",
    "vat_number": "fr 44 732829320",
    "siren": "732 829 320",
    "street": "3 rue du Four",
    "postcode": "37000",
    "city": "Tours",
    "lets_us_bill": "on",
}


def test_the_vote_and_the_split_are_signed_with_the_terms(
    treasury: SpaceClient, offered: Council
) -> None:
    for split in ("101", "beaucoup", "-3"):
        wrong = treasury.refused(
            f"/council/terms/{offered.reference}/", {**SIGNED, "aep_bp": split}
        )
        assert f'value="{split}"' in wrong
    sent = {**SIGNED, "resolution": "n° 2026-14 du 18/11/2026", "aep_bp": "12,5"}
    assert treasury.post(f"/council/terms/{offered.reference}/", sent).status_code == 303
    with schema.in_public():
        terms = ShareTerms.objects.get()
        assert (terms.aep_bp, terms.resolution) == (1_250, "n° 2026-14 du 18/11/2026")
    page = text_of(treasury, "/council/terms/")
    assert "Délibération n° 2026-14 du 18/11/2026" in page
    assert "AEP · ASC 12,5 % · 87,5 %" in page
    printed = text_of(treasury, f"/council/terms/{offered.reference}/1/")
    assert "Le CSE affecte 12,5 % de sa part à son fonctionnement (AEP)" in printed
    assert "Nadia Berthier" in printed
    assert treasury.get(f"/council/terms/{offered.reference}/2/").status_code == 404


def test_terms_are_declined_with_a_reason_that_stays(
    treasury: SpaceClient, offered: Council
) -> None:
    url = f"/council/terms/{offered.reference}/decline/"
    refused = treasury.post(url, {"reason": "", "version": "1"})
    assert refused.status_code == 422
    assert "Dites pourquoi" in text_in(refused.content)
    assert treasury.post(url, {"reason": "Trop peu", "version": "1"}).status_code == 303
    page = text_of(treasury, "/council/terms/")
    assert "Déclinée" in page
    assert "par Nadia Berthier : Trop peu" in page
    assert treasury.post(url, {"reason": "encore"}).status_code == 422


def test_two_people_replace_an_account_and_follow_it(
    browse: Browse, treasurer: User, elected: User, active: Council, till: Till
) -> None:
    client, other = browse(treasurer), browse(elected)
    url = f"/council/account/{active.reference}/replace/"
    assert client.post(url, WANTED).status_code == 303
    page = text_of(client, "/council/account/replacement/")
    assert "Demandé par Nadia Berthier" in page
    assert "Confirmer le remplacement" not in page
    own = client.post(f"{url}confirm/")
    assert own.status_code == 422
    assert "jamais celle qui demande" in text_in(own.content)
    assert "Confirmer le remplacement" in text_of(other, "/council/account/replacement/")
    assert other.post(f"{url}confirm/").status_code == 303
    assert other.post(f"{url}confirm/").status_code == 422
    assert "un instant" in text_of(client, "/council/account/replacement/")
    till.make_calls()
    with schema.in_public():
        change = AccountChange.objects.get()
        assert StripeCall.objects.filter(kind="change").count() == 1
    assert change.new_account
    page = text_of(client, "/council/account/replacement/")
    assert "le RIB du CSE" in page
    waiting = client.post(f"{url}link/")["Location"]
    till.make_calls()
    assert "/setup/e/" in client.get(waiting).text
    assert other.post(f"{url}link/").status_code == 403
    with schema.in_public():
        till.simulator.pull(f"account/{change.new_account}/active")
        tasks.sync_account(active.pk)
    page = text_of(client, "/council/account/replacement/")
    assert "Compte remplacé" in page


@pytest.mark.parametrize("place", range(8))
def test_new_account_that_opens_while_its_page_is_read_is_waited_for_or_shown(
    browse: Browse, treasurer: User, elected: User, active: Council, till: Till, place: int
) -> None:
    client, jobs = browse(treasurer), contextvars.copy_context()
    url = f"/council/account/{active.reference}/replace/"
    client.post(url, WANTED)
    browse(elected).post(f"{url}confirm/")
    with while_read(lambda: jobs.copy().run(till.make_calls), place=place):
        page = text_of(client, "/council/account/replacement/")
    assert "un instant" in page or "Compléter le nouveau compte" in page


def test_a_replacement_is_given_up_by_either(
    browse: Browse, treasurer: User, elected: User, active: Council
) -> None:
    url = f"/council/account/{active.reference}/replace/"
    browse(elected).post(url, WANTED)
    assert browse(treasurer).post(f"{url}cancel/").status_code == 303
    assert browse(treasurer).post(f"{url}cancel/").status_code == 422
    page = text_of(browse(elected), "/council/account/replacement/")
    assert "Abandonné par Nadia Berthier" in page


def test_a_wish_for_another_account_is_whole_or_refused(
    treasury: SpaceClient, active: Council
) -> None:
    url = f"/council/account/{active.reference}/replace/"
    for changed, sentence in (
        ({"reason": ""}, "Dites pourquoi : une autre personne le lira."),
        ({"contact_email": "x"}, "Cette adresse e-mail a une faute"),
        ({"siren": "1"}, "Un numéro SIREN compte 9 chiffres"),
    ):
        assert sentence in with_plain_spaces(treasury.refused(url, WANTED | changed)), changed


def test_a_council_says_that_it_owes_vat(desk: Desk) -> None:
    url = f"/council/account/{desk.council.reference}/billing/"
    form = desk.read(url)
    assert "Numéro de TVA" in form
    assert "Lire le mandat, version 1" in form
    assert "a changé" not in form
    assert desk.client.post(url, VAT).status_code == 303
    with schema.in_public():
        found = Council.objects.get()
        assert (found.vat_number, found.siren) == ("FR44732829320", "732829320")
        assert found.self_billing_since is not None
    page = desk.read("/council/account/")
    assert "Assujetti à la TVA, FR44732829320" in page
    assert "nouvelle version du mandat" not in page
    with schema.in_public():
        Council.objects.update(self_billing_version=0)
    assert "une nouvelle version du mandat attend votre accord" in desk.read("/council/account/")
    assert "Le texte du mandat a changé" in desk.read(url)
    wrong = desk.client.post(url, {**VAT, "vat_number": "FR00732829320"})
    assert wrong.status_code == 422
    assert "attendu FR44732829320" in text_in(wrong.content)


def test_a_council_without_personality_says_how_much_waits_and_asks(desk: Desk) -> None:
    with schema.in_public():
        Council.objects.update(account_state="no_legal_personality", legal_personality=False)
    desk.sell(7_000)
    desk.after_the_hold()
    page = desk.read("/council/account/")
    assert "28,00 € attendent, la plus ancienne part depuis le 09/12/2026" in page
    url = f"/council/account/{desk.council.reference}/person/"
    assert desk.client.post(url, {"evidence": " "}).status_code == 422
    assert desk.client.post(url, {"evidence": "54 salariés"}).status_code == 303
    page = desk.read("/council/account/")
    assert "Troovon vérifie et répond sous deux jours ouvrés" in page
    assert desk.client.post(url, {"evidence": "54 salariés"}).status_code == 422


@pytest.mark.parametrize("state", ["rejected", "closed", "restricted", "unsupported"])
def test_each_bad_state_says_what_waits_and_what_to_do(
    desk: Desk, active: Council, state: str
) -> None:
    with schema.in_public():
        desk.till.simulator.pull(f"account/{active.stripe_account}/{state}")
        tasks.sync_account(active.pk)
    page = desk.read("/council/account/")
    assert "au registre" in page
    if state == "restricted":
        assert "un justificatif de l’existence du CSE" in page
        assert "Compléter le compte" in page
    else:
        assert "Remplacer ce compte par un autre" in page
    assert "Voir ce qu’il faut faire" in desk.read("/council/")


def test_requirements_of_stripe_and_their_deadline_are_in_plain_words(
    browse: Browse, treasurer: User, active: Council
) -> None:
    with schema.in_public():
        Council.objects.filter(pk=active.pk).update(
            account_needs="currently_due",
            account_deadline_at=dt.datetime(2026, 12, 12, 12, tzinfo=dt.UTC),
            account_requirements=[
                {"what": "relationship.representative.surname", "status": "currently_due"}
            ],
        )
    wanted = "Stripe demande avant le 12/12/2026"
    assert f"{wanted} l’identité du représentant." in text_of(browse(treasurer), "/council/")
    page = text_of(browse(treasurer), "/council/account/")
    assert f"{wanted} : l’identité du représentant." in page
    assert "Compte actif, réponses attendues" in page
    assert "Compléter le compte" in page
