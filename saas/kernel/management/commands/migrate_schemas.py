"""`manage.py migrate_schemas` is refused, and names the right command."""

from saas.kernel.refused_commands import refused

Command = refused(
    "It would leave blueprint and rights behind. Use `manage.py prepare` (or `troovon "
    "migrate`), as the owner."
)
