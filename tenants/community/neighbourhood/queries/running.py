"""Codes of offers that a member took and has not used, for the page of all that runs."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from saas.catalogue.offers.models import PublishedOffer
from saas.kernel.offers.home_hooks import Running
from tenants.community.neighbourhood.queries.offers import codes_of


def running(person: Any, at: dt.datetime) -> list[Running]:
    """List the offers of which a member holds a code, by their last day."""
    today = timezone.localdate(at)
    held = codes_of(person).exclude(voucher_id=None).values("salt__offer_reference")
    rows = PublishedOffer.objects.filter(
        reference__in=[one["salt__offer_reference"] for one in held],
        is_withdrawn=False,
        ends_on__gte=today,
    )
    zone = timezone.localtime(at).tzinfo
    return [
        Running(
            dt.datetime.combine(row.ends_on, dt.time(23, 59), zone),
            _("Mon code · dernier jour"),
            row.title,
            reverse("neighbourhood:offer_code", args=[row.reference]),
            "ticket",
        )
        for row in rows.order_by("ends_on", "pk")
    ]
