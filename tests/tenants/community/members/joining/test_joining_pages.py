from collections.abc import Callable

import pytest
from django.core import mail
from django.utils import timezone

from saas.accounts.models import User
from tenants.community.members.actions import membership as actions
from tenants.community.members.models import JoinRequest, Profile
from tenants.community.members.queries import people as queries
from tests.fixtures.people import Browse
from tests.tenants.community.members.test_actions import token_of
from tests.tenants.community.members.test_pages import text_of

type Offer = Callable[..., None]


def lou(email: str) -> dict[str, str]:
    """Return the form entries of Lou, a person with a request to join."""
    company = str(queries.company_ids()[0])
    return {"first_name": "Lou", "last_name": "Ferrand", "email": email, "company_id": company}


def test_member_joins_by_their_work_address(browse: Browse, owner: User) -> None:
    client = browse()
    form = lou("lou.ferrand@north.example")
    assert "@north.example" in text_of(client, "/join/")

    answer = client.post("/join/", form)
    assert (answer.status_code, answer["Location"]) == (303, "/join/sent/")
    assert "Regardez vos messages" in text_of(client, "/join/sent/")
    url = f"/join/confirm/{token_of(JoinRequest.objects.get())}/"
    seen, refused = client.get(url), client.post(url, {"password": "court"})
    assert "Entrer comme Lou" in seen.text
    assert refused.status_code == 422
    # Under `no-referrer` a browser posts with the origin `null`, and the form is refused.
    for page in (seen, refused):
        assert (page["Cache-Control"], page["Referrer-Policy"]) == ("no-store", "strict-origin")
    assert queries.anybody_at(form["email"]) is None
    entered = client.post(url, {"password": ""})

    assert (entered.status_code, entered["Location"]) == (303, "/")
    assert client.get("/me/").status_code == 200
    assert client.get("/join/")["Location"] == "/"
    profile = Profile.objects.get(user__email=form["email"], joined_by="domain")
    assert "conditions générales d’utilisation" in seen.text
    assert (profile.cgu_version, profile.cgu_accepted_at is None) == (1, False)


def test_whether_an_address_is_known_is_not_to_be_seen(browse: Browse, owner: User) -> None:
    answers = set()
    for email in (owner.email, "somebody.new@north.example"):
        response = browse().post("/join/", lou(email))
        answers.add((response.status_code, response["Location"], response.content))

    assert len(answers) == 1
    assert mail.outbox == []


def test_an_invitation_names_who_invites_and_a_park_asks_for_the_company(
    browse: Browse, administrator: User
) -> None:
    invitation = actions.invite(
        by=administrator, uses=2, days=7, company_id=None, at=timezone.now()
    )
    text = text_of(browse(), f"/join/{invitation.code}/")

    assert "Nadia B. vous invite" in text
    assert "North Deux" in text


@pytest.mark.parametrize("email", ["owner", "new"])
def test_joining_is_limited_for_an_address(browse: Browse, owner: User, email: str) -> None:
    address = owner.email if email == "owner" else "often@north.example"
    codes = [browse().post("/join/", lou(address)).status_code for _ in range(7)]

    assert codes == [303] * 6 + [422]
