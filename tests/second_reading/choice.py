"""The household's choice, read again from docs/ODD.md 3.4.6 alone.

    there = Reading(at, load)
    choice, margin = chosen(there, everywhere, home)

`everywhere` are the conditions of all prefectures. Alternatives: 0 home, 1 father away, 2 mother
away, 3 both away, 4 both away with the children, 5 the family in town, 6 he away, they in town.
"""

import math

import numpy as np

from leftbehind.base.randomness import gumbel, log_positive_stable
from tests.second_reading.households import (
    ABROAD,
    CHOICE,
    FATHER,
    MOTHER,
    NEST,
    PASSING,
    RETHINK,
    TASTE,
    Household,
    Reading,
)

ALTERNATIVES = range(7)
N_COUPLE = (0.0, 1.0, 1.0, 1.5, 1.5, 1.5, 1.0)
N_LONE = (0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)
VILLAGE, TOWN, CITY = range(3)

Terms = dict[str, list[float]]


def couple(home: Household) -> bool:
    return None not in home


def may_work_away(there: Reading, i: int | None) -> bool:
    return there.alive(i) and 16 <= there.age(i) <= 59 and not there.people[i].enrolled


def decides(there: Reading, home: Household) -> bool:
    return there.year >= 1979 and any(may_work_away(there, a) for a in home)


def last_choice(there: Reading, home: Household) -> int:
    return there.people[there.head(home)].choice


def villagers(there: Reading, home: Household) -> bool:
    return not there.urban(home) and not there.in_town(there.head(home))


def open_to(there: Reading, home: Household) -> list[int]:
    """The alternatives of a household that decides: rule 2."""
    mother, father = home
    children = bool(there.dependants(home))
    nobody = children and there.capacity(home) is None
    town = children and (villagers(there, home) or last_choice(there, home) in (5, 6))
    if not couple(home):
        possible = {0: True, 3: not nobody, 4: children, 5: town}
    else:
        he, she = may_work_away(there, father), may_work_away(there, mother)
        both = he and she
        possible = {0: True, 1: he, 2: she, 3: both and not nobody, 4: both and children}
        possible |= {5: both and town, 6: he and town}
    return [j for j, yes in possible.items() if yes]


def incomes(there: Reading, home: Household) -> list[float]:
    """C_j, and C_home as the last."""
    p, here = there.p, there.here
    mother, father = home
    adults, children = there.adults(home), len(there.dependants(home))
    c_home = there.home_income(home)
    two = p.choice_living_two if couple(home) else 1.0
    child = p.choice_child_living_cost * children
    if there.urban(home):
        e = c_home / len(adults)
        earns = {a: e * here.pay_leave / here.wage for a in adults}
        living, support = p.choice_living_cost * e * here.pay_leave / here.wage, 0.0
        left = [c_home, e, e, 0.0, 0.0]
    else:
        earns = {a: here.pay_leave * p.months_mean * there.skill(a) for a in adults}
        living = p.choice_living_cost * here.pay_leave * p.months_mean
        support = here.transfer * children
        left = [c_home * there.share_left(home, j) for j in ALTERNATIVES]
    his, hers = (0.0 if one is None else earns[one] for one in (father, mother))
    kept = there.pay_ratio() * there.kept_own(home)
    out = [
        left[0] + support,
        left[1] + his - living + support,
        left[2] + hers - living + support,
        left[3] + his + hers - two * living,
        left[4] + kept * (his + hers) - two * living - child * living,
    ]
    if there.urban(home):
        return [*out, out[0], out[1], c_home]
    month = here.wage * p.choice_town_pay
    in_town = sum(month * p.months_mean * there.skill(a) for a in adults)
    cost = p.choice_town_living * p.choice_living_cost * here.wage * p.months_mean
    out.append(left[5] + there.hours_kept(home) * in_town - two * cost - child * cost)
    out.append(left[6] + his - living - cost - child * cost)
    return [*out, c_home]


def pay(there: Reading, home: Household) -> list[float]:
    *c, c_home = incomes(there, home)
    return [there.p.choice_pay * math.log(max(c_j, 0.15 * c_home) / c[0]) for c_j in c]


