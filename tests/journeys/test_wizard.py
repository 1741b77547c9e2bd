"""A baker with a phone writes a campaign: from the desk to Stripe's page in fourteen taps."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys import money
from tests.journeys.village import Village
from tests.journeys.visitor import PHONE, Visitor

pytestmark = pytest.mark.proof  # a browser walks through the whole demo
SIREN = "443061841"  # another business than those of other walks on this stack
MOST_TAPS = 14
ANY = (1_000, 1_000)


def test_campaign_takes_fourteen_taps_from_the_desk_to_stripe(
    visitor: Callable[..., Visitor], village: Village
) -> None:
    baker = visitor(size=PHONE)
    money.open_desk(baker, f"elodie@four-{village.domain}")
    money.publish_shop(baker, "Le Four du coin", siren=SIREN)
    money.approve_all(baker)
    baker.open("/desk/").see("Où voulez-vous être vu").counted(most=ANY)

    baker.follow("Nouvelle campagne").see("Qu’attendez-vous").stop()
    picture(baker, "goal")
    baker.press("Être connu des voisins").see("Quand passe").stop()
    picture(baker, "dates")
    baker.press("Continuer").see("Dans quels espaces").stop()
    picture(baker, "where")
    baker.fill(spaces=village.slug).press("Continuer").see("À quels endroits", "Toujours de la")
    picture(baker.stop(), "slots")
    baker.press("Continuer").see("Que dit l’annonce")
    baker.fill(headline="Brioche du jour", text="Chaude à 16 h.", offer="2,50 €")
    baker.page.locator("#preview").get_by_text("Brioche du jour").wait_for()
    picture(baker.stop(), "ad")
    baker.press("Continuer").see("Ce que vous payez").stop()
    picture(baker, "pay")
    baker.press("Payer").see("La page de paiement est prête").stop()
    baker.follow("Continuer sur la page de Stripe")

    assert baker.page.url.startswith(baker.stack["stripe"]["api_base"])
    assert sum(baker.counted(most=ANY)) <= MOST_TAPS


def picture(baker: Visitor, name: str) -> None:
    """Keep a picture of the page where a folder for it is named."""
    if folder := os.environ.get("TROOVON_TEST_PICTURES"):
        baker.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
