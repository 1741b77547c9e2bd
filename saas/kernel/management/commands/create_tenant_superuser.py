"""`manage.py create_tenant_superuser` is refused, and names the right command."""

from saas.kernel.management.refused_commands import refusing_command

Command = refusing_command(
    "There are no superusers. The first administrator comes with the founding at /start/; an "
    "operator is let in by `manage.py operator add EMAIL`."
)
