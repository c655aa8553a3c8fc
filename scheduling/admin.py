"""Master data of people. A status is never written here."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from scheduling.models import (
    Absence,
    BreakRule,
    Employer,
    ShiftPattern,
    Skill,
    Technician,
    TechnicianSkill,
    User,
)
from scheduling.services.shifts import make_coming_shifts


@admin.register(User)
class VisitaUserAdmin(UserAdmin):
    fieldsets = (*(UserAdmin.fieldsets or ()), (_("Language and time"), {"fields": ("language", "time_zone")}))


class TechnicianSkillInline(admin.TabularInline):
    model = TechnicianSkill
    extra = 0


class ShiftPatternInline(admin.TabularInline):
    model = ShiftPattern
    extra = 0
    show_change_link = True


class AbsenceInline(admin.TabularInline):
    model = Absence
    extra = 0


class BreakRuleInline(admin.TabularInline):
    model = BreakRule
    extra = 0


@admin.register(Technician)
class TechnicianAdmin(admin.ModelAdmin):
    list_display = ("name", "employer", "active")
    list_filter = ("active", "employer")
    search_fields = ("name",)
    autocomplete_fields = ("home", "end_place", "user")
    inlines = (TechnicianSkillInline, ShiftPatternInline, AbsenceInline)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        make_coming_shifts(today=timezone.localdate(), technicians=[form.instance])


@admin.register(ShiftPattern)
class ShiftPatternAdmin(admin.ModelAdmin):
    list_display = ("technician", "weekday", "starts", "ends")
    list_filter = ("technician",)
    inlines = (BreakRuleInline,)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        make_coming_shifts(today=timezone.localdate(), technicians=[form.instance.technician])


@admin.register(Absence)
class AbsenceAdmin(admin.ModelAdmin):
    list_display = ("technician", "kind", "starts_at", "ends_at")
    list_filter = ("kind",)
    date_hierarchy = "starts_at"


@admin.register(Employer)
class EmployerAdmin(admin.ModelAdmin):
    list_display = ("name", "kind")


@admin.register(Skill)
class SkillAdmin(admin.ModelAdmin):
    list_display = ("code", "name")
    search_fields = ("code", "name")
