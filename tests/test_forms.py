"""Known public forms: each is told by its headings, said by name, and read as what it is.

The files are small ones made here; their organisations do not exist.
"""

import pandas as pd
import pytest

from mapping import footprints
from mapping.footprints import Upload, forms, headwords, roles

CAMDEN, ISLINGTON = "E09000007", "E09000019"
GRANTS = """Identifier,Title,Currency,Award Date,Recipient Org:0:Identifier,Recipient Org:0:Name,\
Recipient Org:0:Postal Code,Recipient Org:0:Location:0:Geographic Code,Funding Org:0:Name,\
Beneficiary Location:0:Name,Beneficiary Location:0:Country Code,\
Beneficiary Location:0:Geographic Code,Beneficiary Location:0:Geographic Code Type
360G-made-up-1,Play,GBP,2024-01-01,GB-CHC-1,Illustrative Play,NW5 2AA,E05013660,Illustrative Fund,\
Camden,GB,E09000007,LONB
360G-made-up-2,Food,GBP,2024-01-01,GB-CHC-2,Illustrative Food,NW5 2AA,E05013660,Illustrative Fund,\
Islington,GB,E09000019,LONB
"""
CHARITIES = """registered_charity_number\tcharity_name\tcharity_registration_status\t\
charity_contact_address1\tcharity_contact_postcode\tcharity_contact_email\tcharity_activities
900001\tIllustrative Play\tRegistered\t1 High St\tNW5 2AA\tplay@example.org\tPlay
900002\tIllustrative Food\tRegistered\t2 High St\tN7 6AA\tfood@example.org\tFood
"""
CHARITY_AREAS = """date_of_extract\torganisation_number\tregistered_charity_number\t\
geographic_area_type\tgeographic_area_description\tparent_geographic_area_type
2024-01-01 00:00:00\t1\t900001\tLocal Authority\tCamden\tRegion
2024-01-01 00:00:00\t2\t900002\tLocal Authority\tIslington\tRegion
"""
SCOTTISH = """Charity Number,Charity Name,Registered Date,Charity Status,Postcode,\
Constitutional Form,Main Operating Location
SC900456,Illustrative One,01/02/2001,Active,IV1 1AA,SCIO,Highland
SC900567,Illustrative Two,01/02/2001,Active,KY1 1AA,SCIO,Fife
"""
SCHOOLS = """URN,LA (code),LA (name),EstablishmentNumber,EstablishmentName,\
TypeOfEstablishment (name),Street,Town,Postcode,DistrictAdministrative (code),LSOA (code)
900001,202,Camden,3900,Illustrative Primary School,Community school,1 High St,London,NW5 2AA,\
E09000007,E01000937
900002,206,Islington,3901,Illustrative Infant School,Community school,2 High St,London,N7 6AA,\
E09000019,E01002737
"""
CARE = """Name,Also known as,Address,Postcode,Phone number,Service types,Provider name,\
Local authority,Region,CQC Location ID (for office use only)
Illustrative Home,,1 High St,NW5 2AA,02000000000,Care homes,Illustrative Ltd,Camden,London,1-1
Illustrative Lodge,,2 High St,N7 6AA,02000000000,Care homes,Illustrative Ltd,Islington,London,1-2
"""
CARE_LOCATIONS = """Location ID,Location ODS Code,Location Name,Location Type,\
Location Street Address,Location City,Location Post Code,Location Local Authority,Provider ID
1-1,VM1,Illustrative Home,Social Care Org,1 High St,London,NW5 2AA,Camden,1-9
1-2,VM2,Illustrative Lodge,Social Care Org,2 High St,London,N7 6AA,Islington,1-9
"""
NHS = """Organisation Code,Name,National Grouping,High Level Health Geography,Address Line 1,\
Postcode,Open Date
F83901,ILLUSTRATIVE SURGERY,Y56,QMJ,1 HIGH ST,NW5 2AA,19740401
F83902,ILLUSTRATIVE PRACTICE,Y56,QMJ,2 HIGH ST,N7 6AA,19740401
"""
NHS_HEADLESS = """"F83901","ILLUSTRATIVE SURGERY","Y56","QMJ","1 HIGH ST","","LONDON","","",\
"NW5 2AA","19740401","","A"
"F83902","ILLUSTRATIVE PRACTICE","Y56","QMJ","2 HIGH ST","","LONDON","","",\
"N7 6AA","19740401","","A"
"""
LOOKUP = """WD24CD,WD24NM,WD24NMW,LAD24CD,LAD24NM,LAD24NMW,ObjectId
E05013660,Kentish Town South,,E09000007,Camden,,1
E05013658,Gospel Oak,,E09000007,Camden,,2
"""
NSPL = """pcd,pcd2,pcds,dointr,doterm,usertype,oseast1m,osnrth1m,oa21,cty,laua,ward,ctry,rgn,\
pcon,lsoa21,lat,long,team
NW5 2AA,NW5  2AA,NW5 2AA,198001,,0,529000,185000,E00004700,E99999999,E09000007,E05013660,\
E92000001,E12000007,E14001290,E01000937,51.549,-0.139,Illustrative Team A
N7 6AA,N7   6AA,N7 6AA,198001,,0,530000,186000,E00013000,E99999999,E09000019,E05013702,\
E92000001,E12000007,E14001305,E01002737,51.559,-0.119,Illustrative Team B
"""
NSPL_2025 = """pcd7,pcd8,pcds,dointr,doterm,usrtypind,east1m,north1m,oa21cd,cty25cd,lad25cd,\
wd25cd,ctry25cd,rgn25cd,lsoa21cd,lat,long
NW5 2AA,NW5  2AA,NW5 2AA,198001,,0,529000,185000,E00004700,E99999999,E09000007,E05013660,\
E92000001,E12000007,E01000937,51.549,-0.139
"""
POSTCODES = """pcd7,pcd8,pcds,dointr,doterm,usertype,oa11cd,lsoa11cd,msoa11cd,ladcd,ladnm
NW5 2AA,NW5  2AA,NW5 2AA,198001,,0,E00004700,E01000937,E02000171,E09000007,Camden
"""
IOD2025 = """LSOA code (2021),LSOA name (2021),Index of Multiple Deprivation (IMD) Score
E01000001,City of London 001A,6.2
"""
IOD2019 = """LSOA code (2011),LSOA name (2011),Index of Multiple Deprivation (IMD) Score
E01000001,City of London 001A,6.2
"""
SIMD = """Data_Zone,Intermediate_Zone,Council_area,Total_population,SIMD2020v2_Rank
S01006506,Culter,Aberdeen City,894,4691
"""
WIMD = """LSOA code,LSOA name (Eng),Local Authority name (Eng),WIMD 2019 overall rank
W01000001,Aberffraw & Rhosneigr 1,Isle of Anglesey,885
"""
NOMIS = """date,geography,geography code,Residence type: Total; measures: Value
2021,Camden,E09000007,210136
"""
NOMIS_API = """DATE,GEOGRAPHY_NAME,GEOGRAPHY_CODE,OBS_VALUE
2021,Camden,E09000007,210136
"""
LG_INFORM = """area,area label,area long label,2021,2022
E09000007,Camden,Camden,1,2
"""
CRIMES = """Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name
,2024-01,Illustrative Police,Illustrative Police,-0.14,51.55,High St,E01000937,Camden 012A
"""
GOOGLE = """Timestamp,Email Address,What is your organisation called?,Which areas do you cover?
2024/05/01 10:00:00 am BST,p@example.org,Illustrative Play,Camden
2024/05/01 11:00:00 am BST,f@example.org,Illustrative Food,Islington
"""
MICROSOFT = """ID,Start time,Completion time,Email,Name,Name of your organisation,\
Which boroughs do you work in?
1,01/05/2024 10:00:00,01/05/2024 10:05:00,anonymous,,Illustrative Play,Camden;
2,01/05/2024 10:00:00,01/05/2024 10:05:00,anonymous,,Illustrative Food,Islington;
"""
EVENTBRITE = """Order #,Order Date,First Name,Last Name,Email,Quantity,Ticket Type,Company,\
Which boroughs do you cover?
1,2024-05-01,Priya,Shah,p@example.org,1,Free,Illustrative Play,Camden
2,2024-05-01,John,Jones,j@example.org,1,Free,Illustrative Food,Islington
"""
KUMU = """Label,Type,Description,Tags,Area
Illustrative Play,Charity,Plays,play|children,Camden
Illustrative Food,Charity,Cooks,food,Islington
"""
AIRTABLE = '''\ufeffName,Areas,Last modified
Illustrative Play,"Camden,""Kensington and Chelsea""",2024-05-01 10:00
Illustrative Food,Islington,2024-05-01 10:00
'''
AIRTABLE_IDS = """Record ID,Name,Areas
recABCDEFGHIJKLMN,Illustrative Play,Camden
recABCDEFGHIJKLMO,Illustrative Food,Islington
"""
POSTGIS = """id,organisation,geom
1,Illustrative Play,0101000020346C000000000000A02C20410000000000760641
"""
QGIS = """WKT,fid,organisation
"POLYGON((528000 184000,530000 184000,530000 186000,528000 184000))",1,Illustrative Play
"""
TRELLO = """Card ID,Card Name,Card URL,Members,List ID,List Name,Board ID,Vote Count
5f1,Illustrative Play,https://cards.example/1,annbee,6a,Camden,7b,0
5f2,Illustrative Food,https://cards.example/2,catdee,6b,Islington,7b,0
"""
MAILCHIMP = """Email Address,First Name,Organisation,Area,MEMBER_RATING,OPTIN_TIME,LATITUDE,CC,EUID
a@x.example,Ann,Illustrative Play,Camden,2,2024-01-02 10:11:12,51.5,gb,ab12
b@x.example,Cat,Illustrative Food,Islington,2,2024-01-02 10:11:12,51.5,gb,ab13
"""
FILES = {
    "360giving": GRANTS,
    "charity_register": CHARITIES,
    "charity_areas": CHARITY_AREAS,
    "scottish_charities": SCOTTISH,
    "schools": SCHOOLS,
    "care_directory": CARE,
    "care_locations": CARE_LOCATIONS,
    "nhs": NHS,
    "nhs_headless": NHS_HEADLESS,
    "ons_lookup": LOOKUP,
    "postcode_directory": NSPL,
    "postcode_directory_2025": NSPL_2025,
    "postcode_lookup": POSTCODES,
    "iod2025": IOD2025,
    "iod2019": IOD2019,
    "simd": SIMD,
    "wimd": WIMD,
    "nomis": NOMIS,
    "nomis_api": NOMIS_API,
    "lginform": LG_INFORM,
    "crimes": CRIMES,
    "google_forms": GOOGLE,
    "microsoft_forms": MICROSOFT,
    "eventbrite": EVENTBRITE,
    "kumu": KUMU,
    "airtable": AIRTABLE,
    "airtable_ids": AIRTABLE_IDS,
    "postgis": POSTGIS,
    "postgis_the": POSTGIS.replace("geom", "the_geom"),
    "postgis_wkb": POSTGIS.replace("geom", "wkb_geometry"),
    "postgis_geometry": POSTGIS.replace("geom", "geometry"),
    "qgis": QGIS,
    "trello": TRELLO,
    "mailchimp": MAILCHIMP,
}
"""A small file of each form, by its key in ``data/forms.csv``."""
COUNCILS = (
    *("360giving", "charity_areas", "google_forms", "microsoft_forms", "eventbrite", "kumu"),
    *("trello", "mailchimp"),
)
"""Forms of which the file has an organisation in Camden and one in Islington."""


