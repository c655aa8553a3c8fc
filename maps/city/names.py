"""Names for the streets and quarters of a made-up Spanish town."""

from __future__ import annotations

from random import Random

VILLAGES = (
    "Navaclara",
    "Fuentelmonte",
    "Villaserena",
    "Torremolino",
    "Pozo Alto",
    "Aldea del Soto",
    "Castilseco",
    "Vega Baja",
)
SUBURBS = ("La Dehesa", "Las Eras", "Los Almendros")
OLD_QUARTERS = ("Casco Antiguo", "San Miguel", "La Judería", "Santa María")
QUARTERS = (
    "Ensanche Norte", "San Antón", "El Carmen", "Los Olivos", "Santa Bárbara", "La Estación", "Vista Alegre",
    "Los Molinos", "El Pilar", "San Roque", "Fuente Nueva", "El Calvario", "Las Huertas", "Arroyo Hondo",
    "Campo Nuevo", "La Paloma", "Miralrío", "San Lázaro", "Los Granados", "El Ferial", "Prado Alto", "La Noria",
    "Buenavista", "San Isidro", "Las Viñas", "Tres Cruces", "El Mirador", "Santa Lucía", "La Alameda", "Los Pinos",
    "Cerro del Viento", "Las Cañadas", "La Glorieta", "Los Rosales", "El Encinar", "Santo Domingo", "La Cruz",
    "Las Acacias",
    "Huerta del Rey", "San Juan", "La Fuensanta", "Valdeflores", "El Parque", "La Magdalena", "Los Tejares",
    "La Ermita",
    "El Rosario", "Puente Viejo", "La Cantera", "Valdecielo",
)  # fmt: skip
OLD = (
    "de los Herreros", "de la Sal", "del Pozo", "de los Curtidores", "de la Paja", "del Horno", "de la Parra",
    "de los Plateros", "del Reloj", "de la Amargura", "de los Tintes", "de las Monjas", "del Arco", "de la Harina",
    "de los Cedaceros", "de la Cruz Verde", "del Aljibe", "de los Botijos", "de la Botica", "del Cristo",
    "de la Carnicería", "de los Esparteros", "del Obispo", "de la Rosa", "de las Damas", "del Peso", "de la Cadena",
    "de los Alfareros", "de la Lechuga", "del Lobo", "de Santa Clara", "de San Ginés", "de la Merced", "del Rastro",
    "de los Cordoneros", "de la Yedra", "del Olvido", "de la Luna", "del Sol", "de las Ánimas", "de la Morería",
    "del Corral", "de los Boteros", "de la Cera", "del Hospital Viejo", "de la Tahona", "de las Siete Esquinas",
    "de la Aduana", "del Buen Suceso", "de los Latoneros", "de las Carretas", "de la Soledad", "del Gato",
    "de la Torre",
)  # fmt: skip
PEOPLE = (
    "Miguel de Cervantes", "Lope de Vega", "Francisco de Quevedo", "Calderón de la Barca", "Tirso de Molina",
    "Garcilaso de la Vega", "Fray Luis de León", "San Juan de la Cruz", "Santa Teresa", "Rosalía de Castro",
    "Gustavo Adolfo Bécquer", "Benito Pérez Galdós", "Emilia Pardo Bazán", "Antonio Machado", "Federico García Lorca",
    "Miguel Hernández", "Juan Ramón Jiménez", "Vicente Aleixandre", "Miguel de Unamuno", "Pío Baroja", "Azorín",
    "Concepción Arenal", "Clara Campoamor", "María Zambrano", "Carmen Conde", "Gloria Fuertes", "María Moliner",
    "Velázquez", "Francisco de Goya", "El Greco", "Murillo", "Zurbarán", "Ribera", "Sorolla", "Pablo Picasso",
    "Juan Gris", "Joan Miró", "María Blanchard", "Manuel de Falla", "Isaac Albéniz", "Enrique Granados",
    "Joaquín Rodrigo", "Pablo Sarasate", "Tomás Luis de Victoria", "Ruperto Chapí", "Santiago Ramón y Cajal",
    "Severo Ochoa", "Isaac Peral", "Leonardo Torres Quevedo", "Juan de la Cierva", "Jorge Juan", "Miguel Servet",
    "Gregorio Marañón", "Jovellanos", "Floridablanca", "Alfonso X el Sabio", "Jorge Manrique",
    "Magallanes", "Elcano", "Cristóbal Colón", "Ramón Llull", "Averroes", "Maimónides", "Séneca", "Trajano",
    "Goytisolo",
    "Blasco Ibáñez", "Ramón Gómez de la Serna", "Rafael Alberti", "Luis Cernuda", "Jorge Guillén", "Dámaso Alonso",
    "Margarita Salas", "Carmen Martín Gaite", "Ana María Matute", "Miguel Delibes", "Torrente Ballester",
)  # fmt: skip
LANDS = (
    "Alicante", "Almería", "Ávila", "Badajoz", "Burgos", "Cáceres", "Cádiz", "Cuenca", "Girona", "Granada",
    "Guadalajara",
    "Huelva", "Huesca", "Jaén", "León", "Lugo", "Málaga", "Murcia", "Ourense", "Oviedo", "Palencia", "Pamplona",
    "Salamanca",
    "Santander", "Segovia", "Sevilla", "Soria", "Tarragona", "Teruel", "Valencia", "Valladolid", "Zamora", "Zaragoza",
    "Lisboa", "Oporto", "Coímbra", "París", "Roma", "Florencia", "Viena", "Praga", "Dublín", "Bruselas", "La Habana",
    "Buenos Aires", "Lima", "Bogotá", "Quito", "Montevideo", "Caracas", "México", "Managua", "La Paz", "Asunción",
)  # fmt: skip
NATURE = (
    "los Almendros", "las Acacias", "los Álamos", "las Amapolas", "los Arces", "los Avellanos", "las Azucenas",
    "los Castaños", "los Cerezos", "los Chopos", "los Cipreses", "las Encinas", "los Fresnos", "los Geranios",
    "las Hayas", "los Jazmines", "los Laureles", "las Lilas", "los Limoneros", "las Margaritas", "las Moreras",
    "los Naranjos",
    "los Nogales", "las Orquídeas", "las Palmeras", "los Pinares", "los Rosales", "los Sauces", "los Tilos",
    "las Violetas",
    "la Retama", "el Tomillo", "el Romero", "la Lavanda", "el Enebro", "la Jara", "el Espliego", "la Salvia",
    "el Jilguero", "la Cigüeña", "el Ruiseñor", "la Golondrina", "la Alondra", "el Águila", "la Perdiz", "el Vencejo",
)  # fmt: skip
RIVERS = (
    "río Tajo", "río Duero", "río Ebro", "río Júcar", "río Segura", "río Guadiana", "río Guadalquivir", "río Miño",
    "río Sil", "río Esla", "río Pisuerga", "río Arlanza", "río Jalón", "río Cinca", "río Segre", "río Turia",
    "río Genil",
    "río Tormes", "río Alberche", "río Jarama", "río Henares", "río Cabriel", "río Zújar", "río Alagón",
)  # fmt: skip
CRAFTS = (
    "los Carpinteros", "los Canteros", "los Tejedores", "los Impresores", "los Relojeros", "los Torneros",
    "los Fundidores",
    "los Alfareros", "los Vidrieros", "los Ceramistas", "los Mecánicos", "los Soldadores", "los Tipógrafos",
)  # fmt: skip
COUNTRY = (
    "de la Ermita", "Real", "de las Viñas", "del Soto", "de la Cañada", "del Vado", "de las Colmenas", "del Encinar",
    "de los Yesares", "de la Laguna", "del Batán", "de las Tejeras", "de la Dehesa Boyal", "del Colmenar",
    "de la Calera",
)  # fmt: skip
SAINTS = (
    "San Agustín", "San Andrés", "San Bartolomé", "San Blas", "San Cristóbal", "San Esteban", "San Felipe",
    "San Fernando",
    "San Francisco", "San Gabriel", "San Ildefonso", "San Jerónimo", "San Joaquín", "San Jorge", "San José",
    "San Julián",
    "San Lorenzo", "San Lucas", "San Marcos", "San Martín", "San Mateo", "San Nicolás", "San Pablo", "San Pedro",
    "San Rafael", "San Sebastián", "San Vicente", "Santa Ana", "Santa Catalina", "Santa Elena", "Santa Isabel",
    "Santa Rita",
)  # fmt: skip
VILLAGE_STREETS = (
    "Real", "de la Iglesia", "de la Fuente", "de las Escuelas", "del Calvario", "de las Eras", "del Cementerio",
    "Nueva",
    "Alta", "Baja", "del Medio", "de la Ermita", "del Lavadero", "de los Huertos", "del Olmo", "de la Cuesta",
    "del Molino",
    "de las Bodegas", "del Barranco", "de la Solana", "de la Umbría", "del Frontón", "de la Plaza", "del Prado",
    "de la Cruz", "del Palomar", "de las Cuevas", "del Pilón", "de la Fragua", "de los Corrales", "del Cerro",
    "del Arroyo",
)  # fmt: skip


