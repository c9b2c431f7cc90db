"""People: whether cells hold the names of persons, which are no organisation's to be shown."""

import re
from collections.abc import Sequence

MIN_PEOPLE_SHARE, MIN_SURE_SHARE, MIN_SURE = 0.5, 0.8, 2
"""So many of some cells have to look like persons' names; and where a heading speaks of bodies."""
MAX_WORDS = 4
_FIRST_NAMES = frozenset(
    re.findall(
        r"\w+",
        """
    aaron abdul abigail adam adrian ahmed aisha alan alastair albert alex alexander alexandra
    alfie alice alison alistair amanda amelia amina amir amy andrea andrew andy angela angus ann
    anna anne annette anthony antonia anwar archie arthur asha ashley ayesha barbara barry beatrice
    becky ben benjamin bernard beth bethany beverley bill bob brenda brian bronwen bruce callum
    cameron carl carla carol caroline carolyn catherine cathy catrin charlie charlotte cheryl
    chloe chris christina christine christopher claire clare clive colin connor craig daisy dan
    daniel daniela daphne darren dave david dawn dean deborah debbie deepak denise dennis derek
    diana diane dominic donald donna dorothy douglas duncan dylan edward eileen elaine eleanor
    elena eleri elizabeth ella ellen ellie emily emma eric erin ethan eva evelyn evie faith
    farah fatima felicity fiona florence frances francesca frank fraser freddie freya gareth gary
    gavin gemma geoff geoffrey george georgia georgina gerald gillian gina glen glenn glynis
    gordon grace graeme graham grant greg gwen hannah harold harriet harry hassan hayley hazel
    heather helen henry hilary holly howard hugh hussain iain ian ibrahim imran irene iris isaac
    isabel isabella isla ivan jack jackie jacob jacqueline jake james jamie jan jane janet janice
    jasmine jason jean jeff jeffrey jennifer jenny jeremy jess jessica jill jim jo joan joanna
    joanne joe john jon jonathan jordan jose joseph josephine josh joshua joy joyce judith judy
    julia julian julie june karen karim kate katherine kathleen kathryn katie katy kay keith kelly
    ken kenneth kerry kevin khadija kim kirsten kirsty kyle lara laura lauren lawrence leah leanne
    lee leo leon lesley leslie lewis liam lily linda lindsay lisa liz lorna lorraine louis louise
    lucy luke lynn lynne maggie malcolm marc marcus margaret maria marian marie marilyn mark
    martin martyn mary maryam matt matthew maureen max megan mehmet melanie melissa michael
    michelle miguel mike miriam mohamed mohammad mohammed moira molly monica morag muhammad murray
    nadia nancy naomi natalie natasha nathan neil nia niall nicholas nick nicola nigel nikki noah
    nora norman oliver olivia omar oscar owen pam pamela patricia patrick paul paula pauline penny
    peter phil philip phillip philippa phoebe poppy priya rachael rachel rahul raj rajesh ralph
    ravi raymond rebecca rhian rhiannon rhys richard rita rob robert roberta robin rory rosemary
    rosie ross roy rupert ruth ryan sally sam samantha samuel sandra sanjay sara sarah scott sean
    shabana shannon sharon sheila shirley sian simon sofia sonia sophia sophie stacey stanley
    stephanie stephen steve steven stewart stuart sue sunita susan suzanne sylvia tahir tanya tara
    terence teresa terry thomas tim timothy tina toby tom tony tracey tracy trevor usha valerie
    vanessa vera veronica victoria vijay vikram vincent violet vivien wayne wendy will william
    yasmin yusuf yvonne zahra zara zoe
    """,
    )
)
_TITLES = re.compile(
    r"(mr|mrs|ms|miss|mx|dr|prof|professor|rev|revd|fr|sir|dame|cllr|councillor|ps|pc|sgt|"
    r"sergeant|insp|inspector|supt|ch insp|pcso)\b\.?\s+",
    re.I,
)
_BODY = re.compile(
    r"\b(academ\w*|action|advice|age|agency|alliance|arts?|associat\w*|bank|books?|care|cent(er|re)\w*|"
    r"charit\w*|church|cic|cio|clinic|club|college|community|company|co|council|counselling|"
    r"day|dentists?|education|families|food|foundation|friends|fund|garden|group|health|help|home|"
    r"homes|hospice|hospital|hous\w*|hub|initiative|kitchen|law|league|lodge|ltd|limited|llp|"
    r"medical|mental|mind|ministr\w*|mission|mosque|network|nhs|nursery|partners\w*|pharmacy|"
    r"practice|project|relief|school|service\w*|services|settlement|society|sports?|studio|"
    r"support|surgery|team|temple|theatre|trust|uk|union|ward|welfare|women|works|young|youth)\b|"
    r"['’]s\b|&|\d",
    re.I,
)
"""What stands in the names of organisations, and seldom in persons'."""


def is_person(text: str) -> bool:
    """Tell whether a text looks like a person's name: "Priya Shah", "Dr A. Jones", "Shah, Priya".

    A first name stands at its beginning, or after a comma, and nothing that bodies are called.
    """
    if _BODY.search(text):
        return False
    titled = _TITLES.match(text)
    rest = text[titled.end() :] if titled else text
    words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", rest)
    if not 1 <= len(words) <= MAX_WORDS:
        return False
    turned = words[-1] if "," in rest else words[0]
    return titled is not None or turned.lower() in _FIRST_NAMES


def are_people(some: Sequence[str], *, doubtful: bool = False) -> bool:
    """Tell whether at least half of some texts, of which there is one, are names of persons.

    Where that is ``doubtful``, as charities are called after persons, nearly all have to be.
    """
    found = sum(map(is_person, some))
    if doubtful:
        return len(some) >= MIN_SURE and found >= MIN_SURE_SHARE * len(some)
    return bool(some) and found >= MIN_PEOPLE_SHARE * len(some)
