"""`manage.py tenant_command` is refused, and names the right command."""

from saas.kernel.management.refused_commands import refusing_command

Command = refusing_command(
    "It would not take the space's role. Use `manage.py space list` and its like, or open "
    "`saas.kernel.schema.inside(SCHEMA)` in `manage.py shell`."
)
