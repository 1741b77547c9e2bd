"""How a merchant comes in."""

import datetime as dt
import re
from typing import Any

import pytest
from django.core import mail

from saas.accounts.models import User
from saas.catalogue.merchants import tasks
from saas.catalogue.merchants.actions import shops as actions
from saas.catalogue.merchants.models import Signup
from saas.catalogue.merchants.rules import shops as rules
from saas.kernel.errors import Refused
from tests.fixtures.people import AT, Browse, SpaceClient, make_user

pytestmark = pytest.mark.django_db
TYPED = {
    "name": "Yves Cazal",
    "email": "Yves@Cazal.example",
    "password": "pain-au-levain-noir",
}


def sign_up(at: dt.datetime, **given: Any) -> Signup:
    first, last = TYPED["name"].split()
    names = {"first_name": first, "last_name": last}
    typed = {name: value for name, value in TYPED.items() if name != "name"}
    values = {**names, **typed, "language": "fr", "network": "192.0.2.1", **given}
    return actions.sign_up(**values, at=at)


def link_of(message: Any) -> str:
    found = re.search(r"https?://[^/]+(/\S+)", message.body)
    assert found is not None
    return found[1]


def signed_up(client: SpaceClient) -> str:
    """Sign up in a browser, and return the link in the mail."""
    client.post("/desk/signup/", TYPED)
    tasks.mail_confirmation(Signup.objects.get().pk)
    return link_of(mail.outbox[0])


def test_a_known_address_learns_by_mail_alone_that_it_has_a_desk(browse: Browse) -> None:
    make_user("Yves", email="yves@cazal.example")
    for email in (TYPED["email"], "lou@cazal.example"):
        answer = browse(space="").post("/desk/signup/", {**TYPED, "email": email})
        assert (answer.status_code, answer["Location"]) == (303, "/desk/signup/sent/")
    tasks.mail_confirmation(Signup.objects.get(email="yves@cazal.example").pk)
    assert mail.outbox[0].subject == "Vous avez déjà un bureau sur Troovon"
    assert "/desk/signup/" not in mail.outbox[0].body


def test_the_link_shows_a_button_and_only_the_button_confirms_once(browse: Browse) -> None:
    client = browse(space="")
    link = signed_up(client)
    assert mail.outbox[0].to == ["yves@cazal.example"]
    assert "yves@cazal.example" in client.get(link).content.decode()
    assert not User.objects.exists()
    answer = client.post(link, {"confirm": "1"})
    assert (answer.status_code, answer["Location"]) == (303, "/desk/page/")
    assert User.objects.get().check_password(TYPED["password"])
    assert client.get("/desk/").status_code == 200
    for refused, sentence in ((link, "déjà confirmée"), ("/desk/signup/made-up/", "expiré")):
        again = browse(space="").post(refused, {"confirm": "1"})
        assert again.status_code == 422
        assert sentence in again.content.decode()
    assert User.objects.count() == 1
    assert Signup.objects.get().password == ""


def test_sign_up_with_another_s_address_never_gets_in(browse: Browse) -> None:
    """They chose the password, and wait for the mail's owner to press the button."""
    attacker, owner_of_the_mailbox = browse(space=""), browse(space="")
    answer = owner_of_the_mailbox.post(signed_up(attacker), {"confirm": "1"})

    assert (answer.status_code, answer["Location"]) == (303, "/password/")
    assert not User.objects.get().has_usable_password()
    typed = {"email": TYPED["email"], "password": TYPED["password"]}
    assert attacker.post("/signin/", typed).status_code == 422
    chosen = owner_of_the_mailbox.post("/password/", {"password": "croissant-au-beurre"})
    assert (chosen.status_code, chosen["Location"]) == (303, "/desk/")


def test_a_link_lasts_three_days_and_an_unconfirmed_sign_up_is_forgotten() -> None:
    old = sign_up(AT - dt.timedelta(days=4), email="old@cazal.example")
    with pytest.raises(Refused, match="expiré"):
        actions.confirm(signup=old, typed_here=True, at=old.asked_at + dt.timedelta(days=3))
    sign_up(AT, email="new@cazal.example")
    actions.forget_old_signups(at=AT)
    assert [signup.email for signup in Signup.objects.all()] == ["new@cazal.example"]


def test_a_weak_password_is_refused_beside_its_field(browse: Browse) -> None:
    answer = browse(space="").post("/desk/signup/", {**TYPED, "password": "court"})

    assert answer.status_code == 422
    assert 'id="id_password_error"' in answer.content.decode()


def test_an_address_may_be_tried_a_few_times_an_hour() -> None:
    for _each in range(rules.SIGNUPS_OF_AN_ADDRESS):
        sign_up(AT, email="often@cazal.example")

    with pytest.raises(Refused, match="Trop d’essais"):
        sign_up(AT, email="often@cazal.example")
