"""Bounces and complaints, as the provider that carries our mail posts them."""

from collections.abc import Callable, Mapping
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason  # type: ignore[import-untyped]
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from saas.kernel import schema
from saas.kernel.watching import metrics
from tenants.community.notifications import actions
from tenants.community.notifications.models import Habits
from tenants.spaces.queries import life as queries

# Permanent rejections of an address. A full, slow or blocking mailbox may accept mail tomorrow.
_FOR_GOOD = {RejectReason.INVALID, RejectReason.BOUNCED}
_COMPLAINTS = {RejectReason.SPAM}
# Providers' names of temporary failures; anymail calls these bounced, too.
_FOR_NOW = {"SoftBounce", "soft_bounce", "soft bounce"}


@csrf_exempt
@login_not_required
@require_http_methods(["HEAD", "POST"])
def mail_events(request: HttpRequest) -> HttpResponse:
    """Handle an event of the mail provider, authenticated by the shared secret."""
    view = _view_of(settings.MAIL_PROVIDER)
    if view is None or not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        raise Http404
    return view(request)


def _view_of(provider: str) -> Callable[..., HttpResponse] | None:
    names = {f"{provider}_tracking_webhook", f"{provider}_webhook"}
    # Loaded when a provider first writes: it loads the package of each provider there is.
    views = import_string("anymail.urls.urlpatterns")
    return next((one.callback for one in views if one.name in names), None)


def on_mail_event(*, event: AnymailTrackingEvent, **_: Any) -> None:
    """End mails to an address that refuses or reports them, in the space that wrote there.

    The provider writes to the public host, so this crosses into the space, as answers by mail do.
    """
    why = _why(event)
    if why:
        metrics.count(metrics.MAIL_EVENTS, why)
    space = (event.metadata or {}).get("space", "")
    if why and event.recipient and queries.is_open(space):
        with schema.crossing(space):
            actions.stop_mails(address=event.recipient, why=why, at=timezone.now())


def _why(event: AnymailTrackingEvent) -> str:
    if event.event_type == EventType.COMPLAINED or event.reject_reason in _COMPLAINTS:
        return Habits.Stop.COMPLAINED.value
    event_body = event.esp_event if isinstance(event.esp_event, Mapping) else {}
    if _FOR_NOW & {str(event_body.get("Type")), str(event_body.get("event"))}:
        return ""
    refused = event.event_type in {EventType.BOUNCED, EventType.REJECTED}
    return Habits.Stop.BOUNCED.value if refused and event.reject_reason in _FOR_GOOD else ""
