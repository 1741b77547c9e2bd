"""`manage.py migrate_schemas` is refused, and names the right command."""

from saas.kernel.management.refused_commands import refusing_command

Command = refusing_command(
    "It would leave blueprint and rights behind. Use `manage.py prepare` (or `troovon "
    "migrate`), as the owner."
)
