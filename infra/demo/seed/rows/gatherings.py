"""Gatherings of the demo's people, in their words."""

from typing import NamedTuple


class GatheringRow(NamedTuple):
    """A gathering: kind, days from now, time, place, organiser; participants in this order."""

    kind: str
    title: str
    text: str
    days: int
    starts: str
    ends: str
    place: str
    organiser: int
    joined: tuple[int, ...] = ()
    places: int | None = None
    rhythm: str = ""
    audience: str = "space"
    budget: tuple[int, str] | None = None


ROWS: dict[str, tuple[GatheringRow, ...]] = {
    "trois-moulins": (
        GatheringRow(
            "sport",
            "Badminton au gymnase des Moulins",
            "Raquettes prêtées, volants aussi. On se change sur place, on est de retour à 14 h.",
            1,
            "12:40",
            "13:40",
            "Gymnase des Moulins",
            5,
            (1, 2, 4, 6, 8, 0, 9, 10),
            6,
            "weekly",
            budget=(6000, "la location du terrain"),
        ),
        GatheringRow(
            "sport",
            "Course à pied, boucle de la Loge",
            "Six kilomètres, personne n’est laissé derrière. Douches au hall B.",
            2,
            "12:15",
            "13:15",
            "Porte Sud",
            2,
            (0, 5, 3),
            None,
            "weekly",
        ),
        GatheringRow(
            "lunch",
            "Repas partagé, chacun son plat",
            "On s’installe dehors s’il fait beau. Couverts fournis, une carafe de cidre pour tous.",
            3,
            "12:00",
            "13:30",
            "Cuisine du hall A",
            9,
            (1, 7, 4),
            14,
            budget=(4500, "les boissons"),
        ),
        GatheringRow(
            "workshop",
            "Réparer son vélo soi-même",
            "Freins, dérailleur, crevaison. Apportez le vôtre, Piotr apporte les outils.",
            4,
            "17:30",
            "19:00",
            "Atelier Brisson, quai 2",
            10,
            (0, 1),
            6,
        ),
        GatheringRow(
            "outing",
            "Visite du moulin de Valmorin",
            "Une heure de visite, puis une crêpe. Les enfants viennent aussi.",
            9,
            "14:00",
            "17:00",
            "Moulin de Valmorin",
            3,
            (6, 7, 8),
            20,
            audience="neighbours",
            budget=(12000, "la moitié des entrées"),
        ),
        GatheringRow(
            "workshop",
            "Tarot du mois",
            "Débutants bienvenus, on explique en dix minutes.",
            11,
            "12:10",
            "13:20",
            "Salle Loge",
            8,
            (2, 9),
            10,
            "monthly",
        ),
        GatheringRow(
            "lunch",
            "Petit-déjeuner de la qualité",
            "Brioche et café, on fête la fin de l’audit.",
            5,
            "08:30",
            "09:15",
            "Salle Tilleul",
            0,
            (5,),
            12,
            audience="company",
        ),
        GatheringRow(
            "sport",
            "Initiation à l’escalade",
            "Baudriers et chaussons prêtés par la salle.",
            -6,
            "18:00",
            "20:00",
            "Salle de Saint-Avel",
            6,
            (0, 1, 3),
            8,
        ),
    ),
    "sillage": (
        GatheringRow(
            "outing",
            "Sortie en voile sur la Loge",
            "Un après-midi sur un canot de l’atelier, gilets fournis.",
            8,
            "14:00",
            "17:30",
            "Le Hangar",
            0,
            (1, 2),
            5,
            audience="neighbours",
        ),
        GatheringRow(
            "sport",
            "Gainage, vingt minutes",
            "Dans la voilerie, tapis sur place.",
            1,
            "12:15",
            "12:40",
            "Voilerie",
            3,
            (4,),
            8,
            "weekly",
        ),
    ),
}
