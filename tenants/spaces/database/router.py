"""The router of tables: public schema or each space."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections

from saas.kernel import schema


class SpaceRouter:
    """Migrate an app where it belongs, whichever login does it."""

    def allow_migrate(self, db: str, app_label: str, **_hints: Any) -> bool | None:
        """Return False for an app that does not belong in the connection's schema."""
        here = connections[db].schema_name  # type: ignore[attr-defined]
        placed = settings.SHARED_APPS if here == schema.PUBLIC else settings.TENANT_APPS
        return None if apps.get_app_config(app_label).name in placed else False
