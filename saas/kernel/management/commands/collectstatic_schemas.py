"""`manage.py collectstatic_schemas` is refused, and names the right command."""

from saas.kernel.management.refused_commands import refusing_command

Command = refusing_command(
    "Static files are the same for all spaces. Use `manage.py collectstatic --noinput`."
)
