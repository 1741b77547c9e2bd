"""`manage.py createsuperuser` is refused, and names the right command."""

from saas.kernel.management.refused_commands import refusing_command

Command = refusing_command(
    "There are no superusers. An operator is let in by `manage.py operator add EMAIL`."
)
