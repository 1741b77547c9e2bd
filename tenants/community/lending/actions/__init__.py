"""Actions of lenders, borrowers and the clock."""

from tenants.community.lending.actions.erasing import erase
from tenants.community.lending.actions.loans import (
    accept,
    cancel,
    declare_lost,
    decline,
    give_back,
    hand_over,
    request,
    thank,
    withdraw_promise,
)
from tenants.community.lending.actions.meetings import book, unbook
from tenants.community.lending.actions.steps import (
    end_loan,
    move_up,
    take_off,
    write_letter,
)
from tenants.community.lending.actions.things import (
    conceal,
    describe,
    discard_draft,
    forget_drafts,
    lend_again,
    offer,
    receive_picture,
    save_draft,
    withdraw,
)
from tenants.community.lending.actions.times import (
    answer_extension,
    extend,
    lapse,
    leave_waiting_list,
    remind,
    settle_leaver,
    tell_damage,
    wait,
)

__all__ = [
    "accept",
    "answer_extension",
    "book",
    "cancel",
    "conceal",
    "declare_lost",
    "decline",
    "describe",
    "discard_draft",
    "end_loan",
    "erase",
    "extend",
    "forget_drafts",
    "give_back",
    "hand_over",
    "lapse",
    "leave_waiting_list",
    "lend_again",
    "move_up",
    "offer",
    "receive_picture",
    "remind",
    "request",
    "save_draft",
    "settle_leaver",
    "take_off",
    "tell_damage",
    "thank",
    "unbook",
    "wait",
    "withdraw",
    "withdraw_promise",
    "write_letter",
]
