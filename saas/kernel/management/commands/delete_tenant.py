"""`manage.py delete_tenant` is refused, and names the right command."""

from saas.kernel.management.refused_commands import refusing_command

Command = refusing_command(
    "It would leave the role, files, jobs and backups behind. Use `manage.py space delete "
    "SPACE`, which ends with a receipt."
)
