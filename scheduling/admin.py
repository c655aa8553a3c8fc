"""Master data of people and of planning. A status is never written here."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from scheduling.models import (
    Absence,
    BreakRule,
    Employer,
    LoadUnit,
    PlanningSettings,
    Shift,
    ShiftBreak,
    ShiftPattern,
    Skill,
    SpeedStep,
    Technician,
    TechnicianCapacity,
    TechnicianSkill,
    TechnicianTerritory,
    User,
    WeightSet,
    WorkLedger,
)
from scheduling.services.shifts import keep_shift, make_coming_shifts


@admin.register(User)
class VisitaUserAdmin(UserAdmin):
    fieldsets = (*(UserAdmin.fieldsets or ()), (_("Language and time"), {"fields": ("language", "time_zone")}))


class TechnicianSkillInline(admin.TabularInline):
    model = TechnicianSkill
    extra = 0


class TechnicianTerritoryInline(admin.TabularInline):
    model = TechnicianTerritory
    extra = 0
    verbose_name_plural = _("territories: at home, allowed (then only those and home), forbidden")


class TechnicianCapacityInline(admin.TabularInline):
    model = TechnicianCapacity
    extra = 0
    verbose_name_plural = _("what the van holds; a unit without a row isn’t limited, no row at all carries anything")


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
    fieldsets = (
        (None, {"fields": ("name", "initials", "colour", "phone", "employer", "user", "active")}),
        (_("The way"), {"fields": ("home", "end_place", "travel_profile", "speed_factor")}),
        (
            _("Limits of a shift"),
            {
                "fields": ("max_visits", "max_work_s", "max_travel_s", "max_leg_s"),
                "description": _("Hard: no plan goes beyond them. Empty: no limit."),
            },
        ),
        (_("Overtime"), {"fields": ("max_overtime_s", "planned_overtime_s", "overtime_rate")}),
    )
    inlines = (
        TechnicianSkillInline,
        TechnicianTerritoryInline,
        TechnicianCapacityInline,
        ShiftPatternInline,
        AbsenceInline,
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """Whose account it is, only who may see accounts decides."""
        return () if request.user.has_perm("scheduling.view_user") else ("user",)

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


@admin.register(LoadUnit)
class LoadUnitAdmin(admin.ModelAdmin):
    list_display = ("code", "name")
    search_fields = ("code", "name")


class ShiftBreakInline(admin.TabularInline):
    model = ShiftBreak
    extra = 0


@admin.register(Shift)
class ShiftAdmin(admin.ModelAdmin):
    """One shift by hand. Its hours stay once it is made; its places and breaks may change."""

    list_display = ("technician", "date", "starts_at", "ends_at", "is_regular")
    list_filter = ("technician",)
    date_hierarchy = "date"
    autocomplete_fields = ("start_place", "end_place")
    fieldsets = (
        (None, {"fields": ("technician", "zone", "starts_at", "ends_at")}),
        (
            _("Where it starts and ends"),
            {
                "fields": ("start_place", "end_place"),
                "description": _("Empty: the first visit is where it starts, the last one where it ends."),
            },
        ),
    )
    inlines = (ShiftBreakInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return ("technician", "zone", "starts_at", "ends_at") if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"zone": timezone.get_default_timezone_name()} | super().get_changeform_initial_data(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A shift that was worked on, or is to be, is history."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and isinstance(obj, Shift) and not obj.has_stops

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        keep_shift(shift=form.instance)


@admin.register(WeightSet)
class WeightSetAdmin(admin.ModelAdmin):
    list_display = ("label", "code")
    save_as = True
    fieldsets = (
        (None, {"fields": ("name", "code")}),
        (
            _("Time"),
            {
                "fields": ("travel", "paid", "overtime", "waiting"),
                "description": _("Everything is priced in seconds of driving at 100 %."),
            },
        ),
        (_("Punctuality and risk"), {"fields": ("late_minute", "risk_hour")}),
        (_("Least change of what is published"), {"fields": ("moved_hour", "other_technician", "other_day")}),
        (
            _("The right technician"),
            {"fields": ("not_preferred", "stranger", "outside_home", "spare_level", "rare_skill", "fairness")},
        ),
        (_("Visits left out"), {"fields": ("unserved_priority", "unserved_day")}),
    )


class SpeedStepFormSet(BaseInlineFormSet):
    def clean(self) -> None:
        """The database's own words for two rows of one hour would be an error page."""
        super().clean()
        hours = [
            (form.cleaned_data.get("weekday"), form.cleaned_data.get("starts"))
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
        if len(set(hours)) < len(hours):
            raise ValidationError(_("Two speeds begin at the same hour."))


class SpeedStepInline(admin.TabularInline):
    model = SpeedStep
    formset = SpeedStepFormSet
    extra = 0


@admin.register(PlanningSettings)
class PlanningSettingsAdmin(admin.ModelAdmin):
    list_display = ("__str__", "weight_set", "freeze_s", "continuity_months")
    fields = ("weight_set", "freeze_s", "continuity_months", "currency")
    inlines = (SpeedStepInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not PlanningSettings.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(WorkLedger)
class WorkLedgerAdmin(admin.ModelAdmin):
    """Computed from finished stops: to be seen, not to be written."""

    list_display = ("technician", "week_start", "worked_s", "driven_s")
    list_filter = ("technician",)
    date_hierarchy = "week_start"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
