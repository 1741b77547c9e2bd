"""The pages by address."""

from collections.abc import Callable
from pathlib import Path

from infra.stripe_simulator.errors import ApiError
from infra.stripe_simulator.pages import (
    board_acts,
    checkout_page,
    dashboard,
    onboarding_page,
    portal_page,
)
from infra.stripe_simulator.pages.layout import missing, notice
from infra.stripe_simulator.pages.words import Speaker, language_of
from infra.stripe_simulator.wire import Request, Response
from infra.stripe_simulator.world import World

HERE = Path(__file__).parent
ASSETS = {
    "style.css": ((HERE / "style.css").read_bytes(), "text/css; charset=utf-8"),
    "board.css": ((HERE / "board.css").read_bytes(), "text/css; charset=utf-8"),
    "icon.svg": ((HERE / "icon.svg").read_bytes(), "image/svg+xml"),
}
Shown = Callable[[World, Request, list[str]], Response]


def _pay(world: World, request: Request, rest: list[str]) -> Response:
    take = request.method == "POST"
    return (checkout_page.take if take else checkout_page.show)(world, request, rest[0])


def _authenticate(world: World, request: Request, rest: list[str]) -> Response:
    if request.method == "POST":
        return checkout_page.take_challenge(world, request, rest[0])
    return checkout_page.show_challenge(world, request, rest[0])


def _setup(world: World, request: Request, rest: list[str]) -> Response:
    take = request.method == "POST"
    page = onboarding_page.take if take else onboarding_page.show
    return page(world, request, account_id=rest[0], token=rest[1])


def _portal(world: World, request: Request, rest: list[str]) -> Response:
    take = request.method == "POST"
    return (portal_page.take if take else portal_page.show)(world, request, rest[0])


def _invoice(world: World, request: Request, rest: list[str]) -> Response:
    return portal_page.show_invoice(world, request, rest[0])


def _express(world: World, request: Request, rest: list[str]) -> Response:
    return dashboard.show_express(world, request, rest[0])


def _receipt(world: World, request: Request, rest: list[str]) -> Response:
    return dashboard.show_receipt(world, request, rest[0])


def _do(world: World, request: Request, rest: list[str]) -> Response:
    return board_acts.take(world, request, rest[0])


def _place(name: str) -> Shown:
    def shown(world: World, request: Request, _rest: list[str]) -> Response:
        return dashboard.show_place(world, request, name)

    return shown


def _home(world: World, request: Request, _rest: list[str]) -> Response:
    return dashboard.show(world, request)


# By the fixed first pieces of an address and the number of pieces that follow.
PAGES: dict[tuple[tuple[str, ...], int], Shown] = {
    (("",), 0): _home,
    (("c", "pay"), 1): _pay,
    (("c", "authenticate"), 1): _authenticate,
    (("p", "session"), 1): _portal,
    (("i",), 1): _invoice,
    (("setup", "e"), 2): _setup,
    (("express",), 2): _express,
    (("receipts",), 1): _receipt,
    (("do",), 1): _do,
} | {((name,), 0): _place(name) for name in dashboard.PAGES}


def serve(world: World, request: Request, *, looking: bool) -> Response:
    """Show a page, or handle its submitted form."""
    pieces = request.path[1:].split("/")
    if pieces[0] == "_assets" and pieces[-1] in ASSETS:
        body, kind = ASSETS[pieces[-1]]
        return Response(200, body, {"Content-Type": kind, "Cache-Control": "max-age=3600"})
    for (fixed, following), shown in PAGES.items():
        size = len(fixed)
        if tuple(pieces[:size]) == fixed and len(pieces) == size + following:
            if looking:  # HEAD must not use up a link
                return Response(200, b"", {"Content-Type": "text/html; charset=utf-8"})
            with world.lock:
                return _shown(world, request, shown, rest=pieces[size:])
    return missing(_speaker(request))


def _shown(world: World, request: Request, shown: Shown, *, rest: list[str]) -> Response:
    """Show a page; a wrong form gets a page with the error."""
    world.run_due()
    try:
        response = shown(world, request, rest)
    except ApiError as error:
        speaker = _speaker(request)
        response = notice(speaker, speaker.say("odd_title"), error.message)
        response.status = error.status
    world.store.save()
    return response


def _speaker(request: Request) -> Speaker:
    return Speaker(language_of(None, request.headers.get("accept-language", "")))
