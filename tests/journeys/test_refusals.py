"""Each refusal at sign-in and across hosts: person, host, address, in both languages."""

import datetime as dt
from itertools import product
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.html import escape

from infra.screenshots import walk
from saas.accounts import actions as accounts
from saas.accounts.models import User
from saas.accounts.rules import CROSSING
from saas.catalogue.merchants.models import Merchant
from saas.kernel import schema
from tenants.community.members.actions import membership as members
from tenants.community.members.models import Invitation, JoinRequest, Role
from tenants.community.members.queries import people as queries
from tests.fixtures.people import PASSWORD, SpaceClient
from tests.journeys.addresses import closed_paths
from tests.saas.catalogue.making import draw_up, make_merchant, owner_of
from tests.tenants.community.classifieds.making import make_classified
from tests.tenants.community.members.test_actions import ask, token_of

LONG_AGO = dt.timedelta(days=400)
HOSTS = {"north": "north.", "south": "south.", "public": "", "ops": "ops."}


class Refusal(NamedTuple):
    """A row of the table; `person` is the owner of the cookie or the password."""

    person: str
    where: str
    url: str
    status: int
    french: str
    english: str
    form: dict[str, str] | None = None


ENTER_NORTH = ("Entrer dans Espace north", "Enter Espace north")
DESK = ("Bureau des commerçants", "Merchants’ desk")
CONSOLE = ("Console des opérateurs", "Operators’ console")
NOT_FOR_YOU = ("n’existe pas, ou n’est pas pour vous", "does not exist, or is not for you")
NO_MATCH = ("ne vont pas ensemble ici", "do not match here")
OPENS_NOTHING = ("Ce lien n’ouvre rien ici", "This link opens nothing here")
NO_INVITATION = ("n’existe pas ici", "does not exist here")
FOR_COUNCIL = ("réservé à ses élus et à sa trésorerie", "is for its members and its treasurer")
WITHDRAWN = ("Ce lien d’invitation a été retiré.", "This invitation link has been withdrawn.")
EXPIRED = ("Ce lien d’invitation a expiré.", "This invitation link has expired.")
USED_UP = ("déjà servi autant de fois que prévu", "has been used as often as planned")
NOT_THIS_DOMAIN = (
    "Écrivez votre adresse en @north-un.example ou @north.example, ou demandez un lien",
    "Use one that ends in @north-un.example or @north.example, or ask your space",
)
CONFIRMED = ("votre compte existe. Connectez-vous.", "your account exists. Sign in.")
LAPSED = ("Ce lien de confirmation a expiré.", "This confirmation link has expired.")
NO_CONFIRMATION = ("de confirmation n’ouvre rien ici.", "confirmation link does not work here.")
FOR_ADMINISTRATORS = (
    "Cette page est réservée à l’administration de l’espace.",
    "This page is for the space’s administrators.",
)
THE_LAST = (
    "C’est la dernière personne qui administre l’espace.",
    "This is the last person who administers the space.",
)
USES = ("Un lien sert de 1 à 5\u202f000 fois.", "A link can be used from 1 to 5,000 times.")
PRESENT_PASSWORD = ("Ce n’est pas le mot de passe actuel.", "This is not the current password.")
GIVE, TAKE = ({"verb": verb, "role": "administrator"} for verb in ("give", "take"))
JOIN = {"first_name": "Lou", "last_name": "F", "email": "lou@x.example", "company_id": "{company}"}

