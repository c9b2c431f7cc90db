#!/usr/bin/env bash
# RapidFuzz on names of councils: scorers that go by words give a council that is spelt exactly
# to another one, and lose far more names with a slip in them than the plain ratio does.
#
# Expected: process.extractOne of a name that is in the list returns that name. For names of
# several words token_sort_ratio and token_set_ratio are taken to be the forgiving scorers, and
# a single slip to be a small thing to them.
# Seen: token_set_ratio gives 100 to every name that holds all the words, and extractOne takes
# the first in the list: "Somerset Council" is Bath and North East Somerset's, and so is "North
# Somerset Council". partial_ratio gives "Renfrewshire Council" to East Renfrewshire. With two
# neighbouring letters swapped, or one left out, anywhere in a name, ratio gives 4 names of
# 5,457 to another council, token_sort_ratio 316: a slip at the start of a word sorts it to
# another place, so that "Luton orough Council" goes to Middlesbrough Council. With the
# words in reverse it is the other way round: ratio misses 82 of 117. WRatio is good at both.
# Names: unitary councils of England, councils of Scotland and Wales, May 2025.
# Versions: RapidFuzz 3.14.6. Date: 2026-11-29.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q RapidFuzz==3.14.6
"$work/venv/bin/python" - <<'PY'
from rapidfuzz import fuzz, process, utils

COUNCILS = """
Aberdeen City Council; Aberdeenshire Council; Angus Council; Argyll and Bute Council; Bath and
North East Somerset Council; Bedford Borough Council; Blackburn with Darwen Borough Council;
Blackpool Council; Blaenau Gwent County Borough Council; Bournemouth, Christchurch and Poole
Council; Bracknell Forest Council; Bridgend County Borough Council; Brighton and Hove City
Council; Bristol City Council; Buckinghamshire Council; Caerphilly County Borough Council;
Cardiff Council; Carmarthenshire County Council; Central Bedfordshire Council; Ceredigion County
Council; Cheshire East Council; Cheshire West and Chester Council; City of Edinburgh Council;
City of York Council; Clackmannanshire Council; Comhairle nan Eilean Siar; Conwy County Borough
Council; Cornwall Council; Council of the Isles of Scilly; Cumberland Council; Cyngor Gwynedd;
Darlington Borough Council; Denbighshire County Council; Derby City Council; Dorset Council;
Dumfries and Galloway Council; Dundee City Council; Durham County Council; East Ayrshire
Council; East Dunbartonshire Council; East Lothian Council; East Renfrewshire Council; East
Riding of Yorkshire Council; Falkirk Council; Fife Council; Flintshire County Council; Glasgow
City Council; Halton Borough Council; Hartlepool Borough Council; Herefordshire Council; Hull
City Council; Inverclyde Council; Isle of Anglesey County Council; Isle of Wight Council;
Leicester City Council; Luton Borough Council; Medway Council; Merthyr Tydfil County Borough
Council; Middlesbrough Council; Midlothian Council; Milton Keynes City Council; Monmouthshire
County Council; Moray Council; Neath Port Talbot Council; Newport City Council; North Ayrshire
Council; North East Lincolnshire Council; North Lanarkshire Council; North Lincolnshire Council;
North Northamptonshire Council; North Somerset Council; North Yorkshire Council; Northumberland
County Council; Nottingham City Council; Orkney Islands Council; Pembrokeshire County Council;
Perth and Kinross Council; Peterborough City Council; Plymouth City Council; Portsmouth City
Council; Powys County Council; Reading Borough Council; Redcar and Cleveland Borough Council;
Renfrewshire Council; Rhondda Cynon Taf County Borough Council; Royal Borough of Windsor and
Maidenhead; Rutland County Council; Scottish Borders Council; Shetland Islands Council;
Shropshire Council; Slough Borough Council; Somerset Council; South Ayrshire Council; South
Gloucestershire Council; South Lanarkshire Council; Southampton City Council; Southend-on-Sea
City Council; Stirling Council; Stockton-on-Tees Borough Council; Stoke-on-Trent City Council;
Swansea Council; Swindon Borough Council; Telford and Wrekin Council; The Highland Council;
Thurrock Council; Torbay Council; Torfaen County Borough Council; Vale of Glamorgan Council;
Warrington Borough Council; West Berkshire Council; West Dunbartonshire Council; West Lothian
Council; West Northamptonshire Council; Westmorland and Furness Council; Wiltshire Council;
Wokingham Borough Council; Wrexham County Borough Council
""".replace("\n", " ")
names = [name.strip() for name in COUNCILS.split(";")]
assert names == sorted(set(names)) and len(names) == 117


def slips(name):
    """Every swap of two neighbouring letters, and every name with one letter left out."""
    for i in range(len(name)):
        yield name[:i] + name[i + 1 :]
        yield name[:i] + name[i + 1 : i + 2] + name[i] + name[i + 2 :]


def found(query, scorer):
    return process.extractOne(query, names, scorer=scorer, processor=utils.default_process)


plain = {name: utils.default_process(name) for name in names}
slipped = {
    (query, name)
    for name in names
    for query in map(utils.default_process, slips(name))
    if query not in plain.values()
}
scorers = (
    fuzz.ratio,
    fuzz.WRatio,
    fuzz.partial_ratio,
    fuzz.token_set_ratio,
    fuzz.token_sort_ratio,
)
print(f"{len(names)} names, exact and with words reversed; {len(slipped)} with one slip")
print("given to another council:")
exact, missed, reverse = {}, {}, {}
for scorer in scorers:
    name = scorer.__name__
    exact[name] = {n: found(n, scorer)[:2] for n in names if found(n, scorer)[0] != n}
    missed[name] = sum(found(query, scorer)[0] != n for query, n in slipped)
    reverse[name] = sum(found(" ".join(n.split()[::-1]), scorer)[0] != n for n in names)
    print(f"{name:17} exact {len(exact[name])}, slip {missed[name]:3}, reversed {reverse[name]:3}")
for name, rows in exact.items():
    for council, (other, score) in rows.items():
        print(f"  {name}: {council!r} -> {other!r} at {score:g}")
typed = "Luton orough Council"
by_letters, by_words = found(typed, fuzz.ratio), found(typed, fuzz.token_sort_ratio)
print(f"{typed!r}: ratio {by_letters[0]!r}, token_sort_ratio {by_words[0]!r} at {by_words[1]:.0f}")

bath = "Bath and North East Somerset Council"
assert exact["token_set_ratio"] == {
    "North Lincolnshire Council": ("North East Lincolnshire Council", 100),
    "North Somerset Council": (bath, 100),
    "Renfrewshire Council": ("East Renfrewshire Council", 100),
    "Somerset Council": (bath, 100),
}, "changed: token_set_ratio"
assert exact["partial_ratio"] == {
    "Renfrewshire Council": ("East Renfrewshire Council", 100),
    "Somerset Council": (bath, 100),
}, "changed: partial_ratio"
assert not exact["ratio"] and not exact["WRatio"] and not exact["token_sort_ratio"]
assert len(slipped) == 5457 and missed == {
    "ratio": 4,
    "WRatio": 4,
    "partial_ratio": 202,
    "token_set_ratio": 197,
    "token_sort_ratio": 316,
}, f"changed: {missed}"
assert (reverse["ratio"], reverse["WRatio"], reverse["token_sort_ratio"]) == (82, 3, 0)
assert by_letters[0] == "Luton Borough Council", "changed: ratio of one slip"
assert by_words[0] == "Middlesbrough Council", "changed: token_sort_ratio of one slip"
print("as the header says")
PY
