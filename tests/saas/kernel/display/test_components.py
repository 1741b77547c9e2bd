"""Every component renders from plain values, with and without its optional values.

An undefined variable in a template fails the test that renders it.
"""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from saas.kernel.display.charts import coin, spark
from saas.kernel.display.drawing import Amount
from saas.kernel.display.flow import flow
from saas.kernel.display.streets import DrawnStreets
from saas.kernel.display.walking import Place, Sort, walking_map
from saas.kernel.private_pictures import Photo

PARTS = Path(__file__).resolve().parents[4] / "frontend_templates" / "components"
NOON = dt.datetime(2026, 11, 25, 11, 30, tzinfo=dt.UTC)
# Drawn by the tags that they belong to, or with the forms of a room.
ELSEWHERE = {
    *("field", "field_error", "field_help", "files", "error_summary"),
    *("week", "map_picker", "swatches", "site_fields"),
    *("address_fields", "address_input"),
}
# Components of a form or an address of their room, rendered by that room's tests.
IN_ROOMS = {
    *("charter", "colleague", "draft", "ending", "heart", "newcomer"),
    *("passkey", "posting", "report", "report_form", "slide"),
    "typed",
}
# Made of links to pages, so they are drawn on a host.
FRAMES = {
    *("footer_site", "header_space", "languages", "rail_space", "sign_out", "tabs", "rooms"),
    *("own_pages", "role_pages", "around_tabs", "together_tabs", "another_kind"),
    *("contact", "list_or_map"),
}

TILE = {"url": "/classifieds/PA-1/", "title": "Vélo pliant", "kind": "Vends", "symbol": "tag"}
PHOTO = Photo("/p.webp", "/p.webp 480w", "/t.webp", "/f.webp", 640, 480, "p")
AD = {"url": "/go/PL-1/", "title": "Formule du midi", "payer": "Maison Cazal"}
FILTERS = {
    "price": "",
    "free": False,
    "gifts": "Dons.",
    "sorts": [("new", "Récentes")],
    "sort": "new",
    "nearest": False,
}
FLOW = flow(
    sources=[Amount("Maison Cazal", 8400)],
    collected=Amount("Encaissé", 8400),
    share=Amount("Part du CSE", 2800),
    costs=[Amount("Troovon", 4200), Amount("TVA", 1400)],
    fates=[Amount("En retenue", 2800)],
)
MAP = walking_map(
    [Place("Ti’Zeste", 2, 90, "/shop/"), Place("Mairie", 4, 0, sort=Sort.CITY)], gate="Porte Sud"
)

SPINE = {
    "title": "Balades",
    "kind": "Guide",
    "note": "Pour tous",
    "symbol": "map",
    "sponsors": [{"payer": "Cazal", "url": "/go/", "reference": "FL-1"}],
}

TOKEN = {
    "made_at": NOON - dt.timedelta(days=3),
    "made_by": {"display_name": "Nadia B."},
    "expires_at": NOON + dt.timedelta(days=87),
    "last_used_at": None,
}

