"""Forms to write to a colleague."""

import datetime as dt
import uuid
from typing import Any, ClassVar, cast

from django import forms
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel import hooks, private_pictures
from saas.kernel.errors import Refused
from saas.kernel.forms import ActionForm, DayField
from saas.kernel.secrets import tokens
from saas.kernel.uploads.picture_forms import PicturesForm
from saas.kernel.values import week
from saas.kernel.web import rate_limit
from tenants.community.conversations import actions, wording
from tenants.community.conversations.models import Conversation, Meeting, Message, Picture
from tenants.community.conversations.queries import talks as queries
from tenants.community.conversations.rules import replies
from tenants.community.conversations.rules import talks as rules

MOST_MESSAGES = 30
TEN_MINUTES = 600
MOST_BEGUN = 20
AN_HOUR, A_DAY = 3600, 86_400
# Answers by mail: per sender at an address and overall, in an hour; warnings to a person in a day.
MOST_AT_AN_ADDRESS, MOST_OF_A_SENDER, MOST_WARNINGS = 40, 120, 3


def check_pace(person: User) -> None:
    """Refuse to write faster than anybody reads."""
    rate_limit.check(
        "messages",
        str(person.pk),
        most=MOST_MESSAGES,
        per_seconds=TEN_MINUTES,
        when_silent=rate_limit.Silent.LET_PASS,
    )


def check_pace_of_beginning(person: User) -> None:
    """Refuse to write to more people than anybody has business with."""
    rate_limit.check(
        "conversations",
        str(person.pk),
        most=MOST_BEGUN,
        per_seconds=AN_HOUR,
        when_silent=rate_limit.Silent.LET_PASS,
    )


