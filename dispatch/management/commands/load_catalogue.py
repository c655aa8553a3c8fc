from django.core.management.base import BaseCommand

from dispatch.catalogue import CATALOGUE_VERSION, load_catalogue


class Command(BaseCommand):
    help = "Load the catalogue of observations and factors. What was edited since stays."

    def handle(self, *args: object, **options: object) -> None:
        load_catalogue()
        self.stdout.write(f"Catalogue {CATALOGUE_VERSION} is loaded.")
