"""Completeness of a space in PostgreSQL's catalogue: whether what its pages need is there."""

from django.db import connections

# Without these three nobody can come in; what else stands in a schema only some pages need.
NEEDED_TABLES = ("accounts_user", "django_session", "members_profile")


def missing(name: str, alias: str = "default") -> list[str]:
    """Return what a space lacks: its role, its schema, or the tables that every page needs."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT 'role' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = %(name)s)"
            " UNION ALL SELECT 'schema'"
            " WHERE NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = %(name)s)"
            " UNION ALL SELECT t.name FROM unnest(%(tables)s::text[]) AS t(name)"
            " WHERE NOT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n"
            " ON n.oid = c.relnamespace WHERE n.nspname = %(name)s AND c.relname = t.name)",
            {"name": name, "tables": list(NEEDED_TABLES)},
        )
        return [str(row[0]) for row in cursor.fetchall()]
