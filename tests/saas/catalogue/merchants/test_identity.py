"""A business number at an address is a single shop; a second sign-up asks to join it."""

import datetime as dt
from typing import Any

import pytest

from saas.catalogue.merchants import tasks
from saas.catalogue.merchants.actions import people
from saas.catalogue.merchants.actions import shops as actions
from saas.catalogue.merchants.actions import team as team_actions
from saas.catalogue.merchants.models import JoinRequest, Membership, Merchant
from saas.catalogue.merchants.queries import shops as queries
from saas.catalogue.merchants.queries import team
from saas.catalogue.merchants.rules import identity, joining
from saas.kernel import schema
from saas.kernel.errors import NotAllowed, Refused
from tests.fixtures.people import AT, make_user
from tests.saas.catalogue.making import NOON, describe_again, described, make_merchant, owner_of

pytestmark = pytest.mark.django_db
A_DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3 rue des Bateliers", "3, RUE DES BATELIERS"),
        ("12 bis av. de la République", "12bis Avenue de la Republique"),
        ("12 b avenue de la République", "12 BIS, avenue République"),
        ("5 bd St-Michel", "5 Boulevard Saint Michel"),
        ("03 r. du Four", "3 rue du four"),
        ("1 pl. de l’Église", "1 PLACE DE L'EGLISE"),
    ],
)
def test_addresses_written_otherwise_are_one(one: str, other: str) -> None:
    assert identity.plain_address(one, "37000") == identity.plain_address(other, "37 000")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3 rue du Four", "5 rue du Four"),
        ("3 rue du Four", "3 bis rue du Four"),
        ("3 rue du Four", "3 avenue du Four"),
    ],
)
def test_other_addresses_are_others(one: str, other: str) -> None:
    assert identity.plain_address(one, "37000") != identity.plain_address(other, "37000")
    assert identity.plain_address(one, "37000") != identity.plain_address(one, "37100")


def test_siret_is_read_as_the_siren_it_begins_with() -> None:
    assert identity.plain_number("732 829 320 00074") == "732829320"
    assert identity.plain_number("732 829 320") == "732829320"
    assert identity.plain_number("73282932000075") == "73282932000075"


def second(name: str = "Zoé", *, publishes: bool = True, **given: Any) -> Any:
    """Describe a shop as a second person, with the first shop's number and address."""
    with schema.in_public():
        person = make_user(name, email=f"{name.lower()}@inconnu.example")
        actions.describe(
            description=described(street="3, RUE des Bateliers", **given),
            hours=NOON,
            picture=None,
            keeps_picture=True,
            by=person,
            at=AT,
        )
        if publishes:
            actions.publish(by=person, at=AT)
        return person


def test_second_sign_up_becomes_a_request_and_is_seen_nowhere(mailoutbox: list[Any]) -> None:
    shop = make_merchant()
    person = second()
    with schema.in_public():
        request = JoinRequest.objects.get()
        assert (request.merchant_id, request.person_id) == (shop.pk, person.pk)
        assert Merchant.objects.exclude(pk=shop.pk).get().state == Merchant.State.DRAFT
        actions.publish(by=person, at=AT)
        assert JoinRequest.objects.count() == 1
        for _ in range(2):
            tasks.mail_join_request(request.pk)
    (message,) = [one for one in mailoutbox if "demande à rejoindre" in one.subject]
    assert message.to == [owner_of(shop).email]


def test_draft_keeps_no_name_from_the_rightful_shop() -> None:
    second(publishes=False)
    shop = make_merchant(street="3 rue des Bateliers")
    assert shop.state == Merchant.State.PUBLISHED
    assert not JoinRequest.objects.exists()


def test_published_shop_does_not_move_to_the_address_of_another() -> None:
    make_merchant()
    other = make_merchant("Une autre", street="9 quai du Nord")
    with pytest.raises(Refused, match="déjà ce numéro"):
        describe_again(other, name="Une autre", street="3 rue des Bateliers")


def test_first_owner_decides_and_nobody_else() -> None:
    shop = make_merchant()
    person = second()
    with schema.in_public():
        request = JoinRequest.objects.get()
        with pytest.raises(NotAllowed):
            people.decide_join(request=request, accepts=True, by=person, at=AT)
        people.decide_join(request=request, accepts=True, by=owner_of(shop), at=AT)
        joined = team.shop_of(person)
        assert joined is not None
        assert joined.pk == shop.pk
        assert Membership.objects.get().role == Membership.Role.EDITOR
        assert not team.decides_for(shop.pk, person)
        with pytest.raises(Refused, match="déjà reçu"):
            people.decide_join(request=request, accepts=True, by=owner_of(shop), at=AT)
        team_actions.remove_member(merchant=shop, person=person, by=owner_of(shop), at=AT)
        assert not team.runs(shop.pk, person)


def test_refused_request_says_why_and_may_be_asked_again(mailoutbox: list[Any]) -> None:
    shop = make_merchant()
    person = second()
    with schema.in_public():
        request = JoinRequest.objects.get()
        owner = owner_of(shop)
        with pytest.raises(Refused, match="pourquoi"):
            people.decide_join(request=request, accepts=False, by=owner, at=AT)
        people.decide_join(request=request, accepts=False, reason="Inconnu.", by=owner, at=AT)
        tasks.mail_join_answer(request.pk)
        assert [one.to for one in mailoutbox if "Inconnu." in one.body] == [[person.email]]
        actions.publish(by=person, at=AT)
        assert JoinRequest.objects.filter(state="waiting").count() == 1