KILOMETRES = {"id": "f-km", "name": "km", "label": "Loin ?", "unit": "km"} | {
    "mode": "numeric",
    "longest": 3,
    "value": "",
}
DRAWN: list[tuple[str, dict[str, Any], str]] = [
    ("badge", {"text": "Réservé"}, "Réservé"),
    ("badge", {"text": "Payée", "tone": "ok"}, "circle-check"),
    ("bubble", {"text": "Bonjour", "mine": True, "when": NOON}, "bubble mine"),
    ("bubble", {"text": "Réservé", "event": True, "when": NOON}, "bubble event"),
    ("coin", {"slices": coin([Amount("CSE", 40), Amount("Troovon", 60)])}, "0,40\u00a0€"),
    ("company", {"name": "Sillage", "badge": "SIL", "colour": "#0b5f63"}, "<b>SIL</b>"),
    ("company", {"name": "Sillage", "badge": "", "colour": ""}, ">Sillage</span>"),
    ("copy", {"id": "link", "label": "Lien", "value": "https://a.example/"}, "data-copy"),
    ("disclosure", {"title": "Qui voit ?", "text": "Vous."}, "<summary>Qui voit ?"),
    ("empty", {"title": "Rien encore", "text": "Commencez."}, "<h2>Rien encore</h2>"),
    ("empty", {"title": "Perdu", "text": "…", "whole": True}, "<h1>Perdu</h1>"),
    ("euro_trail", {"cents": 2800, "steps": []}, "Le chemin de 28,00\u00a0€"),
    ("filters", {"label": "Genre", "choices": [{"url": "?", "text": "Tout"}]}, "chip"),
    ("flow", {"flow": FLOW, "month": "novembre"}, "84,00\u00a0€ encaissés"),
    (
        "house_ad",
        {"title": "Un jeu ?", "text": "Proposez-le.", "link": "Publier", "url": "/publish/"},
        "Espace libre",
    ),
    ("kind", {"text": "Donne", "symbol": "gift"}, "#gift"),
    (
        "made_token",
        {"made": {"token": {"name": "Caisse"}, "secret": "trv_1"}, "text": "À coller."},
        "trv_1",
    ),
    ("map", {"map": MAP}, "Plan par minutes de marche depuis Porte Sud"),
    ("map_legend", {}, "sponsorisé"),
    ("map_streets", {"streets": [DrawnStreets("path", "M0 0l5 5")]}, 'class="path" d="M0 0l5 5"'),
    ("note", {"text": "Rien n’est perdu."}, "Rien n’est perdu."),
    ("pagination", {"page": Paginator(range(30), 10).page(2)}, "Page 2 sur 3"),
    ("person", {"name": "Nadia B."}, ">NB</span>"),
    ("person", {"name": "Nadia B.", "url": "/people/M-1/", "note": "Brisson"}, "/people/M-1/"),
    (
        "place_rows",
        {"walks": [{"gate": "Porte Sud", "minutes": 3}], "week": [("Lundi", "fermé")]},
        "<dt>Lundi</dt>",
    ),
    ("post_box", {"url": "/classifieds/new/"}, "Vous proposez"),
    ("price", {"cents": 18000}, "180\u00a0€"),
    ("price", {"gift": True}, "Don"),
    ("unit_field", KILOMETRES, "<span>km</span>"),
    ("price_filters", FILTERS, "selected>Récentes"),
    ("print_header", {"title": "Facture", "when": NOON}, "25/11/2026"),
    ("progress", {"steps": [{"title": "Les tables", "state": "running"}]}, "en cours"),
    ("rings", {}, "lg-a"),
    ("ripples", {}, "rings"),
    ("space_note", {"space": {"members": 50, "head_count": 1240}}, "50 membres actifs"),
    ("spark", {"spark": spark([1, 2]), "label": "En hausse"}, 'aria-label="En hausse"'),
    ("spine", SPINE, "Offert par"),
    ("spine", SPINE | {"sponsors": [], "url": "/media/ME-1/", "reached": True}, "Commencé"),
    ("sponsored", AD, "Sponsorisé"),
    ("sponsored", AD | {"cents": 890, "walk": 3, "opening": "ouvert"}, "ouvert"),
    ("sponsored", {"title": "", "payer": "Cazal"}, "Le titre de votre annonce"),
    ("sponsored", AD | {"offer": "5 = 4"}, '<span class="price">5 = 4</span>'),
    ("sponsored", AD | {"brought_cents": 4620, "why_url": "/why/"}, "46,20\u00a0€"),
    ("slug_verdict", {"verdict": {"free": True, "slug": "nord"}, "url": "/"}, "<b>nord</b> est"),
    (
        "slug_verdict",
        {"verdict": {"reason": "Prise.", "proposals": ["nord-2"]}, "url": "/a/", "told": False},
        'Prise. Libres\u00a0:     <a href="/a/?slug=nord-2">',
    ),
    ("stats", {"stats": [{"title": "Reversé", "value": "0,00 €"}]}, "Reversé"),
    ("stepper", {"steps": ["Adresse", "Sites"], "current": 2}, 'aria-current="step"'),
    (
        "table",
        {"caption": "Ventes", "columns": [("Jour", False)], "dense": True, "content": ""},
        '<th scope="col">Jour</th>',
    ),
    ("photos", {"photos": [PHOTO, PHOTO], "title": "Tente", "symbol": "tag"}, "Photo 2"),
    ("photos", {"photos": [], "title": "Tente", "symbol": "tag"}, "#tag"),
    ("picture_state", {"sent": True, "refusal": "", "url": "/shop/"}, 'data-poll-url="/shop/"'),
    ("picture_state", {"sent": True, "refusal": "Trop grande.", "url": "/"}, "Trop grande."),
    ("take_along", {"code": "data:image/svg+xml,"}, "Scannez pour"),
    ("tile", TILE, "Vélo pliant"),
    ("tile", TILE | {"state": "Vendu", "over": True, "when": NOON, "name": "Nadia B."}, "Vendu"),
    ("tile", TILE | {"picture": "/p.webp", "srcset": "/p.webp 480w", "first": True}, "fetchpr"),
    ("toast", {"text": "Enregistré.", "sort": "success"}, "Enregistré."),
    ("watch", {"url": "/moved/", "standing": "a b", "seconds": 3}, "/moved/?seen=a%20b"),
    ("token_days", {"token": TOKEN}, "jamais"),
    ("token_days", {"token": TOKEN | {"last_used_at": NOON}}, "25/11/2026"),
    ("toasts", {}, 'role="status"'),
    ("turn_page", {"previous": 1, "next": 3}, 'rel="next"'),
    ("trail", {"steps": [{"title": "Payé", "amount": "84,00 €", "note": "carte"}]}, "Payé"),
]


