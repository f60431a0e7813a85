from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """The accounts of the host panel: logging in, second factors, sessions."""

    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from accounts import receivers

        user_logged_in.connect(receivers.open_session, dispatch_uid="accounts.login")
        user_logged_out.connect(receivers.log_out, dispatch_uid="accounts.logout")
