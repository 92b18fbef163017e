"""What a screen or a page shows, as plain values: stored things and an instant in, rows out."""
