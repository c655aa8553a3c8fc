"""What a customer can do about each factor, in a sentence: (English, Spanish)."""

from dispatch.models.names import pick_name

ADVICE: dict[str, tuple[str, str]] = {
    "EN-HEAT": (
        "Give the device cooler air: away from sun and heat sources, with its vents free.",
        "Procure aire más fresco al equipo: lejos del sol y de fuentes de calor, con las rejillas libres.",
    ),
    "EN-COLD": (
        "Keep the device in a place that does not freeze.",
        "Mantenga el equipo en un lugar donde no hiele.",
    ),
    "EN-MOIST": (
        "Keep the room dry and aired; do not switch the device on while it is damp.",
        "Mantenga el local seco y ventilado; no encienda el equipo si está húmedo.",
    ),
    "EN-WATER": (
        "Have the source of the water repaired, and keep the device off the floor and away from pipes.",
        "Haga reparar el origen del agua y aleje el equipo del suelo y de las tuberías.",
    ),
    "EN-DUST": (
        "Clean around the device regularly and keep its vents free of dust.",
        "Limpie con regularidad alrededor del equipo y mantenga las rejillas sin polvo.",
    ),
    "EN-CHEM": (
        "Move the device away from grease, smoke or chemicals, or ask us for a protected enclosure.",
        "Aleje el equipo de la grasa, el humo o los productos químicos, o pídanos una envolvente protegida.",
    ),
    "EN-PEST": (
        "Have the pests removed and the entries of the cables closed.",
        "Haga eliminar la plaga y sellar las entradas de los cables.",
    ),
    "EN-VIB": (
        "Put the device on a firm surface, away from machines that shake.",
        "Coloque el equipo sobre una superficie firme, lejos de máquinas que vibren.",
    ),
    "EN-WEATHER": (
        "A surge protector guards the device in storms; ask your electrician for one.",
        "Un protector contra sobretensiones resguarda el equipo en las tormentas; pídalo a su electricista.",
    ),
    "PW-QUAL": (
        "Ask your electrician or your supplier to check the voltage of this supply.",
        "Pida a su electricista o a su compañía eléctrica que revise la tensión de este suministro.",
    ),
    "PW-LOSS": (
        "A small uninterruptible power supply carries the device over power cuts.",
        "Un pequeño sistema de alimentación ininterrumpida (SAI) mantiene el equipo durante los cortes.",
    ),
    "PW-GND": (
        "Have an electrician check the earthing of this installation soon.",
        "Haga revisar pronto por un electricista la toma de tierra de esta instalación.",
    ),
    "RF-WEAK": (
        "Bring the access point nearer, or add one: the signal at the device is too weak.",
        "Acerque el punto de acceso o añada otro: la señal en el equipo es demasiado débil.",
    ),
    "RF-INTF": (
        "Keep other transmitters away from the device, or let us choose another channel.",
        "Aleje otros emisores del equipo, o permítanos elegir otro canal.",
    ),
    "LN-ACCESS": (
        "Your access line needs attention by its operator; show them this report.",
        "Su línea de acceso necesita la atención de la operadora; muéstrele este informe.",
    ),
    "CA-DAMAGE": (
        "Lay the cables where nobody steps on them, pulls them or bends them.",
        "Tienda los cables por donde nadie los pise, los doble ni tire de ellos.",
    ),
    "DS-CAPAC": (
        "The device is not made for this use; we can advise you on one that is.",
        "El equipo no está pensado para este uso; podemos aconsejarle uno adecuado.",
    ),
    "DS-MATER": (
        "This place asks for a better protected device or enclosure; we can advise you.",
        "Este lugar exige un equipo o una envolvente mejor protegidos; podemos aconsejarle.",
    ),
    "IN-FABR": (
        "This is a defect of the product; ask for the warranty with this report.",
        "Es un defecto del producto; haga valer la garantía con este informe.",
    ),
    "IN-INSTALL": (
        "Leave the device where it stands now, and call us before moving it.",
        "Deje el equipo donde está ahora y llámenos antes de moverlo.",
    ),
    "OP-OFFDES": (
        "Use the device within the limits of its manual; beyond them it will fail again.",
        "Use el equipo dentro de los límites de su manual; fuera de ellos volverá a fallar.",
    ),
    "OP-USER": (
        "Follow the steps that the technician showed you; call us if they are not clear.",
        "Siga los pasos que le mostró el técnico; llámenos si no están claros.",
    ),
    "MA-MAINT": (
        "Have the device maintained at the intervals of its manual.",
        "Haga mantener el equipo con la periodicidad que indica su manual.",
    ),
    "MA-WEAR": (
        "The device has aged as expected; plan its replacement in good time.",
        "El equipo ha envejecido como era de esperar; prevea su sustitución con tiempo.",
    ),
}


def advise(factor_code: str) -> str:
    """Empty for factors of other origin, and where nothing can be done."""
    texts = ADVICE.get(factor_code)
    return pick_name(*texts) if texts else ""
