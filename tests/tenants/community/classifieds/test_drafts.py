"""Drafts are saved while the author types, shown as a card, and discarded by a button."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel.private_pictures import DRAFT_RETENTION
from saas.kernel.web.drafts import Draft
from tenants.community.classifieds import actions
from tenants.community.classifieds.models import Classified, Picture
from tenants.community.lending.models import Thing
from tests.fixtures.people import Browse, SpaceClient
from tests.tenants.community.classifieds.making import upload

NEW = "/classifieds/new/"
TYPED = {"kind": "sell", "title": "Vélo 🚲 rouge", "price_cents": "12,5", "spot": "elsewhere"}


def refs_in(page: str) -> list[str]:
    return re.findall(r'name="keep_pictures"\s+value="([^"]+)"', page)


@pytest.mark.parametrize("address", [NEW, "/lending/new/"])
def test_draft_comes_back_until_it_is_thrown_away(
    browse: Browse, hers: SpaceClient, teammate: User, address: str
) -> None:
    answer = hers.post(f"{address}draft/", TYPED)
    assert "Vélo 🚲 rouge" in answer.text
    assert "Brouillon enregistré à" in answer.text
    page = hers.get(address).text
    assert 'value="Vélo 🚲 rouge"' in page
    assert "Voici votre brouillon" in page
    assert "Vélo" not in browse(teammate).get(address).text
    assert hers.post(f"{address}discard/").status_code == 303
    assert "Vélo" not in hers.get(address).text
    assert not Draft.objects.exists()


def test_drafts_of_two_forms_stand_beside_each_other(hers: SpaceClient) -> None:
    hers.post(f"{NEW}draft/", TYPED)
    hers.post("/lending/new/draft/", TYPED | {"title": "Échelle"})
    assert 'value="Vélo 🚲 rouge"' in hers.get(NEW).text
    hers.post(f"{NEW}discard/")
    assert "Échelle" in hers.get("/lending/new/").text


def test_refused_form_is_a_draft_and_posting_ends_it(hers: SpaceClient) -> None:
    assert hers.post(NEW, TYPED | {"title": ""}).status_code == 422
    draft = Draft.objects.get()
    assert draft.fields["price_cents"] == ["12,5"]
    key = "6f1c2c1e-7d0b-4c53-9d0c-3a3f0d5b7f11"
    sent = TYPED | {"place": "Hall B", "days": "30", "key": key, "price_unit": "whole"}
    assert hers.post(NEW, sent).status_code == 303
    assert not Draft.objects.exists()
    hers.post(f"{NEW}draft/", sent)  # a save that was still on its way
    assert not Draft.objects.exists()


@pytest.mark.parametrize("address", [NEW, "/lending/new/"])
def test_sign_that_no_database_keeps_is_left_out_of_a_draft(
    browse: Browse, owner: User, address: str
) -> None:
    client, typed = browse(owner), TYPED | {"title": "Vélo\x00 rouge", "autre\x00": "x"}
    assert client.post(address, typed).status_code == 422
    assert client.post(f"{address}draft/", typed).status_code == 200
    assert 'value="Vélo rouge"' in client.get(address).text


def test_pictures_are_moved_and_previewed_without_a_script(hers: SpaceClient) -> None:
    files = [upload(name=name) for name in ("a.jpg", "b.jpg", "c.jpg")]
    page = hers.post(NEW, {"preview": "1", "pictures": files})
    assert page.status_code == 200
    assert "Donnez un titre" not in page.text
    refs = refs_in(page.text)
    for nonsense in ("", ":1", "forged:-1", "x:99"):
        answer = hers.post(NEW, TYPED | {"keep_pictures": refs, "move_pictures": nonsense})
        unmoved = refs_in(answer.text)  # each is its number and a signature of that moment
        assert [one.split(":")[0] for one in unmoved] == [one.split(":")[0] for one in refs]
    moved = hers.post(NEW, TYPED | {"keep_pictures": refs, "move_pictures": f"{refs[2]}:-1"})
    assert moved.status_code == 200
    again = refs_in(hers.get(NEW).text)
    sent = TYPED | {"place": "Hall B", "days": "30", "price_unit": "whole"}
    assert hers.post(NEW, sent | {"keep_pictures": again}).status_code == 303
    first, second, third = Picture.objects.order_by("pk")
    order = Picture.objects.filter(classified=Classified.objects.get()).order_by("position")
    assert list(order) == [first, third, second]


def test_endless_and_old_drafts_are_not_kept(hers: SpaceClient) -> None:
    many = {f"field{number}": "x" * 100 for number in range(200)}
    hers.post(f"{NEW}draft/", TYPED | {"description": "d" * 10_000} | many)
    draft = Draft.objects.get()
    assert len(draft.fields) <= 61
    assert max(len(text) for texts in draft.fields.values() for text in texts) <= 4000
    draft.saved_at = timezone.now() - DRAFT_RETENTION - dt.timedelta(minutes=1)
    draft.save()
    assert "Voici votre brouillon" not in hers.get(NEW).text
    actions.forget_drafts(at=timezone.now())
    assert not Draft.objects.exists()


def test_link_that_suggests_a_title_leaves_the_draft_alone(hers: SpaceClient) -> None:
    hers.post(f"{NEW}draft/", TYPED)
    page = hers.get(f"{NEW}?title=Table").text
    assert 'value="Table"' in page
    assert "Voici votre brouillon" not in page
    assert not Thing.objects.exists()
