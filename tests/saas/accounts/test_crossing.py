"""A click on a page of another host of ours signs in; the same click from elsewhere does not."""

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from saas.accounts import actions, queries, rules
from saas.accounts.models import Pass, User
from tests.fixtures.people import SpaceClient

PUBLIC = "https://public.example"
ELSEWHERE = [
    pytest.param("https://evil.example", id="another site"),
    pytest.param(f"https://south.{settings.BASE_HOST}", id="another space"),
    pytest.param("https://evil-public.example", id="a name that ends alike"),
    pytest.param("null", id="a sandboxed page"),
    pytest.param(None, id="a page that hides where it stands"),
    pytest.param("", id="an empty origin"),
]


def crossing(user: User, *, origin: str = PUBLIC, purpose: str = "crossing", ago: int = 0) -> str:
    token = actions.issue_pass(
        user=user,
        purpose=purpose,
        lifetime=rules.CROSSING,
        at=timezone.now() - dt.timedelta(minutes=ago),
        leads_to="/welcome/",
        origin=origin,
    )
    return f"/enter/{token}/"


def browser() -> SpaceClient:
    """Return a browser that must send a form's token, as outside of tests."""
    return SpaceClient(f"north.{settings.BASE_HOST}", enforce_csrf_checks=True)


def press(client: SpaceClient, url: str, origin: str | None) -> Any:
    return client.post(url, headers={} if origin is None else {"origin": origin})


def is_in(client: SpaceClient) -> bool:
    return client.get("/password/").status_code == 200


def test_press_on_page_that_pass_was_made_for_opens_session(owner: User) -> None:
    client = browser()

    entered = press(client, crossing(owner), PUBLIC)

    assert (entered.status_code, entered["Location"]) == (303, "/welcome/")
    assert is_in(client)
    assert not queries.passes_to_mail().exists(), "a crossing is never mailed"


@pytest.mark.parametrize("origin", ELSEWHERE)
def test_foreign_press_uses_nothing_up_and_shows_a_button(owner: User, origin: str | None) -> None:
    client, url = browser(), crossing(owner)

    refused = press(client, url, origin)

    assert refused.status_code == 403
    assert "de quelle page vient cette demande" in refused.content.decode()
    # Under `no-referrer` the browser would send the button's press with the origin `null`.
    assert refused["Referrer-Policy"] == "strict-origin"
    assert not is_in(client)
    assert Pass.objects.get().used_at is None
    token = refused.context["csrf_token"]
    here = {"origin": f"https://{client.host}"}
    again = client.post(url, {"csrfmiddlewaretoken": token}, headers=here)
    assert again.status_code == 303
    assert is_in(client)
    english = browser().post(crossing(owner), headers={"accept-language": "en"})
    assert "tell which page this request came from" in english.content.decode()
    assert "Enter as Nadia" in english.content.decode()


def test_reading_uses_nothing_up_wherever_it_comes_from(owner: User) -> None:
    client, url = browser(), crossing(owner)
    for method in ("get", "head", "options"):
        getattr(client, method)(url, headers={"origin": PUBLIC})
        assert Pass.objects.get().used_at is None, method
    assert not is_in(client)


def test_own_host_needs_the_token_of_the_form_whatever_the_pass_was_made_for(owner: User) -> None:
    here = f"https://north.{settings.BASE_HOST}"
    mailed = (crossing(owner, origin=origin, purpose="sign_in") for origin in (PUBLIC, here))
    without_page = crossing(owner, origin="")
    for url, origin in (
        *zip(mailed, (PUBLIC, here), strict=True),
        *((without_page, origin) for origin in ("", PUBLIC, None)),
        (crossing(owner), here),
    ):
        client = browser()
        assert press(client, url, origin).status_code == 403
        assert not is_in(client)


@pytest.mark.parametrize(("ago", "sentence"), [(0, "a déjà servi"), (3, "a expiré")])
def test_used_or_late_pass_is_refused_on_its_page_too(owner: User, ago: int, sentence: str) -> None:
    url = crossing(owner, ago=ago)
    press(browser(), url, PUBLIC)
    client = browser()

    refused = press(client, url, PUBLIC)

    assert refused.status_code == 422
    assert sentence in refused.content.decode()
    assert not is_in(client)
