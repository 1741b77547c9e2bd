"""People and places of the demo's town: Saint-Avel-sur-Loge, a fictional place."""

import datetime as dt
import math
from decimal import Decimal
from typing import Any, NamedTuple

PASSWORD = "troovon-demo-2026"  # noqa: S105 - the demo's people share it; the demo prints it
CITY = "Saint-Avel-sur-Loge"
POSTCODE = "37990"
LATITUDE, LONGITUDE = 47.3900, 0.6900
# A second mail domain of the Ateliers Brisson: its link was not followed yet.
WAITING_DOMAIN = "brisson-design.example"
METRES_A_DEGREE = 111_195
METRES_A_MINUTE = 80 / 1.3


class Space(NamedTuple):
    """A space of the demo and its founder's answers."""

    slug: str
    name: str
    kind: str
    accent: str
    founder: tuple[str, str, str]
    companies: list[dict[str, Any]]
    sites: list[dict[str, Any]]


def domain_of(company: str) -> str:
    """Return the mail domain of a company of the town, a fictional domain."""
    return f"{company.rsplit(maxsplit=1)[-1].lower()}.example"


class Person(NamedTuple):
    """A member: names, company, team, and roles beyond those of all members."""

    first_name: str
    last_name: str
    company: str
    team: str
    roles: tuple[str, ...] = ()
    about: str = ""


def place(bearing: float, minutes: float) -> dict[str, Decimal]:
    """Return the coordinates that lie so many minutes on foot from the South gate."""
    metres = minutes * METRES_A_MINUTE
    north = metres * math.cos(math.radians(bearing))
    east = metres * math.sin(math.radians(bearing))
    latitude = LATITUDE + north / METRES_A_DEGREE
    longitude = LONGITUDE + east / (METRES_A_DEGREE * math.cos(math.radians(LATITUDE)))
    return {"latitude": Decimal(f"{latitude:.6f}"), "longitude": Decimal(f"{longitude:.6f}")}


def _site(
    name: str, street: str, *, heads: int, gates: dict[str, tuple[float, float]]
) -> dict[str, Any]:
    first = next(iter(gates.values()))
    return {
        "name": name,
        "street": street,
        "postcode": POSTCODE,
        "city": CITY,
        **place(*first),
        "head_count": heads,
        "break_starts": dt.time(12),
        "break_ends": dt.time(13, 30),
        "gates": [{"name": gate, **place(*where)} for gate, where in gates.items()],
    }


MOULINS = Space(
    slug="trois-moulins",
    name="Les Trois-Moulins",
    kind="park",
    accent="#0b5f63",
    founder=("Solène", "Maurin", "solene.maurin@helvane.example"),
    companies=[
        {"name": "Helvane", "siren": "732829320", "head_count": 420},
        {"name": "Laboratoires Orsel", "siren": "552100554", "head_count": 400},
        {"name": "Ateliers Brisson", "siren": "404833048", "head_count": 240},
        {"name": "Logiroute", "siren": "443061841", "head_count": 180},
    ],
    sites=[
        _site(
            "Saint-Avel",
            "12 rue des Bateliers",
            heads=1060,
            gates={"Porte Sud": (0, 0), "Porte des Tilleuls": (20, 4)},
        ),
        _site("Valmorin", "3 route de Lorvaux", heads=180, gates={"Entrée principale": (75, 55)}),
    ],
)
SILLAGE = Space(
    slug="sillage",
    name="Coopérative Sillage",
    kind="company",
    accent="#7a3ea8",
    founder=("Maëlle", "Jourdan", "maelle.jourdan@sillage.example"),
    companies=[{"name": "Coopérative Sillage", "siren": "356000000", "head_count": 310}],
    sites=[
        _site("Le Hangar", "8 quai de la Loge", heads=310, gates={"Accueil": (110, 6)}),
    ],
)
NORD = Space(
    slug="atelier-nord",
    name="Atelier Nord",
    kind="company",
    accent="#b3261e",
    founder=("Bastien", "Roux", "bastien.roux@ateliernord.example"),
    companies=[{"name": "Atelier Nord", "siren": "542065479", "head_count": 64}],
    sites=[_site("Atelier", "27 chemin du Gué", heads=64, gates={"Entrée principale": (300, 9)})],
)
SPACES = (MOULINS, SILLAGE, NORD)
# Founded yesterday: a space pending an operator's review, and a refused space.
LAC = Space(
    slug="parc-du-lac",
    name="Parc du Lac",
    kind="park",
    accent="#1f6feb",
    founder=("Iris", "Vasseur", "iris.vasseur@parcdulac.example"),
    companies=[
        {"name": "Lac Gestion", "siren": "820114569", "head_count": 30},
        {"name": "Verre du Lac", "siren": "443061841", "head_count": 380},
    ],
    sites=[_site("Le Lac", "1 rive du Lac", heads=410, gates={"Rive": (200, 5)})],
)
FORGERY = Space(
    slug="securite-nord",
    name="Service Sécurité Banque Nord",
    kind="company",
    accent="#475569",
    founder=("Axel", "Noir", "axel.noir@securite-nord.example"),
    companies=[{"name": "Sécurité Nord", "siren": "552100554", "head_count": 300}],
    sites=[_site("Siège", "2 rue du Quai", heads=300, gates={"Accueil": (320, 12)})],
)
NEWCOMERS = (LAC, FORGERY)