def constants(there: Reading, home: Household) -> list[float]:
    p = there.p
    children = bool(there.dependants(home))
    if couple(home):
        left = p.choice_alpha_both_left if children else p.choice_alpha_couple
        out = [0.0, p.choice_alpha_father, p.choice_alpha_mother, left, p.choice_alpha_both_taken]
        out += [p.choice_alpha_town, p.choice_alpha_father + p.choice_alpha_town_apart]
    elif children:
        going = (p.choice_alpha_both_left, p.choice_alpha_both_taken, p.choice_alpha_town)
        out = [0.0, 0.0, 0.0, *(alpha + p.choice_lone_parent for alpha in going), 0.0]
    else:
        woman = p.choice_single_woman if home[MOTHER] is not None else 0.0
        out = [0.0, 0.0, 0.0, p.choice_alpha_single + woman, 0.0, 0.0, 0.0]
    urban = p.choice_urban if there.urban(home) else 0.0
    return [out[0], *(value + urban for value in out[1:])]


def local_work(there: Reading, home: Household) -> list[float]:
    p = there.p
    if there.urban(home):
        return [0.0] * 7
    reached = there.local_work(there.head(home))
    worth = p.choice_local if reached else 0.0
    one = p.choice_local_one * worth if couple(home) else 0.0
    town = p.choice_local * (1.0 if reached else there.here.local_job)
    return [worth, one, one, 0.0, 0.0, town, 0.0]


def ages(there: Reading, home: Household) -> list[float]:
    p = there.p
    mother, father = home
    c = p.choice_age_curve
    if mother is None or father is None:
        term = c * max(there.age(there.head(home)) - p.choice_age_single, 0) ** 2
        if mother is not None:
            term *= p.choice_age_women_ratio
        return [0.0, 0.0, 0.0, term, term, term, 0.0]
    if not there.dependants(home):
        c *= p.choice_age_childless
    f = c * max(there.age(father) - p.choice_age_men, 0) ** 2
    m = p.choice_age_women_ratio * c * max(there.age(mother) - p.choice_age_women, 0) ** 2
    return [0.0, f, m, *3 * (p.choice_age_both * (f + m),), f]


def uncovered_care(there: Reading, home: Household) -> list[float]:
    p, children = there.p, there.dependants(home)
    if not children:
        return [0.0] * 7
    need, capacity = -p.choice_care * there.total_need(children), there.capacity(home) or 0.0
    his = p.choice_care_father * need
    hers = p.choice_care_mother * need * (1 - capacity / 2)
    return [0.0, his, hers, need * (1 - capacity), 0.0, 0.0, his]


def schools_there(there: Reading, everywhere: np.ndarray, home: Household) -> tuple[float, float]:
    """B and E: the school barrier and the closed exams that the children would meet."""
    here = there.here
    gone = [a for a in (home[FATHER], home[MOTHER]) if a is not None and there.away(a)]
    if not gone or there.people[gone[0]].destination == ABROAD:
        return here.barrier, here.exams_closed
    d = everywhere[there.people[gone[0]].destination]
    near = there.p.place_barrier_near if d["code"] == here.code else 1.0
    closed = 0.0 if d["province"] == here.province else 1.0 - float(d["exam_open"])
    return float(d["own_barrier"]) * near, closed


def of_age(there: Reading, home: Household, low: int, high: int) -> int:
    return sum(low <= there.age(child) <= high for child in there.dependants(home))


def school(there: Reading, everywhere: np.ndarray, home: Household) -> list[float]:
    p = there.p
    barrier, _ = schools_there(there, everywhere, home)
    pupils = of_age(there, home, 6, 15) ** 0.7
    minutes = p.school_minutes * (p.school_minutes_mountain if there.here.mountain == 2 else 1.0)
    town = p.choice_town_school * math.log(minutes / 15) * pupils
    taken = -p.choice_school * barrier * pupils
    taken -= p.choice_school_child * len(there.dependants(home))
    return [0.0, 0.0, 0.0, 0.0, taken, town, town]


