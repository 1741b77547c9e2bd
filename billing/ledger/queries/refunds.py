"""Refunds booked in the ledger that did not arrive."""

from django.db.models import Q

from billing.wording.outlook import CAME_BACK


def came_back() -> Q:
    """Ask for refunds that were credited and did not arrive."""
    return Q(state__in=CAME_BACK, accepted_at__isnull=False)
