from __future__ import annotations

from django.contrib import admin

from maps.models import Place, Territory


@admin.register(Place)
class PlaceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("line1", "line2", "postal_code", "city", "quality", "provider")
    list_filter = ("quality", "country")
    search_fields = ("line1", "line2", "postal_code", "city")
    readonly_fields = ("created_at",)


@admin.register(Territory)
class TerritoryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name",)
    search_fields = ("name",)
