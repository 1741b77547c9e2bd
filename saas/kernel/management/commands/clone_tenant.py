"""`manage.py clone_tenant` is refused, and names the right command."""

from saas.kernel.management.refused_commands import refusing_command

Command = refusing_command(
    "A space is never cloned: its files, role and keys belong to it alone. `manage.py space "
    "archive` and `manage.py space restore` keep one and bring it back."
)
