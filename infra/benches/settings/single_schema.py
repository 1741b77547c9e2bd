"""Settings of the request bench's peer: the same views in a single schema, on stock Django."""

import os

from django.db.backends.postgresql.base import DatabaseWrapper

from infra.settings import *
from saas.environment import database

_one = database(os.environ["DATABASE_URL"], process="bench", as_owner=False)
_one["OPTIONS"].pop("assume_space_role")
DATABASES = {
    "default": {
        **_one,
        "ENGINE": "django.db.backends.postgresql",
        "OPTIONS": {**_one["OPTIONS"], "assume_role": "north"},
    }
}
# Stock Django checks its own engine for the contrib app that the kernel's engine replaces.
INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.postgres"]
# The kernel reads the schema's name of every connection, before a command can set it.
DatabaseWrapper.schema_name = "public"  # type: ignore[attr-defined]
DATABASE_ROUTERS = ["infra.benches.one_schema.OneSchemaRouter"]
TENANT_SYNC_ROUTER = DATABASE_ROUTERS[0]
MIDDLEWARE = [
    "infra.benches.one_schema.OneSpaceMiddleware" if name.endswith(".SpaceMiddleware") else name
    for name in MIDDLEWARE
    if not name.endswith(".HostMiddleware")
]
