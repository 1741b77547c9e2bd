import re

import pytest
from django.utils import timezone

from saas.accounts import actions as accounts
from saas.accounts.factors import actions, queries, rules
from saas.accounts.models import Pass, Session, User
from saas.accounts.rules import MAILED
from saas.kernel import schema
from tests.fixtures.people import PASSWORD, Browse, SpaceClient, make_user

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def next_code(secret: str = SECRET, ahead: int = 1) -> str:
    """Return a code that the server's clock accepts and that no earlier code used up."""
    return rules.code_at(secret, timezone.now().timestamp() + ahead * rules.STEP_SECONDS)


def protect(person: User) -> list[str]:
    now = timezone.now()
    code = rules.code_at(SECRET, now.timestamp() - rules.STEP_SECONDS)
    return actions.set_up(by=person, secret=SECRET, code=code, at=now)


def sign_in(client: SpaceClient, person: User, **more: str) -> str:
    answer = client.post("/signin/", {"email": person.email, "password": PASSWORD, **more})
    assert answer.status_code == 303
    return str(answer["Location"])


def test_setup_shows_secret_then_codes_once(browse: Browse, owner: User) -> None:
    client = browse()
    sign_in(client, owner)
    page = client.get("/factor/").text
    found = re.search(r"<code>([A-Z2-7 ]+)<", page)
    assert found
    assert "data:image/svg+xml" in page
    secret = found[1].replace(" ", "")
    assert "pas le bon" in client.refused("/factor/", {"code": "000000"})
    answer = client.post("/factor/", {"code": next_code(secret, ahead=0)})
    assert (answer.status_code, answer["Location"]) == (303, "/factor/codes/")
    codes = re.findall(r"<code>([a-z2-7-]+)</code>", client.get("/factor/codes/").text)
    assert len(codes) == rules.RECOVERY_CODES
    assert client.get("/factor/codes/")["Location"] == "/factor/"
    assert "10" in client.get("/factor/").text


def test_setup_asks_first_who_is_there(browse: Browse, owner: User) -> None:
    client = browse()
    client.force_login(owner, proven=False)
    page = client.get("/factor/")
    assert "<code>" not in page.text
    assert "Votre mot de passe" in page.text
    proof = {"proof-to": "/factor/", "proof-method": "GET"}
    assert "actuel" in client.refused("/prove/", {**proof, "proof-password": "faux"})
    answer = client.post("/prove/", {**proof, "proof-password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (303, "/factor/")
    assert "<code>" in client.get("/factor/").text


def test_setup_ends_other_sessions(browse: Browse, owner: User) -> None:
    other, client = browse(owner), browse()
    sign_in(client, owner)
    found = re.search(r"<code>([A-Z2-7 ]+)<", client.get("/factor/").text)
    assert found
    client.post("/factor/", {"code": next_code(found[1].replace(" ", ""), ahead=0)})
    assert other.get("/me/").status_code == 302
    assert client.get("/me/").status_code == 200


def test_sign_in_stays_shut_until_code(browse: Browse, owner: User) -> None:
    protect(owner)
    client = browse()
    sign_in(client, owner)
    for path in ("/", "/me/", "/sessions/", "/password/", "/factor/remove/"):
        answer = client.get(path)
        assert answer.status_code == 303
        assert answer["Location"].startswith("/factor/code/?next=")
    assert client.get("/api/v1/classifieds/").status_code == 403
    assert client.post("/classifieds/new/", {})["Location"] == "/factor/code/"
    assert "pas le bon" in client.refused("/factor/code/", {"code": "123"})
    before = Session.objects.get(person_id=owner.pk).session_key
    answer = client.post("/factor/code/", {"code": next_code(), "next": "/me/"})
    assert answer["Location"] == "/me/"
    assert client.get("/me/").status_code == 200
    assert Session.objects.get(person_id=owner.pk).session_key != before


def test_mailed_link_does_not_go_round_the_code(browse: Browse, owner: User) -> None:
    protect(owner)
    token = accounts.issue_pass(
        user=owner, purpose=Pass.Purpose.SIGN_IN, lifetime=MAILED, at=timezone.now()
    )
    client = browse()
    assert client.post(f"/enter/{token}/").status_code == 303
    assert client.get("/me/")["Location"].startswith("/factor/code/")


def test_person_without_factor_is_not_asked(browse: Browse, owner: User) -> None:
    client = browse()
    sign_in(client, owner)
    assert client.get("/me/").status_code == 200
    assert client.get("/factor/code/")["Location"] == "/"


def test_removal_page_asks_password_and_code(browse: Browse, owner: User) -> None:
    codes = protect(owner)
    client = browse(owner)
    page = client.refused("/factor/remove/", {"current": "faux", "code": codes[0]})
    assert "mot de passe actuel" in page
    answer = client.post("/factor/remove/", {"current": PASSWORD, "code": codes[0]})
    assert answer.status_code == 303
    assert not queries.has_factor(owner)


@pytest.mark.parametrize("path", ["/factor/", "/factor/remove/", "/sessions/", "/password/"])
def test_account_pages_answer_on_every_host(browse: Browse, owner: User, path: str) -> None:
    with schema.in_public():
        merchant = make_user("Paul")
    assert browse(owner).get(path).status_code == 200
    assert browse(merchant, space="").get(path).status_code == 200
