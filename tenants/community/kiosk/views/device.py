"""Addresses that a screen opens: its page, its code, its playlist, pictures, heartbeat and plays.

A screen signs in nowhere: it holds a token in a cookie that no other site's page sends
(SameSite=Strict), and speaks JSON, which no form does; so these views need no token of a form.
"""

import datetime as dt
import json
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from saas.accounts import auth
from saas.kernel.display import qr
from saas.kernel.errors import Refused
from saas.kernel.secrets import tokens
from saas.kernel.web import polling, rate_limit
from tenants.community.kiosk import wording
from tenants.community.kiosk.actions import screens as actions
from tenants.community.kiosk.models import Screen
from tenants.community.kiosk.queries import playlist as playlist_queries
from tenants.community.kiosk.queries import screens as screen_queries
from tenants.community.kiosk.rules import screens as rules
from tenants.spaces import hosts
from tenants.spaces.requests import SpaceRequest

A_YEAR = 365 * 24 * 3600
CODES_OF_A_NETWORK, CODES_SECONDS = 240, 3600
WORKER = Path(settings.ROOT) / "frontend_templates" / "worker.js"

type ScreenView = Callable[..., HttpResponseBase]


def of_a_screen(view: Callable[..., HttpResponseBase]) -> ScreenView:
    """Open a view to the holder of a token of this space's screens; others get 401."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        screen = screen_queries.screen_with(request.COOKIES.get(rules.SCREEN_COOKIE, ""))
        if screen is None:
            return JsonResponse({"detail": "pairing"}, status=HTTPStatus.UNAUTHORIZED)
        return view(request, screen, *args, **kwargs)

    return opened


@login_not_required
@require_safe
def screen(request: SpaceRequest) -> HttpResponse:
    """Show the page that a screen opens, in its space's language: it pairs itself, or plays."""
    with translation.override(request.space.language):
        return render(request, "kiosk/screen.html", {"space": request.space})


@login_not_required
@require_safe
def worker(request: SpaceRequest) -> HttpResponse:  # noqa: ARG001 - the same for everybody
    """Hand out the script that keeps this page where there is no network."""
    return HttpResponse(WORKER.read_text("utf-8"), content_type="text/javascript")


@login_not_required
@csrf_exempt
@require_POST
def code(request: SpaceRequest) -> HttpResponse:
    """Give a browser a code to show, and the means to learn that it was typed."""
    try:
        rate_limit.check(
            "screen-code",
            tokens.hashed(auth.network_from(request)),
            most=CODES_OF_A_NETWORK,
            per_seconds=CODES_SECONDS,
            when_silent=rate_limit.Silent.LET_PASS,
        )
        pairing, claim = actions.show_code(
            network=tokens.name("screen-network", auth.network_from(request)),
            instead_of=request.COOKIES.get(rules.CLAIM_COOKIE, ""),
            at=timezone.now(),
        )
    except Refused as refusal:
        return JsonResponse({"detail": refusal.sentence}, status=422)
    url = hosts.space_url(request.space.slug, f"{reverse('kiosk:pair')}?code={pairing.code}")
    seconds = int(rules.CODE_LASTS.total_seconds())
    response = JsonResponse({"code": pairing.code, "seconds": seconds, "qr": qr.data_uri(url)})
    _set_cookie(response, rules.CLAIM_COOKIE, claim, seconds=seconds)
    return response


@login_not_required
@csrf_exempt
@require_POST
def claim(request: SpaceRequest) -> HttpResponse:
    """Hand a browser its token once its code was typed, or by a link that holds the claim."""
    held = request.COOKIES.get(rules.CLAIM_COOKIE, "")
    try:
        claimed = actions.claim(claim=str(_json(request).get("claim") or held), at=timezone.now())
    except actions.CodeGoneError:
        return HttpResponse(status=HTTPStatus.GONE)
    if claimed is None:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    response = JsonResponse({"secret": claimed.play_secret})
    _set_cookie(response, rules.SCREEN_COOKIE, claimed.token, seconds=A_YEAR)
    response.delete_cookie(rules.CLAIM_COOKIE, samesite="Strict")
    response.cookies[rules.CLAIM_COOKIE]["secure"] = True
    return response


@login_not_required
@csrf_exempt
@require_POST
@of_a_screen
def key(request: SpaceRequest, screen: Screen) -> HttpResponse:
    """Return the key for signing plays to a screen with an emptied store."""
    _json(request)
    return JsonResponse({"secret": screen.play_secret})


