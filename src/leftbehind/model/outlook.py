"""What those who think of going can expect of all destinations: the place tables of a year."""

import numpy as np

from leftbehind.base.elementary import logs
from leftbehind.inputs.places import Places
from leftbehind.model.processes.destination import LEAVE, TAKE, Destinations, Outlook

KINDS = ((LEAVE, "leave"), (TAKE, "take"))


def destinations(here: np.ndarray, places: Places) -> Destinations:
    """What draws people to each prefecture; `here` (P,) PLACE."""
    return Destinations(
        logs(here["wage"]),
        np.ascontiguousarray(here["pull"]),
        np.ascontiguousarray(here["job_chance"]),
        np.ascontiguousarray(here["own_barrier"]),
        1.0 - here["exam_open"],
        places.km,
        places.province,
    )


def room(places: Places) -> Outlook:
    """Room for the tables of all origins."""
    size, provinces = len(places), places.provinces.height
    return Outlook(
        np.empty((2, size, size)), np.empty((2, size, provinces)), np.empty((size, 2, 4))
    )


def nowhere() -> Outlook:
    """No tables: of years that have none yet."""
    return Outlook(np.empty((2, 0, 0)), np.empty((2, 0, 0)), np.empty((0, 2, 4)))


def centre(outlook: Outlook, places: Places) -> float:
    """Mean access of those who leave, by people registered in 2010: the zero of `access`."""
    weight = places.table["registered_2010"].to_numpy()
    return float((outlook.expected[:, LEAVE, 1] * weight).sum() / weight.sum())


def write_into(here: np.ndarray, outlook: Outlook, zero: float) -> None:
    """The fields of PLACE that the tables give: expected pay, access above `zero`, schools."""
    for n, kind in KINDS:
        here[f"pay_{kind}"] = outlook.expected[:, n, 0]
        here[f"access_{kind}"] = outlook.expected[:, n, 1] - zero
    here["barrier"] = outlook.expected[:, TAKE, 2]
    here["exams_closed"] = outlook.expected[:, TAKE, 3]
