"""Each refusal on the way into a space: who, what, how, in both languages."""

import datetime as dt
from itertools import product
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.html import escape

from saas.accounts import actions as accounts
from saas.accounts.models import User
from saas.accounts.rules import SignInHost, token_for
from tenants.community.members.actions import membership as actions
from tenants.community.members.models import Invitation, JoinRequest, Role
from tenants.community.members.queries import people as queries
from tenants.community.members.rules import membership as rules
from tests.fixtures.people import Browse

HOST = SignInHost("space", "Espace north", "https://north.example", "/")
LONG_AGO = dt.timedelta(days=400)


class Refusal(NamedTuple):
    """One line of the table."""

    person: str
    url: str
    status: int
    french: str
    english: str
    form: dict[str, Any] | None = None


def joining(email: str) -> dict[str, Any]:
    return {"first_name": "Lou", "last_name": "Ferrand", "email": email, "company_id": "first"}


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
GIVE, TAKE = ({"verb": verb, "role": "administrator"} for verb in ("give", "take"))
PASSWORD = ("Ce n’est pas le mot de passe actuel.", "That is not the current password.")

TABLE = [
    Refusal("visitor", "/enter/{used_pass}/", 422, "a déjà servi", "already been used"),
    Refusal("visitor", "/enter/{old_pass}/", 422, "Ce lien a expiré.", "has expired"),
    Refusal("visitor", "/join/", 422, *NOT_THIS_DOMAIN, joining("lou@elsewhere.example")),
    Refusal("visitor", "/join/{withdrawn}/", 422, *WITHDRAWN),
    Refusal("visitor", "/join/{expired}/", 422, *EXPIRED),
    Refusal("visitor", "/join/{used_up}/", 422, *USED_UP),
    Refusal("visitor", "/join/{used_up}/", 422, *USED_UP, joining("lou@elsewhere.example")),
    Refusal("visitor", "/join/confirm/{confirmed}/", 422, *CONFIRMED, {}),
    Refusal("visitor", "/join/confirm/{lapsed}/", 422, *LAPSED),
    Refusal("visitor", "/join/confirm/unknown/", 422, *NO_CONFIRMATION),
    Refusal("member", "/admin/people/", 403, *FOR_ADMINISTRATORS),
    Refusal("member", "/admin/invitations/", 403, *FOR_ADMINISTRATORS),
    Refusal("member", "/welcome/", 403, *FOR_ADMINISTRATORS),
    Refusal("member", "/admin/people/{member}/", 403, *FOR_ADMINISTRATORS, GIVE),
    Refusal("administrator", "/admin/people/{administrator}/", 422, *THE_LAST, TAKE),
    Refusal("administrator", "/admin/invitations/", 422, *USES, {"uses": "0", "days": "30"}),
    Refusal("member", "/password/", 422, *PASSWORD, {"current": "x", "password": "trois mots"}),
]


@pytest.fixture
def people(administrator: User, teammate: User) -> dict[str, User | None]:
    return {"visitor": None, "member": teammate, "administrator": administrator}


@pytest.fixture
def things(people: dict[str, User | None], administrator: User, teammate: User) -> dict[str, str]:
    """The links and references that the table names in braces."""
    now = timezone.now()
    return {
        **_passes(administrator, now),
        **_invitations(administrator, now),
        **_confirmations(now),
        "member": teammate.reference,
        "administrator": administrator.reference,
    }


def _passes(user: User, now: dt.datetime) -> dict[str, str]:
    def issue(at: dt.datetime) -> str:
        lifetime = dt.timedelta(minutes=2)
        return accounts.issue_pass(user=user, purpose="crossing", lifetime=lifetime, at=at)

    used = issue(now)
    accounts.use_pass(token=used, at=now)
    return {"used_pass": used, "old_pass": issue(now - LONG_AGO)}


def _invitations(by: User, now: dt.datetime) -> dict[str, str]:
    def invite(at: dt.datetime) -> Invitation:
        return actions.invite(by=by, uses=1, days=7, company_id=None, at=at)

    withdrawn, expired, used_up = invite(now), invite(now - LONG_AGO), invite(now)
    actions.withdraw(by=by, invitation=withdrawn, at=now)
    Invitation.objects.filter(pk=used_up.pk).update(uses=1)
    return {"withdrawn": withdrawn.code, "expired": expired.code, "used_up": used_up.code}


def _confirmations(now: dt.datetime) -> dict[str, str]:
    def ask(at: dt.datetime) -> str:
        number = JoinRequest.objects.count()
        request = actions.ask_to_join(
            email=f"lou{number}.{now.timestamp()}@north.example",
            first_name="Lou",
            last_name="Ferrand",
            company_id=queries.company_ids()[0],
            code="",
            language="fr",
            host=HOST,
            network=str(now),
            at=at,
        )
        return token_for(rules.JOINING, request.nonce)

    confirmed = ask(now)
    actions.join(token=confirmed, password="", at=now)
    return {"confirmed": confirmed, "lapsed": ask(now - LONG_AGO)}


def test_each_no_is_a_sentence_in_both_languages(
    browse: Browse,
    people: dict[str, User | None],
    things: dict[str, str],
    subtests: pytest.Subtests,
) -> None:
    """All are said in one world, since a request that is refused changes nothing in it."""
    before = (User.objects.count(), Role.objects.count(), JoinRequest.objects.count())
    for refusal, language in product(TABLE, ("fr", "en")):
        with subtests.test(f"{refusal.person} {refusal.url} {language}"):
            cache.clear()  # nobody has tried yet
            person, url = people[refusal.person], refusal.url.format(**things)
            if person is not None:
                User.objects.filter(pk=person.pk).update(language=language)
            client = browse(person)
            client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
            form = refusal.form
            if form and form.get("company_id") == "first":
                form = form | {"company_id": str(queries.company_ids()[0])}

            response = client.get(url) if form is None else client.post(url, form)

            assert response.status_code == refusal.status
            sentence = refusal.french if language == "fr" else refusal.english
            assert escape(sentence) in response.text
    assert before == (User.objects.count(), Role.objects.count(), JoinRequest.objects.count())
