"""What goes wrong in the made-up town: how customers tell it, what was tried from afar, and what was found on site."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

Value = float | str | bool


@dataclass(frozen=True, slots=True)
class Words:
    """The same things in one language. ``tried`` is in order; a case gets the first two to four of them."""

    problem: tuple[str, ...]
    tried: tuple[str, ...]
    done: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """``findings`` are (observation, value, contributing, note), ``factors`` codes, the first one primary.

    ``share`` is how often it happens among all, ``at`` where: home, business or both.
    """

    code: str
    product: str
    visit_type: str
    symptom: str
    share: int
    at: str
    es: Words
    en: Words
    findings: tuple[tuple[str, Value, bool, str], ...]
    factors: tuple[str, ...]


FIBRE = (
    Trouble(
        "pon-dark", "ont", "fibre-repair", "no-service", 16, "both",
        Words(
            ("Sin internet ni teléfono desde ayer por la tarde; la luz PON está apagada.",
             "Se ha quedado sin servicio; la luz LOS del equipo parpadea en rojo.",
             "No tiene conexión. Unos albañiles estuvieron taladrando junto a la roseta."),
            ("Se reinició el router por teléfono; sigue sin luz PON",
             "Se pidió desconectar y limpiar el latiguillo de fibra; sin cambios",
             "Se comprobó el puerto en la central: está activo, sin potencia de retorno",
             "Se volvió a dar de alta la ONT desde la plataforma; no registra"),
            "Latiguillo de fibra aplastado detrás del mueble. Se sustituye y se mide -19 "
            "dBm en la roseta. Servicio correcto.",
        ),
        Words(
            ("No internet and no telephone since yesterday; the PON light is off.",
             "The service is gone and the LOS light blinks red."),
            ("The router was restarted over the telephone; still no PON light",
             "The customer cleaned and replugged the fibre lead; no change",
             "The port at the exchange is up, but no light comes back"),
            "The fibre lead was crushed behind the furniture. Replaced; -19 dBm at the socket. All services work.",
        ),
        (("CA-COND", "bent", True, "Aplastado por el mueble"), ("TH-TEMP", 24.5, False, ""),
         ("PL-PLACE", "ok", False, "")),
        ("CA-DAMAGE", "OP-USER"),
    ),
    Trouble(
        "ont-reboots", "ont", "fibre-repair", "drops", 10, "both",
        Words(
            ("El router se reinicia solo varias veces al día, sobre todo por la tarde.",
             "Se corta internet cada poco; el equipo está muy caliente al tacto."),
            ("Se actualizó el firmware a distancia; los cortes siguen",
             "Se cambió el canal y se redujo la potencia; sin mejora",
             "Se revisaron los registros: el equipo se apaga por temperatura"),
            "El equipo estaba en un armario cerrado, a 34 grados. Se cambia de sitio y se "
            "limpia. Sin reinicios en la prueba.",
        ),
        Words(
            ("The router restarts by itself several times a day, mostly in the afternoon.",),
            ("Firmware updated remotely; it still restarts",
             "The logs were read: it shuts down because of heat"),
            "The router stood in a closed cupboard at 34 degrees. Moved and cleaned; no restart during the test.",
        ),
        (("TH-TEMP", 34.0, True, "Armario sin ventilación"), ("VE-FAN", "ok", False, ""),
         ("AI-DUST", "layer", True, ""),
         ("PL-PLACE", "inside_metal", True, "Armario metálico cerrado")),
        ("EN-HEAT", "IN-INSTALL", "EN-DUST"),
    ),
    Trouble(
        "ont-power", "ont", "fibre-repair", "no-service", 6, "both",
        Words(
            ("Tras la tormenta el equipo no enciende.", "El router no da señales de vida desde el apagón del lunes."),
            ("Se probó otro enchufe por indicación telefónica; no enciende",
             "Se revisó con el cliente el magnetotérmico; está subido"),
            "Fuente de alimentación quemada por sobretensión. Se cambia la fuente y se "
            "recomienda una regleta protegida.",
        ),
        Words(
            ("Since the storm the box does not switch on.",),
            ("Another socket was tried over the telephone; it stays dark",
             "The fuse box was checked with the customer; it is on"),
            "The power supply was burnt by a surge. Replaced; a protected strip is recommended.",
        ),
        (("PW-VOLT", 258.0, True, "Medido en el enchufe del salón"), ("PW-DIPS", 4, True, ""),
         ("WA-INGR", "none", False, "")),
        ("PW-QUAL", "EN-WEATHER"),
    ),
)  # fmt: skip
WIFI = (
    Trouble(
        "wifi-far", "wifi", "wifi-coverage", "slow", 13, "both",
        Words(
            ("El wifi no llega a los dormitorios del fondo; la televisión se corta.",
             "En la planta de arriba casi no hay señal y las videollamadas se cortan.",
             "El datáfono y las tabletas pierden el wifi al fondo del local."),
            ("Se cambió el canal de 5 GHz a distancia; mejora poco",
             "Se guio al cliente para mover el nodo al pasillo; sigue débil",
             "Se hizo un test de velocidad por cable: correcto, el problema es la cobertura"),
            "Muro de carga entre el nodo y el fondo. Se coloca un segundo nodo por cable; -58 dBm en toda la casa.",
        ),
        Words(
            ("The Wi-Fi does not reach the back bedrooms; the television keeps stopping.",
             "Hardly any signal upstairs, and video calls break up."),
            ("The 5 GHz channel was changed remotely; little better",
             "The customer moved the node to the hall; still weak",
             "A speed test by cable is fine: it is the coverage"),
            "A thick wall stands in between. A second node by cable; -58 dBm everywhere.",
        ),
        (("RF-RSSI", -81.0, True, "Dormitorio del fondo"), ("PL-PLACE", "on_floor", True, ""),
         ("TH-TEMP", 22.0, False, "")),
        ("RF-WEAK", "IN-INSTALL"),
    ),
    Trouble(
        "wifi-drops", "wifi", "wifi-coverage", "drops", 8, "both",
        Words(
            ("El wifi se cae cada noche a la misma hora y hay que reiniciar.",
             "Los nodos se desconectan entre sí varias veces al día."),
            ("Se restableció la malla desde la aplicación; vuelve a fallar",
             "Se actualizó el firmware de los nodos; sigue igual"),
            "Canal saturado por los vecinos y un cable dañado entre nodos. Se cambia el cable y se fija el canal.",
        ),
        Words(
            ("The Wi-Fi goes down at the same hour every night.",),
            ("The mesh was reset from the app; it fails again", "Node firmware updated; no change"),
            "The channel was crowded and a cable damaged. Cable replaced and channel fixed.",
        ),
        (("RF-RSSI", -74.0, True, ""), ("CA-COND", "loose", True, "Conector RJ45 sin pestaña"),
         ("AI-DUST", "light", False, "")),
        ("RF-INTF", "CA-DAMAGE"),
    ),
)  # fmt: skip
OFFICE = (
    Trouble(
        "printer-jam", "printer", "printer-repair", "no-print", 7, "business",
        Words(
            ("La impresora atasca el papel en cada trabajo; la oficina está parada.",
             "No coge papel de la bandeja 2 y muestra el error 13.20."),
            ("Se guio la limpieza de rodillos por videollamada; vuelve a atascar",
             "Se reinstaló el controlador en remoto; sin cambios",
             "Se leyó el contador: los rodillos han pasado su vida útil"),
            "Rodillos gastados y papel húmedo del almacén. Se cambia el kit y se aconseja guardar el papel en seco.",
        ),
        Words(
            ("The printer jams on every job.",),
            ("Rollers cleaned by video call; it jams again", "Driver installed again; no change"),
            "Worn rollers and damp paper. Roller kit replaced.",
        ),
        (("HU-RH", 78.0, True, "Almacén junto al patio"), ("AI-DUST", "layer", True, ""),
         ("PL-PLACE", "ok", False, "")),
        ("MA-WEAR", "EN-MOIST"),
    ),
    Trouble(
        "printer-faint", "printer", "printer-repair", "print-quality", 5, "business",
        Words(
            ("Las facturas salen con manchas y rayas verticales.", "Imprime muy claro aunque el tóner es nuevo."),
            ("Se lanzó una limpieza del tambor en remoto; las rayas siguen",
             "Se pidió cambiar el tóner; el defecto no desaparece"),
            "Polvo de harina dentro del fusor. Limpieza completa y cambio de fusor; página de prueba correcta.",
        ),
        Words(
            ("Invoices come out with stains and stripes.",),
            ("Drum cleaning started remotely; still striped", "Toner changed; the fault stays"),
            "Flour dust in the fuser. Cleaned and fuser replaced.",
        ),
        (("AI-DUST", "clogging", True, "Polvo fino en las rejillas"), ("VE-FAN", "blocked", True, ""),
         ("TH-TEMP", 29.0, True, "")),
        ("EN-DUST", "MA-MAINT"),
    ),
    Trouble(
        "pos-offline", "pos", "pos-repair", "no-payment", 9, "business",
        Words(
            ("El datáfono no conecta y no pueden cobrar con tarjeta.",
             "El TPV se queda en «conectando» en cada cobro desde esta mañana."),
            ("Se reinició el terminal y se reconfiguró el APN en remoto; no conecta",
             "Se comprobó la línea del comercio: responde",
             "Se hizo una prueba de comunicación con el banco; sin respuesta"),
            "Conector de red corroído bajo el mostrador, junto a la cafetera. Se cambia "
            "el cable y se aleja de la humedad.",
        ),
        Words(
            ("The card terminal does not connect; no card payments.",),
            ("Terminal restarted and set up again remotely; it does not connect", "The shop's line answers"),
            "A corroded plug under the counter. Cable replaced and kept away from damp.",
        ),
        (("CA-COND", "corroded", True, "Bajo la cafetera"), ("WA-INGR", "damp", True, ""),
         ("PW-VOLT", 229.0, False, "")),
        ("EN-MOIST", "CA-DAMAGE"),
    ),
    Trouble(
        "pos-battery", "pos", "pos-repair", "error-code", 5, "business",
        Words(
            ("El terminal móvil se apaga a los diez minutos.", "El TPV da error 31 al imprimir el recibo."),
            ("Se calibró la batería en remoto; sigue apagándose", "Se actualizó el TPV a 7.0.5; mismo error"),
            "Batería agotada por estar siempre junto al horno. Se sustituye el terminal y se reubica la base.",
        ),
        Words(
            ("The mobile terminal dies after ten minutes.",),
            ("Battery calibrated remotely; it still dies", "Updated to 7.0.5; same error"),
            "Battery worn by the heat of the oven. Terminal replaced, base moved.",
        ),
        (("TH-TEMP", 38.0, True, "A un metro del horno"), ("TH-SUN", False, False, ""),
         ("PL-PLACE", "unstable", True, "")),
        ("EN-HEAT", "IN-INSTALL"),
    ),
)  # fmt: skip
HOUSE = (
    Trouble(
        "alarm-false", "alarm", "alarm-repair", "false-alarm", 5, "both",
        Words(
            ("La alarma salta de madrugada sin motivo, tres veces esta semana.",
             "El detector del almacén da falsas alarmas cuando hace viento."),
            ("Se bajó la sensibilidad en remoto; volvió a saltar",
             "Se revisaron las imágenes: no hay nadie",
             "Se anuló la zona 3 de forma provisional"),
            "Corriente de aire y telarañas en el detector. Se limpia, se reorienta y se prueban todas las zonas.",
        ),
        Words(
            ("The alarm goes off at night for no reason.",),
            ("Sensitivity lowered remotely; it went off again", "Pictures checked: nobody there"),
            "Draught and cobwebs at the detector. Cleaned, turned and tested.",
        ),
        (("BI-PEST", "signs", True, "Telarañas en la lente"), ("PL-PLACE", "hard_access", False, ""),
         ("HU-RH", 55.0, False, "")),
        ("EN-PEST", "IN-INSTALL"),
    ),
    Trouble(
        "alarm-offline", "alarm", "alarm-repair", "no-alarm", 5, "both",
        Words(
            ("La central no comunica con la receptora desde el corte de luz.",
             "El panel avisa de batería baja y pierde la conexión."),
            ("Se forzó una llamada de prueba; no llega",
             "Se pidió comprobar la alimentación: hay corriente",
             "Se reinició el módulo de comunicación en remoto; sin respuesta"),
            "Batería hinchada y módulo sin cobertura dentro del cuadro. Se cambia la batería y se saca la antena.",
        ),
        Words(
            ("The panel has been offline since the power cut.",),
            ("A test call was forced; it does not arrive", "There is power at the panel"),
            "Swollen battery and no coverage inside the cabinet. Battery replaced, aerial moved.",
        ),
        (("PW-DIPS", 6, True, ""), ("RF-RSSI", -92.0, True, "Dentro del cuadro"),
         ("PL-PLACE", "inside_metal", True, "")),
        ("PW-LOSS", "RF-WEAK"),
    ),
    Trouble(
        "heat-flow", "hvac", "heat-pump", "no-heat", 9, "both",
        Words(
            ("La bomba de calor da error de caudal y no calienta la casa.",
             "No hay agua caliente; la máquina muestra el código E7.",
             "Calienta poco y hace ruido al arrancar."),
            ("Se rearmó la máquina con el cliente; el error vuelve a los diez minutos",
             "Se guio la purga de los radiadores; sin mejora",
             "Se leyeron los parámetros en remoto: caudal por debajo del mínimo"),
            "Filtro de agua obstruido y hojas en el evaporador. Se limpia y se equilibra; 35 grados de ida.",
        ),
        Words(
            ("The heat pump shows a flow error and the house stays cold.",
             "No hot water; the unit shows E7."),
            ("Unit reset with the customer; the error comes back in ten minutes",
             "Parameters read remotely: too little flow"),
            "Water filter blocked and leaves in the evaporator. Cleaned and balanced; 35 degrees flow.",
        ),
        (("VE-FAN", "blocked", True, "Hojas en el evaporador"), ("TH-TEMP", 9.5, False, "Exterior"),
         ("PW-VOLT", 224.0, False, ""),
         ("AI-DUST", "clogging", True, "")),
        ("MA-MAINT", "EN-DUST"),
    ),
)  # fmt: skip
REFRIGERANT = Trouble(
    "refrigerant", "hvac", "refrigerant", "error-code", 0, "both",
    Words(
        ("La bomba de calor da error de baja presión; el servicio remoto sospecha una fuga de gas.",),
        ("Se leyó el historial en remoto: presión baja en tres arranques",
         "Se pidió revisar visualmente la unidad exterior: hay aceite en una unión"),
        "Fuga en una unión abocardada. Se rehace, se prueba con nitrógeno y se carga R32.",
    ),
    Words(
        ("The heat pump shows a low-pressure error; a refrigerant leak is suspected.",),
        ("History read remotely: low pressure at three starts", "The customer sees oil at a joint of the outdoor unit"),
        "A leaking flare joint. Made new, tested with nitrogen and charged with R32.",
    ),
    (("CA-COND", "ok", False, ""), ("TH-TEMP", 8.0, False, "Exterior")),
    ("IN-INSTALL",),
)  # fmt: skip
COMMON: Sequence[Trouble] = (*FIBRE, *WIFI, *OFFICE, *HOUSE)
BY_CODE = {trouble.code: trouble for trouble in (*COMMON, REFRIGERANT)}
HEATING = BY_CODE["heat-flow"]


def deal_troubles(random: Random, count: int, pool: Sequence[Trouble] = COMMON) -> list[Trouble]:
    """``count`` out of ``pool`` by their shares, as even as whole numbers allow, in a random order."""
    total = sum(trouble.share for trouble in pool)
    dealt: list[Trouble] = []
    due = 0.0
    for trouble in pool:
        due += trouble.share * count / total
        dealt += [trouble] * (round(due) - len(dealt))
    random.shuffle(dealt)
    return dealt