PEOPLE: dict[str, list[Person]] = {
    "trois-moulins": [
        Person("Camille", "Aubry", "Helvane", "Qualité", about="Vélo, badminton, boutures."),
        Person("Nadia", "Berthier", "Ateliers Brisson", "Conditionnement"),
        Person("Karim", "Lefort", "Helvane", "R&D", about="J’ai des outils, demandez."),
        Person("Théo", "Riquet", "Logiroute", "Exploitation"),
        Person("Inès", "Dalmas", "Laboratoires Orsel", "Métrologie"),
        Person("Hugo", "Perrin", "Helvane", "Méthodes"),
        Person("Lou", "Ferrand", "Ateliers Brisson", "Design"),
        Person("Delphine", "Marchal", "Helvane", "Comptabilité", ("treasurer", "council")),
        Person("Mehdi", "Ouali", "Logiroute", "Informatique", ("moderator",)),
        Person("Ana", "Ribeiro", "Laboratoires Orsel", "Laboratoire 2", ("moderator",)),
        Person("Piotr", "Zielak", "Ateliers Brisson", "Maintenance"),
    ],
    "sillage": [
        Person("Yann", "Kervella", "Coopérative Sillage", "Chantier"),
        Person("Aïcha", "Benali", "Coopérative Sillage", "Voilerie", ("treasurer",)),
        Person("Tomasz", "Wilk", "Coopérative Sillage", "Composites"),
        Person("Rose", "Hamelin", "Coopérative Sillage", "Bureau d’études", ("moderator",)),
        Person("Eliott", "Garnier", "Coopérative Sillage", "Achats"),
    ],
    "atelier-nord": [
        Person("Jeanne", "Pasquier", "Atelier Nord", "Ébénisterie"),
        Person("Malik", "Traoré", "Atelier Nord", "Finition"),
    ],
}
FIRST_NAMES = [
    "Léa",
    "Manon",
    "Chloé",
    "Sarah",
    "Jade",
    "Amina",
    "Fatou",
    "Linh",
    "Ewa",
    "Sofia",
    "Marco",
    "Luca",
    "Jonas",
    "Malo",
    "Nino",
    "Oscar",
    "Rayan",
    "Samir",
    "Bilal",
    "Idriss",
    "Kenji",
    "Mateus",
    "Pavel",
    "Anton",
    "Gabin",
    "Noé",
    "Côme",
    "Zoé",
    "Élise",
    "Clara",
    "Margaux",
    "Salomé",
    "Iris",
    "Anouk",
    "Capucine",
    "Romane",
    "Lucie",
    "Alix",
    "Maya",
    "Nora",
]
LAST_NAMES = [
    "Besson",
    "Caron",
    "Diallo",
    "Nguyen",
    "Kowalski",
    "Silva",
    "Rossi",
    "Weber",
    "Petit",
    "Lambert",
    "Fontaine",
    "Roussel",
    "Vidal",
    "Giraud",
    "Leclerc",
    "Renaud",
    "Bouvier",
    "Prévost",
    "Colin",
    "Haddad",
    "Mercier",
    "Chevalier",
    "Barbier",
    "Poulain",
    "Texier",
    "Vasseur",
    "Lacombe",
    "Delmas",
    "Navarro",
    "Costa",
]
TEAMS = ("Production", "Logistique", "Qualité", "Achats", "Maintenance", "Bureau d’études")
MOST_PEOPLE = {"trois-moulins": 52, "sillage": 30, "atelier-nord": 3}
