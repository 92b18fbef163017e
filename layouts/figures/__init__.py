"""Figures: view models in, Plotly figures out."""
