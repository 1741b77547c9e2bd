"""Start-up checks: every address of the product must have an access rule."""

from collections.abc import Sequence
from typing import Any

from django.apps.config import AppConfig
from django.core.checks import CheckMessage, Error, register
from rest_framework.permissions import AllowAny

from saas.commands.access.routes import CONFS, routes

TAG = "access"


@register(TAG)
def every_address_has_a_rule(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001 - the form of checks
    **_kwargs: Any,
) -> list[CheckMessage]:
    """Return errors for addresses without a row, and for open views declared closed."""
    return [error for host in CONFS for error in _errors(host)]


def _errors(host: str) -> list[CheckMessage]:
    from saas.commands.access.table import TABLE  # noqa: PLC0415 - URL confs load after the apps

    is_opened = {row.route: row.opened for row in TABLE[host]}
    found: list[CheckMessage] = []
    for route, view in routes(host):
        if route not in is_opened:
            hint = "Say beside its path, in `access` of the URL conf, who gets what there."
            found.append(Error(f"{route} has no rule.", hint=hint, obj=host, id="access.E001"))
        elif is_open(view) != is_opened[route]:
            word = "closed" if is_opened[route] else "open"
            sentence = f"{route} is {word}, and its rule says the contrary."
            found.append(Error(sentence, obj=host, id="access.E002"))
    return found


def is_open(view: Any) -> bool:
    """Return True if a view can be reached without signing in."""
    resource = getattr(view, "cls", None)
    if resource is not None:
        classes = resource.permission_classes
        return not classes or AllowAny in classes
    return not getattr(view, "login_required", True)
