"""Who has the problem, where, and with which device."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from phonenumbers import NumberParseException, is_valid_number
from phonenumbers import parse as parse_number

from dispatch.enums import ContactRole, Terms
from maps.models import Place
from scheduling.models.calendar import WEEKDAYS

LANGUAGES = [("es", "Español"), ("en", "English")]


def validate_phone(number: str) -> None:
    """International form, such as +34 969 123 456."""
    try:
        if is_valid_number(parse_number(number)):
            return
    except NumberParseException:
        pass
    raise ValidationError(_("Write the number with its country, such as +34 969 123 456."), code="phone")


class Customer(models.Model):
    class Kind(models.TextChoices):
        PERSON = "person", _("person")
        COMPANY = "company", _("company")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.PERSON)
    name = models.CharField(_("name"), max_length=160)
    language = models.CharField(_("language"), max_length=5, choices=LANGUAGES, default="es")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ("name", "pk")
        indexes = (models.Index(fields=("name",), name="customer_name"),)

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """A customer's premises. Its zone is the zone of every visit there."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="sites")
    name = models.CharField(_("name"), max_length=120, blank=True, help_text=_("Such as: home, shop in Calle Mayor"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("address"))
    zone = models.CharField(_("time zone"), max_length=64)
    access_notes = models.TextField(_("how to get in"), blank=True, max_length=1000)

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ("customer", "pk")

    def __str__(self) -> str:
        return f"{self.name}: {self.place}" if self.name else str(self.place)


class SiteHours(models.Model):
    """When a site is open, local wall time. No row at all: always."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=WEEKDAYS)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ("weekday", "opens")
        constraints = (
            models.CheckConstraint(
                name="site_opens_first",
                condition=Q(opens__lt=F("closes")),
                violation_error_message=_("A site closes after it opens."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}-{self.closes:%H:%M}"


class Contact(models.Model):
    """A person of the customer. Personal data stays here, apart from findings, so that it can be erased."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contacts")
    site = models.ForeignKey(Site, models.SET_NULL, null=True, blank=True, related_name="contacts")
    role = models.CharField(_("role"), max_length=8, choices=ContactRole.choices, default=ContactRole.ASKS)
    name = models.CharField(_("name"), max_length=160)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=32, blank=True, validators=[validate_phone])
    language = models.CharField(_("language"), max_length=5, choices=LANGUAGES, default="es")

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ("customer", "pk")

    def __str__(self) -> str:
        return self.name


class ProductModel(models.Model):
    maker = models.CharField(_("maker"), max_length=80)
    name = models.CharField(_("model"), max_length=120)
    category = models.CharField(_("category"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("product model")
        verbose_name_plural = _("product models")
        ordering = ("maker", "name")
        constraints = (models.UniqueConstraint(fields=("maker", "name"), name="product_model_once"),)

    def __str__(self) -> str:
        return f"{self.maker} {self.name}"


class Device(models.Model):
    site = models.ForeignKey(Site, models.CASCADE, related_name="devices")
    product = models.ForeignKey(ProductModel, models.PROTECT, related_name="devices", verbose_name=_("product"))
    serial = models.CharField(_("serial number"), max_length=80, blank=True)
    firmware = models.CharField(_("firmware"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ("site", "pk")

    def __str__(self) -> str:
        return f"{self.product} ({self.serial})" if self.serial else str(self.product)


class Agreement(models.Model):
    """On which terms a customer, a site or a device is served. ``visit_price`` is before tax."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="agreements")
    site = models.ForeignKey(Site, models.CASCADE, null=True, blank=True, related_name="agreements")
    device = models.ForeignKey(Device, models.CASCADE, null=True, blank=True, related_name="agreements")
    terms = models.CharField(_("terms"), max_length=16, choices=Terms.choices)
    starts = models.DateField(_("from"), null=True, blank=True)
    ends = models.DateField(_("until"), null=True, blank=True)
    visit_price = models.DecimalField(_("price of a visit"), max_digits=10, decimal_places=2, default=0)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ("customer", "-starts")

    def __str__(self) -> str:
        return f"{self.customer}: {self.get_terms_display()}"
