"""Variables and codes of the samples of China in IPUMS International (1982, 1990, 2000).

No extract of the real samples could be read while this was written. What each code rests on is
said beside it: `IPUMS` is the variable's page on international.ipums.org, `public code` is other
people's published programs that read these samples, `memory` was not read again.
"""

CENSUS_YEARS = (1982, 1990, 2000)
# Share of the year before census day (1 July 1982 and 1990, 1 November 2000; memory).
SHARE_BEFORE_CENSUS = {1982: 0.5, 1990: 0.5, 2000: 10 / 12}

REQUIRED = (
    "YEAR",
    "SERIAL",
    "PERNUM",
    "PERWT",
    "GEO1_CN",
    "AGE",
    "SEX",
    "MOMLOC",
    "POPLOC",
    "SPLOC",
)
OPTIONAL = ("GEO2_CN", "MARST", "CHBORN", "EDATTAIN", "EDATTAIND", "SCHOOL", "ETHNICCN")

# Type of registration by sample: 1 agricultural, 2 not, else unknown. The sample of 1982 has none
# (IPUMS user forum). CN1990A_HHTYAP: IHSN catalogue and public code; CN2000A_REGTYPE: public code.
REGISTRATION = {1990: "CN1990A_HHTYAP", 2000: "CN2000A_REGTYPE"}
HUKOU = {1: "agricultural", 2: "non-agricultural"}

# MOMLOC, POPLOC, SPLOC hold the PERNUM of mother, father, spouse in the household, 0 for none
# (IPUMS; step and adoptive parents are among them).
POINTERS = {"mother_id": "MOMLOC", "father_id": "POPLOC", "partner_id": "SPLOC"}

SEX = {1: "male", 2: "female"}  # public code
UNKNOWN_AGE = 999  # public code
# General codes of MARST (IPUMS; 3: separated, divorced or spouse absent). In union without a
# spouse in the household is told apart in ipums.py.
IN_UNION = 2
MARST = {1: "never", 3: "divorced", 4: "widowed"}
MOST_CHILDREN = 25  # CHBORN: 98 unknown, 99 not in universe (IPUMS)
SCHOOL = {1: "yes", 2: "no", 3: "no", 4: "no"}  # memory

# Years of school by attainment: detailed codes (IPUMS, table 3 of its data resource profile,
# doi 10.1093/ije/dyw321), else general ones. Years of what was not completed are assumed.
EDATTAIND = {
    100: 3,
    110: 0,
    120: 3,
    130: 4,
    211: 6,
    212: 6,
    221: 9,
    222: 9,
    311: 12,
    312: 14,
    320: 12,
    321: 12,
    322: 14,
    400: 16,
}
EDATTAIN = {1: 2, 2: 7, 3: 12, 4: 16}

# GEO1_CN is 156000 and the province's code (public code), in boundaries of 1982: Chongqing is in
# Sichuan, Hainan in Guangdong (IPUMS, comparability of the provinces).
GEO1_BASE = 156_000
LATER_PROVINCES = {51: (50, 51), 44: (44, 46)}
# GEO2_CN are prefectures or groups of them, in an order of IPUMS's own; its labels name them as in
# "Tangshan city, Qinhuangdao city, Chengde city" (IPUMS).
HAN = "han"  # label of the majority in ETHNICCN's codebook

# For the page: variable, what becomes of it, how its codes are known.
_PAGE = "IPUMS page of the variable"
_CODE = "published programs of other users"
VARIABLES = (
    ("YEAR, SERIAL, PERNUM", "year, household and person ids", _CODE),
    ("PERWT", "`weight`, with the codebook's implied decimals", "memory"),
    ("AGE, SEX", "`age` (999: left out), `sex` (1 male, 2 female)", _CODE),
    ("MOMLOC, POPLOC, SPLOC", "`mother_id`, `father_id`, `partner_id`; 0 none", _PAGE),
    (
        "GEO1_CN",
        "province: the code less 156000; Sichuan with Chongqing, Guangdong with Hainan",
        f"{_CODE}; comparability of MIG1_5_CN",
    ),
    (
        "GEO2_CN (optional)",
        "`prefecture`, by the names in its labels",
        "IPUMS pages of GEO2_CN and MIG2_P_CN",
    ),
    (
        "CN1990A_HHTYAP, CN2000A_REGTYPE (optional)",
        "`hukou`: 1 agricultural, 2 not; the sample of 1982 has none",
        f"IHSN catalogue, IPUMS user forum, {_CODE}",
    ),
    (
        "MARST (optional)",
        "`union`: 1 never, 2 in union, 3 divorced, 4 widowed",
        "general codes from memory, agreeing with the detailed ones in the IHSN catalogue",
    ),
    ("CHBORN (optional)", "`children_born` up to 25", "IPUMS page of the variable (98, 99)"),
    (
        "EDATTAIND, EDATTAIN (optional)",
        "`schooling`: years of the level",
        "table 3 of doi 10.1093/ije/dyw321; years of uncompleted levels are assumed",
    ),
    ("SCHOOL (optional)", "`in_school`: 1 yes, 2 to 4 no", "memory"),
    ("ETHNICCN (optional)", "`minority`: not labelled Han in the codebook", _PAGE),
)
