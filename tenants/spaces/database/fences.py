"""Fences keep a question about a space's own rows from being planned on everybody's.

A barrier (`security_barrier`) keeps a space from reading others' rows, not from hearing of them:
an operator that PostgreSQL trusts is still applied to the tables below, so that EXPLAIN tells how
many rows of all spaces it would meet, and EXPLAIN ANALYZE how many it met. Nothing is applied
below an OFFSET: the view's own rows are found first, by its own conditions alone.
"""

from typing import Any

from django.db import migrations


def fence(*views: str) -> migrations.RunPython:
    """Return the operation that ends views of `public` with a fence, as they stand."""

    def raise_fences(_apps: Any, editor: Any) -> None:
        with editor.connection.cursor() as cursor:
            for view in views:
                cursor.execute("SELECT pg_get_viewdef(%s::regclass)", [f"public.{view}"])
                body = cursor.fetchone()[0].rstrip().removesuffix(";")
                cursor.execute(
                    f"CREATE OR REPLACE VIEW public.{view} WITH (security_barrier) AS"
                    f" {body} OFFSET 0"
                )

    return migrations.RunPython(raise_fences, migrations.RunPython.noop)
