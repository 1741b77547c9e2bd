"""What a database needs before people come: public tables, the blueprint, rights, words."""

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.db import connections, transaction

from saas.commands import catalogues
from saas.kernel import schema
from tenants.spaces.database import birth, blueprint, grants
from tenants.spaces.models import Blueprint

type Say = Callable[[str], None]


def prepare(say: Say, at: dt.datetime) -> None:
    """Bring the database up to the code, as the owner; doing it again changes nothing."""
    if connections["default"].settings_dict["OPTIONS"].get("assume_space_role") is not False:
        raise RuntimeError("preparing needs DATABASE_OWNER_URL and TROOVON_PROCESS=manage")
    say("tables")
    with schema.in_public():
        blueprint.run_migrations()
    say("blueprint")
    renew_blueprint(at)
    say("rights")
    grants.apply()
    say("languages")
    catalogues.compile_all(settings.LOCALE_PATHS)


def renew_blueprint(at: dt.datetime) -> None:
    """Make the blueprint of these migrations unless it exists."""
    wanted = blueprint.migrations_hash()
    if Blueprint.objects.filter(migrations_hash=wanted).exists():
        return
    script = blueprint.write()
    with schema.in_public(), transaction.atomic():
        birth.hold_blueprint(exclusive=True, alias="default")
        Blueprint.objects.get_or_create(
            migrations_hash=wanted, defaults={"script": script, "made_at": at}
        )
