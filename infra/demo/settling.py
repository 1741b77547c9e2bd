"""Members enough for a space to be sold, counted as its clock counts them."""

import datetime as dt

from infra.demo.seed.standing import count
from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.values import legal
from tenants.community.members.models import Profile
from tenants.spaces.models import EmailDomain, OwnCompany, Tenant
from tenants.spaces.rules.standing import LEAST_MEMBERS


def settle(tenant: Tenant, at: dt.datetime, *, many: int = LEAST_MEMBERS * 2) -> None:
    """Add members to a space, most of them this month, and count them."""
    with schema.in_public():
        domain = EmailDomain.objects.filter(tenant=tenant).order_by("pk").first()
    if domain is None:
        raise RuntimeError(f"{tenant.slug} has no mail domain")
    with schema.inside(tenant.schema_name):
        company = OwnCompany.objects.first()
        users = User.objects.bulk_create(
            User(
                email=f"membre{number}@{domain.domain}",
                first_name="Membre",
                last_name=f"Numéro {number}",
                password="!",  # noqa: S106 - nobody signs in with it
                created_at=at,
            )
            for number in range(many)
        )
        Profile.objects.bulk_create(
            Profile(
                user=user,
                company_id=company.pk if company else None,
                joined_by=Profile.Joined.DOMAIN,
                joined_at=at,
                **legal.accepted_at(legal.CGU, at),
            )
            for user in users
        )
    count(tenant, at)
