"""The demo's looks at members, and an erasure under way."""

import datetime as dt

from saas.accounts.models import User
from saas.kernel import hooks, schema
from tenants.community.members.actions import leaving as members
from tenants.community.members.queries import people as member_queries
from tenants.community.personal_data import actions
from tenants.spaces.models import Tenant

LOOKS = (
    (0, 12, "Fiche et rôles", "Gestion des rôles et des comptes"),
    (0, 3, "Dossier de modération", "Un signalement à examiner"),
    (1, 20, "Fiche et rôles", "Gestion des rôles et des comptes"),
)


def fill(tenant: Tenant, people: list[User], at: dt.datetime) -> None:
    """Record an administrator's looks at some files, and erase a person that left."""
    with schema.inside(tenant.schema_name):
        ids = member_queries.administrator_ids()
        looker = User.objects.filter(pk__in=ids).order_by("pk").first()
        if looker is None or len(people) < 6:  # noqa: PLR2004 - the third space is empty
            return
        for number, days, what, why in LOOKS:
            role = "moderator" if what.startswith("Dossier") else "administrator"
            access = hooks.DataAccess([people[number].pk], role, what, why)
            actions.record_data_access(access=access, by=looker, at=at - dt.timedelta(days=days))
        leaver = people[-1]
        if leaver.pk == looker.pk:
            return
        members.close_account(of=leaver, by=looker, at=at - dt.timedelta(days=2))
        gone = User.objects.get(pk=leaver.pk)
        actions.ask_erasure(of=gone, by=looker, at=at - dt.timedelta(hours=3))
