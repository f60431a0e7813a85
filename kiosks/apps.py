from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KiosksConfig(AppConfig):
    """Where visitors check in: reception screens, and the poster for their own phones."""

    name = "kiosks"
    verbose_name = _("Reception screens")
