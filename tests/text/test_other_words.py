"""A quote is never placed on a sentence that says something else; spelling and typography are no other words."""

import pytest

from corrections.text.anchoring.anchor import Anchored, Gone, Selector, anchor

SENTENCES = {
    "en": (
        "The mayor of Kyiv resigned on Monday after fifteen councillors said he had not paid $5 million.",
        {
            "name": ("Kyiv", "Lviv Paris Kiel Kyoto"),
            "title": ("mayor", "major minister president bishop"),
            "day": ("Monday", "Sunday Tuesday Friday Thursday"),
            "number in words": ("fifteen", "fifty fourteen five sixteen thirteen"),
            "number": ("5 million", "6 million|15 million|5.1 million|50 million|5 billion|5 thousand"),
            "currency": ("$", "€ £ ¥"),
            "person": (" he ", " she | they "),
            "negation": ("had not paid", "had paid|had now paid|has not paid|had never paid|hadn't paid"),
            "order": ("after", "before until"),
            "verb": ("resigned", "returned appeared"),
        },
    ),
    "en, prices": (
        "All prices rose more than 3% in June, and some 12 km of roads were closed near Johnson Square.",
        {
            "quantifier": ("All prices", "Some prices|Few prices|Most prices|No prices"),
            "antonym": ("rose", "fell"),
            "comparative": ("more", "less"),
            "percentage": ("3%", "4%|3‰|13%|3.5%|8%|2%"),
            "month": ("June", "July January May"),
            "unit": ("12 km", "12 m|12 kg|12 cm|11 km|120 km|21 km"),
            "opposite": ("closed", "opened"),
            "name": ("Johnson", "Johnston Jonson Jackson"),
        },
    ),
    "en, people": (
        "Ann Iverson, the wife of Christian Petrov, was employed by Iran and later won 2,300 votes in Iceland.",
        {
            "name": ("Ann", "Ian Anna Anne Amy"),
            "name of a man": ("Christian", "Christina Christiane Kristian"),
            "name of a family": ("Petrov", "Petrova Petrow Popov"),
            "country": ("Iran", "Iraq Oman"),
            "island": ("Iceland", "Ireland Finland"),
            "kin": ("wife", "husband sister mother"),
            "outcome": ("won", "lost own"),
            "number": ("2,300", "2,030|2,301|23,000|2.300|12,300"),
            "order": ("later", "earlier latter"),
        },
    ),
    "de": (
        "Der Bürgermeister von Kiel trat am Montag nicht zurück, obwohl dreizehn Räte im Juni 40 Millionen forderten.",
        {
            "name": ("Kiel", "Köln Wien Kiew"),
            "title": ("Bürgermeister", "Bürgermeisterin Minister Meister"),
            "day": ("Montag", "Sonntag Freitag Mittwoch"),
            "negation": ("nicht zurück", "zurück|erst zurück|nie zurück|noch zurück"),
            "number in words": ("dreizehn", "dreißig zehn drei vierzehn"),
            "month": ("Juni", "Juli Januar"),
            "number": ("40 Millionen", "14 Millionen|40 Milliarden|41 Millionen"),
            "verb": ("forderten", "förderten"),
        },
    ),
    "fr": (
        "Le maire de Lyon n'a pas démissionné lundi, car il avait plus de soixante voix et 12 % des parts en juin.",
        {
            "name": ("Lyon", "Lens Laon Dijon"),
            "title": ("maire", "ministre président"),
            "negation": ("n'a pas", "a bien|n'a jamais|a"),
            "day": ("lundi", "mardi jeudi"),
            "person": ("il", "elle on"),
            "comparative": ("plus", "moins"),
            "number in words": ("soixante", "seize septante six"),
            "number": ("12 %", "13 %|2 %|12 ‰|21 %"),
            "month": ("juin", "juillet août"),
        },
    ),
    "es": (
        "El alcalde de Lugo no dimitió el martes porque todos los 25 concejales pagaron tres mil euros en julio.",
        {
            "name": ("Lugo", "Lima Luco Vigo"),
            "title": ("alcalde", "alcaldesa ministro"),
            "negation": ("no dimitió", "dimitió|ya dimitió|nunca dimitió"),
            "day": ("martes", "viernes lunes"),
            "quantifier": ("todos", "algunos pocos"),
            "number": ("25", "24 52 250"),
            "number in words": ("tres", "trece dos"),
            "currency": ("euros", "dólares pesos"),
            "month": ("julio", "junio"),
        },
    ),
    "pl": (
        "Burmistrz Gdyni nie odszedł w poniedziałek, choć siedem osób żądało więcej niż 30 milionów złotych w maju.",
        {
            "name": ("Gdyni", "Gdańska Gnieźnie"),
            "negation": ("nie odszedł", "odszedł|już odszedł|nigdy odszedł"),
            "day": ("poniedziałek", "piątek wtorek"),
            "number in words": ("siedem", "osiem jeden"),
            "comparative": ("więcej", "mniej"),
            "number": ("30 milionów", "31 milionów|30 miliardów|13 milionów"),
            "month": ("maju", "marcu"),
        },
    ),
    "uk": (
        "Мер Києва не пішов у понеділок, хоча сімнадцять депутатів вимагали більше ніж 40 мільйонів гривень у червні.",
        {
            "name": ("Києва", "Львова Києво Канева"),
            "negation": ("не пішов", "пішов|вже пішов|ні пішов"),
            "day": ("понеділок", "вівторок четвер"),
            "number in words": ("сімнадцять", "вісімнадцять сімдесят"),
            "comparative": ("більше", "менше"),
            "number": ("40 мільйонів", "14 мільйонів|40 мільярдів|41 мільйонів"),
            "month": ("червні", "липні серпні"),
        },
    ),
    "ar": (
        "قال رئيس بلدية بيروت يوم الاثنين إنه لم يوافق على دفع خمسة ملايين دولار وإن كل الأعضاء رفضوا ذلك في يونيو",
        {
            "name": ("بيروت", "بغداد دمشق"),
            "day": ("الاثنين", "الثلاثاء الأحد"),
            "negation": ("لم يوافق", "وافق|قد يوافق"),
            "number in words": ("خمسة", "خمسين ستة"),
            "quantity": ("كل", "بعض"),
            "month": ("يونيو", "يوليو"),
            "currency": ("دولار", "دينار يورو"),
        },
    ),
    "zh": (
        "基辅市长星期一没有辞职，因为议会的三十五名议员要求他支付五百万美元，他说这笔钱在六月已经付清。",
        {
            "name": ("基辅", "利沃 巴黎"),
            "day": ("星期一", "星期二 星期日"),
            "number": ("三十五", "三十六 二十五"),
            "month": ("六月", "七月"),
            "person": ("他", "她"),
        },
    ),
}
BEFORE = "Nobody at the town hall had expected what came next, people there told this newspaper. "
AFTER = " Nobody at the town hall wanted to comment on it afterwards, and the phones kept ringing."


