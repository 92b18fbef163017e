"""Scenes for wall displays."""
