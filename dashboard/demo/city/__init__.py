"""A believable made-up urban district: areas, map features and place names from one seed."""

from dashboard.demo.city.build import City, build_city

__all__ = ["City", "build_city"]
