"""Tokens of accountants on the console: the secret is shown once, and a reason is asked for."""

from billing.models import AccountantToken
from tests.fixtures.people import SpaceClient

URL = "/accounting/tokens/"
WISH = {"name": "Cabinet Rivet", "reason": "Révision", "days": "90"}


def test_secret_is_shown_once_and_the_token_revoked_for_a_reason(console: SpaceClient) -> None:
    assert "Aucun jeton" in console.get(URL).content.decode()
    made = console.post(URL, WISH).content.decode()
    assert "trv_acc_" in made
    token = AccountantToken.objects.get()
    page = console.get(URL).content.decode()
    assert "trv_acc_" not in page
    assert token.ending in page
    address = f"{URL}{token.reference}/"
    refused = console.post(address, {"revoke_reason": ""})
    assert refused.status_code == 422
    assert "pourquoi ce jeton est révoqué" in refused.content.decode()
    assert console.post(address, {"revoke_reason": "Fin de mission"}).status_code == 303
    assert "Fin de mission" in console.get(URL).content.decode()
    assert console.post(address, {"revoke_reason": "Encore"}).status_code == 422


def test_token_without_a_reason_or_with_a_name_in_use_is_refused(console: SpaceClient) -> None:
    refused = console.post(URL, WISH | {"reason": ""})
    assert refused.status_code == 422
    assert "Cabinet Rivet" in refused.content.decode()
    console.post(URL, WISH)
    assert console.post(URL, WISH).status_code == 422
    assert AccountantToken.objects.count() == 1