@pytest.mark.parametrize(("name", "values", "part"), DRAWN)
def test_a_part_is_drawn_from_plain_values(
    rf: RequestFactory, name: str, values: dict[str, Any], part: str
) -> None:
    with translation.override("fr"):
        drawn = render_to_string(f"components/{name}.html", values, rf.get("/"))
    assert part in drawn.replace("\n", " ")


def test_every_part_has_been_drawn_and_says_what_it_needs() -> None:
    parts = {template.stem: template.read_text("utf-8") for template in PARTS.glob("*.html")}
    assert set(parts) == {name for name, _, _ in DRAWN} | ELSEWHERE | IN_ROOMS | FRAMES
    assert [name for name, text in parts.items() if not text.startswith("{% comment %}")] == []


def test_text_of_a_member_is_never_markup(rf: RequestFactory) -> None:
    values = TILE | {"title": "<b>Vélo</b> {{ token }}", "name": "<i>"}
    drawn = render_to_string("components/tile.html", values, rf.get("/"))
    assert "&lt;b&gt;Vélo&lt;/b&gt; {{ token }}" in drawn


def test_a_placement_always_says_who_pays(rf: RequestFactory) -> None:
    with translation.override("fr"):
        drawn = render_to_string("components/sponsored.html", AD | {"ref": "PL-1"}, rf.get("/"))
    assert "Payé par <b>Maison Cazal</b>" in drawn
    assert 'rel="sponsored"' in drawn
    assert 'data-view-ref="PL-1"' in drawn


def test_coordinates_never_get_a_french_comma(rf: RequestFactory) -> None:
    with translation.override("fr"):
        drawn = render_to_string("components/flow.html", {"flow": FLOW, "month": ""}, rf.get("/"))
    assert 'height="75.3"' in drawn
    assert "75,3" not in drawn


def test_a_table_is_drawn_around_its_rows_and_a_title_is_never_markup() -> None:
    written = '{% table "Ventes" day "HT" figures="2" %}<tr><td>{{ day }}</td></tr>{% endtable %}'
    drawn = Template(written).render(Context({"day": "<b>"}))
    assert '<caption class="vh">Ventes</caption>' in drawn
    assert '<th scope="col">&lt;b&gt;</th><th scope="col" class="num">HT</th>' in drawn
    assert "<tr><td>&lt;b&gt;</td></tr>" in drawn
    assert '<table class="data">' in drawn
