"""The storage of static files in production."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Compressed files with a content hash in their names; imports in our JavaScript modules use these names."""

    support_js_module_import_aggregation = True
