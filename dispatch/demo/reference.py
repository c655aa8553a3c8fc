"""Master data of the made-up company: lines, channels, symptoms, products, skills and visit types."""

from collections.abc import Mapping
from dataclasses import dataclass

from dispatch.models import (
    CaseSource,
    Channel,
    ProductModel,
    SupportLine,
    Symptom,
    VisitType,
    VisitTypeCheck,
    VisitTypeSkill,
)
from scheduling.models import Skill

LINES = ((1, "Primera línea"), (2, "Segunda línea"), (3, "Especialista dedicado"))
CHANNELS = (
    ("telephone", "telephone", "teléfono"),
    ("email", "e-mail", "correo electrónico"),
    ("chat", "chat", "chat"),
    ("form", "form", "formulario"),
    ("social", "social network", "red social"),
    ("specialist", "dedicated specialist", "especialista dedicado"),
)
SYMPTOMS = (
    ("no-service", "no service at all", "sin servicio"),
    ("drops", "connection drops", "cortes de conexión"),
    ("slow", "slow or weak signal", "señal débil o lenta"),
    ("no-print", "does not print", "no imprime"),
    ("print-quality", "poor print quality", "mala calidad de impresión"),
    ("no-payment", "card payments fail", "fallan los cobros con tarjeta"),
    ("false-alarm", "false alarms", "falsas alarmas"),
    ("no-alarm", "alarm panel offline", "central de alarma sin comunicación"),
    ("no-heat", "no heat or hot water", "sin calefacción ni agua caliente"),
    ("error-code", "shows an error code", "muestra un código de error"),
)
PRODUCTS = (
    ("ont", "router and ONT", (("Luminet", "ONT-210"), ("Luminet", "Fibra X6"), ("Andaria", "GigaBox 2"))),
    ("wifi", "Wi-Fi system", (("Mallacasa", "M3"), ("Mallacasa", "M3 Pro"), ("Andaria", "Nodo AX"))),
    ("printer", "printer", (("Imprex", "LaserPro 420"), ("Imprex", "OficinaJet 88"), ("Tintamar", "Duo 5"))),
    ("pos", "POS terminal", (("Cobrafácil", "TPV-7"), ("Cobrafácil", "Móvil 3"))),
    ("alarm", "alarm panel", (("Guardián", "A200"), ("Guardián", "Hogar 4"))),
    ("hvac", "heat pump", (("Termoval", "AeroPlus 8"), ("Termoval", "AeroPlus 12"))),
)
FIRMWARE = {"ont": "3.2.1", "wifi": "2.8.0", "printer": "1.14", "pos": "7.0.5", "alarm": "5.1.2", "hvac": "1.9.4"}
SKILLS = (
    ("fibre", "Fibra óptica"),
    ("wifi", "Redes wifi"),
    ("printers", "Impresoras"),
    ("pos", "Terminales de pago"),
    ("alarm", "Alarmas"),
    ("hvac", "Climatización"),
    ("f-gas", "Gases fluorados"),
)
CHECKS_FIRST = ("Confirm the symptom with the customer", "Comprobar el síntoma con el cliente")
CHECKS_LAST = ("Explain what was done and leave it tidy", "Explicar lo realizado y dejarlo todo recogido")


@dataclass(frozen=True, slots=True)
class Template:
    """A visit type: minutes of work, setup and arrival window, the skill with its level, parts and own checks."""

    name_en: str
    name_es: str
    minutes: int
    setup: int
    window: int
    skill: str
    level: int
    parts: str
    checks: tuple[tuple[str, str], ...]


