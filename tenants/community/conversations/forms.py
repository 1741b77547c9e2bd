"""Forms to write to a colleague."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from saas.kernel import hooks, rate_limit
from saas.kernel.forms import ActionForm
from tenants.community.conversations import actions, rules
from tenants.community.conversations.models import Conversation, Message

MOST_MESSAGES = 30
TEN_MINUTES = 600
MOST_BEGUN = 20
AN_HOUR = 3600


class MessageForm[R](ActionForm[R]):
    """A few words to the other of the two; the key makes a double click one message."""

    text = forms.CharField(
        label=_("Votre message"),
        max_length=rules.LONGEST,
        error_messages={"required": _("Écrivez quelques mots.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)


class AnswerForm(MessageForm[Message]):
    """A message in a conversation that has begun."""

    def __init__(self, *args: Any, conversation: Conversation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conversation = conversation

    def perform(self, **context: Any) -> Message:
        """Send it."""
        person = str(context["by"].pk)
        rate_limit.check(
            "messages",
            person,
            most=MOST_MESSAGES,
            per_seconds=TEN_MINUTES,
            when_silent=rate_limit.Silent.LET_PASS,
        )
        return actions.send(
            conversation=self.conversation,
            text=self.cleaned_data["text"],
            key=self.cleaned_data["key"],
            **context,
        )


class BeginForm(MessageForm[Conversation]):
    """The first message about a thing, perhaps with a time to meet."""

    slot = forms.TimeField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, subject: hooks.Subject, reference: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subject = subject
        self.reference = reference

    def perform(self, **context: Any) -> Conversation:
        """Begin the conversation."""
        person = str(context["by"].pk)
        rate_limit.check(
            "conversations",
            person,
            most=MOST_BEGUN,
            per_seconds=AN_HOUR,
            when_silent=rate_limit.Silent.LET_PASS,
        )
        return actions.begin(
            subject=self.subject,
            reference=self.reference,
            text=self.cleaned_data["text"],
            slot=self.cleaned_data["slot"],
            key=self.cleaned_data["key"],
            **context,
        )
