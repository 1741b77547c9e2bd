"""Things of the demo's people and of its council, and a week of loans."""

from typing import NamedTuple

A_DAY = 24 * 60


class ThingRow(NamedTuple):
    """A thing: title, text, place, owner (null: the council), its picture, its terms of loan."""

    title: str
    text: str
    place: str
    owner: int | None
    art: str = ""
    whereabouts: str = "desk"
    condition: str = "good"
    deposit: str = ""
    longest: int = 7 * A_DAY
    at_once: bool = False
    audience: str = "space"


class LoanRow(NamedTuple):
    """A loan: thing, borrower, start from now and duration, both in quarters of an hour.

    `until` is its last state: requested, accepted, out, returned, thanked.
    """

    thing: str
    borrower: int
    begins: int
    lasts: int
    until: str


class WaitRow(NamedTuple):
    """A person on the waiting list of a thing at the time of a loan."""

    thing: str
    person: int
    begins: int
    lasts: int


DAY = 96  # quarters of an hour
THINGS: dict[str, tuple[ThingRow, ...]] = {
    "trois-moulins": (
        ThingRow("Perceuse-visseuse 18 V, deux batteries", "Dans mon casier, hall B. Forets à bois et à béton dans la mallette.", "Hall B", 2, "drill", deposit="Rendue chargée, c’est tout ce que je demande.", at_once=True, audience="neighbours"),
        ThingRow("Tente 4 places", "Montage en cinq minutes, sardines comptées.", "Hall B", 2, "tent", "car", audience="neighbours"),
        ThingRow("Scie sauteuse et lames", "Lames à bois et à métal, la clé est scotchée dessous.", "Hall B", 2, "toolbox", longest=A_DAY),
        ThingRow("Caisse à outils complète", "Clés, douilles, tournevis. Tout est étiqueté.", "Casier 12", 10, "toolbox", condition="worn"),
        ThingRow("Appareil à raclette, 8 poêlons", "Réservable pour le vendredi midi. Huit poêlons, une spatule.", "Cuisine du hall A", 4, "bowl", "other", deposit="Rendu lavé, poêlons compris."),
        ThingRow("Siège auto 15–36 kg", "Housse lavée, ceinture vérifiée.", "Accueil A", 1, "car", "car", "new"),
        ThingRow("Pompe à pied et rustines", "Casier 12, créneaux de quinze minutes.", "Casier 12", 2, "bike", longest=30, at_once=True, audience="company"),
        ThingRow("Vidéoprojecteur", "Câble et télécommande dans la housse.", "Hall B", 8, "lamp", longest=A_DAY),
        ThingRow("Appareil à crêpes", "Six crêpes à la fois, la pâte n’est pas fournie.", "Porte Sud", 0, "moka", "home"),
        ThingRow("Raquettes de badminton, la paire", "Volants dans la housse.", "Porte Sud", 0, "racket", "car", at_once=True),
        ThingRow("Barnum de trois mètres", "À deux pour le monter. Sacs de lest fournis.", "Local du CSE", None, "tent", "other", deposit="Séché avant d’être replié."),
        ThingRow("Nettoyeur haute pression", "Lance et rallonge dans le chariot.", "Local du CSE", None, "toolbox", "other", "worn"),
        ThingRow("Diable pour un déménagement", "Charge 200 kg, roues gonflées.", "Local du CSE", None, "", "other"),
        ThingRow("Taille-haie électrique", "Rallonge de 25 mètres.", "Parking P2", 5, "shears", "car"),
        ThingRow("Ponceuse à bande", "Trois grains.", "Hall B", 10, "drill"),
        ThingRow("Échelle de trois mètres", "Deux plans, patins neufs.", "Parking P2", 3, "", "other"),
        ThingRow("Glacière électrique", "Prise allume-cigare et secteur.", "Porte des Tilleuls", 9, "", "car", "new"),
        ThingRow("Jeu de clés plates", "De 6 à 32.", "Casier 12", 10, "toolbox", at_once=True, longest=4 * 60),
    ),
    "sillage": (
        ThingRow("Ponceuse excentrique", "Abrasifs à votre charge.", "Atelier composites", 2, "drill", audience="neighbours"),
        ThingRow("Gilets de sauvetage, quatre", "Tailles M et L.", "Voilerie", 1, "", audience="neighbours"),
    ),
}  # fmt: skip
LOANS: tuple[LoanRow, ...] = (
    LoanRow("Perceuse", 3, -14, 4, "thanked"),
    LoanRow("Scie sauteuse", 0, -4, 7, "out"),
    LoanRow("Siège auto", 5, -4 * DAY, 3 * DAY, "out"),
    LoanRow("Appareil à raclette", 6, 2 * DAY, 8, "accepted"),
    LoanRow("Tente 4 places", 4, 3 * DAY, 2 * DAY, "requested"),
    LoanRow("Appareil à crêpes", 6, DAY, 12, "requested"),
    LoanRow("Barnum", 9, -DAY, 3 * DAY, "out"),
    LoanRow("Nettoyeur", 0, 5, 2 * DAY, "accepted"),
    LoanRow("Vidéoprojecteur", 10, -2 * DAY, 4, "returned"),
    LoanRow("Diable", 1, DAY, DAY, "requested"),
)
WAITS: tuple[WaitRow, ...] = (
    WaitRow("Appareil à raclette", 10, 2 * DAY, 8),
    WaitRow("Appareil à raclette", 3, 2 * DAY, 8),
    WaitRow("Siège auto", 0, 0, DAY),
)
