"""What the buttons of a record answer."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext, ngettext

from appointments.choices import Role


def details_sent_again(count: int) -> str:
    """The details of so many appointments wait to be sent again."""
    if not count:
        return gettext("Nothing is being sent again.")
    text = ngettext(
        "The details of %(count)d appointment are being sent again.",
        "The details of %(count)d appointments are being sent again.",
        count,
    )
    return text % {"count": count}


def links_replaced(roles: Collection[Role], sent: Collection[Role]) -> str:
    """The links of these people were replaced, and the new ones wait to be sent to those of `sent`."""
    one = len(roles) == 1
    old = gettext("The old link no longer works.") if one else gettext("The old links no longer work.")
    if not sent:
        new = gettext("Nobody has been told the new one.") if one else gettext("Nobody has been told the new ones.")
    elif len(sent) == len(roles):
        new = gettext("The new one is being sent.") if one else gettext("The new ones are being sent.")
    elif Role.VISITOR in sent:
        new = gettext("Only the visitor’s new one is being sent.")
    else:
        new = gettext("Only the host’s new one is being sent.")
    return f"{old} {new}"
