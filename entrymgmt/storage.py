"""How static files are kept in production."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Compressed, and named by content; the names in the imports of our modules follow."""

    support_js_module_import_aggregation = True
