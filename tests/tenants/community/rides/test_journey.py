"""A ride on a phone: offered, asked for, accepted; with no complaint on the way."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from saas.accounts.models import User
from tenants.community.rides.models import Departure
from tests.tenants.community.gatherings.test_journey import check_page, opened


@pytest.mark.proof  # walks far
def test_ride_is_offered_asked_for_and_accepted_on_a_phone(
    window_of: Callable[..., Page], owner: User, teammate: User
) -> None:
    complaints: list[str] = []
    hers = opened(window_of, owner, complaints)
    hers.goto("/rides/new/")
    check_page(hers, complaints)
    hers.get_by_label("Où, en quelques mots").fill("Gare de " + "Lorvaux" * 6)
    hers.get_by_label("À combien du site").fill("12")
    hers.get_by_label("Partage des frais").fill("90")
    hers.get_by_role("button", name="Mettre en ligne").click()
    expect(hers.get_by_text("la loi ne permet que de partager").first).to_be_visible()
    check_page(hers, complaints)
    hers.get_by_label("Partage des frais").fill("2")
    hers.get_by_role("button", name="Mettre en ligne").click()
    expect(hers.locator("h1")).to_contain_text("Lorvaux")
    check_page(hers, complaints)

    his = opened(window_of, teammate, complaints)
    his.goto("/rides/")
    check_page(his, complaints)
    his.get_by_role("link", name="Lorvaux").click()
    his.get_by_label("Où, en quelques mots").fill("Pont de la Loge")
    his.get_by_label("À combien du site").fill("6")
    his.get_by_role("button", name="Demander une place").click()
    expect(his.get_by_text("Demandée").first).to_be_visible()
    check_page(his, complaints)

    hers.reload()
    check_page(hers, complaints)
    hers.get_by_role("button", name="Accepter").click()
    expect(hers.get_by_text("Acceptée").first).to_be_visible()
    check_page(hers, complaints)
    assert Departure.objects.get().taken == 1
