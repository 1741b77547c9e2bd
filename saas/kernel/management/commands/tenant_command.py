"""`manage.py tenant_command` is refused, and names the right command."""

from saas.kernel.refused_commands import refused

Command = refused(
    "It would not take the space's role. Use `manage.py space list` and its like, or open "
    "`saas.kernel.schema.inside(SCHEMA)` in `manage.py shell`."
)
