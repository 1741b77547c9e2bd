"""Members recommend shops by a count alone, and follow them to hear of new offers."""

import datetime as dt

from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.kernel import schema
from tenants.community.neighbourhood import actions
from tenants.community.neighbourhood.models import ShopMark
from tenants.community.neighbourhood.queries import marks
from tenants.community.notifications.models import Notification
from tests.fixtures.people import AT, Browse, SpaceClient, make_user
from tests.saas.catalogue.making import make_merchant
from tests.saas.catalogue.offers.making import make_offer

COUNTED = "Recommandé par 3 collègues"


def path_of(shop: Merchant) -> str:
    return f"/neighbourhood/marks/{shop.reference}/"


def test_recommendations_are_a_count_once_three_members_agree(
    hers: SpaceClient, merchant: Merchant, browse: Browse, teammate: User
) -> None:
    page = f"/neighbourhood/{merchant.slug}/"
    people = [teammate, make_user("Ana")]
    for member in people:
        answer = browse(member).post(path_of(merchant), {"change": "recommend"}, follow=True)
        assert "sans votre nom" in answer.text
    assert "Recommandé par" not in hers.get(page).text

    hers.post(path_of(merchant), {"change": "recommend"})
    hers.post(path_of(merchant), {"change": "recommend"})
    assert COUNTED in hers.get(page).text
    assert COUNTED in hers.get("/neighbourhood/").text
    assert teammate.first_name not in hers.get(page).text.split("<main")[1]

    hers.post(path_of(merchant), {"change": "unrecommend"})
    assert "Recommandé par" not in hers.get(page).text
    assert ShopMark.objects.count() == len(people)


def test_people_of_a_shop_do_not_recommend_it(
    browse: Browse, merchant: Merchant, teammate: User
) -> None:
    with schema.in_public():
        User.objects.filter(pk=merchant.owner_id).update(email=teammate.email)
    answer = browse(teammate).post(path_of(merchant), {"change": "recommend"}, follow=True)
    assert "Vous faites partie de ce commerce" in answer.text
    assert not ShopMark.objects.exists()
    browse(teammate).post(path_of(merchant), {"change": "follow"})
    assert marks.followed_by(teammate) == {merchant.reference}


def test_followed_shops_are_a_filter_of_the_list(hers: SpaceClient, merchant: Merchant) -> None:
    make_merchant("Ti’Zeste", at=AT)
    assert "Suivis" not in hers.get("/neighbourhood/").text
    hers.post(path_of(merchant), {"change": "follow"})
    main = hers.get("/neighbourhood/?sort=followed").text.split("<main")[1]
    assert "Maison Cazal" in main
    assert "Ti’Zeste" not in main


def test_new_offer_is_notified_to_followers_once(
    owner: User, teammate: User, merchant: Merchant
) -> None:
    shop = marks.shop_to_mark(merchant.reference)
    assert shop is not None
    actions.mark(shop=shop, change="follow", by=owner, at=AT)
    offer = make_offer(merchant)
    actions.notify_followers(at=AT - dt.timedelta(days=1))
    assert not Notification.objects.exists()
    for _each in range(2):
        actions.notify_followers(at=AT)
    [notification] = Notification.objects.all()
    assert notification.person_id == owner.pk
    assert notification.path.endswith(f"/offers/{offer.reference}/")


def test_mark_of_an_unknown_shop_or_act_changes_nothing(
    hers: SpaceClient, merchant: Merchant
) -> None:
    assert hers.post("/neighbourhood/marks/CO-NONE/", {"change": "follow"}).status_code == 404
    assert hers.post(path_of(merchant), {"change": "own"}).status_code == 303
    assert not ShopMark.objects.exists()


def test_marks_leave_with_their_member(owner: User, merchant: Merchant) -> None:
    shop = marks.shop_to_mark(merchant.reference)
    assert shop is not None
    actions.mark(shop=shop, change="recommend", by=owner, at=AT)
    [personal] = marks.personal_data(owner)
    assert len(list(personal.rows)) == 1
    actions.erase(by=owner, at=AT)
    assert not ShopMark.objects.exists()
