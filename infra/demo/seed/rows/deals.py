"""Deals of the demo's people, in their words."""

from typing import NamedTuple


class DealRow(NamedTuple):
    """A deal: subject, title, text, code, link, days from now, author, and its votes."""

    category: str
    title: str
    text: str
    code: str
    link: str
    days: int
    author: int
    yes: int
    no: int


ROWS: dict[str, tuple[DealRow, ...]] = {
    "trois-moulins": (
        DealRow("food", "Le menu du jour à 9 € chez Tonton Lulu", "Du lundi au jeudi, avant midi et quart. Montrez votre badge.", "", "", 21, 3, 6, 0),
        DealRow("outings", "Cinéma Le Loge : deux places pour le prix d’une", "Le mardi, à la caisse ou sur le site. Un seul usage par personne.", "MOULINS2X1", "https://cinema-leloge.example/reserver", 34, 1, 4, 1),
        DealRow("sport", "Piscine : dix entrées à tarif CE", "Les carnets se prennent à l’accueil de la piscine, avec une fiche de paie ou le badge.", "", "https://piscine.saint-avel.example/tarifs", 120, 5, 3, 0),
        DealRow("shopping", "10 % sur les vélos reconditionnés", "En magasin et sur le site, hors accessoires.", "AVEL10", "https://cycles-reconditionnes.example", 12, 2, 1, 4),
        DealRow("travel", "Gîte à la mer, hors saison", "Le propriétaire est un ancien collègue : dites que vous venez des Trois Moulins.", "", "", 60, 0, 2, 0),
        DealRow("home", "Location de shampouineuse, la deuxième heure offerte", "À demander au comptoir de la droguerie.", "", "", 9, 8, 0, 0),
        DealRow("food", "Panier de légumes à retirer au parking P2", "Le jeudi soir, sans abonnement. On paie sur place.", "", "https://panier-des-bateliers.example", 45, 4, 5, 0),
    ),
    "sillage": (
        DealRow("sport", "École de voile : une séance d’essai", "Le samedi matin, matériel prêté.", "", "https://voile-sillage.example/essai", 30, 1, 3, 0),
        DealRow("food", "La crêperie du quai : café offert", "Après un plat, sur présentation du badge.", "", "", 15, 0, 2, 0),
    ),
}  # fmt: skip
