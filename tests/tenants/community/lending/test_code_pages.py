"""The pages of a hand-over: codes that are shown, scanned and typed."""

from saas.accounts.models import User
from tenants.community.lending.actions import loans as actions
from tenants.community.lending.models import Loan
from tenants.community.lending.rules import codes
from tests.fixtures.people import AT, Browse, SpaceClient, make_user
from tests.tenants.community.lending.making import ask, make_thing, slot


def scanned(client: SpaceClient, loan: Loan, shown_by: User) -> str:
    """Return the address in the QR code of a side."""
    return f"/lending/scan/{codes.write(loan, codes.step_of(loan), shown_by.pk)}/"


def test_hand_over_and_return_by_a_scanned_code(
    browse: Browse, accepted: Loan, owner: User, teammate: User
) -> None:
    loan, borrower = accepted, browse(teammate)
    picked = scanned(borrower, loan, owner)
    shown = borrower.get(picked).text
    assert "Confirmer la remise" in shown
    loan.refresh_from_db()
    assert loan.state == "accepted", "looking at a code takes no step"
    assert borrower.post(picked).status_code == 303
    loan.refresh_from_db()
    assert loan.state == "out"
    assert "Ce code a déjà servi" in borrower.refused(picked)
    returned = scanned(borrower, loan, teammate)
    assert "votre propre code" in borrower.get(returned).text
    assert browse(owner).post(returned).status_code == 303
    loan.refresh_from_db()
    assert loan.state == "returned"


def test_code_of_others_or_of_another_space_is_refused(
    browse: Browse, accepted: Loan, owner: User, teammate: User, stranger: User
) -> None:
    url = scanned(browse(teammate), accepted, owner)
    outsider = browse(make_user("Ines")).get(url)
    assert outsider.status_code == 422
    assert "deux autres personnes" in outsider.text
    abroad = browse(stranger, space="south").get(url)
    assert abroad.status_code == 422
    assert "n’est pas de cet espace" in abroad.text
    assert "n’est pas de cet espace" in browse(teammate).get("/lending/scan/xx/").text
    assert browse(None).get(url)["Location"].startswith("/signin/?next=")


def test_six_figures_do_what_the_code_does(
    browse: Browse, accepted: Loan, owner: User, teammate: User
) -> None:
    tent = make_thing(owner, at=AT, title="Tente")
    other = actions.accept(loan=ask(tent, teammate, slot(AT), at=AT), by=owner, at=AT)
    loan, client = accepted, browse(teammate)
    url = f"{loan.get_absolute_url()}handover/"
    page = client.get(url).text
    mine, theirs = (codes.figures(loan, "pickup", person.pk) for person in (teammate, owner))
    assert mine in page
    assert theirs not in page
    for figures, sentence in (
        (mine, "votre propre code"),
        (codes.figures(other, "pickup", owner.pk), "n’est pas celui de ce prêt"),
        ("", "Tapez les six chiffres"),
    ):
        assert sentence in client.refused(url, {"code": figures})
    assert client.post(url, {"code": f"{theirs[:3]} {theirs[3:]}"}).status_code == 303
    loan.refresh_from_db()
    assert loan.state == "out"


def test_code_is_drawn_for_the_two_sides_while_one_is_due(
    browse: Browse, requested: Loan, owner: User, teammate: User
) -> None:
    client, url = browse(teammate), f"{requested.get_absolute_url()}handover.svg"
    assert client.get(url).status_code == 404
    actions.accept(loan=requested, by=owner, at=AT)
    drawn = client.get(url)
    assert drawn["Content-Type"] == "image/svg+xml"
    assert "no-store" in drawn["Cache-Control"]
    assert b"/lending/scan/" in drawn.content