def substitutions():
    for language, (sentence, table) in SENTENCES.items():
        for kind, (old, new) in table.items():
            for other in new.split("|") if "|" in new or " " in old else new.split(" "):
                changed = sentence.replace(old, other, 1)
                assert changed != sentence
                yield pytest.param(sentence, changed, id=f"{language}: {kind}, {other}")


@pytest.mark.parametrize(("quote", "standing"), list(substitutions()))
def test_another_word_is_never_the_quote_and_what_stands_there_is_named(quote: str, standing: str):
    text = f"A headline\n{BEFORE}{standing}{AFTER}\nAnother paragraph stands here.\n"
    for exact, there in ((quote, standing), (standing, quote)):
        whole = text.replace(standing, there)
        for selector in (
            Selector(exact),
            Selector(exact, BEFORE[-32:], AFTER[:32]),
            Selector(exact, BEFORE, AFTER),
            Selector(exact, start=whole.index(there), end=whole.index(there) + len(exact)),
        ):
            verdict = anchor(selector, whole)
            assert isinstance(verdict, Gone), verdict
            assert verdict.nearest
            nearest = verdict.nearest[0]
            at = whole.index(there)
            assert nearest.start < at + len(there)
            assert at < nearest.end


@pytest.mark.parametrize(("quote", "standing"), list(substitutions()))
def test_another_word_close_by_does_not_hide_the_right_sentence(quote: str, standing: str):
    text = f"{standing}\n\n{BEFORE}{AFTER}\n\n{quote}\n"
    verdict = anchor(Selector(quote), text)
    assert isinstance(verdict, Anchored)
    assert text[verdict.place.start : verdict.place.end] == quote


SPELLINGS = [
    ("en", "resigned", "resigend"),
    ("en", "councillors", "councilors"),
    ("en", "councillors", "counsillors"),
    ("en", "Monday", "Munday"),
    ("en", "Monday", "Mondday"),
    ("en", "fifteen", "fiften"),
    ("en", "million", "milion"),
    ("en", "The mayor", "Teh mayor"),
    ("en", "mayor of", "mayorof"),
    ("en", "he had", "he  had"),
    ("en", "The", "the"),
    ("en", "the", "The"),
    ("de", "Bürgermeister", "Burgermeister"),
    ("de", "Bürgermeister", "Bürgermister"),
    ("de", "forderten", "fordertten"),
    ("de", "obwohl", "obwol"),
    ("fr", "démissionné", "demissionne"),
    ("fr", "démissionné", "démisionné"),
    ("fr", "soixante", "soixantte"),
    ("es", "concejales", "consejales"),
    ("es", "dimitió", "dimitio"),
    ("pl", "poniedziałek", "poniedzialek"),
    ("pl", "Burmistrz", "Burrmistrz"),
    ("uk", "депутатів", "депутаттів"),
    ("uk", "понеділок", "понеділлок"),
    ("ar", "الأعضاء", "الاعضاء"),
    ("en, prices", "closed", "clossed"),
    ("en, people", "employed", "employd"),
]


