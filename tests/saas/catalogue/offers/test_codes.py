"""A code of an offer: taken in a space without a name, used once at the merchant's till."""

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.offers import actions, clock, queries, rules
from saas.catalogue.offers.models import Offer, OfferDay, PublishedOffer, Till, Voucher
from saas.kernel import hooks, retention, schema
from saas.kernel.errors import Refused
from tenants.community.neighbourhood import actions as space_actions
from tenants.community.neighbourhood.models import HeldVoucher, OfferSalt
from tenants.community.neighbourhood.queries import offers as space_queries
from tests.api.test_classifieds import post
from tests.fixtures.people import AT, DAY, MINUTE, Browse, SpaceClient, make_user
from tests.saas.catalogue.making import make_merchant, owner_of
from tests.saas.catalogue.offers.making import make_offer, take, typed, use
from tests.tenants.spaces.database import connecting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("going_on_from_at")]


@pytest.fixture(autouse=True)
def _clock_of_paris() -> Iterator[None]:
    """Use Paris time in actions that no page has called, as pages do."""
    with timezone.override("Europe/Paris"):
        yield


def given() -> Voucher:
    """Return the only voucher given."""
    with schema.in_public():
        return Voucher.objects.get()


@pytest.fixture
def merchant(db: None) -> Merchant:
    return make_merchant()


@pytest.fixture
def offer(merchant: Merchant) -> Offer:
    return make_offer(merchant)


@pytest.fixture
def till(browse: Browse, merchant: Merchant) -> SpaceClient:
    """The phone at the till, where the merchant is signed in."""
    return browse(owner_of(merchant), space="")


def test_code_is_taken_shown_and_used_from_page_to_page(
    hers: SpaceClient, till: SpaceClient, offer: Offer
) -> None:
    assert "Un café offert" in hers.get("/neighbourhood/maison-cazal/").text
    board = hers.get("/deals/").text
    assert board.index("Entre collègues") < board.index("À la caisse, avec un code")
    address = f"/neighbourhood/offers/{offer.reference}/"
    assert "Obtenir mon code" in hers.get(address).text
    for _press in range(2):
        assert hers.post(f"{address}code/")["Location"] == f"{address}code/"
    voucher = given()
    screen = hers.get(f"{address}code/").text
    assert rules.written(voucher.code) in screen
    assert "jusqu’à" in screen
    assert "encore 10 minutes" in screen

    typed_code = rules.written(voucher.code).lower()
    valid = till.get("/till/", {"code": typed_code}).text
    assert "Code valable" in valid
    assert "Un café offert" in valid
    confirmation = {"code": typed_code, "redemption": uuid.uuid4()}
    for _press in range(2):
        answer = till.post("/till/", confirmation)
        assert answer["Location"] == f"/till/?done={confirmation['redemption']}"
    assert "C’est accepté" in till.get(answer["Location"]).text
    assert "a déjà servi ici" in till.get("/till/", {"code": typed_code}).text
    with schema.in_public():
        assert OfferDay.objects.get().uses == 1

    assert "Utilisé" in hers.get(f"{address}code/").text
    refused = hers.refused(f"{address}code/")
    assert "déjà profité de cette offre aujourd’hui" in refused


def test_space_and_public_know_each_a_half_and_the_till_no_space(
    hers: SpaceClient, till: SpaceClient, owner: User, offer: Offer
) -> None:
    hers.post(f"/neighbourhood/offers/{offer.reference}/code/")
    assert {field.name for field in Voucher._meta.get_fields()} == {
        *("id", "code", "offer", "tenant", "expires_at", "used_at", "redemption")
    }
    with schema.inside("north"):
        assert {field.name for field in HeldVoucher._meta.get_fields()} == {
            *("id", "salt", "pseudonym", "voucher_id")
        }
        assert str(owner.pk) != HeldVoucher.objects.get().pseudonym
    page = till.get("/till/", {"code": given().code}).text
    for name in ("north", "Nadia", owner.reference):
        assert name not in page


@pytest.mark.parametrize(
    ("shown", "sentence"),
    [
        ("used", "a déjà servi ici, le 25/11/2026 à 12\u00a0h\u00a015"),
        ("old", "n’est plus valable depuis 12\u00a0h\u00a025"),
        ("another's", "celui d’un autre commerce"),
        ("unknown", "n’existe pas"),
    ],
)
def test_till_says_why_it_refuses_a_code(
    owner: User, merchant: Merchant, offer: Offer, shown: str, sentence: str
) -> None:
    voucher, later = take(offer, owner), AT + 11 * MINUTE
    if shown == "used":
        use(voucher, merchant)
    taker = make_merchant("Ti’Zeste") if shown == "another's" else merchant
    code = "AAAAAA" if shown == "unknown" else voucher.code
    with schema.in_public(), pytest.raises(Refused, match=sentence):
        actions.redeem(typed=code, redemption=uuid.uuid4(), merchant=taker, at=later)
    with schema.in_public(), pytest.raises(Refused, match=sentence):
        actions.check_code(typed=code, merchant=taker, at=later)


