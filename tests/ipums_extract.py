"""An artificial extract in the form of IPUMS International: a codebook and fixed-width data.

Nobody in it exists and no number in it was counted. Real extracts may not be passed on.
"""

import gzip
from pathlib import Path
from xml.sax.saxutils import escape

# Name, width, implied decimals.
LAYOUT = (
    ("YEAR", 4, 0),
    ("SERIAL", 10, 0),
    ("PERNUM", 3, 0),
    ("PERWT", 8, 2),
    ("GEO1_CN", 6, 0),
    ("GEO2_CN", 9, 0),
    ("AGE", 3, 0),
    ("SEX", 1, 0),
    ("MARST", 1, 0),
    ("MOMLOC", 2, 0),
    ("POPLOC", 2, 0),
    ("SPLOC", 2, 0),
    ("CHBORN", 2, 0),
    ("EDATTAIND", 3, 0),
    ("SCHOOL", 1, 0),
    ("ETHNICCN", 2, 0),
    ("CN2000A_REGTYPE", 1, 0),
)
LABELS = {
    "GEO2_CN": {
        156051034: "Liangshan autonomous prefecture",
        156013002: "Tangshan city, Qinhuangdao city, Chengde city",
        156044099: "Guangdong province, unknown prefecture",
    },
    "ETHNICCN": {1: "Han", 2: "Mongol", 30: "Yi", 98: "Unknown"},
    "SEX": {1: "Male", 2: "Female"},
}
PLAIN = {
    "YEAR": 2000,
    "PERWT": 10_000,
    "GEO1_CN": 156051,
    "GEO2_CN": 156051034,
    "MARST": 1,
    "MOMLOC": 0,
    "POPLOC": 0,
    "SPLOC": 0,
    "CHBORN": 99,
    "EDATTAIND": 212,
    "SCHOOL": 2,
    "ETHNICCN": 30,
    "CN2000A_REGTYPE": 1,
}


def person(serial: int, number: int, age: int, sex: int, **values: object) -> dict[str, object]:
    """One record; what is not given is plain."""
    return {**PLAIN, "SERIAL": serial, "PERNUM": number, "AGE": age, "SEX": sex, **values}


def village() -> list[dict[str, object]]:
    """A household of three generations, a mother whose husband is elsewhere, one person alone."""
    return [
        person(1, 1, 64, 1, SPLOC=2, MARST=2, EDATTAIND=120),
        person(1, 2, 61, 2, SPLOC=1, MARST=2, CHBORN=4, EDATTAIND=110),
        person(1, 3, 35, 1, MOMLOC=2, POPLOC=1, SPLOC=4, MARST=2, EDATTAIND=221),
        person(1, 4, 33, 2, SPLOC=3, MARST=2, CHBORN=2),
        person(1, 5, 9, 1, MOMLOC=4, POPLOC=3, EDATTAIND=120, SCHOOL=1, MARST=0),
        person(1, 6, 5, 2, MOMLOC=4, POPLOC=3, EDATTAIND=0, SCHOOL=0, MARST=0),
        person(2, 1, 30, 2, MARST=2, CHBORN=1, GEO1_CN=156013, GEO2_CN=156013002, ETHNICCN=1),
        person(2, 2, 7, 1, MOMLOC=1, GEO1_CN=156013, GEO2_CN=156013002, ETHNICCN=1, MARST=0),
        person(
            3,
            1,
            70,
            2,
            MARST=4,
            CHBORN=98,
            GEO1_CN=156044,
            GEO2_CN=156044099,
            ETHNICCN=98,
            CN2000A_REGTYPE=2,
            EDATTAIND=999,
        ),
    ]


def write(
    folder: Path, records: list[dict[str, object]], leave_out: tuple[str, ...] = ()
) -> tuple[Path, Path]:
    """Codebook and data of an extract with these records; returns their paths."""
    layout = [entry for entry in LAYOUT if entry[0] not in leave_out]
    variables, start = [], 1
    for name, width, decimals in layout:
        categories = "".join(
            f"<catgry><catValu>{code}</catValu><labl>{escape(label)}</labl></catgry>"
            for code, label in LABELS.get(name, {}).items()
        )
        variables.append(
            f'<var ID="{name}" name="{name}" dcml="{decimals}" intrvl="discrete">'
            f'<location StartPos="{start}" EndPos="{start + width - 1}" width="{width}"/>'
            f"<labl>{name}</labl><txt>artificial</txt>{categories}<concept>none</concept>"
            '<varFormat type="numeric" schema="other">numeric</varFormat></var>'
        )
        start += width
    codebook = folder / "artificial.xml"
    codebook.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<codeBook xmlns="ddi:codebook:2_5"><stdyDscr><citation><titlStmt><titl>Artificial</titl>'
        "</titlStmt><serStmt><serName abbr='none'>artificial</serName><serInfo>none</serInfo>"
        "</serStmt></citation><stdyInfo><notes>artificial</notes></stdyInfo><dataAccs><useStmt>"
        "<citReq>Cite nobody: artificial.</citReq><conditions>None.</conditions>"
        "</useStmt></dataAccs></stdyDscr>"
        "<fileDscr><fileTxt><fileName>artificial.dat</fileName><fileCont>artificial</fileCont>"
        '<fileStrc type="rectangular"/><fileType charset="ISO-8859-1">fixed</fileType>'
        "<format>fixed length fields</format><filePlac>here</filePlac></fileTxt></fileDscr>"
        f"<dataDscr>{''.join(variables)}</dataDscr></codeBook>"
    )
    lines = [
        "".join(str(record[name]).rjust(width, "0") for name, width, _ in layout)
        for record in records
    ]
    data = folder / "artificial.dat.gz"
    with gzip.open(data, "wt", encoding="latin-1") as file:
        file.write("\n".join(lines) + "\n")
    return codebook, data
