"""`manage.py all_tenants_command` is refused, and names the right command."""

from saas.kernel.management.refused_commands import refusing_command

Command = refusing_command(
    "It would not take the spaces' roles. Use `manage.py prepare` to bring all spaces up, or "
    "`saas.kernel.schema.inside(SCHEMA)` in `manage.py shell`."
)
