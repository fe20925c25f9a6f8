"""Writes the table of countries (src/idealfit/accounts/tables/places.tsv) from the names that Babel takes from CLDR.

Run it when a new edition of CLDR is out: `python house/make_places.py`. Needs Babel, of which nothing else here makes
use. CLDR's names are under the Unicode licence. The world regions and the other names in use are our own lists, below.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel import Locale, __version__
from babel.core import get_global

from idealfit.accounts.name import squash

TARGET = Path(__file__).parent.parent / "src" / "idealfit" / "accounts" / "tables" / "places.tsv"
LANGUAGES = [
    "en",
    "de",
    "fr",
    "es",
    "pt",
    "it",
    "nl",
    "sv",
    "da",
    "nb",
    "fi",
    "pl",
    "cs",
    "hu",
    "ro",
    "tr",
    "ru",
    "uk",
    "el",
    "ja",
    "ko",
    "zh",
    "zh_Hant",
    "ar",
    "he",
    "hi",
    "id",
    "vi",
    "th",
    "bg",
    "hr",
    "sk",
]
APAC = [
    "AF",
    "AS",
    "AU",
    "BD",
    "BN",
    "BT",
    "CC",
    "CK",
    "CN",
    "CX",
    "FJ",
    "FM",
    "GU",
    "HK",
    "HM",
    "ID",
    "IN",
    "IO",
    "JP",
    "KH",
    "KI",
    "KP",
    "KR",
    "LA",
    "LK",
    "MH",
    "MM",
    "MN",
    "MO",
    "MP",
    "MV",
    "MY",
    "NC",
    "NF",
    "NP",
    "NR",
    "NU",
    "NZ",
    "PF",
    "PG",
    "PH",
    "PK",
    "PN",
    "PW",
    "SB",
    "SG",
    "TH",
    "TK",
    "TL",
    "TO",
    "TV",
    "TW",
    "UM",
    "VN",
    "VU",
    "WF",
    "WS",
]
LATAM = [
    "AG",
    "AI",
    "AR",
    "AW",
    "BB",
    "BL",
    "BO",
    "BQ",
    "BR",
    "BS",
    "BZ",
    "CL",
    "CO",
    "CR",
    "CU",
    "CW",
    "DM",
    "DO",
    "EC",
    "FK",
    "GD",
    "GF",
    "GP",
    "GT",
    "GY",
    "HN",
    "HT",
    "JM",
    "KN",
    "KY",
    "LC",
    "MF",
    "MQ",
    "MS",
    "MX",
    "NI",
    "PA",
    "PE",
    "PR",
    "PY",
    "SR",
    "SV",
    "SX",
    "TC",
    "TT",
    "UY",
    "VC",
    "VE",
    "VG",
    "VI",
    "GS",
]
NORTH_AMERICA = ["US", "CA", "BM", "GL", "PM"]
LABELS = {
    "HK": "Hong Kong",
    "MO": "Macao",
    "MM": "Myanmar",
    "CD": "Democratic Republic of the Congo",
    "CG": "Republic of the Congo",
    "TR": "Turkey",
    "PS": "Palestine",
    "BA": "Bosnia and Herzegovina",
    "TT": "Trinidad and Tobago",
    "AG": "Antigua and Barbuda",
    "KN": "Saint Kitts and Nevis",
    "LC": "Saint Lucia",
    "VC": "Saint Vincent and the Grenadines",
    "PM": "Saint Pierre and Miquelon",
    "ST": "Sao Tome and Principe",
    "TC": "Turks and Caicos Islands",
    "WF": "Wallis and Futuna",
    "SJ": "Svalbard and Jan Mayen",
    "CI": "Ivory Coast",
}
"""Where CLDR's English name is not the one that CRMs write."""
ALSO = {
    "US": "U.S.|U.S.A.|United States of America|The United States|America|Estados Unidos|EUA|EE.UU.|EEUU|Etats Unis|"
    "the US|the USA|United States (US)|United States (USA)|USofA|Verenigde Staten van Amerika|Vereinigte Staaten "
    "von Amerika|États-Unis d'Amérique|Estados Unidos de América|アメリカ|アメリカ合衆国|米国|美國|미국",
    "GB": "UK|U.K.|United Kingdom (UK)|Great Britain|Britain|England|Scotland|Wales|Northern Ireland|"
    "United Kingdom of Great Britain and Northern Ireland|The United Kingdom|"
    "Grossbritannien|Großbritannien|Grande-Bretagne|Gran Bretaña|"
    "Gran Bretagna|Groot-Brittannië|GBR|Reino Unido|Angleterre|Inglaterra|イギリス|英国|"
    "Great Britain and Northern Ireland",
    "NL": "Holland|The Netherlands|Netherlands, The|Netherlands (the)|Hollande|Holanda|Olanda",
    "KR": "Korea|South Korea|Republic of Korea|Korea, Republic of|Korea (South)|Korea, South|Korea Republic|Südkorea|"
    "Korea (Republic of)|S. Korea|Korea, Rep.|한국",
    "KP": "Korea, Democratic People's Republic of|North Korea|DPRK|Korea (North)|Korea, North|"
    "Democratic People's Republic of Korea|Korea, Dem. Rep.|Korea, Dem. People's Rep.",
    "CZ": "Czech Republic|Czechia|Česká republika|Tschechische Republik|République tchèque|República Checa|Czech Rep.",
    "RU": "Russian Federation|Russia|Российская Федерация|Russische Föderation|Fédération de Russie|Russia Federation",
    "CN": "People's Republic of China|China, People's Republic of|PRC|P.R. China|PR China|Mainland China|China (PRC)|"
    "China, Mainland|China Mainland|中华人民共和国",
    "TW": "Taiwan, Province of China|Taiwan (Province of China)|Taiwan, China|Chinese Taipei|Republic of China|"
    "Taiwan, ROC",
    "HK": "Hong Kong|Hong Kong, China|Hong Kong SAR|Hong Kong (SAR)|Hongkong|Hong Kong S.A.R.|Hong Kong, SAR China",
    "MO": "Macau|Macao|Macao SAR|Macau SAR",
    "VN": "Viet Nam|Vietnam|Socialist Republic of Vietnam",
    "IR": "Iran, Islamic Republic of|Islamic Republic of Iran|Iran|Iran (Islamic Republic of)|Iran, Islamic Rep.",
    "SY": "Syrian Arab Republic|Syria",
    "LA": "Lao People's Democratic Republic|Lao PDR|Laos",
    "BO": "Bolivia, Plurinational State of|Plurinational State of Bolivia|Bolivia (Plurinational State of)",
    "VE": "Venezuela, Bolivarian Republic of|Bolivarian Republic of Venezuela|Venezuela (Bolivarian Republic of)|"
    "Venezuela, RB",
    "TZ": "Tanzania, United Republic of|United Republic of Tanzania",
    "MD": "Moldova, Republic of|Republic of Moldova|Moldavia",
    "MK": "North Macedonia|Macedonia|FYROM|Macedonia, the former Yugoslav Republic of|Republic of North Macedonia",
    "CD": "Congo, Democratic Republic of the|DR Congo|DRC|Congo (Kinshasa)|Congo, The Democratic Republic of the|"
    "Democratic Republic of Congo|Congo, Dem. Rep.|Congo, Democratic Republic|Zaire",
    "CG": "Congo (Brazzaville)|Congo, Republic of the|Republic of Congo|Congo, Rep.|Congo-Brazzaville",
    "CI": "Cote d'Ivoire|Côte d'Ivoire|Ivory Coast",
    "TR": "Turkey|Turkiye|Türkiye|Republic of Turkey",
    "SZ": "Swaziland|Eswatini",
    "CV": "Cape Verde|Cabo Verde",
    "TL": "East Timor|Timor-Leste",
    "MM": "Burma|Myanmar",
    "VA": "Vatican|Holy See|Holy See (Vatican City State)",
    "PS": "Palestine|Palestinian Territories|Palestine, State of|State of Palestine|Palestinian Territory, Occupied",
    "BN": "Brunei Darussalam|Brunei",
    "AE": "UAE|U.A.E.|United Arab Emirates|Emirates|Dubai|Abu Dhabi",
    "SA": "KSA|Kingdom of Saudi Arabia|Saudi",
    "IE": "Republic of Ireland|Eire|Ireland, Republic of|Ireland (Republic)",
    "DE": "Federal Republic of Germany|Bundesrepublik Deutschland|BRD|Deutschland|GER",
    "CH": "Schweiz|Suisse|Svizzera|SUI|Swiss",
    "GR": "Hellas|Hellenic Republic|EL",
    "ES": "España|Espana|SPA",
    "BR": "Brasil",
    "MX": "México|Estados Unidos Mexicanos",
    "SK": "Slovak Republic|Slovakia",
    "BA": "Bosnia|Bosnia & Herzegovina|Bosnia-Herzegovina|Bosnia and Herzegowina",
    "BS": "The Bahamas|Bahamas, The",
    "GM": "The Gambia|Gambia, The",
    "PH": "The Philippines|Phillipines|Philipines",
    "EG": "Egypt, Arab Rep.|Arab Republic of Egypt",
    "FM": "Micronesia, Federated States of|Federated States of Micronesia",
    "KG": "Kyrgyz Republic",
    "LY": "Libyan Arab Jamahiriya",
    "RE": "Reunion",
    "XK": "Republic of Kosovo",
    "SG": "Republic of Singapore",
    "ZA": "RSA|Republic of South Africa|South-Africa",
    "AU": "Commonwealth of Australia",
    "JP": "日本国|Nippon",
    "SH": "Saint Helena, Ascension and Tristan da Cunha",
    "FK": "Falkland Islands (Malvinas)",
    "GG": "Guernsey",
    "IM": "Isle of Man",
}
TWO_COUNTRIES = {"congo", "kongo"}
"""Names that leave open which country is meant."""
NO_COUNTRIES = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"}