@login_not_required
@require_safe
def playlist(request: SpaceRequest) -> HttpResponseBase:
    """Return a screen's playlist; 204 before it is paired, which is no fault of a browser's."""
    if rules.SCREEN_COOKIE not in request.COOKIES:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return _playlist(request)


@of_a_screen
def _playlist(request: SpaceRequest, screen: Screen) -> HttpResponse:
    """Answer 304 to a screen that has its playlist already."""
    found, seen = playlist_queries.playlist_for(screen, request.space, at=timezone.now())
    token_hash = tokens.hashed(request.COOKIES[rules.SCREEN_COOKIE])
    polling.store_answer(token_hash, etag=found.etag, revision=seen)
    if request.headers.get("If-None-Match") == found.etag:
        return polling.stamp(HttpResponse(status=HTTPStatus.NOT_MODIFIED), etag=found.etag)
    response = HttpResponse(found.text, content_type="application/json")
    return polling.stamp(response, etag=found.etag)


@login_not_required
@require_safe
@of_a_screen
def media(request: SpaceRequest, screen: Screen, name: str) -> FileResponse:
    """Hand out a picture of the playlist, and no other."""
    found, _seen = playlist_queries.playlist_for(screen, request.space, at=timezone.now())
    file = next((one for one in found.media if playlist_queries.media_name(one) == name), "")
    if not file or not default_storage.exists(file):
        raise Http404
    response = FileResponse(default_storage.open(file), content_type="image/webp")
    response["Cache-Control"] = f"private, max-age={A_YEAR}, immutable"
    return response


@login_not_required
@csrf_exempt
@require_POST
@of_a_screen
def alive(request: SpaceRequest, screen: Screen) -> HttpResponse:
    """Record a screen's heartbeat; respond 409 to a second browser with the same token."""
    body = _json(request)
    showing = rules.Showing(
        version=str(body.get("version", ""))[:40],
        slide=str(body.get("slide", ""))[:40],
        size=str(body.get("size", ""))[:11],
        waiting_plays=_whole(body.get("waiting"), most=10**9),
        trouble=str(body.get("trouble", ""))[:120],
        overdue_seconds=_whole(body.get("overdue"), most=10**9),
    )
    instance = str(body.get("instance", ""))[:36]
    if actions.record_heartbeat(
        screen=screen, instance=instance, showing=showing, at=timezone.now()
    ):
        return JsonResponse({"screen": screen.name})
    return JsonResponse({"detail": wording.shown_elsewhere()}, status=HTTPStatus.CONFLICT)


@login_not_required
@csrf_exempt
@require_POST
@of_a_screen
def plays(request: SpaceRequest, screen: Screen) -> HttpResponse:
    """Record the plays that a screen reports, and return the keys it need not send again."""
    reports = [
        report
        for one in _listed(_json(request).get("plays"))[: rules.MOST_PLAYS]
        if (report := report_of(one)) is not None
    ]
    recorded = actions.record_plays(screen=screen, reports=reports, at=timezone.now())
    return JsonResponse({"kept": [str(key) for key in recorded]})


def report_of(body: Any) -> rules.PlayReport | None:
    """Read a play as a screen wrote it: `key|slide|flight|moment|seconds`, and its signature."""
    signed, signature = str(body.get("signed", "")), str(body.get("signature", ""))
    try:
        key, slide, flight, shown, seconds = signed.split("|")
        shown_at = dt.datetime.fromtimestamp(int(shown) / 1000, dt.UTC)
        return rules.PlayReport(
            UUID(key), slide, flight[:12], shown_at, int(seconds), signature, signed
        )
    except (ValueError, OverflowError, OSError):
        return None


def _json(request: HttpRequest) -> dict[str, Any]:
    """Return a JSON body. Raises Refused for another content type, such as another page's form."""
    if request.content_type != "application/json":
        raise Refused("application/json")
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        body = None
    return body if isinstance(body, dict) else {}


def _listed(body: Any) -> list[dict[str, Any]]:
    return [one for one in body if isinstance(one, dict)] if isinstance(body, list) else []


def _whole(body: Any, *, most: int) -> int:
    return min(most, max(0, body)) if isinstance(body, int) else 0


def _set_cookie(response: HttpResponse, name: str, value: str, *, seconds: int) -> None:
    response.set_cookie(name, value, max_age=seconds, secure=True, httponly=True, samesite="Strict")
