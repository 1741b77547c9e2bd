"""The words that templates use without loading anything."""

import datetime as dt
import functools
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from django import forms, template
from django.conf import settings
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from saas.kernel import modules
from saas.kernel.display import writing
from saas.kernel.display.accent import theme
from saas.kernel.display.widgets import Slots, Week
from saas.kernel.values import seller, week

register = template.Library()

for write in (
    writing.eur,
    writing.price,
    writing.num,
    writing.shown_count,
    writing.rate,
    writing.hour,
    writing.day,
    writing.moment,
    writing.month,
    writing.shortdate,
    writing.siren,
    writing.vat_number,
    writing.initials,
    writing.elided,
):
    register.filter(write.__name__, write)
register.simple_tag(writing.colon)


@register.simple_tag
def contact_email() -> str:
    """Return Troovon's contact address, or an empty text if the seller has no address."""
    try:
        return seller.identity().get("email", "")
    except OSError:
        return ""


@register.filter
def used(label: str) -> bool:
    """Return True if the space uses a module."""
    return modules.is_used(label)


# Of which of the five places a page is; its `nav` says which room it belongs to.
PLACES = {
    "home": ("home",),
    "discover": (
        *("search", "board", "lending", "gatherings", "rides", "deals", "mediastore"),
        *("neighbourhood", "neighbours", "council", "offers"),
    ),
    "publish": ("post", "publish"),
    "inbox": ("inbox",),
    "own": ("own", "mine", "loans", "saved", "profile", "charter", "notifications"),
    "roles": ("kiosk", "moderation", "people", "treaties"),
}
_PLACE_OF = {nav: place for place, navs in PLACES.items() for nav in navs}


@register.filter
def place(nav: str) -> str:
    """Return which place a page belongs to, such as `discover` for `lending`."""
    return _PLACE_OF.get(nav, "")


@register.filter
def isodate(text: str) -> str:
    """Write in figures a day that a receipt keeps as text."""
    return writing.shortdate(dt.date.fromisoformat(text))


@register.filter
def ago(value: Any) -> str:
    """Return the time elapsed since a moment as text."""
    return writing.ago(value)


@register.filter
def is_past(value: dt.datetime) -> bool:
    """Return True if a moment has passed."""
    return value <= timezone.now()


@register.filter
def readable(colour: str) -> str:
    """Return a chosen colour adjusted to be readable on every ground, in both themes."""
    return theme(colour).accent.css()


@register.simple_block_tag
def table(
    content: str, caption: str, *titles: str, figures: str = "", dense: bool = False
) -> SafeString:
    """Render a table around its rows; `figures` lists its columns of figures: "3 4"."""
    places = {int(place) for place in figures.split()}
    columns = [(title, place in places) for place, title in enumerate(titles, start=1)]
    drawn = {"content": content, "caption": caption, "columns": columns, "dense": dense}
    return render_to_string("components/table.html", drawn)


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """Draw an icon from the sprite; sizes are s, l and xl."""
    return _drawing(name, size)


@functools.cache  # a page has a hundred icons, and the drawing of each is always the same
def _drawing(name: str, size: str) -> SafeString:
    classes = f"i {size}" if size else "i"
    sprite = static("icons.svg")
    drawing = '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>'
    return format_html(drawing, classes, sprite, name)


class Card(Protocol):
    """List item: its template and its template variables."""

    @property
    def template(self) -> str:
        """The name of the part's template."""

    @property
    def values(self) -> dict[str, Any]:
        """The part's variables."""


@register.simple_tag(takes_context=True)
def cards(context: Context, shown: Iterable[Card]) -> SafeString:
    """Draw the things of a list within the render of their page, each from its own values alone.

    Those that the person of the page marked as favourites bear a full heart.
    """
    part = functools.cache(template.Engine.get_default().get_template)
    marked = getattr(context.get("person"), "favourites", None)
    drawn = [
        part(card.template).render(context.new(_with_heart(card.values, marked))) for card in shown
    ]
    return mark_safe("".join(drawn))  # noqa: S308 - what the parts drew is escaped by them