def test_till_that_guesses_is_stopped_and_an_honest_one_is_not(
    till: SpaceClient, hers: SpaceClient, offer: Offer
) -> None:
    hers.post(f"/neighbourhood/offers/{offer.reference}/code/")
    code = given().code
    for _look in range(rules.MOST_WRONG + 5):
        assert "Code valable" in till.get("/till/", {"code": code}).text
    for guess in range(rules.MOST_WRONG):
        assert "n’existe pas" in till.get("/till/", {"code": f"AAA{guess:03}"}).text
    assert "Trop d’essais" in till.get("/till/", {"code": code}).text
    assert "Trop d’essais" in till.refused("/till/", {"code": code, "redemption": uuid.uuid4()})


def test_code_that_ran_out_is_replaced_and_one_that_was_used_is_not(
    owner: User, teammate: User, merchant: Merchant
) -> None:
    once = make_offer(merchant, rhythm="once")
    first = take(once, owner)
    assert take(once, owner, AT + 9 * MINUTE) == first
    second = take(once, owner, AT + 10 * MINUTE)
    assert second != first
    use(second, merchant, AT + 11 * MINUTE)
    for later in (AT + 30 * MINUTE, AT + 20 * DAY):
        with pytest.raises(Refused, match="elle vaut une fois"):
            take(once, owner, later)
        space_actions.forget_codes(at=later)
    assert take(once, teammate, AT + 20 * DAY) != second


def test_daily_offer_gives_each_member_a_code_on_each_day(
    owner: User, merchant: Merchant, offer: Offer
) -> None:
    first = use(take(offer, owner), merchant)
    assert take(offer, owner, AT + DAY) != first


def test_code_that_is_used_leads_to_nobody_within_the_hour_nor_its_key_past_its_day(
    owner: User, teammate: User, merchant: Merchant, offer: Offer
) -> None:
    use(take(offer, owner), merchant)
    take(offer, teammate)
    assert len(space_queries.personal_data(owner)[0].rows) == 1
    space_actions.forget_codes(at=AT + 5 * MINUTE)
    assert HeldVoucher.objects.filter(voucher_id=None).count() == 1
    space_actions.forget_codes(at=AT + 10 * MINUTE)
    assert [row.voucher_id for row in HeldVoucher.objects.all()] == [None]
    assert space_queries.code_screen(offer.reference, owner, AT) is None
    retention.sweep(["tenants.community.neighbourhood"], at=AT + 2 * DAY)
    assert not OfferSalt.objects.exists()
    assert not HeldVoucher.objects.exists()
    with schema.in_public():
        clock.forget()
        assert Voucher.objects.count() == 2
        actions.forget_vouchers(at=AT + 3 * DAY)
        assert not Voucher.objects.exists()


def test_erased_member_and_closed_space_leave_no_code_behind(
    owner: User, teammate: User, offer: Offer
) -> None:
    take(offer, owner)
    take(offer, teammate)
    space_actions.erase(by=owner, at=AT)
    assert HeldVoucher.objects.count() == 1
    hooks.closing.ask(AT)
    assert not HeldVoucher.objects.exists()


def test_limit_counts_codes_that_are_used_or_still_valid(
    owner: User, teammate: User, merchant: Merchant
) -> None:
    offer = make_offer(merchant, most_uses=1)
    with schema.in_public():
        assert "1 code en tout" in queries.row_of(offer, at=AT).limits
    voucher = take(offer, owner)
    with pytest.raises(Refused, match="Tous les codes"):
        take(offer, teammate)
    use(take(offer, teammate, voucher.expires_at), merchant, voucher.expires_at)
    with pytest.raises(Refused, match="Tous les codes"):
        take(offer, owner, voucher.expires_at + DAY)


def test_withdrawn_offer_gives_no_code_and_those_given_stay_valid(
    hers: SpaceClient, till: SpaceClient, offer: Offer
) -> None:
    address = f"/neighbourhood/offers/{offer.reference}/"
    hers.post(f"{address}code/")
    assert till.post(f"/desk/offers/{offer.reference}/stop/").status_code == 303
    assert "n’est pas valable aujourd’hui" in hers.get(address).text
    code = given().code
    assert rules.written(code) in hers.get(f"{address}code/").text
    assert "Code valable" in till.get("/till/", {"code": code}).text
    with schema.in_public():
        Voucher.objects.all().delete()
    assert hers.get(f"{address}code/")["Location"] == address
    assert "Cette offre est terminée" in hers.refused(f"{address}code/")


def test_offer_of_a_shop_that_is_not_published_is_shown_nowhere(
    hers: SpaceClient, offer: Offer
) -> None:
    with schema.in_public():
        Merchant.objects.update(state=Merchant.State.BLOCKED)
    assert hers.get(f"/neighbourhood/offers/{offer.reference}/").status_code == 404
    assert "Un café offert" not in hers.get("/deals/").text


def test_space_reads_published_offers_by_index_and_no_code(offer: Offer) -> None:
    with schema.inside("north"), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = PublishedOffer.objects.filter(reference=offer.reference).explain()
        assert "reference" in plan.partition("Index")[2]
    for table in ("offer", "voucher", "offerday", "till"):
        with connecting.refused("permission denied", space="north") as cursor:
            cursor.execute(f"SELECT * FROM offers_{table}")  # noqa: S608 - our own names


