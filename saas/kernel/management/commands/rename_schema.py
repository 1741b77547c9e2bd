"""`manage.py rename_schema` is refused, and names the right command."""

from saas.kernel.management.refused_commands import refusing_command

Command = refusing_command(
    "A schema keeps its name for life: role, files and archives bear it. On the console, the "
    "space's page gives it another address. `manage.py space list` shows them."
)
