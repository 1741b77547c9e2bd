"""Media of the demo's shelf, with the texts of the people in charge of it."""

from typing import NamedTuple

GUIDE, TALE, PASS, SOUND = "guide", "tale", "pass", "sound"
FEED = "https://podcast.saint-avel.example/flux.xml"
CODES = ("MUS-4411-AVEL", "MUS-4412-AVEL")


class MediumRow(NamedTuple):
    """A medium: its kind, its content, and its texts."""

    kind: str
    content: str
    title: str
    creator: str
    text: str
    parts: tuple[str, ...] = ()
    transcript: str = ""
    access: str = "members"
    copies: int | None = None
    pages: tuple[str, ...] = ()


WALKS = (
    "Par la porte Sud, puis à droite le long de la Loge. Le chemin est plat, à l’ombre jusqu’à l’écluse. Demi-tour au banc de pierre.\n\n*1,4 km · 18 minutes · avec une poussette*",
    "Traversez la place des Bateliers, descendez la ruelle pavée\u00a0: le lavoir est couvert, on y mange même sous la pluie.\n\n*1,1 km · 15 minutes · une marche de vingt degrés*",
    "Le plus ancien a perdu ses ailes en 1911\u202f; les deux autres tournent aux journées du patrimoine. La vue porte jusqu’à Valmorin.\n\n*1,9 km · 24 minutes · une côte*",
    "Pommiers de plein vent derrière le stade. En octobre, ce qui est tombé se ramasse\u00a0: un sac suffit, une échelle est de trop.\n\n*1,2 km · 16 minutes · bottes après la pluie*",
    "Une passerelle de bois, onze nichoirs, et un héron presque chaque midi. Marchez doucement, parlez bas.\n\n*1,6 km · 20 minutes · avec une poussette*",
    "On longe le canal, on passe sous la rocade, on rentre par la porte des Tilleuls avec cinq minutes d’avance.\n\n*1,7 km · 21 minutes · éclairé le soir*",
)  # fmt: skip
GAZETTE = (
    "La médiathèque ouvre désormais le lundi à la pause, de 12 h à 14 h. Le prêt d’outils y commence en janvier, avec l’atelier de la rue des Bateliers.\n\nLoge-Bus\u00a0: la ligne 4 passe toutes les douze minutes entre 11 h 30 et 14 h.",
    "Vendredi, place des Bateliers\u00a0: courges, mâche, premiers agrumes. La ferme d’Orsel y vend ses paniers jusqu’à 13 h.\n\nÀ déguster\u00a0: la tourte aux noix de Maison Cazal.",
    "Le badminton club cherche des joueurs du midi. Course de la Loge le 13 décembre, dossards à retirer au gymnase des Moulins.",
)  # fmt: skip
MEDIA: dict[str, tuple[MediumRow, ...]] = {
    "trois-moulins": (
        MediumRow("guide", GUIDE, "Six balades à faire à la pause", "Office de tourisme de Saint-Avel", "Vingt minutes aller et retour depuis la porte Sud, sans traverser la rocade.", ("Le chemin de halage", "Le lavoir", "Les trois moulins", "Le verger", "La passerelle", "Le retour par le canal"), pages=WALKS),
        MediumRow("book", TALE, "Le meunier qui prêtait ses ailes", "Contes de la Loge", "Trois contes courts, un par pause.", ("Le vent du matin", "La meule", "Le dernier sac"), "Il était une fois, au bord de la Loge, un meunier dont le moulin tournait même quand il n’y avait pas de vent.\nOn venait de loin lui emprunter une aile, une heure, le temps de moudre un sac.\nIl ne demandait rien, sinon qu’on la rapporte avant le soir.", copies=3),
        MediumRow("press", GUIDE, "La Gazette de Saint-Avel", "Édition du vendredi", "Le journal de la ville, à lire près de la machine à café.", ("À la une", "Le marché", "Sports"), access="on_site", pages=GAZETTE),
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
