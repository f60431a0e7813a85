"""Date and time formats of the panel, for languages whose formats in Django differ from the product's."""
