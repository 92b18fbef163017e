"""Snapshots: documents that show what a screen shows, on paper, frozen and archived."""
