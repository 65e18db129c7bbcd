"""The names of SOQL's date literals."""

PLAIN = frozenset(
    [
        "YESTERDAY",
        "TODAY",
        "TOMORROW",
        "LAST_90_DAYS",
        "NEXT_90_DAYS",
        "LAST_WEEK",
        "THIS_WEEK",
        "NEXT_WEEK",
        "LAST_MONTH",
        "THIS_MONTH",
        "NEXT_MONTH",
        "LAST_QUARTER",
        "THIS_QUARTER",
        "NEXT_QUARTER",
        "LAST_YEAR",
        "THIS_YEAR",
        "NEXT_YEAR",
        "LAST_FISCAL_QUARTER",
        "THIS_FISCAL_QUARTER",
        "NEXT_FISCAL_QUARTER",
        "LAST_FISCAL_YEAR",
        "THIS_FISCAL_YEAR",
        "NEXT_FISCAL_YEAR",
    ]
)
COUNTED = frozenset(
    form.format(unit=unit)
    for unit in ("DAYS", "WEEKS", "MONTHS", "QUARTERS", "YEARS", "FISCAL_QUARTERS", "FISCAL_YEARS")
    for form in ("LAST_N_{unit}", "NEXT_N_{unit}")
) | frozenset(
    f"N_{unit}_AGO" for unit in ("DAYS", "WEEKS", "MONTHS", "QUARTERS", "YEARS", "FISCAL_QUARTERS", "FISCAL_YEARS")
)