def read(form: str) -> Upload:
    return footprints.read(FILES[form].encode(), name="x.csv")


def find(form: str) -> forms.Form:
    return next(one for one in forms.read_forms() if one.key == form)


def test_every_form_has_a_file_here():
    assert {form.key for form in forms.read_forms()} == set(FILES)
    assert len(FILES) >= 18


@pytest.mark.parametrize("form", FILES)
def test_a_form_is_told_by_its_headings_and_said_by_name(form):
    assert forms.describe(find(form)) in read(form).notes


@pytest.mark.parametrize("form", [form for form in FILES if form not in ("google_forms",)])
def test_capitals_and_underscores_in_headings_make_no_difference(form):
    frame = read(form).sheet.frame
    odd = {name.upper().replace(" ", "_"): frame[name].tolist() for name in frame}
    found = forms.recognise({name: list(filter(None, cells)) for name, cells in odd.items()})
    assert found is not None
    assert found.key == form


@pytest.mark.parametrize("form", forms.read_forms(), ids=lambda form: form.key)
def test_forms_give_roles_that_there_are_and_say_what_they_are(form):
    assert {part.role for part in form.parts} <= {*roles.ROLES, ""}
    assert {part.needed for part in form.parts} <= {"yes", "no", ""}
    assert form.what in forms.BELONGS
    assert all(p.heading == headwords.fold_heading(p.heading) for p in form.parts if _is_plain(p))


