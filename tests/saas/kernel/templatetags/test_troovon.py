"""Tags that templates may use without loading anything."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.http import HttpRequest
from django.template import engines
from django.test import RequestFactory
from django.utils import timezone, translation

from saas.kernel.display.widgets import Chips, Picture, Pictures, Slots


@pytest.fixture(autouse=True)
def in_french() -> Iterator[None]:
    with translation.override("fr"), timezone.override(ZoneInfo("Europe/Paris")):
        yield


def written(source: str, *, request: HttpRequest | None = None, **context: Any) -> str:
    """Render a piece of template."""
    return engines["django"].from_string(source).render(context, request).strip()


class AdForm(forms.Form):
    """A form with a field of each sort."""

    kind = forms.ChoiceField(
        label="Vous…",
        choices=[("sell", "Vends"), ("give", "Donne")],
        widget=Chips(icons={"sell": "tag"}),
    )
    title = forms.CharField(
        label="Titre",
        help_text="En quelques mots.",
        error_messages={"required": "Donnez un titre."},
    )
    text = forms.CharField(label="Description", required=False, widget=forms.Textarea)
    price = forms.CharField(
        label="Prix", required=False, widget=forms.TextInput({"data-unit": "€"})
    )
    place = forms.ChoiceField(label="Où", choices=[("1", "Porte Sud")])
    slot = forms.ChoiceField(label="Quand", choices=[("1", "12 h 15")], widget=Slots)
    screen = forms.BooleanField(label="Écran", required=False, help_text="Sans votre nom.")
    days = forms.MultipleChoiceField(
        label="Jours",
        required=False,
        choices=[("1", "Lundi")],
        widget=forms.CheckboxSelectMultiple,
    )
    photos = forms.FileField(label="Photos", required=False, widget=Pictures)
    logo = forms.FileField(label="Logo", required=False, widget=Picture)
    draft = forms.CharField(widget=forms.HiddenInput, initial="D-1")


def field(name: str, form: AdForm | None = None, options: str = "", **context: Any) -> str:
    """Render a single field of the form."""
    return written(f"{{% field form.{name} {options} %}}", form=form or AdForm(), **context)


def mistaken() -> AdForm:
    """A form that was sent with a price alone."""
    return AdForm({"price": "trente-cinq"})


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("{{ 1234|eur }}", "12,34\u00a0€"),
        ("{{ 18000|price }}", "180\u00a0€"),
        ("{{ 1240|num }}", "1\u202f240"),
        ("{{ 4000|rate }}", "40\u00a0%"),
        ("{{ when|hour }}", "10\u00a0h\u00a005"),
        ("{{ when|day }}", "jeudi 1er janvier 2026"),
        ("{{ when|month }}", "janvier 2026"),
        ("{{ when|shortdate }}", "01/01/2026"),
        ("{{ 'Camille Aubry'|initials }}", "CA"),
    ],
)
def test_a_filter_writes_as_the_reader_does(source: str, result: str) -> None:
    assert written(source, when=dt.datetime(2026, 1, 1, 9, 5, tzinfo=dt.UTC)) == result


def test_a_moment_is_written_by_how_long_ago_it_was() -> None:
    assert written("{{ when|ago }}", when=timezone.now()) == "à l’instant"


def test_an_icon_is_a_part_of_the_sprite_and_silent() -> None:
    drawn = written('{% icon "heart" "l" %}')
    assert drawn.startswith('<svg class="i l" aria-hidden="true"><use href="')
    assert drawn.endswith('icons.svg#heart"/></svg>')
    assert "<script>" not in written("{% icon name %}", name='"><script>')


def test_a_field_ties_label_help_and_mistake_to_its_input_in_this_order() -> None:
    drawn = field("title", mistaken())
    order = [
        'for="id_title"',
        'id="id_title_helptext"',
        'id="id_title_error"',
        '<input type="text" name="title"',
    ]
    places = [drawn.index(part) for part in order]
    assert places == sorted(places)
    assert 'aria-invalid="true"' in drawn
    assert 'aria-describedby="id_title_helptext id_title_error"' in drawn
    assert "Donnez un titre." in drawn


@pytest.mark.parametrize(
    ("name", "options", "part"),
    [
        pytest.param("text", "", "facultatif", id="what may be left out"),
        pytest.param("text", 'name="Votre message"', "Votre message", id="another name"),
        pytest.param("price", "", "<span>€</span>", id="the unit of an amount"),
        pytest.param("title", 'unit="m²"', "<span>m²</span>", id="another unit"),
        pytest.param("slot", "", '<div class="slots">', id="slots close together"),
        pytest.param("kind", "", '<div class="slots kinds">', id="kinds"),
        pytest.param("screen", "", '<label class="tick"><input type="checkbox"', id="a tick"),
        pytest.param("screen", "", '"id_screen_helptext">Sans votre nom.</small>', id="its words"),
        pytest.param("days", "", '<div class="ticks">', id="a group of ticks"),
        pytest.param("days", "", 'type="checkbox"', id="each of them"),
        pytest.param("place", "", "<select", id="a list"),
        pytest.param("text", "", "<textarea", id="a long text"),
    ],
)
def test_each_sort_of_field_is_drawn_as_readers_know_it(name: str, options: str, part: str) -> None:
    assert part in field(name, options=options)
    assert "facultatif" not in field("title")


def test_few_choices_are_radio_buttons_in_a_named_group() -> None:
    drawn = field("kind", mistaken())
    assert '<legend class="lg">Vous…' in drawn
    assert drawn.count('type="radio"') == 2
    assert drawn.count("icons.svg#tag") == 1
    assert '<fieldset class="field bad" aria-describedby="id_kind_error">' in drawn


def test_pictures_are_added_behind_a_label_and_received_ones_are_kept() -> None:
    drawn = field("photos", options="files=files", files=[{"url": "/p", "name": "a", "ref": "R"}])
    assert "multiple" in drawn
    assert 'accept="image/jpeg,image/png,image/webp,image/heic,image/heif,.heic,.heif"' in drawn
    assert 'name="keep_photos" value="R" checked' in " ".join(drawn.split())
    assert '<label for="id_photos">' in drawn
    assert "multiple" not in field("logo")


def test_a_hidden_field_draws_nothing_else() -> None:
    assert field("draft") == '<input type="hidden" name="draft" value="D-1" id="id_draft">'


def test_each_mistake_leads_to_its_field() -> None:
    form = mistaken()
    form.add_error(None, "Ces réponses ne vont pas ensemble.")
    drawn = written("{% errors form %}", form=form)
    assert '<a href="#id_title">Donnez un titre.</a>' in drawn
    assert '<a href="#id_kind_0">' in drawn
    assert "<li>Ces réponses ne vont pas ensemble.</li>" in drawn
    assert "6 réponses à corriger" in drawn
    assert 'tabindex="-1"' in drawn
    assert not written("{% errors form %}", form=AdForm())


@pytest.mark.parametrize(
    ("tag", "result"),
    [
        ('{% query kind="give" %}', "?q=v%C3%A9lo&amp;kind=give"),
        ("{% query page=3 %}", "?q=v%C3%A9lo&amp;kind=sell&amp;page=3"),
        ("{% query kind=None %}", "?q=v%C3%A9lo"),
        ('{% query kind="" q=None %}', "?"),
    ],
)
def test_a_question_is_asked_again_with_other_answers(
    rf: RequestFactory, tag: str, result: str
) -> None:
    request = rf.get("/classifieds/", {"q": "vélo", "kind": "sell", "page": "2"})
    assert written(tag, request=request) == result
    assert written('{% query kind="give" %}') == "?kind=give"


def test_colon_has_the_space_of_its_language() -> None:
    source = '{% include "components/heart.html" with saved=False title="Vélo" %}'
    assert "Garder pour moi\u00a0: Vélo<" in written(source, again=False, reference="PA-1")
    with translation.override("en"):
        assert "Save for me: Vélo<" in written(source, again=False, reference="PA-1")
