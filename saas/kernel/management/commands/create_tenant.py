"""`manage.py create_tenant` is refused, and names the right command."""

from saas.kernel.management.refused_commands import refusing_command

Command = refusing_command(
    "Spaces are founded by their HR at /start/ on the public site, which also builds the "
    "role, the rights and the first administrator. `manage.py space list` shows them."
)
