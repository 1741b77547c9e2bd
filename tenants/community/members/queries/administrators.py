"""Queries of the people who administer a space, or a company of it."""

from django.db.models import QuerySet

from tenants.community.members.models import Role


def administrators_shown() -> list[Role]:
    """Return the roles of those who administer the space or one of its companies, with people."""
    return list(_held().order_by("given_at", "pk"))


def lock_administrators() -> list[Role]:
    """Return the same roles, locked until the commit: two changes at once come one by one."""
    return list(_held().select_for_update(of=("self",)).order_by("pk"))


def _held() -> QuerySet[Role]:
    roles = Role.objects.filter(role=Role.Kind.ADMINISTRATOR, user__is_active=True)
    return roles.select_related("user")