VISIT_TYPES: Mapping[str, Template] = {
    "fibre-repair": Template(
        "Fibre repair", "Avería de fibra", 45, 5, 120, "fibre", 2,
        "ONT de repuesto\nLatiguillo SC/APC 3 m\nRoseta óptica",
        (("Measure the optical power at the socket", "Medir la potencia óptica en la roseta"),
         ("Clean and check the connectors", "Limpiar y revisar los conectores")),
    ),
    "wifi-coverage": Template(
        "Wi-Fi coverage", "Cobertura wifi", 40, 5, 240, "wifi", 1,
        "Nodo de malla\nCable de red 5 m",
        (("Measure the signal in every room", "Medir la señal en cada habitación"),
         ("Choose a free channel", "Elegir un canal libre")),
    ),
    "printer-repair": Template(
        "Printer repair", "Reparación de impresora", 40, 5, 240, "printers", 1,
        "Kit de rodillos\nFusor\nTóner negro",
        (("Print the test page", "Imprimir la página de prueba"),
         ("Clean rollers and paper path", "Limpiar rodillos y recorrido del papel")),
    ),
    "pos-repair": Template(
        "Card terminal", "Terminal de pago", 30, 5, 120, "pos", 1,
        "TPV de sustitución\nFuente de alimentación\nRollos de papel",
        (("Make a payment of one cent and return it", "Cobrar un céntimo y devolverlo"),
         ("Check seals and serial number", "Revisar precintos y número de serie")),
    ),
    "alarm-repair": Template(
        "Alarm panel", "Central de alarma", 50, 5, 120, "alarm", 2,
        "Batería 12 V 7 Ah\nDetector volumétrico\nMódulo GSM",
        (("Tell the control room before touching anything", "Avisar a la central receptora antes de tocar nada"),
         ("Test every detector", "Probar todos los detectores")),
    ),
    "heat-pump": Template(
        "Heat pump", "Bomba de calor", 80, 10, 240, "hvac", 2,
        "Sonda de temperatura\nFiltro de agua\nPlaca de control",
        (("Measure flow and return temperature", "Medir temperaturas de ida y retorno"),
         ("Clean the water filter", "Limpiar el filtro de agua")),
    ),
    "refrigerant": Template(
        "Refrigerant circuit", "Circuito frigorífico", 90, 15, 240, "f-gas", 1,
        "Botella de R32\nManómetros\nDetector de fugas",
        (("Look for leaks before charging", "Buscar fugas antes de cargar"),
         ("Write down the charge in the logbook", "Anotar la carga en el libro de registro")),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reference:
    lines: Mapping[int, SupportLine]
    channels: Mapping[str, Channel]
    symptoms: Mapping[str, Symptom]
    products: Mapping[str, tuple[ProductModel, ...]]
    skills: Mapping[str, Skill]
    visit_types: Mapping[str, VisitType]
    help_desk: CaseSource


def load_reference() -> Reference:
    skills = {code: Skill.objects.create(code=code, name=name) for code, name in SKILLS}
    return Reference(
        lines={level: SupportLine.objects.create(level=level, name=name) for level, name in LINES},
        channels={code: Channel.objects.create(code=code, name_en=en, name_es=es) for code, en, es in CHANNELS},
        symptoms={code: Symptom.objects.create(code=code, name_en=en, name_es=es) for code, en, es in SYMPTOMS},
        products={
            kind: tuple(
                ProductModel.objects.create(maker=maker, name=name, category=category) for maker, name in models
            )
            for kind, category, models in PRODUCTS
        },
        skills=skills,
        visit_types={code: _make_visit_type(code, template, skills) for code, template in VISIT_TYPES.items()},
        help_desk=CaseSource.objects.create(name="mesa-de-ayuda"),
    )


def _make_visit_type(code: str, template: Template, skills: Mapping[str, Skill]) -> VisitType:
    made = VisitType.objects.create(
        code=code,
        name_en=template.name_en,
        name_es=template.name_es,
        duration_minutes=template.minutes,
        setup_minutes=template.setup,
        arrival_window_minutes=template.window,
        parts=template.parts,
    )
    VisitTypeSkill.objects.create(visit_type=made, skill=skills[template.skill], level=template.level)
    VisitTypeCheck.objects.bulk_create(
        VisitTypeCheck(visit_type=made, position=position, text_en=en, text_es=es)
        for position, (en, es) in enumerate((CHECKS_FIRST, *template.checks, CHECKS_LAST), 1)
    )
    return made