def _linked(name: str) -> str:
    return f"del {name[3:]}" if name.startswith("el ") else f"de {name}"


class StreetNamer:
    """Hands out names that fit the place, each once in the town; when they run out, lanes and passages take over."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.used: set[str] = set()
        modern = [
            *(f"Calle de {name}" for name in PEOPLE),
            *(f"Calle de {name}" for name in LANDS),
            *(f"Calle {_linked(name)}" for name in NATURE),
            *(f"Calle del {name}" for name in RIVERS),
            *(f"Calle de {name}" for name in SAINTS),
        ]
        self.pools = {
            "old": [f"Calle {name}" for name in OLD],
            "modern": modern,
            "country": [f"Camino {name}" for name in COUNTRY],
            "industry": [f"Calle {_linked(name)}" for name in CRAFTS],
        }
        for pool in self.pools.values():
            random.shuffle(pool)

    def name_street(self, style: str, length_m: float) -> str:
        pool = self.pools[style]
        for index, name in enumerate(pool):
            if name not in self.used and (length_m > 160 or index % 3):
                self.used.add(name)
                return name
        return self._small_name(pool, length_m)

    def name_village_street(self, number: int) -> str:
        """The same few names in every village, as in life: only the postal code tells them apart."""
        kind = "Calle" if number < len(VILLAGE_STREETS) else "Callejón"
        return f"{kind} {VILLAGE_STREETS[number % len(VILLAGE_STREETS)]}"

    def _small_name(self, pool: list[str], length_m: float) -> str:
        kinds = (
            ("Avenida", "Calle Nueva", "Pasaje")
            if length_m > 420
            else ("Travesía", "Pasaje", "Callejón", "Senda", "Vereda")
        )
        for kind in kinds:
            candidates = [name.replace("Calle", kind, 1) for name in pool]
            free = [name for name in candidates if name not in self.used]
            if free:
                name = self.random.choice(free)
                self.used.add(name)
                return name
        return self._numbered(pool)

    def _numbered(self, pool: list[str]) -> str:
        number = 2
        while (name := f"{self.random.choice(pool).replace('Calle', 'Travesía', 1)} {number}") in self.used:
            number += 1
        self.used.add(name)
        return name