def _is_plain(part: forms.Part) -> bool:
    return not set(part.heading) & set("*[]")


@pytest.mark.parametrize("form", COUNCILS)
def test_organisations_and_what_they_cover_are_read_out_of_a_form(form):
    upload = read(form)
    assert upload.counts["matched"] == 2
    assert upload.rows["matched_to"].tolist() == [
        f"Camden (council area, {CAMDEN})",
        f"Islington (council area, {ISLINGTON})",
    ]
    if form != "charity_areas":
        assert upload.actors["actor"].str.startswith("Illustrative").all()


@pytest.mark.parametrize("form", ["schools", "care_directory", "care_locations", "nhs_headless"])
def test_of_a_register_the_postcode_counts_and_is_asked_about(form):
    upload = read(form)
    assert upload.rows["matched_to"].tolist() == ["NW5 2AA (postcode)", "N7 6AA (postcode)"]
    assert upload.actors["actor"].str.casefold().str.startswith("illustrative").all()
    [question] = upload.column_questions.to_dict("records")
    assert question["default"] == "postcode"
    assert upload.columns[question["heading"]].role == "postcode"


def test_of_a_postcode_directory_the_postcode_counts_and_pseudo_codes_mean_nothing():
    upload = read("postcode_directory")
    assert upload.counts["matched"] == 2
    assert upload.actors["actor"].tolist() == ["Illustrative Team A", "Illustrative Team B"]
    assert (upload.actors["people"] < 200).all()
    assert any("a postcode directory" in note and "ground" in note for note in upload.notes)


@pytest.mark.parametrize("form", ["ons_lookup", "iod2025", "simd", "nomis", "lginform", "crimes"])
def test_files_of_anything_else_say_where_they_belong(form):
    said = forms.describe(find(form))
    assert "not who works where" in said
    assert "a map of areas" in said if form == "ons_lookup" else "figures" in said


def test_numbers_of_scottish_charities_are_no_grid_references():
    upload = read("scottish_charities")
    assert upload.columns["Charity Number"].role == "identifier"
    assert upload.counts["matched"] == 2


def test_a_table_of_ones_own_has_no_form():
    frame = pd.DataFrame({"Organisation": ["A"], "LAD24CD": [CAMDEN], "LAD24NM": ["Camden"]})
    assert forms.recognise({name: frame[name].tolist() for name in frame}) is None
