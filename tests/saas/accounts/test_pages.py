import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.utils import timezone

from saas.accounts import actions, rules, tasks
from saas.accounts.models import Pass, User
from saas.accounts.notices.actions import queue_notice
from saas.accounts.notices.rules import Kind
from saas.kernel import schema
from tenants.community.integrations import actions as integrations
from tests.fixtures.people import PASSWORD, Browse, SpaceClient, make_user
from tests.saas.accounts.jobs import run_in
from tests.saas.accounts.test_mails import html_of


def crossing(user: User, leads_to: str = "", *, hours_ago: int = 0) -> str:
    at = timezone.now() - dt.timedelta(hours=hours_ago)
    token = actions.issue_pass(
        user=user, purpose="crossing", lifetime=rules.CROSSING, at=at, leads_to=leads_to
    )
    return f"/enter/{token}/"


def without_secrets(response: Any) -> str:
    challenges = r'data-options="[^"]+"|name="challenge"\s+value="[^"]+"'
    return re.sub(rf'"\w{{64}}"|{challenges}', "", response.content.decode())


def is_in(client: SpaceClient) -> bool:
    return client.get("/password/").status_code == 200


@pytest.mark.parametrize(
    ("space", "landing"), [("north", "/"), ("ops", "/"), ("", "/desk/")], ids=str
)
def test_address_and_password_open_a_session_and_lead_to_the_landing(
    browse: Browse, space: str, landing: str
) -> None:
    with schema.inside("north" if space == "north" else schema.PUBLIC):
        user = make_user("Claire")
    client = browse(space=space)

    response = client.post("/signin/", {"email": user.email.upper(), "password": PASSWORD})

    assert (response.status_code, response["Location"]) == (303, landing)
    assert is_in(client)


def test_wrong_password_and_unknown_address_get_the_same_page(browse: Browse, owner: User) -> None:
    pages = []
    for email in (owner.email, "nobody@north.example"):
        response = browse().post("/signin/", {"email": email, "password": "wrong"})
        assert response.status_code == 422
        pages.append(without_secrets(response).replace(email, ""))

    assert pages[0] == pages[1]
    assert "ne vont pas ensemble ici" in pages[0]


def test_next_leads_only_to_a_path_of_this_host(browse: Browse, owner: User) -> None:
    form = {"email": owner.email, "password": PASSWORD}
    lend = "/classifieds/?kind=lend"
    for wanted, led_to in ((lend, lend), ("//evil.example/", "/"), ("", "/")):
        assert browse().post("/signin/", form | {"next": wanted})["Location"] == led_to


def test_wanted_path_stays_until_one_is_signed_in(browse: Browse, owner: User) -> None:
    client = browse()
    assert 'name="next" value="/me/"' in client.get("/signin/?next=/me/").content.decode()
    client.post("/signin/link/", {"email": owner.email, "next": "/me/"})
    assert Pass.objects.get().leads_to == "/me/"
    led_on = browse(owner).get("/signin/?next=/me/")
    assert (led_on.status_code, led_on["Location"]) == (302, "/me/")


def test_a_link_is_promised_in_the_same_words_to_every_address(browse: Browse, owner: User) -> None:
    answers = set()
    for email in (owner.email, "nobody@north.example"):
        response = browse().post("/signin/link/", {"email": email}, follow=True)
        answers.add((response.status_code, without_secrets(response)))
    ((status, text),) = answers
    assert status == 200
    assert "Regardez vos messages" in text
    refused = browse().post("/signin/link/", {"email": "claire@"})
    assert refused.status_code == 422
    assert "n’est pas complète" in refused.content.decode()


