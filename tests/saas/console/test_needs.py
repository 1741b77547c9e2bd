""" "Rien à traiter" is said only where nothing in any state waits for a person."""

import datetime as dt

import pytest
from django.apps import apps

from billing.models import Council, CouncilNotice, Invoice, Payment, Refund, Share
from billing.stripe import halts
from saas.console.queries import needs as queries
from saas.monitoring import actions as monitoring
from saas.monitoring import queries as found
from tests.fixtures.billing import begins_with, paid
from tests.fixtures.people import AT, SpaceClient
from tests.saas.console import waiting
from tests.saas.console.waiting import FIELDS, WAITING, WAITING_BESIDE_ALL_STATES, Waiting
from tests.tenants.community.council.reading import text_in, text_of

pytestmark = begins_with(paid)


@pytest.fixture
def calm(console: SpaceClient, payment: Payment) -> SpaceClient:
    """A house where money went its way, and nothing waits for anybody."""
    Council.objects.update(account_state="active", stripe_account="acct_1")
    Invoice.objects.update(mailed_at=AT)
    Share.objects.update(state="transferred")
    return console


def test_house_where_nothing_waits_says_so(calm: SpaceClient) -> None:
    assert queries.needs(at=AT) == []
    assert "Rien à traiter" in text_of(calm, "/")


@pytest.mark.parametrize(
    "need",
    [*WAITING, *WAITING_BESIDE_ALL_STATES],
    ids=lambda need: f"{need.begin.__name__} {need.state}".rstrip(),
)
def test_state_that_waits_for_a_person_leads_to_its_page(
    calm: SpaceClient, payment: Payment, need: Waiting
) -> None:
    need.begin(need.state, payment, AT)
    if need.state:
        model, _, field = FIELDS[need.begin].rpartition(".")
        rows = apps.get_model(model)._default_manager  # noqa: SLF001 - any model
        assert rows.filter(**{field: need.state}).exists()

    home = calm.get("/").content
    assert need.words in text_in(home)
    assert "Rien à traiter" not in text_in(home)
    assert f'href="{need.page}"' in home.decode()
    assert calm.get(need.page).status_code == 200


@pytest.mark.parametrize(
    ("begin", "state"),
    [
        (waiting.terms_without_an_answer, ""),
        (waiting.account, "none"),
        (waiting.payouts, "restricted"),
        (waiting.account_with_a_requirement, ""),
    ],
)
def test_council_in_need_is_named_on_its_page(
    calm: SpaceClient, payment: Payment, begin: waiting.Begin, state: str
) -> None:
    assert "CSE north" not in text_of(calm, "/councils/")
    begin(state, payment, AT)
    assert "CSE north" in text_of(calm, "/councils/")


def test_campaign_of_a_closed_space_waits_until_its_days_are_refunded(
    calm: SpaceClient, payment: Payment
) -> None:
    waiting.campaign_of_a_closed_space("", payment, AT)
    Refund.objects.create(
        payment=payment, amount_cents=1, state="succeeded", requested_at=AT, accepted_at=AT
    )
    assert "espace fermé" not in text_of(calm, "/")


def test_troubles_are_listed_while_they_last_and_afterwards(calm: SpaceClient) -> None:
    assert "Aucune alerte en cours" in text_of(calm, "/troubles/")
    halts.halt("Invalid API Key", at=AT)
    monitoring.update_troubles(at=AT)

    page = text_of(calm, "/troubles/")
    assert "En cours Stripe refuse notre clé depuis le 25/11/2026" in page
    assert "Vérifiez STRIPE_SECRET_KEY" in page
    assert "Horloge en ordre" in page

    found.open_troubles().update(ended_at=AT)
    page = text_of(calm, "/troubles/")
    assert "Aucune alerte en cours" in page
    assert "Terminées Stripe refuse notre clé du 25/11/2026" in page


def test_blocked_account_keeps_its_age_after_each_look_at_stripe(calm: SpaceClient) -> None:
    since = AT - dt.timedelta(days=3)
    council = Council.objects.get()
    CouncilNotice.objects.create(council=council, kind="restricted", happened_at=since)
    Council.objects.update(account_state="restricted", account_seen_at=AT)
    [need] = queries.needs(at=AT)
    assert need.since == since
