"""`manage.py create_domain` is refused, and names the right command."""

from saas.kernel.management.refused_commands import refusing_command

Command = refusing_command(
    "A domain needs a proof in DNS: the space's administrators add theirs under "
    "/admin/space/. `manage.py space show SPACE` lists those that it has."
)