def test_pass_looked_at_is_unused_and_the_button_logs_in(browse: Browse, owner: User) -> None:
    url = crossing(owner, "/welcome/")
    scanner, client = browse(), browse()

    for _ in range(2):
        seen = scanner.get(url)
        assert "Entrer comme Nadia" in seen.content.decode()
        assert (seen["Cache-Control"], seen["Referrer-Policy"]) == ("no-store", "strict-origin")
    assert not is_in(scanner)
    entered = client.post(url)

    assert (entered.status_code, entered["Location"]) == (303, "/welcome/")
    assert (entered["Cache-Control"], entered["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert is_in(client)


def test_session_s_key_changes_at_each_login(browse: Browse, owner: User, teammate: User) -> None:
    client = browse(teammate)
    before = client.cookies[settings.SESSION_COOKIE_NAME].value

    client.post(crossing(owner))

    assert client.cookies[settings.SESSION_COOKIE_NAME].value != before


@pytest.mark.parametrize("method", ["get", "post"])
def test_pass_that_lets_nobody_in_says_what_to_do(browse: Browse, owner: User, method: str) -> None:
    used, old = crossing(owner), crossing(owner, hours_ago=1)
    browse().post(used)
    for url, sentence in {
        used: "a déjà servi",
        old: "a expiré",
        "/enter/x/": "n’ouvre rien",
    }.items():
        client = browse()
        response = getattr(client, method)(url)
        assert response.status_code == 422
        assert sentence in response.content.decode()
        assert 'href="/signin/"' in response.content.decode()
        assert not is_in(client)


@pytest.mark.parametrize("space", ["south", "", "ops"])
def test_a_pass_and_a_session_of_the_north_are_worthless_elsewhere(
    browse: Browse, owner: User, stranger: User, space: str
) -> None:
    stranger_id = stranger.pk
    with schema.inside("south" if space == "south" else schema.PUBLIC):
        User.objects.filter(pk=owner.pk).exists() or make_user("Paul", id=owner.pk)
    url = crossing(owner)
    elsewhere = browse(space=space)

    assert elsewhere.post(url).status_code == 422
    elsewhere.cookies[settings.SESSION_COOKIE_NAME] = (
        browse(owner).cookies[settings.SESSION_COOKIE_NAME].value
    )
    assert elsewhere.get("/password/").status_code == 302
    assert stranger_id


def test_signing_out_is_a_post_and_ends_the_session(browse: Browse, owner: User) -> None:
    client = browse(owner)

    assert client.get("/signout/").status_code == 405
    assert client.post("/signout/")["Location"] == "/signin/"
    assert not is_in(client)


def test_a_visitor_s_language_is_a_cookie_of_this_host_alone(browse: Browse, owner: User) -> None:
    client = browse()

    response = client.post("/preferences/", {"language": "en", "next": "/signin/?next=/me/"})

    cookie = response.cookies["__Host-language"]
    assert (cookie.value, cookie["path"], cookie["secure"]) == ("en", "/", True)
    assert cookie["domain"] == ""
    assert response["Location"] == "/signin/?next=/me/"
    assert 'lang="en"' in client.get("/signin/").content.decode()


def by_password(owner: User) -> tuple[str, dict[str, str]]:
    return "/signin/", {"email": owner.email, "password": PASSWORD}


def by_pass(owner: User) -> tuple[str, dict[str, str]]:
    return crossing(owner), {}


@pytest.mark.parametrize("way", [by_password, by_pass])
def test_the_language_chosen_before_signing_in_is_spoken_inside(
    browse: Browse, owner: User, way: Callable[[User], tuple[str, dict[str, str]]]
) -> None:
    client = browse()
    client.post("/preferences/", {"language": "en", "next": "/signin/"})
    client.post(*way(owner))
    assert client.get("/").headers["Content-Language"] == "en"
    client.post("/preferences/", {"language": "fr"})
    client.post("/signout/")
    client.post(*by_password(owner))
    assert client.get("/").headers["Content-Language"] == "fr"


def test_known_language_and_theme_of_member_are_kept_with_them(browse: Browse, owner: User) -> None:
    client = browse(owner)
    client.post("/preferences/", {"language": "en", "theme": "dark"})
    unknown = client.post("/preferences/", {"language": "xx"})
    assert "__Host-language" not in unknown.cookies
    owner.refresh_from_db()
    assert (owner.language, owner.theme) == ("en", "dark")


def test_mailed_link_sets_a_password_without_the_old_one(browse: Browse, owner: User) -> None:
    client = browse()
    client.post(crossing(owner))

    response = client.post("/password/", {"password": "trois mots et un moulin"})

    assert response.status_code == 303
    assert is_in(client)
    owner.refresh_from_db()
    assert owner.check_password("trois mots et un moulin")


def test_a_new_password_ends_the_other_sessions(browse: Browse, owner: User) -> None:
    here, elsewhere = browse(owner), browse(owner)

    here.post("/password/", {"current": PASSWORD, "password": "trois mots et un moulin"})

    assert is_in(here)
    assert not is_in(elsewhere)


def without_password(person: User) -> User:
    person.set_unusable_password()
    person.save(update_fields=["password"])
    return person


def test_old_session_of_a_link_sets_no_password(
    browse: Browse, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browse()
    client.post(crossing(without_password(owner)))
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + rules.FRESH + dt.timedelta(minutes=1))
    assert "Recevoir un lien" in client.get("/password/").text
    client.refused("/password/", {"password": "trois mots et un moulin"})
    owner.refresh_from_db()
    assert not owner.has_usable_password()


def test_session_of_the_provider_sets_no_password(browse: Browse, owner: User) -> None:
    client = browse()
    client.force_login(without_password(owner))
    session = client.session
    session["way"] = "company"
    session.save()
    assert "Recevoir un lien" in client.get("/password/").text
    client.refused("/password/", {"password": "trois mots et un moulin"})
    owner.refresh_from_db()
    assert not owner.has_usable_password()


def test_new_password_is_mailed_and_ends_tokens(browse: Browse, owner: User) -> None:
    token = integrations.make_token(
        kind="personal",
        name="Agenda",
        scopes=["classifieds:read"],
        days=30,
        by=owner,
        at=timezone.now(),
    ).token
    client = browse(owner)
    client.post("/password/", {"current": PASSWORD, "password": "trois mots et un moulin"})
    token.refresh_from_db()
    assert token.revoked_at is not None
    mail.outbox.clear()
    for language, words in (("fr", "Votre mot de passe a changé"), ("en", "has changed")):
        User.objects.filter(pk=owner.pk).update(language=language)
        queue_notice(person=owner, kind=Kind.PASSWORD, at=timezone.now())
        run_in("north", tasks.mail_notices_of_a_space, owner.pk)
        assert words in str(mail.outbox[-1].body) + str(mail.outbox[-1].subject)
        assert words in html_of(mail.outbox[-1])
    assert {message.to[0] for message in mail.outbox} == {owner.email}
    assert len(mail.outbox) == 4  # token and password before, then a mail in each language
