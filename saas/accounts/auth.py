"""Signing in and out: the host, the network and the destination of a request, and its session."""

import functools
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone
from django.utils.translation import gettext as _

from saas.accounts import devices
from saas.accounts.factors.queries import has_factor
from saas.accounts.models import Pass, User
from saas.accounts.notices.actions import queue_notice
from saas.accounts.notices.rules import Kind
from saas.accounts.rules import FRESH, SignInHost, is_held_by, local_path
from saas.accounts.sessions import proofs
from saas.accounts.sessions.circumstances import Circumstances
from saas.accounts.sessions.proofs import Way
from saas.accounts.sessions.rules import device_of, place_of
from saas.kernel import schema
from saas.kernel.watching import security_log
from saas.kernel.watching.security_log import SecurityEvent
from saas.kernel.web.addresses import network_of

BACKEND = "saas.accounts.backends.ActivePersonBackend"
# Keys in `request.META` that `DeviceMiddleware` reads to change the response.
DEVICE, SIGNED_OUT = "troovon.device", "troovon.signed_out"


def sign_in_host(request: HttpRequest) -> SignInHost:
    """Return the host where a request signs in: of a space, of the console or of the desk."""
    space = getattr(request, "space", None)
    origin = _origin_of(request)
    if space is not None:
        return SignInHost("space", space.name, origin, "/")
    if getattr(request, "urlconf", None) == settings.OPERATOR_URLCONF:
        return SignInHost("console", _("la console de Troovon"), origin, "/")
    return SignInHost("desk", "Troovon", origin, "/desk/")


def _origin_of(request: HttpRequest) -> str:
    """Return our own address of the host: a port that a caller made up never gets into a mail."""
    return origin_at(request.get_host().partition(":")[0])


def origin_at(name: str) -> str:
    """Return the origin of a host of ours, as browsers write it."""
    _base, colon, port = settings.BASE_HOST.partition(":")
    return f"{settings.BASE_SCHEME}://{name}{colon}{port}"


def network_from(request: HttpRequest) -> str:
    """Return the client's network; `saas.serving` has already applied our proxy's headers."""
    return network_of(request.META.get("REMOTE_ADDR", ""))


def caller_of(request: HttpRequest) -> dict[str, str]:
    """Return the network of a form of a way in, and the device if it is known to the account."""
    email = request.POST.get("email", "")
    return {"network": network_from(request), "device": devices.device_of(request, email)}


def goal_of(request: HttpRequest) -> str:
    """Return the path of this host that was wanted, else the landing page of the host."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return local_path(wanted) or sign_in_host(request).landing


def circumstances_of(request: HttpRequest) -> Circumstances:
    """Return host, browser and shortened network of a request, as shown in notices."""
    host = sign_in_host(request)
    device = device_of(request.headers.get("User-Agent", ""))
    network = place_of(network_from(request))
    return Circumstances(schema.current(), host.origin, host.place, device, network)


def sign_in(
    request: HttpRequest, user: User, *, way: Way = Way.PASSWORD, is_strong: bool = False
) -> None:
    """Open a session under a new key; it opens no page until a second factor is given.

    A passkey is both factors: its device has recognised the person. With `is_strong`, the company's
    provider has checked a second factor. A sign-in with an unknown browser is notified by mail.
    """
    is_known, is_first = bool(devices.device_of(request, user.email)), user.last_login is None
    login(request, user, backend=BACKEND)
    _begin_session(request, way)
    if way is Way.PASSKEY:
        proofs.record_factor(request.session, timezone.now())
    elif has_factor(user):
        proofs.require_factor(request.session)
    if is_strong:
        proofs.record_factor_at_provider(request.session)
    if not is_first and not is_known:
        queue_notice(person=user, kind=Kind.DEVICE, at=timezone.now())
    request.META[DEVICE] = user
    match = request.resolver_match
    security_log.record(
        SecurityEvent.SIGNED_IN,
        network=network_from(request),
        person=user.reference,
        address=security_log.nameless(user.email),
        way=match.view_name if match else "",
        device="known" if is_known else "new",
    )


def _begin_session(request: HttpRequest, way: Way) -> None:
    is_console = sign_in_host(request).kind == "console"
    proofs.begin(request.session, way, is_console=is_console, at=timezone.now())
    seen = circumstances_of(request)
    request.session[proofs.DEVICE], request.session[proofs.PLACE] = seen.device, seen.network


def sign_out(request: HttpRequest) -> None:
    """End this session, and have the browser clear its stored data of this host."""
    reference = getattr(request.user, "reference", "")
    security_log.record(SecurityEvent.SIGNED_OUT, network=network_from(request), person=reference)
    logout(request)
    request.META[SIGNED_OUT] = True


def came_by_link_just_now(request: HttpRequest) -> bool:
    """Return whether a mailed link opened this session a moment ago, so the mailbox is theirs."""
    return proofs.came_by(request.session, Way.LINK, within=FRESH, at=timezone.now())


def came_without_password_just_now(request: HttpRequest) -> bool:
    """Return whether a link or the company's provider opened this session a moment ago."""
    ways = Way.LINK, Way.COMPANY
    return proofs.came_by(request.session, *ways, within=FRESH, at=timezone.now())


def retain_session(request: HttpRequest, user: User) -> None:
    """Let this session outlive a change of password; all others end."""
    update_session_auth_hash(request, user)


def is_own_press(request: HttpRequest, entry: Pass) -> bool:
    """Return True if a pass was submitted from a page of ours: the requesting page or its own.

    Its own page has a CSRF token, like any form. A page of the other host cannot have this host's
    token; it is recognised by the Origin header of the browser.
    """
    if is_held_by(entry, request.headers.get("Origin", "")):
        return True
    return _token_guard.process_view(request, _unreached, (), {}) is None


def _unreached(request: HttpRequest) -> HttpResponse:
    """Act as the view behind the CSRF guard, which is called only for its verdict."""
    raise NotImplementedError


_token_guard = CsrfViewMiddleware(_unreached)


def never_referred(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Keep an address that contains a secret out of caches and out of the Referer header.

    A page gets `strict-origin` and not `no-referrer`: with `no-referrer`, browsers post its form
    with the origin `null`, and the CSRF guard rejects it.
    """

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer" if "Location" in response else "strict-origin"
        return response

    return answer
