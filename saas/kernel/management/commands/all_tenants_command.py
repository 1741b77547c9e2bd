"""`manage.py all_tenants_command` is refused, and names the right command."""

from saas.kernel.refused_commands import refused

Command = refused(
    "It would not take the spaces' roles. Use `manage.py prepare` to bring all spaces up, or "
    "`saas.kernel.schema.inside(SCHEMA)` in `manage.py shell`."
)
