from maps.city.generate import City, generate_city

__all__ = ["City", "generate_city"]
