"""What people send: 2,000 rows in the forms of public files, each with the area that it means.

Every row is an organisation of its own, so its footprint is what its row came to. A row that is
called matched or corrected and whose footprint is none of those that it may mean is a silent
error; one that is asked about or not placed is none.
"""

import csv
import io
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from benchmarks.bars import Row
from mapping import footprints
from mapping.atoms import index, postcodes
from mapping.geography import Layer, layers

SEED = 2026
MAX_ERRORS = 2
QUESTIONS_BEFORE = 1_082
"""What the build before asked about the same rows, with 548 silent errors (``aa53359``)."""
MILE_M = 1_609.344
Meant = list[np.ndarray]
"""Footprints that a row may mean, each sorted positions of postcodes; none if no area given."""


class Sent(NamedTuple):
    """A file as it is sent: its rows, heading first, what separates cells, and what each means."""

    name: str
    rows: list[list[str]]
    meant: list[Meant]
    mark: str = ","

    @property
    def content(self) -> bytes:
        """Return the file's bytes."""
        out = io.StringIO()
        csv.writer(out, delimiter=self.mark).writerows(self.rows)
        return out.getvalue().encode()


class Ground:
    """The areas that rows are made of, drawn by one seed."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.facts = layers.wards()
        self.units: dict[str, np.ndarray] = {}

    def find(self, key: str, codes: list[str]) -> np.ndarray:
        """Return the positions of some units of a layer."""
        layer: Layer = layers.get(key)
        if key not in self.units:
            self.units[key] = layer.unit
        wanted = np.flatnonzero(np.isin(layer.codes, codes))
        assert len(wanted) == len(set(codes)), codes
        return np.flatnonzero(np.isin(self.units[key], wanted))

    def draw_wards(self, count: int, nations: str = "EWS") -> pd.DataFrame:
        """Draw wards of some nations, with the facts of their district."""
        some = self.facts[self.facts["code"].str[0].isin(list(nations))]
        return some.iloc[self.random.choice(len(some), count, replace=False)]

    def draw_homes(self, count: int) -> np.ndarray:
        """Draw the positions of postcodes with homes."""
        return self.random.choice(np.flatnonzero(postcodes.table().residential), count)

    def draw_lists(self, names: pd.DataFrame, count: int) -> list[pd.DataFrame]:
        """Draw rows of two to four units."""
        return [
            names.iloc[self.random.choice(len(names), self.random.integers(2, 5), replace=False)]
            for _ in range(count)
        ]


def name_postcode(position: int) -> str:
    """Return the name of the postcode at a position."""
    return postcodes.table().name[position].decode()


def districts(nations: str = "EWS") -> pd.DataFrame:
    """List the council areas whose name no other area has: code, name."""
    borough = layers.get("borough")
    known = pd.DataFrame({"code": borough.codes, "name": borough.names})
    taken = set(layers.get("ward").names) | set(layers.get("county").names)
    own = known["code"].str[0].isin(list(nations)) & ~known["name"].isin(taken)
    return known[own].reset_index(drop=True)


def make_schools(ground: Ground) -> Sent:
    """Schools register: one place a row, described by every geography that holds it."""
    atoms, facts = postcodes.table(), ground.facts
    head = "URN,LA (code),LA (name),EstablishmentNumber,EstablishmentName,Town,Postcode,"
    head += "GOR (name),DistrictAdministrative (code),DistrictAdministrative (name),"
    head += "AdministrativeWard (code),AdministrativeWard (name),LSOA (code)"
    rows, meant = [head.split(",")], []
    for number, at in enumerate(ground.draw_homes(250)):
        ward = facts.iloc[atoms.ward[at]]
        rows.append(
            [
                *(str(900_000 + number), "202", ward.lad_name, str(2_000 + number)),
                *(f"Illustrative School {number}", "London", name_postcode(at), ward.region),
                *(ward.lad_code, ward.lad_name, ward.code, ward.name),
                str(atoms.lsoa_codes[atoms.lsoa[at]]),
            ]
        )
        whole = np.flatnonzero(atoms.ward == atoms.ward[at])
        meant.append([np.array([at]), whole])
    return Sent("edubasealldata.csv", rows, meant)


def make_directory(ground: Ground) -> Sent:
    """Directory of organisations: an office's address, its town and its county."""
    atoms, facts = postcodes.table(), ground.facts
    rows, meant = [["Organisation", "Address", "Town", "County", "Postcode"]], []
    for number, at in enumerate(ground.draw_homes(200)):
        ward = facts.iloc[atoms.ward[at]]
        town = ("Bristol", "Exeter", "Leeds", "Newport", ward.lad_name)[number % 5]
        address = f"{number} Invented St"
        rows.append([f"Illustrative Office {number}", address, town, "Avon", name_postcode(at)])
        meant.append([np.array([at]), np.flatnonzero(atoms.ward == atoms.ward[at])])
    return Sent("directory.csv", rows, meant)


