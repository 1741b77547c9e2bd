"""Media of the demo's shelf, in the words of those who keep it."""

from typing import NamedTuple

GUIDE, TALE, PASS, SOUND = "guide", "tale", "pass", "sound"
FEED = "https://podcast.saint-avel.example/flux.xml"
CODES = ("MUS-4411-AVEL", "MUS-4412-AVEL")


class MediumRow(NamedTuple):
    """A medium: its kind, what it is made of, and its words."""

    kind: str
    content: str
    title: str
    creator: str
    text: str
    parts: tuple[str, ...] = ()
    transcript: str = ""
    access: str = "members"
    copies: int | None = None


MEDIA: dict[str, tuple[MediumRow, ...]] = {
    "trois-moulins": (
        MediumRow("guide", GUIDE, "Six balades à faire à la pause", "Office de tourisme de Saint-Avel", "Vingt minutes aller et retour depuis la porte Sud, sans traverser la rocade.", ("Le chemin de halage", "Le lavoir", "Les trois moulins", "Le verger", "La passerelle", "Le retour par le canal")),
        MediumRow("book", TALE, "Le meunier qui prêtait ses ailes", "Contes de la Loge", "Trois contes courts, un par pause.", ("Le vent du matin", "La meule", "Le dernier sac"), "Il était une fois, au bord de la Loge, un meunier dont le moulin tournait même quand il n’y avait pas de vent.\nOn venait de loin lui emprunter une aile, une heure, le temps de moudre un sac.\nIl ne demandait rien, sinon qu’on la rapporte avant le soir.", copies=3),
        MediumRow("press", GUIDE, "La Gazette de Saint-Avel", "Édition du vendredi", "Le journal de la ville, à lire près de la machine à café.", ("À la une", "Le marché", "Sports"), access="on_site"),
        MediumRow("pass", PASS, "Pass du musée de la Batellerie", "Musée de la Batellerie", "Une entrée pour deux personnes, à montrer à la caisse. Rendez le pass dès le retour.", copies=2),
    ),
}  # fmt: skip
PODCAST = MediumRow(
    "podcast",
    SOUND,
    "Un quart d’heure de musique",
    "Radio des Bateliers",
    "Une boîte à musique pour couper la journée.",
    ("Lundi, en sol", "Mercredi, en ré", "Vendredi, en la"),
    "Pas de paroles : une mélodie lente, jouée deux fois.",
)
