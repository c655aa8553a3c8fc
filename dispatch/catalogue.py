"""The first catalogue: 12 observations of a device's surroundings and the factors that may cause a fault.

Normal ranges are editable defaults; a maker's own range for a product goes before them. Sources of the figures:
supply voltage EN 50160 (230 V +-10 %); inlet temperature 18-27 degrees as commonly recommended for equipment rooms;
Wi-Fi signal as vendors ask for data (-70 dBm or better). Causes are grouped as in ISO 14224.
"""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dispatch.models import Factor, Observation

CATALOGUE_VERSION = 1
NUM, ENUM, YES_NO, COUNT = (
    Observation.Kind.NUMBER,
    Observation.Kind.CHOICE,
    Observation.Kind.YES_NO,
    Observation.Kind.COUNT,
)
OBSERVATION_GROUPS = {
    "CL": _("Climate"),
    "AI": _("Air and ventilation"),
    "PW": _("Power"),
    "LN": _("Signal and cables"),
    "PL": _("Place"),
}
FACTOR_GROUPS = {
    "environment": _("Environment"),
    "power": _("Power supply"),
    "line": _("Radio, line and cables"),
    "design": _("Design"),
    "installation": _("Manufacture and installation"),
    "operation": _("Use and maintenance"),
    "other": _("Other"),
}


def _choice(code: str, en: str, es: str, *, normal: bool = False) -> dict[str, object]:
    return {"code": code, "en": en, "es": es, "normal": normal}


OBSERVATIONS: list[dict[str, Any]] = [
    {
        "code": "TH-TEMP", "group": "CL", "kind": NUM, "unit": "°C",
        "name_en": "Air temperature at the device's inlet", "name_es": "Temperatura del aire en la entrada del equipo",
        "normal_low": 18, "normal_high": 27, "possible_low": -40, "possible_high": 90,
    },
    {
        "code": "HU-RH", "group": "CL", "kind": NUM, "unit": "%",
        "name_en": "Relative humidity", "name_es": "Humedad relativa",
        "normal_low": 20, "normal_high": 70, "possible_low": 0, "possible_high": 100,
    },
    {
        "code": "TH-SUN", "group": "CL", "kind": YES_NO, "normal_yes_no": False,
        "name_en": "Direct sunlight on the device", "name_es": "Luz solar directa sobre el equipo",
    },
    {
        "code": "AI-DUST", "group": "AI", "kind": ENUM,
        "name_en": "Dust on the device and its vents", "name_es": "Polvo en el equipo y sus rejillas",
        "choices": [
            _choice("none", "none", "ninguno", normal=True),
            _choice("light", "light", "ligero", normal=True),
            _choice("layer", "visible layer", "capa visible"),
            _choice("clogging", "clogs the vents", "obstruye las rejillas"),
        ],
    },
    {
        "code": "VE-FAN", "group": "AI", "kind": ENUM,
        "name_en": "Fan and filter", "name_es": "Ventilador y filtro",
        "choices": [
            _choice("ok", "in order", "en buen estado", normal=True),
            _choice("noisy", "noisy", "ruidoso"),
            _choice("blocked", "blocked", "obstruido"),
            _choice("stopped", "stopped", "parado"),
        ],
    },
    {
        "code": "PW-VOLT", "group": "PW", "kind": NUM, "unit": "V",
        "name_en": "Supply voltage", "name_es": "Tensión de alimentación",
        "normal_low": 207, "normal_high": 253, "possible_low": 0, "possible_high": 500,
    },
    {
        "code": "PW-DIPS", "group": "PW", "kind": COUNT, "unit": "",
        "name_en": "Power cuts or dips in the last week", "name_es": "Cortes o bajadas de tensión en la última semana",
        "normal_low": 0, "normal_high": 0, "possible_low": 0, "possible_high": 1000,
    },
    {
        "code": "RF-RSSI", "group": "LN", "kind": NUM, "unit": "dBm",
        "name_en": "Wi-Fi signal at the device", "name_es": "Señal wifi en el equipo",
        "normal_low": -70, "normal_high": None, "possible_low": -120, "possible_high": 0,
    },
    {
        "code": "CA-COND", "group": "LN", "kind": ENUM,
        "name_en": "Cables and connectors", "name_es": "Cables y conectores",
        "choices": [
            _choice("ok", "in order", "en buen estado", normal=True),
            _choice("loose", "loose", "sueltos"),
            _choice("bent", "bent or crushed", "doblados o aplastados"),
            _choice("cut", "cut", "cortados"),
            _choice("gnawed", "gnawed", "roídos"),
            _choice("corroded", "corroded", "corroídos"),
        ],
    },
    {
        "code": "PL-PLACE", "group": "PL", "kind": ENUM,
        "name_en": "Where the device stands", "name_es": "Ubicación del equipo",
        "choices": [
            _choice("ok", "suitable", "adecuada", normal=True),
            _choice("unstable", "unstable", "inestable"),
            _choice("hard_access", "hard to reach", "de difícil acceso"),
            _choice("inside_metal", "inside metal", "dentro de un mueble metálico"),
            _choice("on_floor", "on the floor", "en el suelo"),
        ],
    },
    {
        "code": "WA-INGR", "group": "PL", "kind": ENUM,
        "name_en": "Water: leak, splash or damp", "name_es": "Agua: fuga, salpicaduras o humedad",
        "choices": [
            _choice("none", "none", "no hay", normal=True),
            _choice("damp", "damp", "humedad"),
            _choice("drip", "dripping", "goteo"),
            _choice("standing", "standing water", "agua estancada"),
            _choice("flooded", "flooded", "inundación"),
        ],
    },
    {
        "code": "BI-PEST", "group": "PL", "kind": ENUM,
        "name_en": "Pests: rodents, insects, birds", "name_es": "Plagas: roedores, insectos, aves",
        "choices": [
            _choice("none", "none", "no hay", normal=True),
            _choice("signs", "signs of them", "hay indicios"),
            _choice("damage", "damage done", "hay daños"),
        ],
    },
]  # fmt: skip

