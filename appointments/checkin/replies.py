"""The replies of hosts on the start page of a reception screen, for visitors who sit there without a phone."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext

from appointments.choices import Reply
from appointments.models import Appointment
from core.templatetags.entry import hour
from core.text import public_name
from kiosks.models import Kiosk
from offices.current import current_office

# Everybody at reception reads them, so the oldest leaves when there is another.
MOST = 2


@dataclass(frozen=True)
class ShownReply:
    """The reply to one visitor, as a public screen shows it."""

    visit: Appointment

    @property
    def icon(self) -> str:
        """The name of the pictogram."""
        return Reply(self.visit.reply).icon

    @property
    def sentence(self) -> str:
        """The reply, to a visitor who is called by a cut name or, where the office shows no names, by the time."""
        sentences = {
            Reply.ON_MY_WAY: gettext("%(who)s: your host is on the way"),
            Reply.FIVE_MINUTES: gettext("%(who)s: your host will be five minutes"),
            Reply.COLLEAGUE: gettext("%(who)s: please ask at reception"),
        }
        return sentences[Reply(self.visit.reply)] % {"who": self._who}

    @property
    def _who(self) -> str:
        if current_office().names_on_screens:
            return public_name(self.visit.visitor_name)
        return gettext("Checked in at %(time)s") % {"time": hour(self.visit.started_at)}


def replies_on(screen: Kiosk) -> list[ShownReply]:
    """What hosts have replied in the last minute to visitors who checked in on this screen."""
    visits = Appointment.objects.just_replied(timezone.now()).filter(screen=screen)
    return [ShownReply(visit) for visit in visits[:MOST]]
