"""`manage.py delete_domain` is refused, and names the right command."""

from saas.kernel.management.refused_commands import refusing_command

Command = refusing_command(
    "The space's administrators withdraw a domain under /admin/space/, which keeps who did "
    "it. `manage.py space show SPACE` lists those that it has."
)