FACTORS: list[tuple[str, str, str, str]] = [
    ("EN-HEAT", "environment", "Too hot around the device", "Exceso de calor ambiental"),
    ("EN-COLD", "environment", "Too cold, frost", "Frío excesivo o heladas"),
    ("EN-MOIST", "environment", "Humidity or condensation", "Humedad o condensación"),
    ("EN-WATER", "environment", "Water got in", "Entrada de agua"),
    ("EN-DUST", "environment", "Dust or fibres", "Polvo o fibras"),
    ("EN-CHEM", "environment", "Corrosive or greasy air", "Atmósfera corrosiva o grasa"),
    ("EN-PEST", "environment", "Pests", "Plagas"),
    ("EN-VIB", "environment", "Vibration or impact", "Vibración o impacto"),
    ("EN-WEATHER", "environment", "Lightning, storm, wind", "Rayo, tormenta o viento"),
    ("PW-QUAL", "power", "Poor power quality", "Mala calidad eléctrica"),
    ("PW-LOSS", "power", "Power cut without backup", "Corte de suministro sin respaldo"),
    ("PW-GND", "power", "Earthing or bonding fault", "Defecto de puesta a tierra"),
    ("RF-WEAK", "line", "Weak radio coverage", "Cobertura de radio débil"),
    ("RF-INTF", "line", "Radio interference or congestion", "Interferencias o saturación de radio"),
    ("LN-ACCESS", "line", "Access line degraded", "Línea de acceso degradada"),
    ("CA-DAMAGE", "line", "Cable or connector damaged", "Cable o conector dañado"),
    ("DS-CAPAC", "design", "Wrong model or capacity for the use", "Modelo o capacidad inadecuados"),
    ("DS-MATER", "design", "Wrong material or protection for the place", "Material o protección inadecuados"),
    ("IN-FABR", "installation", "Manufacturing defect", "Defecto de fabricación"),
    ("IN-INSTALL", "installation", "Installed or placed wrongly", "Error de instalación o ubicación"),
    ("OP-OFFDES", "operation", "Used outside its specification", "Uso fuera de especificación"),
    ("OP-USER", "operation", "Operating error or misuse", "Error de uso"),
    ("MA-MAINT", "operation", "Maintenance overdue or wrong", "Mantenimiento atrasado o erróneo"),
    ("MA-WEAR", "operation", "Expected wear and ageing", "Desgaste o envejecimiento normal"),
    ("XX-NONE", "other", "No contributing factor found", "Sin factor contribuyente"),
]


@transaction.atomic
def load_catalogue() -> None:
    """Brings the tables up to this version of the catalogue. What was edited in it since, and entries of other origin,
    stay as they are: run it as often as you like."""
    blank: dict[str, Any] = {
        "unit": "", "normal_low": None, "normal_high": None, "possible_low": None, "possible_high": None,
        "choices": [], "normal_yes_no": None,
    }  # fmt: skip
    for position, entry in enumerate(OBSERVATIONS, start=1):
        fields = blank | entry | {"position": position, "catalogue_version": CATALOGUE_VERSION}
        code = fields.pop("code")
        if not Observation.objects.filter(code=code, catalogue_version__gte=CATALOGUE_VERSION).exists():
            Observation.objects.update_or_create(code=code, defaults=fields)
    for code, group, name_en, name_es in FACTORS:
        Factor.objects.get_or_create(code=code, defaults={"group": group, "name_en": name_en, "name_es": name_es})
