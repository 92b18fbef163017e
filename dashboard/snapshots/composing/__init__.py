"""From data to documents: every word and number as it is printed, and the drawings; templates only set them."""
