"""The form of administrators about a module of their space."""

import datetime as dt

from django import forms

from saas.kernel import hooks, schema
from saas.kernel.forms import ActionForm
from saas.kernel.modules import Module
from tenants.spaces.actions import modules as actions
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import Tenant


class SwitchForm(ActionForm[Tenant]):
    """Whether the space uses a module."""

    used = forms.ChoiceField(choices=[("on", ""), ("off", "")])

    def perform(self, *, module: Module, by: SpaceActor, at: dt.datetime) -> Tenant:  # type: ignore[override]
        """Switch the module, then update the offers visible to neighbours."""
        on = self.cleaned_data["used"] == "on"
        with schema.in_public():
            tenant = actions.switch(schema_name=by.schema_name, module=module, on=on, by=by, at=at)
        hooks.offers_changed.ask()
        return tenant