def make_grants(ground: Ground) -> Sent:
    """360Giving: who got a grant, for which areas, in which country."""
    head = "Identifier,Title,Amount Awarded,Award Date,Recipient Org:0:Identifier,"
    head += "Recipient Org:0:Name,Recipient Org:0:Postal Code,Funding Org:0:Identifier,"
    head += "Funding Org:0:Name,Beneficiary Location:0:Name,Beneficiary Location:0:Country Code,"
    head += "Beneficiary Location:0:Geographic Code,Beneficiary Location:0:Geographic Code Type"
    rows, meant = [head.split(",")], []
    offices = ground.draw_homes(200)
    for number, ward in enumerate(ground.draw_wards(200).itertuples()):
        whole = number % 2 == 0
        code, name = (ward.lad_code, ward.lad_name) if whole else (ward.code, ward.name)
        rows.append(
            [
                *(f"360G-inv-{number}", "Youth work", "1000", "2024-05-01", f"GB-CHC-{number}"),
                *(f"Illustrative Grantee {number}", name_postcode(offices[number])),
                *("GB-CHC-1", "Illustrative Trust", name, "GB", code, "LAD" if whole else "WD"),
            ]
        )
        meant.append([ground.find("borough" if whole else "ward", [code])])
    return Sent("grants.csv", rows, meant)


def make_charities(ground: Ground) -> Sent:
    """Areas of operation of the charity regulator of England and Wales."""
    head = "date_of_extract,organisation_number,registered_charity_number,linked_charity_number,"
    head += "geographic_area_type,geographic_area_description,parent_geographic_area_type,"
    head += "parent_geographic_area_description,welsh_ind"
    known = districts("EW").merge(
        ground.facts.drop_duplicates("lad_code")[["lad_code", "region", "nation"]],
        left_on="code",
        right_on="lad_code",
    )
    rows, meant = [head.split(",")], []
    for number, at in enumerate(ground.random.choice(len(known), 150, replace=False)):
        one = known.iloc[at]
        parent = one.region if one.nation == "England" else one.nation
        rows.append(
            [
                *("2024-01-01 00:00:00", str(number), str(900_000 + number), "0"),
                *("Local Authority", one["name"], "Region", parent, "False"),
            ]
        )
        meant.append([ground.find("borough", [one.code])])
    rows.append(
        [
            *("2024-01-01 00:00:00", "999", "999999", "0", "Region"),
            *("Throughout England And Wales", "", "", "False"),
        ]
    )
    nation = ground.facts["nation"].to_numpy()[postcodes.table().ward]
    meant.append([np.flatnonzero(np.isin(nation, ["England", "Wales"]))])
    return Sent("charity_area_of_operation.txt", rows, meant, "\t")


def make_scottish_charities(ground: Ground) -> Sent:
    """Scottish charity register: its numbers look like grid references."""
    known = districts("S")
    rows, meant = [["Charity Number", "Charity Name", "Main Operating Location"]], []
    for number in range(100):
        one = known.iloc[number % len(known)]
        rows.append([f"SC9{number:05}", f"Illustrative Charity {number}", one["name"]])
        meant.append([ground.find("borough", [one.code])])
    return Sent("CharityExport.csv", rows, meant)


def make_answers(ground: Ground, *, microsoft: bool) -> Sent:
    """Answers to a form: several councils a cell, joined by the form's own mark."""
    head = ["Timestamp", "What is your organisation called?", "Which areas do you cover?"]
    if microsoft:
        head = ["ID", "Start time", "Completion time", "Email", "Name"]
        head += ["Name of your organisation", "Which boroughs do you work in?"]
    rows, meant = [head], []
    for number, some in enumerate(ground.draw_lists(districts("E"), 175)):
        called = f"Illustrative Group {number}"
        if microsoft:
            when = ["01/05/2024 10:00:00", "01/05/2024 10:05:00", "anonymous", ""]
            rows.append([str(number), *when, called, "".join(f"{name};" for name in some["name"])])
        else:
            plain = [f'"{name}"' if "," in name else name for name in some["name"]]
            rows.append(["2024/05/01 10:00:00 am BST", called, ", ".join(plain)])
        meant.append([ground.find("borough", some["code"].tolist())])
    return Sent("Form responses.csv", rows, meant)


def make_wards(ground: Ground) -> Sent:
    """Who's who of councils: a ward's name beside its council's, and a locality of one's own."""
    rows, meant = [["Locality", "Ward", "Council", "Lead organisation"]], []
    for number, ward in enumerate(ground.draw_wards(200).itertuples()):
        locality = ("North", "South", "Central")[number % 3]
        rows.append([locality, ward.name, ward.lad_name, f"Illustrative Lead {number}"])
        own = ground.facts[
            (ground.facts["name"] == ward.name) & (ground.facts["lad_code"] == ward.lad_code)
        ]
        meant.append([ground.find("ward", [code]) for code in own["code"]])
    return Sent("who is who.csv", rows, meant)


