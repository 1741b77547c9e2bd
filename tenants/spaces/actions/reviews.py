"""Names of a space that an operator reads before invitations leave under them."""

import datetime as dt

from django.db import transaction

from tenants.spaces.models import Tenant
from tenants.spaces.queries import standing as queries
from tenants.spaces.rules import names
from tenants.spaces.rules import standing as rules


@transaction.atomic
def review_names(*, tenant: Tenant, at: dt.datetime) -> None:
    """Queue names that resemble an institution's for review; invitations are blocked until then.

    Only a change of the name calls this.
    """
    companies = tenant.companies.filter(left_at=None).values_list("name", flat=True)
    found = names.flagged([tenant.name, *companies])
    standing = queries.held_standing(tenant)
    if found == standing.flagged:
        return
    if found:
        standing.asked_at, standing.due_at = at, at + rules.DECIDED_WITHIN
    standing.flagged = found
    standing.save(update_fields=["flagged", "asked_at", "due_at"])
