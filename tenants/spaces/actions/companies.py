"""Decisions of a space about the companies that live in it."""

import datetime as dt

from django.db import transaction

from tenants.spaces import hosts
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import Company
from tenants.spaces.queries import companies as queries
from tenants.spaces.rules import companies as rules


@transaction.atomic
def dress_company(
    *,
    company_id: int,
    badge: str,
    colour: str,
    by: SpaceActor,
    at: dt.datetime,  # noqa: ARG001 - each action says when
) -> Company:
    """Give a company its badge and colour; all companies of its space are held meanwhile."""
    company = queries.company_to_dress(company_id)
    rules.check_is_of_space(company.tenant.schema_name, by.schema_name)
    badge = " ".join(badge.split())
    rules.check_badge(badge, queries.badges_beside(company))
    rules.check_colour(colour)
    company.badge, company.colour = badge, colour.lower()
    company.full_clean()
    company.save(update_fields=["badge", "colour"])
    hosts.forget()
    return company
