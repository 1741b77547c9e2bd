"""Everything that matters is done in a browser that runs no script.

The village itself was founded and joined in such a browser.
"""

from collections.abc import Callable

from tests.journeys import money, space
from tests.journeys.village import Village
from tests.journeys.visitor import PHONE, Visitor

THING = "Perceuse-visseuse 18 V"


def test_colleagues_post_search_write_and_close(
    visitor: Callable[..., Visitor], village: Village
) -> None:
    author, reader = (visitor(script=False, size=PHONE) for _ in range(2))
    space.sign_in(author, village.slug, village.employee)
    space.sign_in(reader, village.slug, village.hr)

    thing = space.post(author, title=THING, price="40")
    reader.open("/classifieds/")
    space.search(reader, "perceuze viseuse")
    reader.follow(THING).see("40 €").stop()
    space.write(reader, "Je peux passer à midi ?", to="Karim")
    space.answer(author, "Oui, hall B.", person="Solène")
    space.close(author, thing)


def test_a_merchant_comes_as_far_as_stripes_page(
    visitor: Callable[..., Visitor], village: Village
) -> None:
    merchant = visitor(script=False, size=PHONE)
    money.open_desk(merchant, f"bonjour@zeste-{village.domain}")
    money.publish_shop(merchant, "Ti’Zeste")
    money.draw_up(merchant, headline="Menu du jour", slug=village.slug)
    merchant.press("Calculer le prix").see("À payer", "Menu du jour").stop()
    money.draw_up(merchant, headline="Menu du jour", slug=village.slug)
    money.go_to_payment(merchant)
