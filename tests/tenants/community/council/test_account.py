"""Terms are accepted and accounts opened by the treasurer, for this space's councils only."""

import contextvars
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from billing.councils import tasks
from billing.models import Council, Order, Share, ShareTerms, StripeCall
from saas.accounts.models import User
from saas.kernel import schema
from tenants.community.council.queries import account as queries
from tests.factories.billing import make_terms
from tests.fixtures.billing import while_read
from tests.fixtures.broker import kill_broker
from tests.fixtures.people import Browse
from tests.tenants.community.council.conftest import Desk
from tests.tenants.community.council.reading import text_of, with_plain_spaces

type Sell = Callable[..., Order]
type Committed = Callable[..., AbstractContextManager[object]]

SIGNED = {"read": "on", "name": "Nadia Berthier"}
WANTED = {"contact_email": "cse@north.example", "siren": "732 829 320"}


def state_of(council: Council) -> str:
    with schema.in_public():
        return str(Council.objects.values_list("account_state", flat=True).get(pk=council.pk))


def test_treasurer_signs_with_their_name(browse: Browse, treasurer: User, offered: Council) -> None:
    client = browse(treasurer)
    assert "des conditions attendent votre signature" in text_of(client, "/council/")

    # Case, accents and spaces do not spoil a signature.
    signed = {"read": "on", "name": "  Nadià   BERTHIER "}
    response = client.post(f"/council/terms/{offered.reference}/", signed)

    assert (response.status_code, response["Location"]) == (303, "/council/terms/")
    with schema.in_public():
        terms = ShareTerms.objects.get(council=offered)
    assert terms.accepted_at is not None
    assert (terms.accepted_by_name, terms.accepted_by_role) == ("Nadia Berthier", "treasurer")
    assert terms.accepted_by_reference == treasurer.reference
    page = text_of(client, "/council/terms/")
    assert "par Nadia Berthier" in page
    assert "Signer les conditions" not in page


def test_later_terms_stand_beside_those_in_force(desk: Desk) -> None:
    with schema.in_public():
        make_terms(desk.council, rate_bp=4_500, accepted=False, version=2)
    page = desk.read("/council/terms/")
    assert "Version 2 Proposée 45 %" in page
    assert "Version 1 En vigueur 40 %" in page
    desk.client.post(f"/council/terms/{desk.council.reference}/", SIGNED)
    page = desk.read("/council/terms/")
    assert "Version 2 En vigueur 45 %" in page
    assert "Version 1 Remplacée 40 %" in page


def test_an_account_is_opened_once_with_what_was_typed(desk: Desk) -> None:
    url = f"/council/account/{desk.council.reference}/"
    for _click in range(2):
        response = desk.client.post(url, WANTED)
        assert (response.status_code, response["Location"]) == (303, "/council/account/")
    assert "un instant" in desk.read("/council/account/")
    desk.till.make_calls()
    assert state_of(desk.council) in {"created", "onboarding"}
    with schema.in_public():
        call = StripeCall.objects.get(kind="account")
        assert (call.state, call.result_id[:5]) == ("done", "acct_")
        numbers = call.params["identity"]["business_details"]["id_numbers"]
    assert numbers == [{"type": "fr_siren", "value": "732829320"}]
    assert "Compléter le compte" in desk.read("/council/account/")
    assert desk.client.post(url, WANTED).status_code == 422


@pytest.mark.parametrize("place", range(7))
def test_account_that_opens_while_its_page_is_read_is_not_offered_again(
    desk: Desk, place: int
) -> None:
    jobs = contextvars.copy_context()
    desk.client.post(f"/council/account/{desk.council.reference}/", WANTED)
    with while_read(lambda: jobs.copy().run(desk.till.make_calls), place=place):
        page = desk.read("/council/account/")
    assert "Ouvrir le compte" not in page
    assert "un instant" in page or "Compléter le compte" in page


