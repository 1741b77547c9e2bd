"""Deletes of many rows by one statement, in spite of a listener of django-tenants."""

from django.db.models.signals import post_delete
from django_tenants.signals import tenant_delete_callback


def read_no_row_first() -> None:
    """Disconnect the listener that drops the schema of a deleted tenant's row.

    We never ask for that. While it listens to every table, Django reads all rows that it deletes,
    and deletes them by their keys.
    """
    post_delete.disconnect(tenant_delete_callback)
