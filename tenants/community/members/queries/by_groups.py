"""Roles that follow a person's groups at their company's identity provider."""

from collections.abc import Mapping

from saas.accounts.models import User
from tenants.community.members.models import Role
from tenants.community.members.rules.provisioning import Granted


def given_by_provider(person: User, granted: Granted) -> bool:
    """Return True if a member has a role by this provider."""
    return Role.objects.filter(user_id=person.pk, provider_id=granted.provider_id).exists()


def held(person: User, company_id: int | None) -> Mapping[str, Role]:
    """Return a member's roles over the space, or over a company."""
    rows = Role.objects.filter(user=person, company_id=company_id).order_by("role")
    return {row.role: row for row in rows}


def has_other_administrator(row: Role) -> bool:
    """Return True if another member administers the same; locks the administrators."""
    rows = Role.objects.filter(role=Role.Kind.ADMINISTRATOR, company_id=row.company_id)
    open_rows = rows.filter(user__is_active=True).order_by("pk").select_for_update(of=("self",))
    return any(one.pk != row.pk for one in open_rows)
