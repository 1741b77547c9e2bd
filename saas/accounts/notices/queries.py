"""Queries of notices that are still to be mailed."""

from saas.accounts.models import User

MOST_AT_ONCE = 200


def people_to_mail() -> list[int]:
    """Return the ids of people in this schema with pending notices."""
    waiting = User.objects.filter(notices__isnull=False).order_by("pk")
    return list(waiting.values_list("pk", flat=True)[:MOST_AT_ONCE])
