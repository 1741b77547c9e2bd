"""The merchants and city services of the demo's town, by bearing and walking minutes."""

from typing import NamedTuple


class Shop(NamedTuple):
    """A merchant: owner, trade, place, hours, and the picture of its window."""

    name: str
    owner: tuple[str, str]
    category: str
    text: str
    street: str
    bearing: float
    minutes: float
    hours: str
    art: str
    siren: str


WEEK, SIX_DAYS, NOON_OFF = "0-4 07:00-19:00", "0-5 07:00-19:30", "1-5 10:00-12:00 14:00-19:00"
SHOPS: tuple[Shop, ...] = (
    Shop("Maison Cazal", ("Élodie", "Cazal"), "bakery", "Pain au levain, sandwichs du jour, desserts. La formule du midi se prépare pendant que vous choisissez.", "4 rue des Bateliers", 80, 2.6, SIX_DAYS, "bread", "820114569"),
    Shop("Ti’Zeste", ("Mickaël", "Payet"), "restaurant", "Cantine réunionnaise : carry, rougail, salades. Service en douze minutes.", "9 rue des Bateliers", 50, 1.6, "0-4 11:30-14:30", "bowl", "831275540"),
    Shop("Cycles Bertoux", ("Franck", "Bertoux"), "bikes", "Réparation, révision, vélos d’occasion. Déposez à 12 h, repartez à 13 h 30.", "2 quai aux Vins", 240, 4.6, "1-5 09:30-19:00", "bike", "413982653"),
    Shop("Élan 12", ("Sabrina", "Haddou"), "sport", "Salle de sport : cours de 40 minutes à la pause, douches, casiers.", "15 allée des Tilleuls", 290, 5.5, "0-5 06:30-21:30", "dumbbells", "848651303"),
    Shop("Librairie L’Encrier", ("Pauline", "Sorel"), "books", "Romans, jeunesse, commandes en deux jours.", "1 place du Puits", 325, 5.6, NOON_OFF, "books", "509876546"),
    Shop("Pressing du Moulin", ("Ahmed", "Kaci"), "cleaning", "Dépose avant 10 h, retrait le soir même.", "6 rue du Moulin", 160, 3.6, WEEK, "note", "392744181"),
    Shop("Fleurs de Loge", ("Marion", "Teil"), "flowers", "Bouquets de saison, fleurs locales.", "3 place du Puits", 335, 4.8, "1-5 09:00-19:00", "flowers", "877540310"),
    Shop("Pharmacie des Bateliers", ("Odile", "Charpentier"), "health", "Ordonnances préparées avant votre passage.", "7 rue des Bateliers", 65, 3.4, "0-5 08:30-20:00", "plant", "318960028"),
)  # fmt: skip


# Not yet reviewed or refused: a pending shop, a refused shop, a second sign-up of a shop.
NEWCOMERS: tuple[Shop, ...] = (
    Shop("Cave des Moulins", ("Lucas", "Vidal"), "other", "Vins de Loire et jus de pomme, conseils à la pause. L’abus d’alcool est dangereux pour la santé.", "11 rue du Moulin", 140, 4.2, NOON_OFF, "plant", "552100554"),
    Shop("Express Minute", ("Sonia", "Petit"), "services", "Clés, tampons, plaques.", "40 quai aux Vins", 230, 5.0, WEEK, "note", "383474814"),
    Shop("Maison Cazal bis", ("Hugo", "Ferrand"), "bakery", "Pain au levain.", "4, RUE des Bateliers", 80, 2.6, SIX_DAYS, "bread", "820114569"),
)  # fmt: skip


class Service(NamedTuple):
    """A service of the city."""

    slug: str
    name: str
    kind: str
    text: str
    street: str
    bearing: float
    minutes: float
    hours: str


SERVICES: tuple[Service, ...] = (
    Service("mediatheque", "Médiathèque de Saint-Avel", "library", "Prêt gratuit pour qui travaille dans la commune. Boîte de retour jour et nuit.", "10 rue du Port", 30, 5.2, "1-5 10:00-18:30"),
    Service("loge-bus-4", "Loge-Bus, ligne 4", "transport", "Gare de Saint-Avel – Porte Sud – Valmorin, toutes les douze minutes aux heures de pointe.", "Arrêt Bateliers", 100, 1.2, "0-6 05:30-23:30"),
    Service("piscine-des-moulins", "Piscine des Moulins", "sport", "Couloirs réservés à la nage de 12 h à 13 h 45.", "Avenue de la Loge", 200, 7.5, "0-4 12:00-13:45 16:00-20:00"),
    Service("maison-des-petits", "Maison des Petits", "childcare", "Halte-garderie, places à l’heure.", "5 rue du Moulin", 150, 6.0, "0-4 07:30-18:30"),
)  # fmt: skip


class OfferRow(NamedTuple):
    """An offer of a shop at its till: since when, how often, and how many codes each space uses."""

    shop: str
    title: str
    conditions: str
    rhythm: str
    most_uses: int | None
    days_ago: int
    uses: dict[str, int]


OFFERS: tuple[OfferRow, ...] = (
    OfferRow("Maison Cazal", "Un café offert avec la formule du midi", "Du lundi au vendredi, sur place ou à emporter.", "daily", None, 8, {"trois-moulins": 8, "sillage": 4}),
    OfferRow("Élan 12", "Une séance d’essai de 40 minutes", "À la pause de midi, serviette comprise. Appelez avant de venir.", "once", 60, 9, {"trois-moulins": 2}),
    OfferRow("Cycles Bertoux", "10 % sur la révision d’hiver", "Pour un vélo déposé avant midi. Hors pièces.", "once", None, 4, {"sillage": 1}),
)  # fmt: skip
