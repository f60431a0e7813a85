from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RollCallConfig(AppConfig):
    """Accounting for everyone on site, as in an evacuation."""

    name = "rollcall"
    verbose_name = _("Roll calls")
