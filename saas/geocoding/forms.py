"""The field in which an address is searched while it is typed.

A form with the columns of a place inherits `AddressFields`: the address that is typed or chosen
fills street, postcode, city, latitude and longitude. Whoever does not find theirs types these five.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.urls import reverse_lazy
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from saas.geocoding import queries, rules
from saas.geocoding.rules import Found
from saas.kernel import schema
from saas.kernel.errors import Refused

COLUMNS = ("street", "postcode", "city", "latitude", "longitude")


class AddressInput(forms.TextInput):
    """Text field with suggestions; without a script, a second step lists what was found."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        usual = {"autocomplete": "street-address", "data-suggest-url": reverse_lazy("addresses")}
        super().__init__({**usual, **(attrs or {})})
        self.choices: list[str] = []

    def render(  # noqa: PLR0917 - Django's form
        self, name: str, value: Any, attrs: Any = None, renderer: Any = None
    ) -> SafeString:
        """Draw the field, and below it the addresses to choose from."""
        field = super().render(name, value, attrs, renderer)
        drawn = {"field": field, "name": name, "choices": self.choices}
        return render_to_string("components/address_input.html", drawn)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return the address that was chosen from a list, or else the typed text."""
        return data.get(f"{name}_choice") or super().value_from_datadict(data, files, name)


class AddressField(forms.CharField):
    """An address on a line; a form with the five columns asks for it or for those."""

    is_needed = True

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Adresse"))
        kwargs.setdefault("max_length", rules.LONGEST)
        kwargs.setdefault("required", False)
        super().__init__(**{"widget": AddressInput(), **kwargs})


class AddressFields(forms.Form):
    """The address of a form with the five columns of a place, as one field."""

    address = AddressField(help_text=gettext_lazy("Par exemple 12 rue de la Halle, Nantes."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in COLUMNS:
            self.fields[name].required = False
        known = [str(self.get_initial_for_field(self.fields[name], name) or "") for name in COLUMNS]
        self.initial.setdefault("address", rules.label_of(*known[:3]))

    @property
    def is_by_hand(self) -> bool:
        """Whether the five columns are shown at once: nothing can be searched, or one is wrong."""
        if any(name in self.errors for name in COLUMNS):
            return True
        with schema.in_public():
            return not queries.is_offered()

    def clean(self) -> dict[str, Any]:
        """Fill the five columns from the address, or ask for them, and judge the place."""
        cleaned = super().clean() or self.cleaned_data
        with schema.in_public():
            try:
                if self._is_typed_by_hand():
                    self._ask_for_columns()
                else:
                    self._fill(cleaned)
                self._check_place(cleaned)
            except Refused as refusal:
                self.add_error(refusal.field or "address", refusal.sentence)
        return cleaned

    def _is_typed_by_hand(self) -> bool:
        """Return True unless an address was typed or chosen since the page was shown."""
        if self.add_prefix("address") not in self.data:
            return True
        changed = {name for name in ("street", "postcode", "city") if name in self.changed_data}
        return bool(changed) or "address" not in self.changed_data

    def _ask_for_columns(self) -> None:
        if (
            not any(self.cleaned_data.get(name) for name in COLUMNS)
            and not self._has_wrong_column()
        ):
            self.add_error("address", _("Écrivez l’adresse, ou choisissez-la dans la liste."))
            return
        for name in COLUMNS:
            field = self.fields[name]
            if self.cleaned_data.get(name) in {None, ""} and name not in self.errors:
                self.add_error(name, field.error_messages["required"])

    def _has_wrong_column(self) -> bool:
        return any(name in self.errors for name in COLUMNS)

    def _fill(self, cleaned: dict[str, Any]) -> None:
        """Set the columns from the address; a pin that was moved meanwhile stays."""
        found = self._found(cleaned.get("address") or "")
        if found is None:
            return
        latitude, longitude = cleaned.get("latitude"), cleaned.get("longitude")
        moved = {"latitude", "longitude"} & set(self.changed_data)
        cleaned |= {name: getattr(found, name) for name in COLUMNS}
        if moved and latitude is not None and longitude is not None:
            rules.check_pin(found, latitude, longitude)
            cleaned["latitude"], cleaned["longitude"] = latitude, longitude
        for name in COLUMNS:
            self.errors.pop(name, None)

    def _found(self, text: str) -> Found | None:
        """Return the address of a text; several or none are an error beside the field."""
        found = queries.resolve(text)
        if len(found) == 1 and found[0].numbered == (rules.question_of(text).number is not None):
            return found[0]
        self._offer(one.label for one in found)
        return None

    def _offer(self, labels: Iterable[str]) -> None:
        listed = list(labels)
        widget = self.fields["address"].widget
        if isinstance(widget, AddressInput):
            widget.choices = listed
        if listed:
            raise Refused(_("Laquelle de ces adresses est la vôtre\u202f?"), field="address")
        raise Refused(
            _(
                "Nous ne trouvons pas cette adresse\u00a0: corrigez-la, ou décrivez le lieu "
                "plus bas."
            ),
            field="address",
        )

    def _check_place(self, cleaned: dict[str, Any]) -> None:
        """Raise Refused for a place that does not fit its postcode: sea, other town, swapped."""
        postcode, place = (
            cleaned.get("postcode"),
            (cleaned.get("latitude"), cleaned.get("longitude")),
        )
        if not self._is_french(cleaned) or not postcode or None in place:
            return
        if not rules.FRENCH_POSTCODE.fullmatch(postcode):
            return
        latitude, longitude = Decimal(place[0] or 0), Decimal(place[1] or 0)
        if not latitude and not longitude:
            return  # the action has a sentence about the ocean
        if abs(latitude) > rules.MOST_LATITUDE or abs(longitude) > rules.MOST_LONGITUDE:
            return  # and one about degrees that no place has
        rules.check_in_france(postcode, latitude, longitude)
        if queries.knows_postcode(postcode):
            point = (float(latitude), float(longitude))
            rules.check_near(point, queries.points_near(postcode, *point))

    def _is_french(self, cleaned: dict[str, Any]) -> bool:
        """Return True unless the form names another country."""
        return cleaned.get("country", "FR") in {"FR", ""}
