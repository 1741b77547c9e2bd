import datetime as dt
import itertools
import re
from typing import Any

import pytest
from django.core import mail

from saas.accounts.models import Pass, User
from saas.accounts.rules import SignInHost, token_for
from saas.kernel import hooks, schema
from saas.kernel.errors import Refused
from tenants.community.members import tasks
from tenants.community.members.actions import lapsing
from tenants.community.members.actions import membership as actions
from tenants.community.members.models import CompanyClaim, Invitation, JoinRequest, Profile
from tenants.community.members.queries import people as queries
from tenants.community.members.rules import membership as rules
from tests.fixtures.people import AT, DAY, make_user
from tests.saas.accounts.jobs import run_in

HOST = SignInHost("space", "Espace north", "https://north.example", "/")
_numbers = itertools.count(1)


def company(name: str = "North Un") -> int:
    return next(row.pk for row in queries.companies() if row.name == name)


def ask(at: dt.datetime, email: str = "", **answers: Any) -> JoinRequest:
    usual = {"first_name": "Lou", "last_name": "Ferrand", "code": ""}
    data = {"company_id": queries.company_ids()[0], **usual, **answers}
    number = next(_numbers)
    network, email = f"network {number}", email or f"lou{number}@north.example"
    context: dict[str, Any] = {"language": "fr", "host": HOST, "network": network, "at": at}
    return actions.ask_to_join(email=email, **data, **context)


def token_of(request: JoinRequest) -> str:
    return token_for(rules.JOINING, request.nonce)


def founded(**columns: Any) -> hooks.Founded:
    data = {
        "tenant_id": 1,
        "schema_name": "south",
        "is_park": False,
        "email": "HR@south.example",
        "first_name": "Claire",
        "last_name": "Roy",
        "language": "en",
        "password": "md5$salt$0123",
        "company_id": 7,
    }
    return hooks.Founded(**{**data, **columns})


def test_a_founding_makes_its_first_administrator_once(db: None) -> None:
    first = actions.create_founder(founded=founded(), at=AT)

    assert first in hooks.founded.ask(founded(first_name="Other"), AT)
    with schema.inside("south"):
        user = User.objects.get()
        assert (user.pk, user.email, user.password) == (first, "hr@south.example", "md5$salt$0123")
        assert queries.roles_of(user) == {"administrator"}
        assert Profile.objects.get(user=user).company_id == 7
    assert User.objects.count() == 0


def test_a_founder_without_a_password_comes_in_by_link_only(db: None) -> None:
    actions.create_founder(founded=founded(password=""), at=AT)

    with schema.inside("south"):
        assert not User.objects.get().has_usable_password()


def test_a_work_address_joins_once_it_is_confirmed(owner: User) -> None:
    request = ask(AT, email=" Lou.F@NORTH.example ")
    assert queries.anybody_at("lou.f@north.example") is None

    user = actions.join(token=token_of(request), password="trois mots et un moulin", at=AT)

    profile = Profile.objects.get(user=user)
    assert (user.email, user.display_name) == ("lou.f@north.example", "Lou Ferrand")
    assert user.check_password("trois mots et un moulin")
    assert (profile.company_id, profile.joined_by) == (None, "domain")
    assert CompanyClaim.objects.get(user=user).company_id == request.company_id
    assert queries.roles_of(user) == frozenset()


def test_newcomer_to_a_park_alone_chooses_a_company(db: None) -> None:
    with schema.inside("south"):
        request = ask(AT, email=f"lou{next(_numbers)}@south.example", company_id=None)
        assert request.company_id == company("South Un")
    with schema.inside("north"):
        for nobodys in (None, 999_999):
            with pytest.raises(Refused, match="Choisissez votre entreprise") as caught:
                ask(AT, company_id=nobodys)
            assert caught.value.field == "company_id"


def test_refusal_of_another_domain_names_the_one_that_may_join(owner: User) -> None:
    for email in ("lou@elsewhere.example", "lou@sub.north.example", "lou@north.example.evil.org"):
        with pytest.raises(Refused, match=re.escape("@north.example")) as caught:
            ask(AT, email=email)
        assert caught.value.field == "email"
    assert JoinRequest.objects.count() == 0


def test_an_invitation_lets_any_address_in_and_counts(invitation: Invitation) -> None:
    request = ask(AT, email="lou@elsewhere.example", code=invitation.code.upper())
    invitation.refresh_from_db()
    assert invitation.uses == 0

    user = actions.join(token=token_of(request), password="", at=AT)

    assert not user.has_usable_password()
    invitation.refresh_from_db()
    assert invitation.uses == 1
    assert Profile.objects.get(user=user).joined_by == "invitation"


def test_an_invitation_of_a_company_decides_the_company(administrator: User) -> None:
    other = company("North Deux")
    made = actions.invite(by=administrator, uses=1, days=1, company_id=other, at=AT)

    assert ask(AT, email="a@x.example", code=made.code).company_id == other