TABLE = (
    Refusal("nobody", "north", "/classifieds/", 200, *ENTER_NORTH),
    Refusal("nobody", "north", "/council/", 200, *ENTER_NORTH),
    Refusal("nobody", "public", "/desk/", 200, *DESK),
    Refusal("nobody", "ops", "/", 200, *CONSOLE),
    Refusal("stranger", "north", "/", 200, *ENTER_NORTH),
    Refusal("stranger", "north", "{classified}", 200, *ENTER_NORTH),
    Refusal("stranger", "south", "{classified}", 404, *NOT_FOR_YOU),
    Refusal("stranger", "north", "/signin/", 422, *NO_MATCH, {"email": "{stranger}"}),
    Refusal("nobody", "north", "/enter/{pass_of_south}/", 422, *OPENS_NOTHING),
    Refusal("nobody", "public", "/enter/{pass_of_south}/", 422, *OPENS_NOTHING),
    Refusal("nobody", "south", "/join/{invitation_of_north}/", 404, *NO_INVITATION),
    Refusal("merchant", "north", "/", 200, *ENTER_NORTH),
    Refusal("merchant", "north", "/signin/", 422, *NO_MATCH, {"email": "{merchant}"}),
    Refusal("merchant", "ops", "/spaces/", 404, *NOT_FOR_YOU),
    Refusal("merchant", "public", "/desk/campaigns/{campaign}/", 404, *NOT_FOR_YOU),
    Refusal("merchant", "public", "/desk/checkout/{campaign}/", 404, *NOT_FOR_YOU),
    Refusal("member", "ops", "/orders/", 200, *CONSOLE),
    Refusal("member", "ops", "/signin/", 422, *NO_MATCH, {"email": "{member}"}),
    Refusal("member", "public", "/desk/", 200, *DESK),
    Refusal("member", "public", "/signin/", 422, *NO_MATCH, {"email": "{member}"}),
    Refusal("member", "north", "/council/ledger/", 403, *FOR_COUNCIL),
    Refusal("member", "north", "/neighbourhood/why/FL-NOBODY/", 404, *NOT_FOR_YOU),
    Refusal("member", "public", "/start/FO-NOBODY/company/", 404, *NOT_FOR_YOU),
    Refusal("nobody", "north", "/enter/{used_pass}/", 422, "a déjà servi", "already been used"),
    Refusal("nobody", "north", "/enter/{old_pass}/", 422, "Ce lien a expiré.", "has expired"),
    Refusal("nobody", "north", "/join/", 422, *NOT_THIS_DOMAIN, JOIN),
    Refusal("nobody", "north", "/join/{withdrawn}/", 422, *WITHDRAWN),
    Refusal("nobody", "north", "/join/{expired}/", 422, *EXPIRED),
    Refusal("nobody", "north", "/join/{used_up}/", 422, *USED_UP),
    Refusal("nobody", "north", "/join/{used_up}/", 422, *USED_UP, JOIN),
    Refusal("nobody", "north", "/join/confirm/{confirmed}/", 422, *CONFIRMED, {}),
    Refusal("nobody", "north", "/join/confirm/{lapsed}/", 422, *LAPSED),
    Refusal("nobody", "north", "/join/confirm/unknown/", 422, *NO_CONFIRMATION),
    Refusal("member", "north", "/admin/people/", 403, *FOR_ADMINISTRATORS),
    Refusal("member", "north", "/admin/invitations/", 403, *FOR_ADMINISTRATORS),
    Refusal("member", "north", "/welcome/", 403, *FOR_ADMINISTRATORS),
    Refusal("member", "north", "/admin/people/{member_itself}/", 403, *FOR_ADMINISTRATORS, GIVE),
    Refusal("boss", "north", "/admin/people/{boss_itself}/", 422, *THE_LAST, TAKE),
    Refusal("boss", "north", "/admin/invitations/", 422, *USES, {"uses": "0", "days": "30"}),
    Refusal("member", "north", "/password/", 422, *PRESENT_PASSWORD, {"current": "x"}),
)


@pytest.fixture
def shop() -> Merchant:
    """A merchant's shop, with nothing bought yet."""
    return make_merchant()


@pytest.fixture
def people(
    owner: User, teammate: User, stranger: User, shop: Merchant
) -> dict[str, tuple[str, User | None]]:
    """The people of the table, and the host where each belongs."""
    Role.objects.create(user=owner, role=Role.Kind.ADMINISTRATOR, given_at=timezone.now())
    return {
        "nobody": ("north", None),
        "member": ("north", teammate),
        "boss": ("north", owner),
        "stranger": ("south", stranger),
        "merchant": ("public", owner_of(make_merchant("Ti’Zeste", siren="552100554"))),
    }


