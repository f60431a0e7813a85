"""The host panel: Django Admin for the office manager and reception."""
