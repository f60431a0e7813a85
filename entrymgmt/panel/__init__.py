"""The host panel: Django Admin as the office manager's tool."""
