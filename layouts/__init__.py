"""What a screen looks like: data in, Dash components out."""
