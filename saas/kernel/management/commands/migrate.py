"""`manage.py migrate` is refused, and names the right command."""

from django.db.migrations.autodetector import MigrationAutodetector

from saas.kernel.management.refused_commands import refusing_command

Command = refusing_command(
    "It would leave blueprint, rights and spaces behind. Use `manage.py prepare` (or `troovon "
    "migrate`), as the owner."
)
Command.autodetector = MigrationAutodetector  # Django asks that it be makemigrations' own
