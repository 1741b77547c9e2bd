"""Queries for the administrators of a space, or of a company of it."""

from django.db.models import QuerySet

from tenants.community.members.models import Role


def administrators_shown() -> list[Role]:
    """Return the administrator roles of the space and its companies, with their members."""
    return list(_held().order_by("given_at", "pk"))


def lock_administrators() -> list[Role]:
    """Return the same roles, locked until the commit: concurrent changes are serialised."""
    return list(_held().select_for_update(of=("self",)).order_by("pk"))


def _held() -> QuerySet[Role]:
    roles = Role.objects.filter(role=Role.Kind.ADMINISTRATOR, user__is_active=True)
    return roles.select_related("user")


def ids_by_company() -> dict[int | None, list[int]]:
    """Return the ids of administrators by company; None is the whole space, which includes all."""
    held = Role.objects.filter(role=Role.Kind.ADMINISTRATOR, user__is_active=True)
    rows = list(held.order_by("pk").values_list("company_id", "user_id"))
    of_all = {user_id for company_id, user_id in rows if company_id is None}
    found: dict[int | None, list[int]] = {}
    for company_id, user_id in rows:
        if company_id is None or user_id not in of_all:
            found.setdefault(company_id, []).append(user_id)
    return found
