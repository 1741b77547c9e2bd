"""Campaigns of the demo's merchants in half a year, and those that run today."""

from typing import NamedTuple


class Purchase(NamedTuple):
    """A campaign: shop, text, spaces and slots, duration, and its picture."""

    shop: str
    headline: str
    text: str
    offer: str
    spaces: tuple[str, ...]
    slots: tuple[str, ...]
    lasts: int
    art: str


BOTH, MOULINS = ("trois-moulins", "sillage"), ("trois-moulins",)
FEED, EVERYWHERE, STREET = ("home_feed",), ("home_feed", "neighbourhood"), ("neighbourhood",)
CAZAL = Purchase(
    "Maison Cazal",
    "Formule du midi : sandwich, dessert, boisson",
    "Prête à 12 h 05, sans attendre.",
    "8,90 €",
    BOTH,
    EVERYWHERE,
    14,
    "bread",
)
ZESTE = Purchase(
    "Ti’Zeste",
    "Menu du jour : carry et riz",
    "Servi en douze minutes, ou à emporter.",
    "11,50 €",
    MOULINS,
    FEED,
    14,
    "bowl",
)
CAZAL_IN_DIGESTS = CAZAL._replace(slots=(*EVERYWHERE, "digest"))
ZESTE_ON_SCREENS = ZESTE._replace(slots=("home_feed", "kiosk"))
BERTOUX = Purchase(
    "Cycles Bertoux",
    "Révision d’hiver",
    "Freins, câbles, éclairage : déposez à midi.",
    "−15 %",
    BOTH,
    FEED,
    10,
    "bike",
)
ELAN = Purchase(
    "Élan 12",
    "Séance d’essai à la pause",
    "Quarante minutes, douche comprise.",
    "Offerte",
    BOTH,
    STREET,
    14,
    "dumbbells",
)
ENCRIER = Purchase(
    "Librairie L’Encrier",
    "Rayon jeunesse",
    "Conseils de lecture de 14 h à 19 h.",
    "",
    MOULINS,
    STREET,
    14,
    "books",
)
ENCRIER_ON_SHELF = ENCRIER._replace(
    headline="Une heure de lecture à la pause",
    text="Ce journal vous est offert ; les livres vous attendent en librairie.",
    slots=("shelf",),
)
PRESSING = Purchase(
    "Pressing du Moulin",
    "Dépôt avant 10 h, retrait le soir",
    "Cinq chemises pour le prix de quatre.",
    "5 = 4",
    MOULINS,
    FEED,
    7,
    "note",
)
FLEURS = Purchase(
    "Fleurs de Loge",
    "Bouquet de la semaine",
    "Des fleurs de moins de cent kilomètres.",
    "12 €",
    BOTH,
    STREET,
    7,
    "flowers",
)
STOPS: dict[int, tuple[Purchase, ...]] = {
    180: (CAZAL, ELAN),
    165: (ZESTE,),
    150: (CAZAL, BERTOUX),
    135: (ENCRIER, ELAN),
    120: (CAZAL, ZESTE),
    105: (FLEURS, PRESSING),
    90: (CAZAL, ZESTE, BERTOUX),
    75: (ELAN, ENCRIER),
    60: (CAZAL, ZESTE, FLEURS),
    45: (BERTOUX, PRESSING, CAZAL),
    30: (CAZAL_IN_DIGESTS, ZESTE_ON_SCREENS, ELAN, ENCRIER_ON_SHELF),
    15: (BERTOUX, ELAN, ENCRIER, FLEURS),
    0: (CAZAL_IN_DIGESTS, ZESTE_ON_SCREENS, ELAN, ENCRIER_ON_SHELF),
}  # fmt: skip


def purchases(days_ago: int) -> list[Purchase]:
    """Return the purchases of a day, so many days ago."""
    return list(STOPS.get(days_ago, ()))