def exam(there: Reading, everywhere: np.ndarray, home: Household) -> list[float]:
    _, closed = schools_there(there, everywhere, home)
    return [*4 * (0.0,), -there.p.choice_exam * closed * of_age(there, home, 12, 15), 0.0, 0.0]


def elder(there: Reading, home: Household) -> list[float]:
    p = there.p
    duty = -p.choice_elder * there.duty(home)
    if there.here.pension > 0:
        duty *= p.pension_elder_factor
    his, hers = duty * p.choice_elder_father, duty * p.choice_elder_mother
    return [0.0, his, hers, duty, duty, duty * p.choice_elder_town, his]


def lived(there: Reading, i: int) -> int:
    """Where a parent lived last year."""
    me = there.people[i]
    if me.destination < 0:
        return VILLAGE
    return TOWN if me.choice == 5 or (me.choice == 6 and me.sex == 0) else CITY


def lives(home: Household, who: int, j: int) -> int:
    """Where the parent in place `who` of the household lives in alternative j."""
    if couple(home):
        return {
            0: VILLAGE,
            1: CITY if who == FATHER else VILLAGE,
            2: CITY if who == MOTHER else VILLAGE,
            3: CITY,
            4: CITY,
            5: TOWN,
            6: CITY if who == FATHER else TOWN,
        }[j]
    return {3: CITY, 4: CITY, 5: TOWN}.get(j, VILLAGE)


def moving(there: Reading, home: Household) -> list[float]:
    p = there.p

    def cost(who: int, j: int) -> float:
        i = home[who]
        if i is None or lived(there, i) == lives(home, who, j):
            return 0.0
        between_near = {lived(there, i), lives(home, who, j)} == {VILLAGE, TOWN}
        return p.choice_move_town if between_near else 1.0

    children = there.dependants(home)
    older = any(there.age(child) > 0 for child in children)
    gone = any(there.away(a) for a in there.adults(home))
    came = gone and last_choice(there, home) in (4, 5, 6)
    out = []
    for j in ALTERNATIVES:
        less, more = sorted((cost(MOTHER, j), cost(FATHER, j)))
        term = -p.choice_move * (more + p.choice_move_both * less)
        if older and (j in (4, 5, 6)) != came:
            term -= p.choice_move_children
        out.append(term)
    return out


def settling(there: Reading, home: Household) -> list[float]:
    since = [there.people[a].away_since for a in there.adults(home) if there.away(a)]
    years = there.year - min(since) if since else 0
    term = there.p.choice_settle * math.log(1 + years)
    return [*4 * (0.0,), term, term, term]


def tastes(there: Reading, home: Household) -> list[float]:
    p = there.p
    mother, father = home
    his = 0.0 if father is None else p.choice_taste_father * there.z(father, TASTE, 0)
    hers = 0.0 if mother is None else p.choice_taste_mother * there.z(mother, TASTE, 0)
    together = p.choice_taste_both * (his + hers) if couple(home) else his + hers
    out = [0.0, his, hers, together, together, 0.0, his]
    if there.dependants(home):
        adults = there.adults(home)
        part, city, town = (
            sum(there.z(a, TASTE, n) for a in adults) / math.sqrt(len(adults)) for n in (2, 3, 4)
        )
        out[3] -= p.choice_taste_children * part
        out[4] += p.choice_taste_city * city
        out[5] += p.choice_taste_town * town
        out[6] += p.choice_taste_town * town
    return out


