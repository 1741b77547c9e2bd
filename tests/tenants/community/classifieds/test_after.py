"""A mailed link keeps a classified, two thank each other, a code is shown, so are other things."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.errors import NotAllowed
from tenants.community.classifieds import actions, tasks
from tenants.community.classifieds.models import Classified
from tenants.community.members.queries.thanks import ThanksOn, thanks_on
from tests.fixtures.people import DAY, Browse, make_user
from tests.tenants.community.classifieds.making import make_classified, run
from tests.tenants.community.notifications.making import deliver


def mailed_link(classified: Classified) -> str:
    """The path of the link in the mail about the end of a classified."""
    run(tasks.remind, classified.pk)
    deliver()
    (message,) = mail.outbox
    return str(re.findall(r"https?://[^/\s]+(/classifieds/keep/\S+)", str(message.body))[0])


def test_mailed_link_keeps_it_by_a_button_without_signing_in(browse: Browse, owner: User) -> None:
    classified = make_classified(owner, days=2)
    before = classified.expires_at
    url, client = mailed_link(classified), browse(None)
    assert "la garder en ligne" in client.get(url).text
    classified.refresh_from_db()
    assert classified.expires_at == before
    assert "reste en ligne jusqu’au" in client.post(url).text
    classified.refresh_from_db()
    assert classified.expires_at == before + dt.timedelta(days=30)
    client.refused(url)
    classified.refresh_from_db()
    assert classified.expires_at == before + dt.timedelta(days=30)


def test_link_of_another_space_keeps_nothing(browse: Browse, owner: User, stranger: User) -> None:
    classified = make_classified(owner, days=2)
    url = mailed_link(classified)
    with schema.inside("south"):
        theirs = make_classified(stranger, days=2)
    for client, address in (
        (browse(None, space="south"), url),
        (browse(None), "/classifieds/keep/inconnu/"),
        (browse(None), f"{url[:-2]}x/"),
    ):
        assert client.get(address).status_code == 422
        assert client.post(address).status_code == 422
    with schema.inside("south"):
        theirs.refresh_from_db()
        assert theirs.expires_at < timezone.now() + 3 * DAY


def test_two_who_came_to_terms_thank_each_other_and_nobody_else_does(
    browse: Browse, owner: User, teammate: User
) -> None:
    classified = make_classified(owner)
    url = classified.get_absolute_url()
    closing = {"outcome": "here", "closed_with": teammate.reference, "thanks": "on"}
    assert browse(owner).post(f"{url}close/", closing).status_code == 303
    assert "Dire merci" in browse(teammate).get(url).text
    for _ in range(2):
        assert browse(teammate).post(f"{url}thank/").status_code == 303
    assert "Vous avez dit merci." in browse(teammate).get(url).text
    assert thanks_on("classified", classified.reference, owner) == ThanksOn(2, given=True)
    classified.refresh_from_db()
    with pytest.raises(NotAllowed):
        actions.thank(classified=classified, by=make_user("Ines"), at=timezone.now())
    with pytest.raises(NotAllowed):
        actions.thank(classified=make_classified(owner), by=teammate, at=timezone.now())


def test_code_to_show_leads_to_the_page(browse: Browse, owner: User, teammate: User) -> None:
    classified = make_classified(owner)
    answer = browse(teammate).get(f"{classified.get_absolute_url()}qr.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    assert classified.reference in answer.text
    assert browse(None).get(f"{classified.get_absolute_url()}qr.svg").status_code == 302


def test_page_shows_other_things_of_the_same_person_once(
    browse: Browse, owner: User, teammate: User
) -> None:
    classified = make_classified(owner)
    make_classified(owner, title="Casque de vélo")
    make_classified(teammate, title="Antivol")
    text = browse(teammate).get(classified.get_absolute_url()).text
    assert "Aussi de Nadia" in text
    assert text.count("Casque de vélo") == 1
    assert text.index("Casque de vélo") < text.index("Antivol")
