"""Completeness of a space in PostgreSQL's catalogue: its required role, schema and tables."""

from django.db import connections

from tenants.spaces.database.cells import directory

# Without these three tables no person can enter; only some pages need the other tables.
NEEDED_TABLES = ("accounts_user", "django_session", "members_profile")


def missing(name: str, alias: str = "default") -> list[str]:
    """Return the missing parts of a space: its role, its schema, or the tables of every page."""
    alias = directory.alias_of(name, alias)
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