def test_wish_is_stored_while_stripe_is_silent(desk: Desk) -> None:
    desk.till.fail("error_before", "/v2/core/accounts", times="3")
    desk.client.post(f"/council/account/{desk.council.reference}/", WANTED)
    desk.till.make_calls()
    page = desk.read("/council/account/")
    assert "Stripe met du temps à répondre. La demande est gardée" in page
    assert "Ouvrir le compte" not in page
    with schema.in_public():
        assert StripeCall.objects.get(kind="account").state != "done"


def test_the_way_to_stripe_is_a_plain_link_that_is_made_on_each_click(desk: Desk) -> None:
    desk.client.post(f"/council/account/{desk.council.reference}/", WANTED)
    desk.till.make_calls()
    url = f"/council/account/{desk.council.reference}/link/"

    pages = []
    for _click in range(2):
        waiting = desk.client.post(url)["Location"]
        assert "un instant" in desk.read(waiting)
        desk.till.make_calls()
        pages.append(desk.client.get(waiting))

    links = [page.context["link"].url for page in pages]
    assert [page.status_code for page in pages] == [200, 200]
    assert all(link.startswith(desk.till.simulator.api_base) for link in links)
    assert links[0] != links[1]
    assert f'href="{links[0]}"' in pages[0].text
    assert desk.client.get(url).status_code == 404
    assert "a expiré ou a déjà servi" in desk.read("/council/account/?from=expired")


def test_coming_back_proves_nothing_and_has_stripe_asked(
    desk: Desk, django_capture_on_commit_callbacks: Committed
) -> None:
    with schema.in_public():
        account = desk.till.active_account(desk.council)
        Council.objects.filter(pk=desk.council.pk).update(account_state="onboarding")
    desk.till.simulator.pull(f"account/{account}/active")
    url = f"/council/account/{desk.council.reference}/back/"

    with django_capture_on_commit_callbacks(execute=True):
        assert "Compte ouvert et actif" not in desk.read(url)
    assert [(task.name, args) for task, args in desk.till.jobs.waiting] == [
        (tasks.sync_account.name, (desk.council.pk,))
    ]
    with schema.in_public():
        desk.till.jobs.run()
    with django_capture_on_commit_callbacks(execute=True):
        assert "Compte ouvert et actif" in desk.read(f"{url}?state")
    assert not desk.till.jobs.waiting


def test_coming_back_while_the_broker_is_dead_shows_the_page(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Committed
) -> None:
    tried = kill_broker(monkeypatch)
    with django_capture_on_commit_callbacks(execute=True):
        page = desk.read(f"/council/account/{desk.council.reference}/back/")
    assert tried == [tasks.sync_account.name]
    assert "Stripe" in page


STATES = {
    "none": "Pas encore de compte",
    "no_legal_personality": "Sans personnalité morale",
    "created": "Compte créé, à compléter",
    "onboarding": "Vérification en cours",
    "active": "Compte actif, banque à vérifier",
    "restricted": "Compte bloqué par Stripe",
    "rejected": "Compte refusé par Stripe",
    "unsupported": "Compte impossible pour l’instant",
    "closed": "Compte fermé",
}


@pytest.mark.parametrize("state", Council.AccountState)
def test_each_state_says_what_it_means_and_what_comes_next(desk: Desk, state: str) -> None:
    known = "" if state in {"none", "no_legal_personality"} else "acct_1"
    with schema.in_public():
        Council.objects.update(account_state=state, stripe_account=known)
    found = queries.desk_of(desk.council.reference, at=desk.council.created_at)
    assert found is not None
    page = desk.read("/council/account/")
    assert STATES[state] in page
    assert with_plain_spaces(found.account.text) in page
    assert with_plain_spaces(found.account.next_text) in page


def test_shares_wait_in_the_books_while_there_is_no_account(desk: Desk) -> None:
    desk.sell(7_000)
    desk.after_the_hold()
    with schema.in_public():
        assert Share.objects.get().state == "waiting_account"
    page = desk.read("/council/?month=2026-11")
    assert "En retenue 28,00 € attend l’accord et le compte du CSE" in page
    forecast = desk.read("/council/forecast/")
    assert "28,00 € attend le compte du CSE : pas encore de compte" in forecast
    assert "Rien d’ici la fin du mois." in forecast
