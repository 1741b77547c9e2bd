"""`manage.py create_domain` is refused, and names the right command."""

from saas.kernel.refused_commands import refused

Command = refused(
    "A domain needs a proof in DNS: the space's administrators add theirs under "
    "/admin/space/. `manage.py space show SPACE` lists those that it has."
)