def test_staff_take_codes_by_a_link_until_it_is_changed(
    browse: Browse, till: SpaceClient, hers: SpaceClient, offer: Offer
) -> None:
    till.post("/desk/offers/staff/")
    [link] = re.findall(r'value="[^"]*(/till/[^"]+/)"', till.get("/desk/offers/staff/").text)
    phone = browse(space="")
    assert "Cette page est celle d’une caisse" in phone.get("/till/").text
    assert "Maison Cazal" in phone.get(link).text
    assert phone.post(link)["Location"] == "/till/"
    hers.post(f"/neighbourhood/offers/{offer.reference}/code/")
    code = given().code
    assert "Code valable" in phone.get("/till/", {"code": code}).text
    assert phone.get("/desk/offers/").status_code == 302

    till.post("/desk/offers/staff/")
    assert "celle d’une caisse" in phone.get("/till/").text
    assert phone.get(link).status_code == 404
    till.post("/desk/offers/staff/", {"close": "1"})
    with schema.in_public():
        assert not Till.objects.exists()


def test_report_shows_days_that_are_over_by_space_and_no_small_count(
    till: SpaceClient, merchant: Merchant, in_north: None
) -> None:
    offer = make_offer(merchant, starts_on=AT.date() - DAY)
    for number in range(6):
        use(take(offer, make_user(f"Midi{number}"), AT - DAY), merchant, AT - DAY)
    use(take(offer, make_user("Nadia")), merchant)
    page = till.get(f"/desk/offers/{offer.reference}/").text
    assert "Codes utilisés en tout : 7." in page.replace("\u00a0", " ")
    assert "25/11/2026" not in page.partition("<table")[2]
    sheet = till.get(f"/desk/offers/{offer.reference}/sheet/").getvalue().decode("utf-8-sig")
    assert sheet.splitlines()[1:] == ["24/11/2026;Espace north;6"]
    with schema.in_public():
        OfferDay.objects.update(uses=4)
    assert "moins de 5" in till.get(f"/desk/offers/{offer.reference}/").text


def test_offer_is_made_corrected_and_kept_as_typed_where_it_is_wrong(till: SpaceClient) -> None:
    wrong = till.refused("/desk/offers/new/", typed(ends_on="2026-11-20", most_uses=""))
    assert "La fin suit le début." in wrong
    assert "Un café offert" in wrong
    made = till.post("/desk/offers/new/", typed(most_uses=""))
    offer = Offer.objects.get()
    assert made["Location"] == f"/desk/offers/{offer.reference}/"
    edit = f"/desk/offers/{offer.reference}/edit/"
    assert 'value="Un café offert"' in till.get(edit).text
    till.post(edit, typed(title="Un thé offert", most_uses="20"))
    assert "Un thé offert" in till.get("/desk/offers/").text
    till.post(f"/desk/offers/{offer.reference}/stop/")
    assert "terminée" in till.refused(edit, typed(most_uses=""))
    again = till.get(f"/desk/offers/new/?from={offer.reference}").text
    assert 'value="Un thé offert"' in again


def test_program_takes_a_code_and_no_kept_answer_holds_it(
    hers: SpaceClient, his: SpaceClient, offer: Offer
) -> None:
    [listed] = hers.get("/api/v1/offers/").json()["results"]
    address = f"/api/v1/offers/{listed['reference']}/"
    assert hers.get(address).json() == listed
    assert listed["merchant"] == "Maison Cazal"
    assert hers.get(f"{address}code/").status_code == 404
    for _twice in range(2):
        hers.defaults["HTTP_IDEMPOTENCY_KEY"] = "midi"
        taken = post(hers, f"{address}code/", {})
        assert (taken.status_code, taken.content) == (204, b"")
    assert hers.get(f"{address}code/").json()["code"] == given().code
    assert his.get(f"{address}code/").status_code == 404
    assert post(hers, f"{address}code/", {}).status_code == 204
    assert given().used_at is None


def test_shop_has_so_many_offers_at_once(merchant: Merchant) -> None:
    for _each in range(rules.MOST_OPEN):
        make_offer(merchant)
    with pytest.raises(Refused, match="arrêtez-en une"):
        make_offer(merchant)


def test_codes_have_no_sign_that_is_taken_for_another() -> None:
    assert not set(rules.ALPHABET) & set("O0I1LZ5SGBUVDPNJQ")
    assert len(set(rules.ALPHABET)) == len(rules.ALPHABET)


def test_pages_cost_the_same_for_one_offer_and_three(
    hers: SpaceClient, till: SpaceClient, merchant: Merchant, offer: Offer, same_cost: Any
) -> None:
    with same_cost(hers, "/deals/", "/neighbourhood/maison-cazal/", most=22):
        for name in ("Ti’Zeste", "Élan 12"):
            make_offer(make_merchant(name))
    with same_cost(till, "/desk/offers/"):
        make_offer(merchant)