@pytest.mark.parametrize(("language", "right", "wrong"), SPELLINGS)
def test_a_misspelling_is_the_word_that_it_was_meant_to_be(language: str, right: str, wrong: str):
    sentence = SENTENCES[language][0]
    misspelt = sentence.replace(right, wrong, 1)
    if misspelt == sentence:
        pytest.skip("the word is spelled so already")
    for quote, standing in ((misspelt, sentence), (sentence, misspelt)):
        text = f"A headline\n{BEFORE}{standing}{AFTER}\nAnother paragraph stands here.\n"
        for selector in (Selector(quote), Selector(quote, BEFORE[-32:], AFTER[:32])):
            verdict = anchor(selector, text)
            assert isinstance(verdict, Anchored), verdict
            assert text[verdict.place.start : verdict.place.end] == standing


TYPOGRAPHY = [
    ('She said "never" and left', "She said “never” and left"),
    ('She said "never" and left', "She said „never“ and left"),
    ("She said 'never' and left", "She said ‹never› and left"),
    ("She said ''never'' and left", "She said “never” and left"),
    ("It wasn't theirs", "It wasn’t theirs"),
    ("It wasn't theirs", "It wasnʼt theirs"),
    ("the 1893-1901 war", "the 1893–1901 war"),
    ("they met -- at last -- there", "they met – at last – there"),
    ("they met---at last---there", "they met—at last—there"),
    ("and so on... they said", "and so on… they said"),
    ("10 000 people came", "10\u00a0000 people came"),
    ("10 000 people came", "10\u202f000 people came"),
    ("in the office there", "in the o\ufb03ce there"),
    ("a Wort\u00adtrennung there", "a Worttrennung there"),
    ("a garden of 3 x 4 metres", "a garden of 3 × 4 metres"),
    ("""it was 5' 12" long""", "it was 5′ 12″ long"),
    ("in the cafe\u0301 there", "in the café there"),
    ("it weighs ½ of that", "it weighs 1/2 of that"),
    ("\u200fthe two\u200e of them", "the two of them"),
    ("line one\nand line two", "line one and line two"),
    ("line oneand line two", "line one\nand line two"),
]


@pytest.mark.parametrize(("page", "stored"), TYPOGRAPHY)
def test_typography_is_no_other_wording_and_moves_nothing(page: str, stored: str):
    for quote, standing in ((page, stored), (stored, page)):
        text = f"A headline\n{BEFORE}{standing}{AFTER}\nAnother paragraph stands here.\n"
        for selector in (Selector(quote, BEFORE[-32:], AFTER[:32]), Selector(quote, BEFORE, AFTER)):
            verdict = anchor(selector, text)
            assert isinstance(verdict, Anchored), verdict
            assert text[verdict.place.start : verdict.place.end].strip("\u200f") == standing.strip("\u200f")
            assert verdict.verdict == "exact"


@pytest.mark.parametrize(
    ("exact", "text"),
    [
        ("5 million", "It cost 15 million then.\n"),
        ("it cost 1", "So it cost 15 million then.\n"),
        ("2 per cent", "Up 1.2 per cent.\n"),
        ("102", "Some 10² of them.\n"),
        ("51/2", "Some 5½ of them.\n"),
        ("1 2", "They counted 12 of them.\n"),
        ("12", "They counted 1 2 of them.\n"),
        ("is not able", "This is notable indeed.\n"),
        ("is notable", "This is not able indeed.\n"),
    ],
)
def test_a_part_of_a_number_or_of_another_word_is_no_place(exact: str, text: str):
    assert isinstance(anchor(Selector(exact), text), Gone)


@pytest.mark.parametrize(
    ("quote", "seen", "now"),
    [
        ("he said", "Then he said that all was well there", "Then she said that all was well there"),
        ("able to pay", "They were able to pay for all of it", "They were unable to pay for all of it"),
        ("legal", "It was a legal act in that country", "It was an illegal act in that country"),
        ("Ann", "It was Ann who came to the house first", "It was Anna who came to the house first"),
        ("5", "They sold all 5 of them at the market", "They sold all 15 of them at the market"),
        ("15", "They sold all 15 of them at the market", "They sold all 155 of them at the market"),
    ],
)
def test_a_word_is_not_found_inside_another(quote: str, seen: str, now: str):
    at = seen.index(quote)
    verdict = anchor(Selector(quote, seen[:at], seen[at + len(quote) :]), now + ".\n")
    assert isinstance(verdict, Gone), verdict
    assert verdict.nearest


def test_half_a_word_that_the_reader_chose_is_found():
    verdict = anchor(Selector("day", "They met on Mon", " in the capital"), "They met on Monday, in the capital.\n")
    assert isinstance(verdict, Anchored)
