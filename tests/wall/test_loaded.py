"""The product as it is loaded: its views and its jobs, however they were written."""

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from celery import current_app

from api.authentication import PageAuthentication, TokenAuthentication
from saas.commands.access import routes
from saas.kernel.tasks import PublicTask, TenantTask, UnplacedTask

# Stripe and the mail provider sign their requests, a screen sends its device's token, a mail
# program the token of its mail: they have no session. A pass has its own check, since its button
# may be on another host of ours.
WITHOUT_TOKEN = {
    "api.scim.views.resource",  # a directory sends a token of its own
    # An accountant's program sends a token of its own.
    *(f"api.v1.books.Book{name}" for name in ("Balances", "Entries", "Papers", "Statements")),
    # So does a shop's.
    *(f"api.v1.shops.Shop{name}" for name in ("Campaigns", "Codes")),
    *(f"api.v1.shop_catalogue.Shop{name}" for name in ("Offers", "Pages", "Services")),
    "billing.webhooks.connected",
    "billing.webhooks.snapshot",
    "billing.webhooks.thin",
    "saas.accounts.views.enter",
    "saas.site.mail_events.mail_events",
    "tenants.community.conversations.views.inbound",
    "tenants.community.kiosk.views.device.alive",
    "tenants.community.kiosk.views.device.claim",
    "tenants.community.kiosk.views.device.code",
    "tenants.community.kiosk.views.device.key",
    "tenants.community.kiosk.views.device.plays",
    "tenants.community.notifications.views.unsubscribe",
    "tenants.community.sso.views.signing_in.consume",
    "tenants.spaces.views.stops.stop_invitations",
}
OURS = ("saas.", "tenants.", "billing.", "api.")


def views() -> Iterator[tuple[str, Any]]:
    """Each view of each host, with its dotted name."""
    for host in routes.CONFS:
        for _route, view in routes.routes(host):
            target = getattr(view, "cls", view)
            yield f"{target.__module__}.{target.__qualname__}", view


def is_without_token(view: Any) -> bool:
    """Whether a form's token is not asked for: a resource asks for it where a session speaks."""
    resource = getattr(view, "cls", None)
    if resource is None:
        return bool(getattr(view, "csrf_exempt", False))
    without = {PageAuthentication, TokenAuthentication}  # a token comes in no form of a browser
    return any(one not in without for one in resource.authentication_classes)


def test_each_form_asks_for_its_token_but_what_stripe_signs_and_passes() -> None:
    assert {name for name, view in views() if is_without_token(view)} == WITHOUT_TOKEN
    # A coroutine's answer could be read while it is sent.
    assert [name for name, view in views() if inspect.iscoroutinefunction(view)] == []


def test_each_registered_job_says_where_it_runs() -> None:
    current_app.loader.import_default_modules()
    jobs = {name: job for name, job in current_app.tasks.items() if name.startswith(OURS)}
    assert len(jobs) > 50
    assert [
        name for name, job in jobs.items() if not isinstance(job, TenantTask | PublicTask)
    ] == []


def test_a_job_that_names_no_class_never_runs() -> None:
    @current_app.task(name="tests.unplaced")
    def unplaced() -> None:
        raise AssertionError

    try:
        assert isinstance(current_app.tasks["tests.unplaced"], UnplacedTask)
        with pytest.raises(RuntimeError, match="has no place"):
            unplaced()
    finally:
        current_app.tasks.pop("tests.unplaced")
