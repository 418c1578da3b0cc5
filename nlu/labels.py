"""The ids a reading may hold, so that data, rules and model cannot drift apart.

Source: `data/taxonomy.yml` (a test compares); perpetrators, channels and areas follow the
form of Stockholms stadsrevision 4/2021, appendix 2.
"""

SUBTYPES_OF: dict[str, tuple[str, ...]] = {
    "trakasserier": (
        "massiva_kontakter",
        "skuldbelaggning",
        "anspelning",
        "grov_forolampning",
        "uthangning",
        "filmning",
        "kartlaggning",
        "uppsokande_privat",
        "sjalvmordshot",
        "anmalningar",
        "falskt_konto",
        "blockad",
    ),
    "hot": (
        "hot_om_vald",
        "hot_mot_narstaende",
        "hot_mot_egendom",
        "fortackt_hot",
        "valdskapital",
        "hot_med_vapen",
        "utpressning",
        "bombhot",
        "hot_efter_anmalan",
    ),
    "vald": (
        "knuff_fasthallning",
        "slag_spark",
        "kastat_foremal",
        "grovt_vald",
        "hindrad_att_lamna",
        "motstand",
    ),
    "skadegorelse": (
        "arbetsplatsens_egendom",
        "tjanstebil",
        "privat_egendom",
        "brand",
        "digital_skada",
    ),
    "korruption": (
        "erbjuden_gava",
        "begard_forman",
        "otillborlig_relation",
        "handel_med_inflytande",
        "jav",
        "lofte",
    ),
    "tjansteroll": ("chef_styr", "politiker_kontaktar", "otillborlig_lasning", "gynnande"),
    "annan": (
        "kanslomassig_press",
        "smicker",
        "tredje_part",
        "narvaro",
        "socialt_tryck",
        "desinformation",
        "sjalvcensur",
        "infiltration",
    ),
}
TYPES = tuple(SUBTYPES_OF)
TYPE_OF = {subtype: kind for kind, subtypes in SUBTYPES_OF.items() for subtype in subtypes}
SUBTYPES = tuple(TYPE_OF)

# A police report the same day would be advised: `serious: true` in the taxonomy.
SERIOUS_SUBTYPES = frozenset(
    (
        *SUBTYPES_OF["vald"],
        *SUBTYPES_OF["skadegorelse"],
        *(set(SUBTYPES_OF["hot"]) - {"fortackt_hot"}),
        "kartlaggning",
        "uppsokande_privat",
        "sjalvmordshot",
    )
)

UNKNOWN = "okand"
PERPETRATORS = (
    "brukare",
    "anhorig",
    "medborgare",
    "chef",
    "politiker",
    "kollega",
    "foretag_organisation",
    UNKNOWN,
)
CHANNELS = (
    "telefon",
    "mejl",
    "sms",
    "brev",
    "sociala_medier",
    "rostbrevlada",
    "personligt_mote",
    "hembesok",
    "reception_kontor",
    "fritid",
    "annan",
    UNKNOWN,
)
AREAS = (
    "barn_och_familj",
    "ekonomiskt_bistand",
    "funktionsnedsattning",
    "socialpsykiatri",
    "vuxen_missbruk",
    "aldreomsorg",
    "tillstand",
    "annan",
    UNKNOWN,
)
PATTERNS = ("reactive", "planned", "unknown")

FIELDS = {
    "perpetrator": PERPETRATORS,
    "channel": CHANNELS,
    "area": AREAS,
    "pattern": PATTERNS,
}
"""Fields of which exactly one id holds; their labels are "perpetrator chef" and the like."""