def _with_heart(values: dict[str, Any], marked: list[str] | None) -> dict[str, Any]:
    if marked is None:
        return values
    return {**values, "hearts": True, "saved": values.get("reference") in marked}


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, *, unit: str = "", files: Any = (), name: str = "") -> dict[str, Any]:
    """Draw a field of a form: its label, its help, its error, then the thing to fill in."""
    widget = bound.field.widget
    return {
        "field": bound,
        "sort": _sort_of(widget),
        "unit": unit or widget.attrs.get("data-unit", ""),
        "files": files,
        "label": name or bound.label,
        "icons": getattr(widget, "icons", {}),
        "input": bound.as_widget(attrs=_described(bound)),
        "options": _options_of(bound),
    }


SORTS: tuple[tuple[type[forms.Widget], str], ...] = (
    (Slots, "slots"),
    (Week, "week"),
    (forms.CheckboxSelectMultiple, "ticks"),
    (forms.RadioSelect, "chips"),
    (forms.CheckboxInput, "tick"),
    (forms.FileInput, "files"),
)


def _sort_of(widget: forms.Widget) -> str:
    """Return the part of the field template that draws a widget."""
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, forms.FileInput) and not _takes_pictures(widget):
        return "text"
    return next((sort for kind, sort in SORTS if isinstance(widget, kind)), "text")


def _takes_pictures(widget: forms.Widget) -> bool:
    """Return True if a file input is for pictures, the default unless it accepts another type."""
    return "image" in widget.attrs.get("accept", "image")


def _described(bound: BoundField) -> dict[str, str | bool]:
    """Hide a file input behind its own label; everything else keeps Django's attributes."""
    return {"class": "vh"} if _sort_of(bound.field.widget) == "files" else {}


def _options_of(bound: BoundField) -> list[dict[str, Any]]:
    """Return the choices of a group, each with its icon if the widget has an icon for it."""
    if isinstance(bound.field.widget, Week):
        return [
            {
                "label": week.day_name(day),
                "short": week.short_day_name(day),
                "name": f"{bound.html_name}_{day}",
                "from": one,
                "to": two,
            }
            for day, (one, two) in enumerate(bound.value(), start=1)
        ]
    if _sort_of(bound.field.widget) not in {"slots", "chips", "ticks"}:
        return []
    icons: Mapping[str, str] = getattr(bound.field.widget, "icons", {})
    return [
        {
            "tag": option.tag(),
            "label": option.choice_label,
            "icon": icons.get(str(option.data["value"]), ""),
        }
        for option in bound.subwidgets
    ]


@register.inclusion_tag("components/error_summary.html")
def errors(form: forms.BaseForm) -> dict[str, Any]:
    """Return the errors of a form, each with the id of its field for a link."""
    mistakes = [
        {"target": _target_of(form, name), "text": message}
        for name, messages in form.errors.items()
        for message in messages
    ]
    return {"mistakes": mistakes, "count": len(mistakes)}


def _target_of(form: forms.BaseForm, name: str) -> str:
    """Return the id for an error's link; empty for an error without a field."""
    if name not in form.fields:
        return ""
    bound = form[name]
    return bound.id_for_label or f"{bound.auto_id}_0"


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: object) -> str:
    """Return the query string with some parameters changed; the page is reset unless given."""
    request = context.get("request")
    parameters = request.GET.copy() if request else QueryDict(mutable=True)
    if "page" not in changes:
        parameters.pop("page", None)
    for key, value in changes.items():
        parameters.pop(key, None)
        if value not in {None, "", False}:
            parameters[key] = str(value)
    return f"?{parameters.urlencode()}" if parameters else "?"


@register.simple_tag(takes_context=True)
def turned(context: Context, number: int, name: str) -> str:
    """Return the query string for another page of a list; `name` is its page parameter."""
    return query(context, **{name: number})


@register.simple_tag(takes_context=True)
def own_addresses(context: Context) -> list[tuple[str, str]]:
    """Return a public page's address in each language, the current first; empty elsewhere."""
    request = context.get("request")
    code, _slash, rest = request.path.lstrip("/").partition("/") if request else ("", "", "")
    codes = [each for each, _name in settings.LANGUAGES]
    if code not in codes or getattr(request, "space", None) is not None:
        return []
    codes.sort(key=lambda each: each != code)
    origin = f"{settings.BASE_SCHEME}://{settings.BASE_HOST}"
    return [(each, f"{origin}/{each}/{rest}") for each in codes]
