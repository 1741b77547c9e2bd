"""Settings of the peer's owner, the role that creates its tables on stock Django."""

import os

from infra.benches.settings.single_schema import *
from saas.environment import database

_owner = database(os.environ["DATABASE_OWNER_URL"], process="manage", as_owner=True)
_owner["OPTIONS"].pop("assume_space_role")
_owner["ENGINE"] = "django.db.backends.postgresql"
DATABASES = {"default": _owner, "owner": _owner}
