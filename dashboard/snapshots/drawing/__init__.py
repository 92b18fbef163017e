"""Drawings of snapshots as SVG: numbers in, text out, the same for the same numbers."""
