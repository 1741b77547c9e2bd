"""Messages to and from Stripe that wait for an operator."""

import datetime as dt

from django.db.models import Exists, OuterRef
from django.utils.translation import ngettext

from billing.models import StripeCall, StripeEvent
from billing.stripe.queries.troubles import calls_at_work
from saas.console.waiting.shapes import Waiting

REFUSED_SHOWN_FOR = dt.timedelta(days=7)
SLOW_AFTER = dt.timedelta(hours=1)


def waiting(at: dt.datetime) -> list[Waiting]:
    """Return events to examine, calls that stopped or take long, and refused checkouts."""
    return [_events(), _parked(), _refused_checkouts(at), _slow(at)]


def _events() -> Waiting:
    return Waiting(
        StripeEvent.objects.filter(state=StripeEvent.State.PARKED),
        "received_at",
        words=lambda count: ngettext(
            "%(count)d événement de Stripe à examiner",
            "%(count)d événements de Stripe à examiner",
            count,
        ),
        page="ops:jobs",
        tone="bad",
    )


def _parked() -> Waiting:
    return Waiting(
        StripeCall.objects.filter(state=StripeCall.State.PARKED),
        "created_at",
        words=lambda count: ngettext(
            "%(count)d appel à Stripe à examiner", "%(count)d appels à Stripe à examiner", count
        ),
        page="ops:jobs",
        tone="bad",
    )


def _refused_checkouts(at: dt.datetime) -> Waiting:
    """Return the checkouts refused by Stripe, unless a later checkout was requested since."""
    checkouts = StripeCall.objects.filter(kind=StripeCall.Kind.CHECKOUT)
    later = checkouts.filter(subject_id=OuterRef("subject_id"), pk__gt=OuterRef("pk"))
    return Waiting(
        checkouts.filter(
            ~Exists(later), state=StripeCall.State.FAILED, created_at__gt=at - REFUSED_SHOWN_FOR
        ),
        "created_at",
        words=lambda count: ngettext(
            "%(count)d paiement que Stripe a refusé d’ouvrir",
            "%(count)d paiements que Stripe a refusé d’ouvrir",
            count,
        ),
        page="ops:jobs",
        tone="bad",
        alarm="checkout_refused",
    )


def _slow(at: dt.datetime) -> Waiting:
    return Waiting(
        calls_at_work().filter(created_at__lte=at - SLOW_AFTER),
        "created_at",
        words=lambda count: ngettext(
            "%(count)d appel à Stripe n’aboutit pas depuis une heure",
            "%(count)d appels à Stripe n’aboutissent pas depuis une heure",
            count,
        ),
        page="ops:jobs",
        tone="warn",
        alarm="call_slow",
    )
