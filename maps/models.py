from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maps.geometry import GeometryError, Point, check_polygon, polygon_contains


class PlaceQuality(models.TextChoices):
    ROOFTOP = "rooftop", _("exact building")
    INTERPOLATED = "interpolated", _("along the street, by house number")
    STREET = "street", _("somewhere in the street")
    PLACE = "place", _("somewhere in the town")
    PICKED = "picked", _("set by hand on the map")
    UNKNOWN = "unknown", _("unknown")


class Place(models.Model):
    """An address with coordinates, and the quality of both. It may lack coordinates: then no travel time can be had."""

    line1 = models.CharField(_("address"), max_length=200)
    line2 = models.CharField(_("floor, door, building"), max_length=200, blank=True)
    city = models.CharField(_("town"), max_length=120, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    country = models.CharField(_("country"), max_length=2, default="ES")
    latitude = models.FloatField(
        _("latitude"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        _("longitude"), null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    quality = models.CharField(_("quality"), max_length=16, choices=PlaceQuality.choices, default=PlaceQuality.UNKNOWN)
    provider = models.CharField(_("source of the coordinates"), max_length=40, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        constraints = (
            models.CheckConstraint(
                name="maps_place_coordinates",
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                # A check that comes out as NULL passes: so "not null" is said, though the ranges seem to say it.
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                violation_error_message=_("Latitude and longitude belong together, within 90 and 180 degrees."),
            ),
        )
        indexes = (models.Index(fields=["latitude", "longitude"], name="maps_place_position"),)

    def __str__(self) -> str:
        return self.label

    @property
    def has_coordinates(self) -> bool:
        return self.latitude is not None and self.longitude is not None

    @property
    def point(self) -> Point | None:
        if self.latitude is None or self.longitude is None:
            return None
        return Point(self.latitude, self.longitude)

    @property
    def label(self) -> str:
        town = " ".join(part for part in (self.postal_code, self.city) if part)
        return ", ".join(part for part in (self.line1, self.line2, town) if part)


def validate_polygon(value: object) -> None:
    try:
        check_polygon(value)
    except GeometryError as error:
        raise ValidationError(str(error), code="polygon") from error


class Territory(models.Model):
    """An area on the map. Who works there is not known here."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    polygon = models.JSONField(_("polygon (GeoJSON)"), validators=[validate_polygon])

    class Meta:
        verbose_name = _("territory")
        verbose_name_plural = _("territories")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def contains(self, point: Point) -> bool:
        return polygon_contains(self.polygon, point)


class RegionKind(models.TextChoices):
    GENERATED = "generated", _("generated from a seed")
    NONE = "none", _("no base map")


class Region(models.Model):
    """An area with a base map and perhaps a street graph; its files lie under `regions` in the data folder."""

    name = models.SlugField(_("name"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=RegionKind.choices)
    seed = models.PositiveIntegerField(_("seed"), null=True, blank=True)
    south = models.FloatField(_("southern edge"))
    west = models.FloatField(_("western edge"))
    north = models.FloatField(_("northern edge"))
    east = models.FloatField(_("eastern edge"))
    folder = models.CharField(_("folder"), max_length=100, blank=True)
    attribution = models.CharField(_("attribution"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                name="maps_region_bounds",
                condition=Q(south__lte=models.F("north"), west__lte=models.F("east")),
            ),
        )

    def __str__(self) -> str:
        return self.name


class TravelMatrix(models.Model):
    """Travel between n places, as measured or delivered: two int32 matrices, little-endian, row by row (from, to)."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    provider = models.CharField(_("source"), max_length=40)
    size = models.PositiveIntegerField(_("number of places"))
    durations_s = models.BinaryField()
    distances_m = models.BinaryField()
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("travel matrix")
        verbose_name_plural = _("travel matrices")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class MatrixPoint(models.Model):
    """Which row and column of a matrix a place is."""

    matrix = models.ForeignKey(TravelMatrix, on_delete=models.CASCADE, related_name="points")
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="matrix_points")
    index = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("place in a matrix")
        verbose_name_plural = _("places in a matrix")
        constraints = (
            models.UniqueConstraint(fields=["matrix", "place"], name="maps_matrixpoint_place"),
            models.UniqueConstraint(fields=["matrix", "index"], name="maps_matrixpoint_index"),
        )

    def __str__(self) -> str:
        return f"{self.matrix_id}[{self.index}]"
