"""How dates and times read in the panel, where Django's own formats for a language differ from the product's."""
