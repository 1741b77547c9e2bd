"""Posters of a link to join: one a site, A4 and A3, and none for a closed link."""

import datetime as dt
import io

import pypdfium2  # type: ignore[import-untyped]
import pytest
from pypdf import PdfReader

from saas.accounts.models import User
from tenants.community.members.actions import membership as actions
from tenants.community.members.models import Invitation
from tenants.community.members.queries import people
from tests.fixtures.people import AT, Browse

pytestmark = pytest.mark.usefixtures("going_on_from_at")
A_POINT_IN_MM = 25.4 / 72


@pytest.fixture
def invitation(administrator: User) -> Invitation:
    """Return an open link of the whole space."""
    return actions.invite(
        by=administrator, uses=50, days=30, company_id=None, at=AT - dt.timedelta(hours=1)
    )


def url_of(invitation: Invitation, site_id: int, size: str) -> str:
    return f"/admin/invitations/{invitation.code}/poster/{site_id}-{size}.pdf"


@pytest.mark.parametrize(("size", "width", "height"), [("a4", 210, 297), ("a3", 297, 420)])
def test_poster_names_space_site_and_address(
    browse: Browse, administrator: User, invitation: Invitation, size: str, width: int, height: int
) -> None:
    site = people.sites()[0]
    response = browse(administrator).get(url_of(invitation, site.pk, size))
    assert response["Content-Type"] == "application/pdf"
    document = PdfReader(io.BytesIO(response.getvalue()))
    assert len(document.pages) == 1
    box = document.pages[0].mediabox
    assert round(float(box.width) * A_POINT_IN_MM) == width
    assert round(float(box.height) * A_POINT_IN_MM) == height
    words = " ".join(document.pages[0].extract_text().split())
    for part in ("Rejoignez", site.name, "vendre, donner, prêter", f"/join/{invitation.code}"):
        assert part in words


def test_code_on_the_poster_is_large_and_dark(
    browse: Browse, administrator: User, invitation: Invitation
) -> None:
    response = browse(administrator).get(url_of(invitation, 0, "a4"))
    page = pypdfium2.PdfDocument(response.getvalue())[0].render(scale=1).to_pil().convert("L")
    dark = page.point(lambda shade: 255 if shade < 40 else 0)
    left, top, right, bottom = dark.crop((100, 260, 500, 700)).getbbox()
    assert right - left > 250
    assert bottom - top > 250


def test_page_lists_a_poster_for_each_site(
    browse: Browse, administrator: User, invitation: Invitation
) -> None:
    html = browse(administrator).get(f"/admin/invitations/{invitation.code}/").content.decode()
    for site in people.sites():
        for size in ("a4", "a3"):
            assert url_of(invitation, site.pk, size) in html


def test_closed_link_and_unknown_site_have_no_poster(
    browse: Browse, administrator: User, invitation: Invitation
) -> None:
    assert browse(administrator).get(url_of(invitation, 0, "a5")).status_code == 404
    assert browse(administrator).get(url_of(invitation, 987654, "a4")).status_code == 404
    actions.withdraw(by=administrator, invitation=invitation, at=AT)
    assert browse(administrator).get(url_of(invitation, 0, "a4")).status_code == 303
