"""`manage.py rename_schema` is refused, and names the right command."""

from saas.kernel.refused_commands import refused

Command = refused(
    "A schema keeps its name for life: role, files and archives bear it. On the console, the "
    "space's page gives it another address. `manage.py space list` shows them."
)
