"""Several councils in a park: each sees its own money, and nothing of another council's."""

import datetime as dt
from collections.abc import Callable
from itertools import product
from typing import NamedTuple

import pytest

from billing.councils.actions.statements import make_statement
from billing.models import Council, Order, Share
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.kernel import schema
from tenants.community.members.models import Profile, Role
from tenants.spaces.actors import SpaceActor
from tests.factories.billing import make_council
from tests.fixtures.people import AT, Browse, SpaceClient, make_user
from tests.tenants.community.council.reading import text_in, text_of

type Sell = Callable[..., Order]

BY = SpaceActor("north", "M-X", "Quelqu’un", "treasurer")


class Park(NamedTuple):
    """A park's own council and those of its two companies."""

    own: Council
    one: Council
    two: Council


@pytest.fixture
def park(in_north: None) -> Park:
    """Return three councils of north; they divide shares by 10, 30 and 60 %."""
    with schema.in_public():
        return Park(
            make_council("north", weight=10),
            make_council("north", company="North Un", weight=30),
            make_council("north", company="North Deux", weight=60),
        )


@pytest.fixture
def keeper(park: Park) -> User:
    """The treasurer of the first company’s council."""
    user = make_user("Alix", last_name="Un")
    company = park.one.company_id
    Profile.objects.filter(user=user).update(company_id=company)
    Role.objects.create(user=user, role=Role.Kind.TREASURER, company_id=company, given_at=AT)
    return user


def share_of(council: Council) -> Share:
    with schema.in_public():
        return Share.objects.get(council=council)


def test_the_lines_of_one_company_are_read_by_its_council_alone(
    browse: Browse, keeper: User, park: Park, bakery: Merchant, sell: Sell
) -> None:
    sell(bakery, 10_000)
    client = browse(keeper)
    page = text_of(client, "/council/ledger/")
    assert "1 écriture" in page
    assert "12,00 €" in page
    for other in (park.own, park.two):
        assert other.name not in page
        url = f"/council/ledger/{share_of(other).reference}/"
        assert client.get(url).status_code == 404
        answer = client.get(f"/council/ledger/?council={other.reference}")
        assert "1 écriture" in text_in(answer.content)
        assert "24,00" not in text_in(answer.content)
        sheet = client.get(f"/council/journal/?council={other.reference}")
        assert "24,00" not in b"".join(sheet).decode()
    assert client.get(f"/council/ledger/{share_of(park.one).reference}/").status_code == 200


def test_no_page_of_the_desk_shows_another_council(
    browse: Browse, keeper: User, park: Park
) -> None:
    client, paths = browse(keeper), ["terms", "account", "account/replacement"]
    paths += ["forecast", "simulator", "statements"]
    for path, query in product(paths, ("", f"?council={park.two.reference}")):
        page = text_of(client, f"/council/{path}/{query}")
        assert park.one.name in page, path
        assert park.two.name not in page, path
        assert park.own.name not in page, path


def test_another_council_is_not_decided_about(browse: Browse, keeper: User, park: Park) -> None:
    verbs = ["", "link/", "person/", "billing/", "replace/"]
    verbs += ["replace/confirm/", "replace/cancel/", "replace/link/"]
    paths = ["terms/{}/", "terms/{}/decline/", "statements/{}/"]
    paths += [f"account/{{}}/{verb}" for verb in verbs]
    client = browse(keeper)
    for path, other in product(paths, (park.own, park.two)):
        response = client.post(f"/council/{path.format(other.reference)}", {})
        assert response.status_code == 403, path


def test_the_printed_terms_and_statements_of_another_council_are_not_handed_out(
    browse: Browse, keeper: User, park: Park
) -> None:
    with schema.in_public():
        two = Council.objects.select_related("tenant").get(pk=park.two.pk)
        day = dt.date(2026, 11, 1)
        made = make_statement(council=two, first_day=day, last_day=day, by=BY, at=AT)
    client = browse(keeper)
    assert client.get(f"/council/terms/{park.one.reference}/1/").status_code == 200
    assert client.get(f"/council/terms/{park.two.reference}/1/").status_code == 404
    for reference, status in ((park.two.reference, 403), (park.one.reference, 404)):
        for kind in ("", "pdf/", "csv/"):
            url = f"/council/statements/{reference}/{made.reference}/{kind}"
            assert client.get(url).status_code == status, url


def test_members_see_what_their_own_company_s_council_was_brought(
    browse: Browse, park: Park, bakery: Merchant, sell: Sell
) -> None:
    sell(bakery, 10_000)
    user = make_user("Nino")
    Profile.objects.filter(user=user).update(company_id=park.two.company_id)
    page = text_of(browse(user), "/council/?month=2026-11")
    assert park.two.name in page
    assert park.own.name not in page
    assert park.one.name not in page
    assert "Part du mois 24,00 €" in page


def test_role_of_the_parks_own_council_opens_no_companys(
    treasury: SpaceClient, park: Park, bakery: Merchant, sell: Sell
) -> None:
    sell(bakery, 10_000)
    assert "1 écriture" in text_of(treasury, "/council/ledger/")
    for path in ("forecast", "terms", "account", "mandate", "statements"):
        page = text_of(treasury, f"/council/{path}/?council={park.two.reference}")
        assert park.own.name in page, path
        assert park.one.name not in page, path
        assert park.two.name not in page, path
    for path in ("terms/{}/", "account/{}/", "account/{}/link/", "mandate/{}/"):
        answer = treasury.post(f"/council/{path.format(park.two.reference)}", {})
        assert answer.status_code == 403, path
