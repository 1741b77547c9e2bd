"""A film that the browser cannot play has a message, and can still be downloaded."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from saas.accounts.models import User
from tests.tenants.community.mediastore.making import make_keeper, send

NOT_A_FILM = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(2_000)


def test_film_that_cannot_be_played_says_so(
    window_of: Callable[..., Page], owner: User, teammate: User
) -> None:
    film = send(make_keeper(owner), NOT_A_FILM, kind="video", name="film.mp4")
    page = window_of(teammate, width=360, height=740)
    page.goto(f"/media/{film.reference}/read/1/")
    expect(page.get_by_text("Ce navigateur ne sait pas lire ce fichier")).to_be_visible()
    expect(page.get_by_role("link", name="Télécharger")).to_be_visible()