class MessageForm[R](ActionForm[R]):
    """A short message to the other participant; the key makes a double click idempotent."""

    text = forms.CharField(
        label=_("Votre message"),
        max_length=rules.LONGEST,
        error_messages={"required": _("Écrivez quelques mots.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)


class AnswerForm(PicturesForm[Message, Picture], MessageForm[Message]):
    """A message in an existing conversation; pictures may replace the text."""

    field_order = ("text", "pictures")

    def __init__(self, *args: Any, conversation: Conversation, person: User, **kwargs: Any) -> None:
        self.conversation, self.person = conversation, person
        super().__init__(*args, **kwargs)
        sent = self.files.getlist("pictures") if hasattr(self.files, "getlist") else []
        self.fields["text"].required = not (self.attached or sent)

    def receive_picture(self, upload: private_pictures.Upload, **context: Any) -> Picture:
        """Keep a picture as a draft."""
        return actions.receive_picture(upload=upload, **context)

    def own_pictures(self, ids: list[int]) -> list[Picture]:
        """Return the person's pictures that are not sent yet."""
        return private_pictures.own_drafts(Picture, ids, uploader_id=self.person.pk)

    def perform(self, **context: Any) -> Message:
        """Send it."""
        check_pace(context["by"])
        return actions.send(
            conversation=self.conversation,
            text=self.cleaned_data["text"],
            pictures=self.attached,
            key=self.cleaned_data["key"],
            **context,
        )


class BeginForm(MessageForm[Conversation]):
    """The first message about a thing, perhaps with a time to meet."""

    day = DayField(required=False, widget=forms.HiddenInput)
    slot = forms.TimeField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, subject: hooks.Subject, reference: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subject = subject
        self.reference = reference

    def perform(self, **context: Any) -> Conversation:
        """Begin the conversation."""
        check_pace_of_beginning(context["by"])
        return actions.begin(
            subject=self.subject,
            reference=self.reference,
            text=self.cleaned_data["text"],
            starts_at=self._moment(context["at"]),
            key=self.cleaned_data["key"],
            **context,
        )

    def _moment(self, at: dt.datetime) -> dt.datetime | None:
        slot = self.cleaned_data["slot"]
        return rules.meeting_at(self.cleaned_data["day"], slot, at=at) if slot else None


def receive_mail(
    inbound: replies.InboundMail, reply: replies.ReplyAddress, *, at: dt.datetime
) -> None:
    """Receive a mail as a person's answer; errors are mailed only to them.

    A former participant, or a person from another conversation, gets no reply: the address has
    expired for them. Mails above the limit of an address or a sender are dropped silently, and only
    the person's own mails count towards their pace.
    """
    if _is_flood(inbound, reply):
        return
    answering = queries.answering(reply.conversation_id, reply.person_id)
    if answering is None:
        return
    conversation, person = answering
    key = replies.key_of(inbound, reply)
    with translation.override(person.language):
        try:
            replies.check_inbound_mail(inbound, reply, email=person.email, at=at)
            check_pace(person)
            left_out = actions.send_inbound_mail(
                inbound=inbound, conversation=conversation, key=key, by=person, at=at
            )
            sentence = wording.files_left_out(left_out) if left_out else ""
        except Refused as refusal:
            sentence = refusal.sentence
    if sentence and _may_warn(reply):
        actions.warn_sender(sentence=sentence, conversation=conversation, key=key, by=person, at=at)


def _is_flood(inbound: replies.InboundMail, reply: replies.ReplyAddress) -> bool:
    """Count a mail by its sender, and by its sender at this address: a stranger's own limits."""
    sender = tokens.hashed(inbound.sender.lower())
    address = ".".join(map(str, reply[:3]))
    limits = (
        ("reply-address", f"{address}:{sender}", MOST_AT_AN_ADDRESS),
        ("reply-sender", sender, MOST_OF_A_SENDER),
    )
    return any(
        not _is_within(name, key, most=most, per_seconds=AN_HOUR) for name, key, most in limits
    )


def _may_warn(reply: replies.ReplyAddress) -> bool:
    key = ".".join(map(str, reply[:3]))
    return _is_within("reply-warning", key, most=MOST_WARNINGS, per_seconds=A_DAY)


def _is_within(name: str, key: str, *, most: int, per_seconds: int) -> bool:
    try:
        rate_limit.check(
            name,
            key,
            most=most,
            per_seconds=per_seconds,
            when_silent=rate_limit.Silent.LET_PASS,
        )
    except Refused:
        return False
    return True


class MeetingForm(ActionForm[Meeting]):
    """A day and an hour to meet."""

    day = forms.TypedChoiceField(
        label=_("Quel jour"),
        coerce=dt.date.fromisoformat,
        error_messages={
            "required": _("Choisissez un jour."),
            "invalid_choice": _("Choisissez un jour des deux prochaines semaines."),
        },
    )
    slot = forms.TimeField(
        label=_("À quelle heure"),
        initial=rules.USUAL_HOUR,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "step": 900}),
        error_messages={
            "required": _("Choisissez une heure."),
            "invalid": _("Écrivez une heure, par exemple 12:30."),
        },
    )

    def __init__(self, *args: Any, conversation: Conversation, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="meet_%s", **kwargs)
        self.conversation = conversation
        day = cast("forms.ChoiceField", self.fields["day"])
        day.choices = days = week.next_days(timezone.now(), rules.DAYS_AHEAD)
        over = timezone.localtime().time() >= rules.USUAL_HOUR
        self.fields["day"].initial = days[1 if over else 0][0]

    def perform(self, **context: Any) -> Meeting:
        """Propose it."""
        check_pace(context["by"])
        day, slot = self.cleaned_data["day"], self.cleaned_data["slot"]
        starts_at = rules.meeting_at(day, slot, at=context["at"])
        return actions.propose(conversation=self.conversation, starts_at=starts_at, **context)


class AnswerMeetingForm(ActionForm[Meeting]):
    """An answer to a proposal, or to a meeting."""

    ACTS: ClassVar = {
        "accept": actions.accept,
        "refuse": actions.refuse,
        "cancel": actions.cancel,
    }
    answer = forms.ChoiceField(choices=[(word, word) for word in ACTS])

    def __init__(self, *args: Any, conversation: Conversation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conversation = conversation

    def perform(self, **context: Any) -> Meeting:
        """Call the action of the answer: accept, refuse or cancel."""
        check_pace(context["by"])
        act = self.ACTS[self.cleaned_data["answer"]]
        return act(conversation=self.conversation, **context)