def make_former_wards(ground: Ground) -> Sent:
    """Lookup of another year: a ward code that is no more beside its name and its council."""
    rows, meant = [["organisation", "WD15CD", "WD15NM", "LAD15CD", "LAD15NM"]], []
    for number, ward in enumerate(ground.draw_wards(100, "E").itertuples()):
        code = f"E0599{number:04}"
        rows.append([f"Illustrative {number}", code, ward.name, ward.lad_code, ward.lad_name])
        meant.append([ground.find("ward", [ward.code])])
    return Sent("wards 2015.csv", rows, meant)


def make_bodies(ground: Ground) -> Sent:
    """Boards and forces by their official names."""
    rows, meant = [["Organisation", "Area"]], []
    ways = {"icb": ("NHS {} Integrated Care Board", "{} ICB"), "police_force": ("{} Police",)}
    for key, patterns in ways.items():
        layer = layers.get(key)
        for pattern in patterns:
            for code, name in zip(layer.codes, layer.names, strict=True):
                plain = str(name).removesuffix(" ICB").removesuffix(" Police")
                called = name if key == "police_force" and " " in name else pattern.format(plain)
                rows.append([f"Illustrative Partner {len(rows)}", called])
                meant.append([ground.find(key, [code])])
    return Sent("partners.csv", rows, meant)


def make_postcodes(ground: Ground) -> Sent:
    """Postcodes as they are typed: a letter for a digit, a remark, an address, none at all."""
    rows, meant = [["Team", "Postcode"]], []
    nothing = ("N/A", "n/a", "-", "TBC", "None", "unknown")
    for number, at in enumerate(ground.draw_homes(150)):
        name = name_postcode(at)
        outward, inward = name.split()
        typed = (
            name.lower(),
            name.replace(" ", ""),
            f"{outward} {inward.replace('0', 'O').replace('1', 'I')}",
            f"{name} (office)",
            f"12 High St, {name}",
            nothing[number % len(nothing)],
        )[number % 6]
        rows.append([f"Illustrative Team {number}", typed])
        meant.append([] if number % 6 == 5 else [np.array([at])])
    return Sent("teams.csv", rows, meant)


def make_slips(ground: Ground) -> Sent:
    """Councils' names with two letters swapped or one left out."""
    rows, meant = [["Organisation", "Borough"]], []
    known = districts()
    for number, at in enumerate(ground.random.choice(len(known), 150)):
        name = known["name"][at]
        cut = int(ground.random.integers(1, len(name) - 2))
        swapped = name[:cut] + name[cut + 1] + name[cut] + name[cut + 2 :]
        typed = swapped if number % 2 else name[:cut] + name[cut + 1 :]
        rows.append([f"Illustrative Advice {number}", typed])
        meant.append([ground.find("borough", [known["code"][at]])])
    return Sent("advice.csv", rows, meant)