@pytest.fixture
def things(
    people: dict[str, tuple[str, User | None]], owner: User, stranger: User, shop: Merchant
) -> dict[str, str]:
    """The rows that the addresses and forms of the table name in braces."""
    now = timezone.now()
    with schema.inside("south"):
        passed = accounts.issue_pass(user=stranger, purpose="crossing", lifetime=CROSSING, at=now)
    return {
        "classified": make_classified(owner).get_absolute_url(),
        "company": str(queries.company_ids()[0]),
        "pass_of_south": passed,
        "campaign": draw_up(shop, at=now).reference,
        **_passes(owner, now),
        **_invitations(owner, now),
        **_confirmations(now),
        **{name: user.email for name, (_, user) in people.items() if user},
        **{f"{name}_itself": user.reference for name, (_, user) in people.items() if user},
    }


def _passes(user: User, now: dt.datetime) -> dict[str, str]:
    used, old = (
        accounts.issue_pass(user=user, purpose="crossing", lifetime=CROSSING, at=at)
        for at in (now, now - LONG_AGO)
    )
    accounts.use_pass(token=used, at=now)
    return {"used_pass": used, "old_pass": old}


def _invitations(by: User, now: dt.datetime) -> dict[str, str]:
    fresh, withdrawn, used_up, expired = (
        members.invite(by=by, uses=1, days=7, company_id=None, at=at)
        for at in (now, now, now, now - LONG_AGO)
    )
    members.withdraw(by=by, invitation=withdrawn, at=now)
    Invitation.objects.filter(pk=used_up.pk).update(uses=1)
    links = {"withdrawn": withdrawn.code, "expired": expired.code, "used_up": used_up.code}
    return links | {"invitation_of_north": fresh.code}


def _confirmations(now: dt.datetime) -> dict[str, str]:
    confirmed, lapsed = token_of(ask(now)), token_of(ask(now - LONG_AGO))
    members.join(token=confirmed, password="", at=now)
    return {"confirmed": confirmed, "lapsed": lapsed}


def window(person: tuple[str, User | None], where: str, language: str) -> SpaceClient:
    """Return a client of a host with a person's cookies from their own space."""
    home, user = person
    client = SpaceClient(f"{HOSTS[where]}{settings.BASE_HOST}")
    if user is not None:
        with schema.inside(home):
            User.objects.filter(pk=user.pk).update(language=language)
            client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


def test_each_no_is_a_sentence_in_both_languages(
    people: dict[str, tuple[str, User | None]], things: dict[str, str], subtests: pytest.Subtests
) -> None:
    """Check all refusals in a single world, since a refused request changes nothing."""
    before = [model.objects.count() for model in (User, Role, JoinRequest)]
    for refusal, language in product(TABLE, ("fr", "en")):
        with subtests.test(f"{refusal.person} {refusal.where} {refusal.url} {language}"):
            cache.clear()  # no attempt counted yet
            client = window(people[refusal.person], refusal.where, language)
            url = refusal.url.format(**things)

            response = _answer(client, url, refusal.form, things)

            assert response.status_code == refusal.status
            sentence = refusal.french if language == "fr" else refusal.english
            assert escape(sentence) in response.text
            assert "Vélo pliant" not in response.text
    assert before == [model.objects.count() for model in (User, Role, JoinRequest)]


def _answer(
    client: SpaceClient, url: str, form: dict[str, str] | None, things: dict[str, str]
) -> Any:
    if form is None:
        response = client.get(url)
        led_on = response.status_code == 302
        return client.get(client.on(response["Location"])) if led_on else response
    given = {name: value.format(**things) for name, value in form.items()}
    return client.post(url, {**given, "password": PASSWORD})


@pytest.mark.parametrize(
    ("host", "where"), [(walk.PUBLIC, "public"), (walk.SPACE, "north"), (walk.OPS, "ops")]
)
def test_closed_pages_lead_a_stranger_to_sign_in(db: None, host: str, where: str) -> None:
    client, paths = window(("north", None), where, "fr"), closed_paths(host)

    assert len(paths) > 10
    for path in paths:
        response = client.get(path)
        assert response.status_code == 302, path
        assert response["Location"].startswith("/signin/?next="), path


def test_a_cookie_of_another_space_opens_no_page_of_this_one(
    people: dict[str, tuple[str, User | None]],
) -> None:
    client = window(people["stranger"], "north", "fr")

    for path in closed_paths(walk.SPACE):
        assert client.get(path)["Location"].startswith("/signin/?next="), path
