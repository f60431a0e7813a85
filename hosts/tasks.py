"""The tasks of this app, where workers look for them."""

from hosts.exchange.tasks import purge_imports, resume_imports, write_import

__all__ = ["purge_imports", "resume_imports", "write_import"]