def terms(there: Reading, everywhere: np.ndarray, home: Household) -> Terms:
    """The seventeen terms, each of all seven alternatives."""
    p, here = there.p, there.here
    n = N_COUPLE if couple(home) else N_LONE
    access = (0.0, *3 * (here.access_leave,), here.access_take, 0.0, here.access_leave)
    jobs, closure = p.choice_jobs * here.jobs, p.choice_law * here.closure
    born = any(there.age(child) == 0 for child in there.dependants(home))
    newborn = p.choice_newborn if born else 0.0
    minority = there.people[there.head(home)].group == 1
    away = [float(j in (1, 2, 3, 4, 6)) for j in ALTERNATIVES]
    village = [x * villagers(there, home) for x in away]
    return {
        "constant": constants(there, home),
        "pay": pay(there, home),
        "distance": [p.choice_distance * n[j] * access[j] for j in ALTERNATIVES],
        "network": [p.choice_network * here.network * x for x in village],
        "law": [n[j] * (jobs * (j != 5) - closure) for j in ALTERNATIVES],
        "local work": local_work(there, home),
        "age": ages(there, home),
        "care": uncovered_care(there, home),
        "school": school(there, everywhere, home),
        "exam": exam(there, everywhere, home),
        "elder": elder(there, home),
        "newborn": [0.0, 0.0, newborn, newborn, 0.0, 0.0, 0.0],
        "moving": moving(there, home),
        "settling": settling(there, home),
        "taste": tastes(there, home),
        "farm": [-p.choice_farm * n[j] * here.farm_need * village[j] for j in ALTERNATIVES],
        "language": [-p.choice_language * n[j] * minority * away[j] for j in ALTERNATIVES],
    }


def events(there: Reading, home: Household) -> list[tuple[int, str]]:
    """(year, event) of everything that opens new circumstances, in the order of the description."""
    head = there.head(home)
    children = there.children[head]
    out = [(there.people[head].birth_year + 16, "came of age")]
    if there.people[head].union_year:
        out.append((there.people[head].union_year, "union"))
    living = [c for c in children if there.people[c].death_year == 0]
    if living:
        out.append((there.people[living[-1]].birth_year, "first birth"))
    steps = (
        (1, "the youngest turned one"),
        (6, "a child reached six"),
        (12, "a child reached twelve"),
        (15, "a child reached fifteen"),
        (18, "a child reached eighteen"),
    )
    for child in children:
        if there.alive(child):
            out += [(there.people[child].birth_year + age, event) for age, event in steps]
    for one in there.adults(home):
        for elder_one in (there.people[one].mother, there.people[one].father):
            if elder_one is not None and not there.alive(elder_one):
                out.append((there.people[elder_one].death_year, "a grandparent died"))
    return [(year, event) for year, event in out if year <= there.year]


def began(there: Reading, home: Household) -> tuple[int, set[str]]:
    """When the circumstances of a household began, and the events that may have opened them."""
    found, rate = events(there, home), there.p.choice_rethink
    year = latest = max(when for when, _ in found)
    own = there.u_t(there.head(home), PASSING, 0) < there.p.choice_passing
    if own or rate >= 1:
        year = there.year
    elif rate > 0 and latest < there.year:
        head = there.head(home)
        while True:
            u = there.u_t(head, RETHINK, 0, year)
            later = year + 1 + math.floor(math.log(u) / math.log(1 - rate))
            if later > there.year:
                break
            year = later
    if year > latest:
        return year, {"circumstances changed"}
    return year, {event for when, event in found if when == year}


def shocks(there: Reading, home: Household) -> list[float]:
    head, q = there.head(home), 0 if couple(home) else 16
    k, (year, _) = there.people[head].key, began(there, home)
    out = [gumbel(there.word, k, year, CHOICE, q + j) for j in ALTERNATIVES]
    if 4 in open_to(there, home):
        nest = there.p.choice_nest
        u, v = (there.u_t(head, NEST, q + n, year) for n in (0, 1))
        stable = log_positive_stable(u, v, nest)
        out[3:5] = [nest * (g + stable) for g in out[3:5]]
    return out


def chosen(there: Reading, everywhere: np.ndarray, home: Household) -> tuple[int, float]:
    """The best alternative, and by how much it is better than the second."""
    value = terms(there, everywhere, home)
    possible = open_to(there, home)
    shock = shocks(there, home)
    total = {j: sum(term[j] for term in value.values()) + shock[j] for j in possible}
    best = max(possible, key=lambda j: (total[j], -j))
    return best, min((total[best] - total[j] for j in possible if j != best), default=1.0)