def table() -> list[str]:
    """The lines of the table, sorted by code: alpha-2, alpha-3, label, world region, names in comparable form."""
    english = Locale.parse("en").territories
    codes = sorted(code for code in english if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES)
    longer = {
        alias: new[0] for alias, new in get_global("territory_aliases").items() if len(alias) == 3 and alias.isalpha()
    }
    alpha3 = {code: alias for alias, code in sorted(longer.items(), reverse=True) if code in codes}
    alpha3 |= {"XK": "XKX", "CD": "COD", "MM": "MMR", "TL": "TLS", "RO": "ROU", "DE": "DEU", "YE": "YEM", "FR": "FRA"}
    alpha3 |= {"RS": "SRB", "ME": "MNE", "BQ": "BES", "CW": "CUW", "SX": "SXM"}
    sure: dict[str, str] = {}
    for code in codes:
        for name in (code, alpha3.get(code, code), LABELS.get(code, english[code]), english[code]):
            sure.setdefault(squash(name), code)
    for code, names in ALSO.items():
        sure |= {squash(name): code for name in names.split("|")}
    others: dict[str, set[str]] = {}
    for language in LANGUAGES:
        for code in codes:
            name = Locale.parse(language).territories.get(code)
            if name:
                others.setdefault(squash(name), set()).add(code)
                others.setdefault(squash(name.split("(")[0]), set()).add(code)
    names = sure | {name: next(iter(of)) for name, of in others.items() if len(of) == 1 and name not in sure and name}
    names = {name: code for name, code in names.items() if name not in TWO_COUNTRIES}
    regions = (
        dict.fromkeys(APAC, "APAC") | dict.fromkeys(LATAM, "LATAM") | dict.fromkeys(NORTH_AMERICA, "North America")
    )
    lines = []
    for code in codes:
        own = "|".join(sorted(name for name, of in names.items() if of == code))
        label = LABELS.get(code, english[code]).replace("\u2019", "'").replace(" & ", " and ").replace("St. ", "Saint ")
        lines.append("\t".join((code, alpha3.get(code, ""), label, regions.get(code, "EMEA"), own)))
    return lines


def main() -> int:
    """Write the table; answers the exit code."""
    head = f"# Countries: made by house/make_places.py from CLDR's territory names (Babel {__version__}); do not edit"
    TARGET.write_text("\n".join([head, *table()]) + "\n", encoding="utf-8")
    print(f"{TARGET.name}: {len(table())} countries")
    return 0


if __name__ == "__main__":
    sys.exit(main())