def test_last_use_goes_to_whoever_confirms_first_and_a_proven_address_joins_without(
    administrator: User,
) -> None:
    made = actions.invite(by=administrator, uses=1, days=1, company_id=None, at=AT)
    emails = ("eva@x.example", "lou@x.example", "mia@north.example", "noa@north.example")
    late, first, proven, other = (ask(AT, email=email, code=made.code) for email in emails)
    actions.join(token=token_of(first), password="", at=AT)

    with pytest.raises(Refused, match="autant de fois que prévu"):
        actions.join(token=token_of(late), password="", at=AT)
    joined = actions.join(token=token_of(proven), password="", at=AT)
    actions.withdraw(by=administrator, invitation=made, at=AT)
    actions.join(token=token_of(other), password="", at=AT)

    assert Profile.objects.get(user=joined).joined_by == "domain"
    made.refresh_from_db()
    assert made.uses == 1


def test_a_confirmation_of_one_space_is_worthless_in_another_with_the_same_row(owner: User) -> None:
    here = ask(AT)
    columns = {
        field.attname: getattr(here, field.attname) for field in JoinRequest._meta.concrete_fields
    }
    with schema.inside("south"):
        JoinRequest.objects.create(**{**columns, "token_hash": "0" * 64})
        with pytest.raises(Refused, match="n’ouvre rien ici"):
            actions.join(token=token_for(rules.JOINING, here.nonce), password="", at=AT)
    assert actions.join(token=token_of(here), password="", at=AT).email == here.email


def test_the_confirmation_is_mailed_to_the_address_alone(owner: User) -> None:
    request = ask(AT)

    run_in("north", tasks.mail_confirmation, request.pk)

    (message,) = mail.outbox
    assert message.to == [request.email]
    assert f"/join/confirm/{token_of(request)}/" in str(message.body)
    assert "north." in str(message.body)


def test_an_address_with_an_account_gets_the_link_to_sign_in_instead(owner: User) -> None:
    known, unknown = ask(AT, email=owner.email), ask(AT)

    for request in (known, unknown):
        run_in("north", tasks.mail_confirmation, request.pk)

    assert [message.to for message in mail.outbox] == [[unknown.email]]
    assert [entry.user_id for entry in Pass.objects.order_by("pk")] == [owner.pk, None]


def test_an_address_that_got_an_account_meanwhile_is_not_taken_over(owner: User) -> None:
    first = ask(AT)
    second = ask(AT, email=first.email)
    user = actions.join(token=token_of(first), password="trois mots et un moulin", at=AT)

    with pytest.raises(Refused, match="a déjà un compte ici"):
        actions.join(token=token_of(second), password="un autre mot de passe", at=AT)

    user.refresh_from_db()
    assert user.check_password("trois mots et un moulin")


def test_closed_account_does_not_rejoin_by_itself(owner: User) -> None:
    request = ask(AT)
    make_user("Lou", email=request.email, is_active=False)

    with pytest.raises(Refused, match="a été fermé"):
        actions.join(token=token_of(request), password="", at=AT)


def test_a_weak_password_is_refused_and_the_link_stays_good(owner: User) -> None:
    request = ask(AT)
    with pytest.raises(Refused) as caught:
        actions.join(token=token_of(request), password="court", at=AT)

    assert caught.value.field == "password"
    assert actions.join(token=token_of(request), password="", at=AT).email == request.email


def test_a_member_describes_themselves_with_a_site_of_the_space(owner: User) -> None:
    described: dict[str, Any] = {
        "first_name": "Nadège",
        "last_name": "Berthier",
        "company_id": company("North Deux"),
        "team": "Conditionnement",
        "about": "Je prête ma perceuse.",
        "language": "en",
        "theme": "dark",
    }
    with schema.inside("south"):
        elsewhere = queries.site_ids()[0]
    with pytest.raises(Refused, match="un site de la liste"):
        actions.describe_oneself(by=owner, site_id=elsewhere, at=AT, **described)
    actions.describe_oneself(by=owner, site_id=queries.site_ids()[0], at=AT, **described)

    member = queries.member_of(owner.reference)
    assert member is not None
    assert (member.user.first_name, member.user.language) == ("Nadège", "en")
    assert (member.company, member.site) == ("", "Saint-Avel")
    assert CompanyClaim.objects.get(user=owner).company_id == company("North Deux")
    assert (member.team, member.about) == ("Conditionnement", "Je prête ma perceuse.")


def test_old_join_requests_are_forgotten(owner: User) -> None:
    ask(AT - rules.CONFIRMATION - rules.RETENTION_AFTER_EXPIRY - DAY)
    stored = ask(AT)

    assert lapsing.forget_requests(at=AT) == 1
    assert JoinRequest.objects.get() == stored
