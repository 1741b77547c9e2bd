"""What stands on an invoice, and on which day it was written."""

import dataclasses
import datetime as dt

import pytest
from django.utils import translation

from billing.gateway.values import Session
from billing.models import InvoiceLine, OrderLine
from billing.settlement import payments
from saas.catalogue.merchants.models import Merchant
from tests.factories.billing import make_campaign, make_paid_session

pytestmark = pytest.mark.django_db

A_DAY = dt.timedelta(days=1)


def collected(session: Session, at: dt.datetime) -> Session:
    """The same session, its charge made at another moment."""
    assert session.intent
    assert session.intent.charge
    charge = dataclasses.replace(session.intent.charge, created_at=at)
    return dataclasses.replace(session, intent=dataclasses.replace(session.intent, charge=charge))


def test_a_merchant_who_reads_english_has_an_invoice_in_french(
    shop: Merchant, at: dt.datetime
) -> None:
    with translation.override("en"):
        payment_id, session = make_paid_session(make_campaign(shop, {"north": 1_500}, at=at), at=at)
        payments.tell(payment_id, session, at=at)
    (line,) = InvoiceLine.objects.values_list("description", flat=True)
    assert ", fil d’accueil, du " in line
    assert line.endswith(" jours)")
    assert line == OrderLine.objects.get().description


def test_days_that_moved_are_named_in_french_too(shop: Merchant, at: dt.datetime) -> None:
    with translation.override("en"):
        payment_id, session = make_paid_session(make_campaign(shop, {"north": 1_500}, at=at), at=at)
        before = OrderLine.objects.get().description
        payments.tell(payment_id, collected(session, at + 10 * A_DAY), at=at + 10 * A_DAY)
    (line,) = InvoiceLine.objects.values_list("description", flat=True)
    assert line != before
    assert " au " in line
    assert line.endswith(" jours)")
