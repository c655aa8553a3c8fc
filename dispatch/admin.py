"""Master data is kept here. What has a state or a history is shown, and changes on its own pages alone."""

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dispatch.models import (
    Agreement,
    Case,
    CaseSource,
    Channel,
    Contact,
    Customer,
    Device,
    Factor,
    Notice,
    Observation,
    PairedDevice,
    Part,
    ProductModel,
    RemoteAttempt,
    Site,
    SiteHours,
    SupportLine,
    Symptom,
    Visit,
    VisitType,
    VisitTypeCheck,
    VisitTypeSkill,
)
from dispatch.services.sources import issue_source_token

admin.site.site_header = gettext_lazy("Master data")
admin.site.site_title = gettext_lazy("Master data")
admin.site.index_title = gettext_lazy("What the pages choose from")


class ReadOnly:
    """Shown, never written."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ContactInline(admin.TabularInline):
    model = Contact
    extra = 0


class SiteHoursInline(admin.TabularInline):
    model = SiteHours
    extra = 0


class DeviceInline(admin.TabularInline):
    model = Device
    extra = 0
    autocomplete_fields = ("product",)


class VisitTypeSkillInline(admin.TabularInline):
    model = VisitTypeSkill
    extra = 0


class VisitTypeCheckInline(admin.TabularInline):
    model = VisitTypeCheck
    extra = 0


class RemoteAttemptInline(ReadOnly, admin.TabularInline):
    model = RemoteAttempt
    extra = 0


@admin.register(Customer)
class CustomerAdmin(admin.ModelAdmin):
    list_display = ("name", "kind", "language")
    list_filter = ("kind", "language")
    search_fields = ("name",)
    inlines = (ContactInline,)


@admin.register(Site)
class SiteAdmin(admin.ModelAdmin):
    list_display = ("customer", "name", "place", "zone")
    list_select_related = ("customer", "place")
    search_fields = ("customer__name", "place__line1")
    autocomplete_fields = ("customer", "place")
    inlines = (SiteHoursInline, DeviceInline)


@admin.register(Agreement)
class AgreementAdmin(admin.ModelAdmin):
    list_display = ("customer", "terms", "starts", "ends", "visit_price", "currency")
    list_select_related = ("customer",)
    list_filter = ("terms",)
    search_fields = ("customer__name",)
    autocomplete_fields = ("customer", "site", "device")


@admin.register(Device)
class DeviceAdmin(admin.ModelAdmin):
    list_display = ("product", "serial", "firmware", "site")
    list_select_related = ("product", "site__place")
    search_fields = ("serial", "product__name")
    autocomplete_fields = ("site", "product")


@admin.register(ProductModel)
class ProductModelAdmin(admin.ModelAdmin):
    list_display = ("maker", "name", "category")
    search_fields = ("maker", "name")


@admin.register(SupportLine)
class SupportLineAdmin(admin.ModelAdmin):
    list_display = ("level", "name")


@admin.register(Channel, Symptom)
class NamedAdmin(admin.ModelAdmin):
    list_display = ("code", "name_en", "name_es")
    search_fields = ("code", "name_en", "name_es")


@admin.register(CaseSource)
class CaseSourceAdmin(admin.ModelAdmin):
    list_display = ("name", "notify_url", "active", "has_token")
    fields = ("name", "notify_url", "active")
    actions = ("issue_tokens",)

    @admin.display(boolean=True, description=gettext_lazy("has a token"))
    def has_token(self, source: CaseSource) -> bool:
        return bool(source.token_hash)

    @admin.action(description=gettext_lazy("Issue a new token; the one before is void"))
    def issue_tokens(self, request: HttpRequest, sources: QuerySet[CaseSource]) -> None:
        """The only moment in which the token can be read."""
        for source in sources:
            token = issue_source_token(source=source)
            text = _("Token of %(source)s, shown this once: %(token)s") % {"source": source, "token": token}
            messages.warning(request, text)


@admin.register(VisitType)
class VisitTypeAdmin(admin.ModelAdmin):
    list_display = ("code", "name_en", "name_es", "duration_minutes", "active")
    inlines = (VisitTypeSkillInline, VisitTypeCheckInline)


@admin.register(Observation)
class ObservationAdmin(admin.ModelAdmin):
    list_display = ("code", "name_en", "kind", "unit", "normal_low", "normal_high", "active")
    list_filter = ("group", "active")
    search_fields = ("code", "name_en", "name_es")


@admin.register(Factor)
class FactorAdmin(admin.ModelAdmin):
    list_display = ("code", "group", "name_en", "name_es", "active")
    list_filter = ("group", "active")
    search_fields = ("code", "name_en", "name_es")


@admin.register(Part)
class PartAdmin(admin.ModelAdmin):
    list_display = ("code", "name")
    search_fields = ("code", "name")


@admin.register(Case)
class CaseAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("__str__", "customer", "status", "priority", "due_at")
    list_select_related = ("customer",)
    list_filter = ("status", "source")
    search_fields = ("customer__name", "external_id")
    inlines = (RemoteAttemptInline,)


@admin.register(Visit)
class VisitAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("__str__", "case", "visit_type", "status", "terms", "price", "currency")
    list_select_related = ("case", "visit_type")
    list_filter = ("status", "terms")
    search_fields = ("case__customer__name",)


@admin.register(Notice)
class NoticeAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("recipient", "subject", "channel", "status", "created_at")
    list_filter = ("status", "channel")
    search_fields = ("recipient", "subject")


@admin.register(PairedDevice)
class PairedDeviceAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("technician", "name", "paired_at", "last_seen_at", "revoked_at")
    list_select_related = ("technician",)
    exclude = ("token_hash",)