def make_short_names(ground: Ground) -> Sent:
    """Initials, districts of London's middle, nations and regions of speech among councils."""
    facts = ground.facts
    counties = {
        "Berkshire": "Bracknell Forest;Reading;Slough;West Berkshire;Windsor and Maidenhead;"
        "Wokingham",
        "MK": "Milton Keynes",
    }
    told = {
        name: [
            np.flatnonzero(
                np.isin(postcodes.table().ward, np.flatnonzero(facts["lad_name"].isin(some)))
            )
        ]
        for name, some in ((one, names.split(";")) for one, names in counties.items())
    }
    nation = facts["nation"].to_numpy()[postcodes.table().ward]
    told |= {
        "England": [np.flatnonzero(nation == "England")],
        "S92000003": [np.flatnonzero(nation == "Scotland")],
        "W92000004": [np.flatnonzero(nation == "Wales")],
        "E99999999": [],
        "N/A": [],
        "Jersey": [],
        "E14001290": [],
    }
    codes = layers.get("postal_district").codes
    for name in ("SW1", "EC1", "W1", "WC2"):
        own = [code for code in codes if code[: len(name)] == name and code[len(name) :].isalpha()]
        told[name] = [ground.find("postal_district", own)]
    rows, meant = [["Organisation", "Area"]], []
    names = districts("E")
    for number in range(100):
        if number % 2:
            name, right = [*told.items()][number // 2 % len(told)]
        else:
            one = names.iloc[number]
            name, right = one["name"], [ground.find("borough", [one.code])]
        rows.append([f"Illustrative Hub {number}", name])
        meant.append(right)
    return Sent("hubs.csv", rows, meant)


def make_radii(ground: Ground) -> Sent:
    """Points with a radius in miles, whose heading does not say so."""
    atoms = postcodes.table()
    rows, meant = [["Organisation", "Postcode", "Radius"]], []
    for number, at in enumerate(ground.draw_homes(51)):
        miles = (1, 2, 3)[number % 3]
        rows.append([f"Illustrative Round {number}", name_postcode(at), str(miles)])
        east, north = float(atoms.easting[at]), float(atoms.northing[at])
        meant.append([np.sort(index.find_within(east, north, miles * MILE_M))])
    return Sent("rounds.csv", rows, meant)


def make_wheres(ground: Ground) -> Sent:
    """Lists with a ward, and its council under a heading that says nothing of councils."""
    rows, meant = [["Organisation", "Ward", "Where"]], []
    for number, ward in enumerate(ground.draw_wards(100, "E").itertuples()):
        rows.append([f"Illustrative {number}", ward.name, ward.lad_name])
        own = (ground.facts["name"] == ward.name) & (ground.facts["lad_code"] == ward.lad_code)
        meant.append([ground.find("ward", [code]) for code in ground.facts.loc[own, "code"]])
    return Sent("wards and wheres.csv", rows, meant)


def make_banners(ground: Ground) -> Sent:
    """Printed lists: a row that names a council, and below it who works in which of its wards."""
    rows, meant = [["Organisation", "Ward"]], list[Meant]()
    for council in districts("E").sample(25, random_state=SEED).itertuples():
        rows.append([council.name.upper(), ""])
        meant.append([])
        wards = ground.facts[ground.facts["lad_code"] == council.code]
        for number, ward in enumerate(wards.sample(3, random_state=SEED).itertuples()):
            rows.append([f"Illustrative {council.code} {number}", ward.name])
            meant.append([ground.find("ward", [ward.code])])
    return Sent("printed.csv", rows, meant)


def make_multiple_choice(ground: Ground) -> Sent:
    """Answers to a form in which several areas were ticked, and some initials typed."""
    rows, meant = [["Organisation", "Areas"]], []
    initials = ("MK", "ME", "AL", "DY")
    for number, some in enumerate(ground.draw_lists(districts("E"), 60)):
        names = [*some["name"], *([initials[number % 4]] if number % 3 == 0 else [])]
        rows.append([f"Illustrative {number}", ";".join([*names, ""])])
        meant.append([] if number % 3 == 0 else [ground.find("borough", [*some["code"]])])
    return Sent("ticked.csv", rows, meant)


MAKERS: tuple[Callable[[Ground], Sent], ...] = (
    make_schools,
    make_directory,
    make_grants,
    make_charities,
    make_scottish_charities,
    lambda ground: make_answers(ground, microsoft=True),
    lambda ground: make_answers(ground, microsoft=False),
    make_wards,
    make_former_wards,
    make_bodies,
    make_postcodes,
    make_slips,
    make_short_names,
    make_radii,
    make_wheres,
    make_banners,
    make_multiple_choice,
)


class Outcome(NamedTuple):
    """What a file came to: its rows, those placed, the questions asked, and the silent errors."""

    name: str
    rows: int
    placed: int
    asked: int
    errors: list[str]


def read_sent(sent: Sent) -> Outcome:
    """Read a file, and hold what each row came to against what it means."""
    found = footprints.read(sent.content, name=sent.name)
    asked = len(found.questions) + len(getattr(found, "column_questions", ()))
    places = {called: at for at, called in enumerate(found.actors["actor"])}
    placed, errors = 0, []
    for row in found.rows.itertuples():
        if row.outcome not in ("matched", "corrected"):
            continue
        placed += 1
        positions = found.postcodes_of(places[row.actor])
        cells, meant = sent.rows[row.row_number - 1], sent.meant[row.row_number - 2]
        if not any(np.array_equal(positions, right) for right in meant):
            errors.append(f"{row.outcome}: {' | '.join(cells)[:90]} → {row.reason[:120]}")
    return Outcome(sent.name, len(found.rows), placed, asked, errors)


def rows() -> Iterator[Row]:
    """Measure silent errors and questions; one row a figure."""
    ground = Ground(SEED)
    outcomes = [read_sent(make(ground)) for make in MAKERS]
    count = sum(one.rows for one in outcomes)
    placed = sum(one.placed for one in outcomes)
    errors = [(one.name, error) for one in outcomes for error in one.errors]
    note = "; ".join(f"{name}: {error}" for name, error in errors[:MAX_ERRORS])
    what = f"what people send, {count:,} rows: silent errors"
    yield Row(what, float(len(errors)), "rows", MAX_ERRORS, "less", note)
    asked = float(sum(one.asked for one in outcomes))
    yield Row("  questions asked about them", asked, "", QUESTIONS_BEFORE, "less")
    yield Row("  rows placed", 100 * placed / count, "%")
