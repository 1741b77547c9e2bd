"""`manage.py migrate` is refused, and names the right command."""

from django.db.migrations.autodetector import MigrationAutodetector

from saas.kernel.refused_commands import refused

Command = refused(
    "It would leave blueprint, rights and spaces behind. Use `manage.py prepare` (or `troovon "
    "migrate`), as the owner."
)
Command.autodetector = MigrationAutodetector  # Django asks that it be makemigrations' own
