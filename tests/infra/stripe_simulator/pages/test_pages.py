"""Pages for people: two languages, no script, no foreign thing, nothing that can be injected."""

import pytest

from tests.infra.stripe_simulator.conftest import Answer, Simulator, refused

EVIL = "<script>alert(1)</script>\"' onload=x"


def every_page(sim: Simulator) -> dict[str, Answer]:
    """Open each page once, with hostile text in all that people can write."""
    price = {"currency": "eur", "unit_amount": 12000, "product_data": {"name": EVIL}}
    session = sim.session(
        line_items=[{"quantity": 2, "price_data": price}], customer_email="a@example.com"
    )
    url = session.url
    account = sim.account("pending", display_name=EVIL)
    pages = {"checkout": sim.page(url), "setup": sim.page(sim.onboarding(account))}
    pages["refused"] = sim.submit(url, card="4000000000000002", name=EVIL, email=EVIL)
    challenge = sim.submit(url, card="4000002760003184").headers["Location"]
    pages["challenge"] = sim.page(challenge)
    sim.submit(challenge)
    charge = sim.v1.charges.list().data[0]
    sim.v1.charges.update(charge.id, {"description": EVIL})
    sim.lever(f"account/{account}/active")
    express = sim.v1.accounts.login_links.create(account).url
    return pages | {
        "paid": sim.page(url),
        "receipt": sim.page(charge.receipt_url),
        "dashboard": sim.page("/"),
        "express": sim.page(express),
        "nothing": sim.page("/nowhere"),
    }


def test_each_page_is_safe_and_says_that_no_money_moves(sim: Simulator) -> None:
    for name, page in every_page(sim).items():
        policy = page.headers["Content-Security-Policy"]
        assert "Simulateur\u00a0: aucun argent ne circule" in page.text, name
        assert "default-src 'none'" in policy, name
        assert "script-src" not in policy, name
        assert "<script" not in page.text, name
        assert "style=" not in page.text, name
        assert EVIL not in page.text, name
        assert page.headers["Cache-Control"] == "no-store", name
        assert '<html lang="fr">' in page.text, name


def test_the_policy_lets_a_form_lead_to_the_platform_only(sim: Simulator) -> None:
    policy = sim.page(sim.session().url).headers["Content-Security-Policy"]
    assert policy.endswith("form-action 'self' http://localhost:8000")


def test_an_address_cannot_write_into_the_policy_or_the_headers(sim: Simulator) -> None:
    for address in ("javascript:alert(1)", "http://x; script-src */", "http://x/\r\nSet-Cookie: a"):
        with refused(code="url_invalid"):
            sim.session(success_url=address)
    session = sim.session(success_url="http://x;script-src/é'\"<>?{CHECKOUT_SESSION_ID}")
    page, paid = sim.page(session.url), sim.submit(session.url)
    assert "script-src" not in page.headers["Content-Security-Policy"]
    assert paid.headers["Location"].isascii()


@pytest.mark.parametrize(
    ("locale", "browser", "words"),
    [
        ("fr", "en", "Payer 240,00\u00a0€"),
        ("en", "fr", "Pay €240.00"),
        ("auto", "en-GB,en;q=0.8", "Pay €240.00"),
        ("auto", "fr-FR", "Payer 240,00\u00a0€"),
        ("de", "de", "Payer 240,00\u00a0€"),
    ],
)
def test_the_payment_page_speaks_the_sessions_language(
    sim: Simulator, locale: str, browser: str, words: str
) -> None:
    page = sim.page(sim.session(locale=locale).url, browser)
    assert words in page.text


def test_large_amounts_are_grouped_as_the_language_does(sim: Simulator) -> None:
    url = sim.session(1234567, locale="auto").url
    assert "12\u202f345,67\u00a0€" in sim.page(url, "fr").text
    assert "€12,345.67" in sim.page(url, "en").text


def test_the_dashboard_shows_what_happened(sim: Simulator) -> None:
    assert "Rien pour l’instant." in sim.page("/").text
    charge, account = sim.charge(), sim.account()
    transfer = sim.transfer(account, 3902, source_transaction=charge)
    sim.deliveries()
    page = sim.page("/")
    for words in (charge, account, transfer.id, "39,02\u00a0€", "transfer.created", "delivered"):
        assert words in page.text


def test_style_and_icon_come_from_here(sim: Simulator) -> None:
    style = sim.page("/_assets/style.css")
    icon = sim.page("/_assets/icon.svg")
    assert style.headers["Content-Type"].startswith("text/css")
    assert icon.headers["Content-Type"] == "image/svg+xml"
    assert "http://www.w3.org/2000/svg" in icon.text
    assert "url(" not in style.text


def test_unknown_sessions_payments_and_receipts_have_a_clear_page(sim: Simulator) -> None:
    for address in ("/c/pay/cs_x", "/c/authenticate/pi_x", "/receipts/x", "/setup/e/a/b"):
        page = sim.page(address)
        assert page.status == 404, address
        assert "Cette page n’existe pas" in page.text, address
        assert sim.post(address, {}).status == 404, address
