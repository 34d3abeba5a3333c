"""The levers: what a scenario may change of a place in a year, beside the yearly parameters."""

from leftbehind.inputs.birth_rules import NO_LIMIT

# What a scenario may change: name of the lever, the field, lowest and highest value allowed.
LEVERS: dict[str, tuple[str, float, float]] = {
    "school_barrier": ("own_barrier", 0.0, 1.0),
    "exam_open": ("exam_open", 0.0, 1.0),
    "wage": ("wage", 1.0, 1e6),
    "vacancies": ("vacancies", 1e-6, 1e3),
    "local_job": ("local_job", 0.0, 1.0),
    "home_income": ("home_income", 1.0, 1e7),
    "transfer": ("transfer", 0.0, 1e6),
    "pension": ("pension", 0.0, 1e6),
    "land": ("land", 0.0, 100.0),
    "closure": ("closure", 0.0, 1.0),
    "rule_rural": ("rule_rural", 0.0, NO_LIMIT),
    "rule_urban": ("rule_urban", 0.0, NO_LIMIT),
    "rule_minority": ("rule_minority", 0.0, NO_LIMIT),
    "fertility": ("fertility", 0.0, 10.0),
    "mortality": ("mortality", 0.0, 10.0),
    "boarding_primary": ("boarding_primary", 0.0, 1.0),
    "boarding_junior": ("boarding_junior", 0.0, 1.0),
    "town_share": ("town_share", 0.0, 1.0),
    "hukou_chance": ("hukou_chance", 0.0, 1.0),
}