def test_code_by_post_joins_and_wrong_ones_are_counted() -> None:
    shop = make_merchant()
    person = second()
    with schema.in_public():
        request = JoinRequest.objects.get()
        with pytest.raises(Refused, match="Aucun code"):
            people.use_code(typed="12345678", by=person, at=AT)
        request = people.post_code(request=request, by=owner_of(shop), at=AT)
        code = joining.code_of(request)
        assert len(code) == joining.CODE_FIGURES
        wrong = "0" * 8 if code != "0" * 8 else "1" * 8
        assert not people.use_code(typed=wrong, by=person, at=AT)
        assert JoinRequest.objects.get().tries == 1
        people.use_code(typed=f"{code[:4]} {code[4:]}", by=person, at=AT + A_DAY)
        assert team.runs(shop.pk, person)
        assert team.decides_for(shop.pk, person)


def test_code_ends_after_five_wrong_tries_and_thirty_days() -> None:
    shop = make_merchant()
    person = second()
    with schema.in_public():
        request = people.post_code(request=JoinRequest.objects.get(), by=owner_of(shop), at=AT)
        code = joining.code_of(request)
        with pytest.raises(Refused, match="Aucun code"):
            people.use_code(typed=code, by=person, at=AT + joining.CODE_LASTS)
        JoinRequest.objects.update(tries=joining.MOST_TRIES)
        with pytest.raises(Refused, match="essais"):
            people.use_code(typed=code, by=person, at=AT)
        fresh = people.post_code(request=request, by=owner_of(shop), at=AT + A_DAY)
        assert joining.code_of(fresh) != code


def test_person_with_another_published_shop_joins_a_second_one() -> None:
    shop = make_merchant()
    with schema.in_public():
        other = make_merchant("Une autre", street="9 quai du Nord")
        person = owner_of(other)
        request = JoinRequest.objects.create(
            merchant=shop, person=person, asked_at=AT, due_at=AT + A_DAY
        )
        people.decide_join(request=request, accepts=True, by=owner_of(shop), at=AT)
        assert {row.shop.pk for row in team.shops_of(person)} == {shop.pk, other.pk}
        joined = team.shop_of(person)
        assert joined is not None
        assert joined.pk == shop.pk


def test_new_shop_waits_until_seen_and_a_refused_one_may_be_corrected(
    mailoutbox: list[Any],
) -> None:
    shop = make_merchant(trusted=False)
    with schema.in_public():
        assert shop.state == Merchant.State.WAITING
        assert shop.review_due_at == AT + joining.SEEN_WITHIN
        operator = make_user("Agathe", email="agathe@troovon.example")
        with pytest.raises(Refused, match="pourquoi"):
            actions.refuse_shop(merchant_id=shop.pk, reason="", by=operator, at=AT)
        actions.refuse_shop(merchant_id=shop.pk, reason="Adresse fausse.", by=operator, at=AT)
        tasks.mail_shop_decision(shop.pk)
        [sent] = [one for one in mailoutbox if "Adresse fausse." in one.body]
        for text in (sent.body, sent.alternatives[0][0]):
            assert "écrivez-nous\u00a0: factures@troovon.example" in text
        again = actions.publish(by=owner_of(shop), at=AT)
        assert (again.state, again.review_reason) == (Merchant.State.WAITING, "")
        shown = actions.approve_shop(merchant_id=shop.pk, by=operator, at=AT)
        assert (shown.state, shown.published_at, shown.trusted_at) == ("published", AT, None)
        with pytest.raises(Refused, match="autre"):
            actions.approve_shop(merchant_id=shop.pk, by=operator, at=AT)


def test_changes_of_an_untrusted_shop_wait_and_the_old_page_stays() -> None:
    shop = make_merchant(trusted=False)
    with schema.in_public():
        operator = make_user("Agathe", email="agathe@troovon.example")
        actions.approve_shop(merchant_id=shop.pk, by=operator, at=AT)
        describe_again(shop, at=AT + A_DAY, name="Chez le voisin", phone="01 99 00 99 99")
        waiting = Merchant.objects.get(pk=shop.pk)
        assert (waiting.name, waiting.state) == ("Maison Cazal", "published")
        assert (waiting.phone, waiting.proposed) == ("01 99 00 99 99", {"name": "Chez le voisin"})
        assert list(queries.shops_to_see()) == [waiting]
        actions.approve_shop(merchant_id=shop.pk, trusts=True, by=operator, at=AT + A_DAY)
        assert Merchant.objects.get(pk=shop.pk).name == "Chez le voisin"
        describe_again(shop, at=AT + A_DAY, name="Chez nous")
        assert Merchant.objects.get(pk=shop.pk).name == "Chez nous"


def test_refused_change_leaves_the_page_as_it_was() -> None:
    shop = make_merchant(trusted=False)
    with schema.in_public():
        operator = make_user("Agathe", email="agathe@troovon.example")
        actions.approve_shop(merchant_id=shop.pk, by=operator, at=AT)
        describe_again(shop, at=AT, name="Chez le voisin")
        actions.refuse_shop(merchant_id=shop.pk, reason="Pas vous.", by=operator, at=AT)
        after = Merchant.objects.get(pk=shop.pk)
        assert (after.name, after.state, after.proposed) == ("Maison Cazal", "published", {})


@pytest.mark.parametrize("name", ["Casino en ligne", "Tabac du lac"])
def test_page_of_a_prohibited_trade_is_refused(name: str) -> None:
    with pytest.raises(Refused, match="interdit"):
        make_merchant(name)
