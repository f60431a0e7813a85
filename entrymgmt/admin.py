"""What the host panel holds, and what is shown on whose page."""

from django.contrib import admin
from django.contrib.admin.models import LogEntry

from appointments.admin import AppointmentAdmin, appointments_held, what_to_do
from appointments.models import Appointment
from appointments.screens import Screen
from chat.admin import conversation
from entrymgmt.panel.log import LogEntryAdmin
from entrymgmt.panel.screens import ScreenAdmin
from entrymgmt.panel.trials import host_trials
from hosts.admin import HostAdmin
from hosts.models import Host
from notifications.admin import NotificationAdmin, message_text, notifications_about
from notifications.models import Notification
from rollcall.admin import RollCallAdmin
from rollcall.models import RollCall

admin.site.register(Host, HostAdmin, sections=[appointments_held, host_trials])
admin.site.register(Appointment, AppointmentAdmin, sections=[what_to_do, notifications_about, conversation])
admin.site.register(Notification, NotificationAdmin, sections=[message_text])
admin.site.register(RollCall, RollCallAdmin)
admin.site.register(LogEntry, LogEntryAdmin)
admin.site.register(Screen, ScreenAdmin)
