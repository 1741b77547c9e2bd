"""Shared rides of the demo's people, in their words."""

from typing import NamedTuple


class RideRow(NamedTuple):
    """A ride: author, role, way, start, time; the requests for seats and their answers."""

    author: int
    role: str
    way: str
    place: str
    km: int
    bearing: str
    days: int
    time: str
    seats: int = 1
    cents: int = 0
    note: str = ""
    weekdays: str = ""
    audience: str = "space"
    accepted: tuple[int, ...] = ()
    requested: tuple[int, ...] = ()


RIDES: dict[str, tuple[RideRow, ...]] = {
    "trois-moulins": (
        RideRow(
            2,
            "driver",
            "to",
            "Gare de Lorvaux",
            14,
            "ne",
            1,
            "07:45",
            3,
            120,
            "Je passe par le pont de la Loge. Radio ou silence, au choix.",
            "01234",
            accepted=(1, 4),
        ),
        RideRow(
            2,
            "driver",
            "from",
            "Gare de Lorvaux",
            14,
            "ne",
            1,
            "17:30",
            3,
            120,
            "Départ du parking P2.",
            "01234",
            accepted=(1,),
        ),
        RideRow(
            3,
            "driver",
            "to",
            "Valmorin, place du marché",
            6,
            "e",
            1,
            "08:15",
            2,
            0,
            "Siège enfant à l’arrière, il reste deux places.",
            "",
            accepted=(0,),
            requested=(6,),
        ),
        RideRow(
            5,
            "driver",
            "from",
            "Saint-Avel centre",
            4,
            "s",
            1,
            "18:00",
            4,
            0,
            "Un détour par la maternelle, cinq minutes.",
            "",
            accepted=(8,),
        ),
        RideRow(
            4,
            "passenger",
            "to",
            "Les Hauts de Lorvaux",
            17,
            "n",
            1,
            "08:30",
            1,
            0,
            "Je partage les frais et le café.",
            "1",
            requested=(7,),
        ),
        RideRow(
            0,
            "driver",
            "to",
            "Quartier des Tilleuls",
            9,
            "nw",
            2,
            "08:00",
            2,
            80,
            "Tous les mardis et jeudis, à l’heure.",
            "13",
            requested=(9, 10),
        ),
        RideRow(
            9,
            "driver",
            "from",
            "Gare de Lorvaux",
            14,
            "ne",
            3,
            "16:45",
            1,
            150,
            "Pour le train de 17 h 20.",
            "",
            "neighbours",
            accepted=(6,),
        ),
        RideRow(
            10,
            "passenger",
            "from",
            "Pont-Neuf",
            11,
            "sw",
            4,
            "19:15",
            1,
            0,
            "Après l’équipe du soir.",
            "",
            "company",
        ),
    ),
    "sillage": (
        RideRow(
            0,
            "driver",
            "to",
            "Port de la Loge",
            8,
            "w",
            1,
            "08:10",
            3,
            70,
            "Vélos acceptés sur la galerie.",
            "02",
            "neighbours",
            accepted=(2,),
        ),
        RideRow(
            3, "passenger", "to", "Lorvaux", 12, "n", 2, "08:30", 1, 0, "Souple sur l’heure.", ""
        ),
    ),
}
