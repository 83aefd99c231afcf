"""Numbers in words: what each word of a language counts, and what words together do."""

from functools import lru_cache

import regex

_VALUES = {
    "en": """0 zero;1 one;2 two;3 three;4 four;5 five;6 six;7 seven;8 eight;9 nine;10 ten;11 eleven;12 twelve
13 thirteen;14 fourteen;15 fifteen;16 sixteen;17 seventeen;18 eighteen;19 nineteen;20 twenty;30 thirty;40 forty
50 fifty
60 sixty;70 seventy;80 eighty;90 ninety;100 hundred;1000 thousand;1000000 million;1000000000 billion
1000000000000 trillion;1 first;2 second;3 third;4 fourth;5 fifth;6 sixth;7 seventh;8 eighth;9 ninth;10 tenth
11 eleventh;12 twelfth;13 thirteenth;14 fourteenth;15 fifteenth;20 twentieth""",
    "de": """0 null;1 eins;2 zwei;3 drei;4 vier;5 fünf;6 sechs;7 sieben;8 acht;9 neun;10 zehn;11 elf;12 zwölf
13 dreizehn
14 vierzehn;15 fünfzehn;16 sechzehn;17 siebzehn;18 achtzehn;19 neunzehn;20 zwanzig;30 dreißig;40 vierzig;50 fünfzig
60 sechzig;70 siebzig;80 achtzig;90 neunzig;100 hundert;1000 tausend;1000000 million millionen
1000000000 milliarde milliarden;1 erste ersten erster erstes;2 zweite zweiten zweiter;3 dritte dritten dritter
4 vierte vierten vierter;5 fünfte fünften;6 sechste sechsten;7 siebte siebten;8 achte achten;9 neunte;10 zehnte""",
    "fr": """0 zéro;2 deux;3 trois;4 quatre;5 cinq;6 six;7 sept;8 huit;9 neuf;10 dix;11 onze;12 douze;13 treize
14 quatorze
15 quinze;16 seize;20 vingt vingts;30 trente;40 quarante;50 cinquante;60 soixante;70 septante;80 huitante octante
90 nonante;100 cent cents;1000 mille;1000000 million millions;1000000000 milliard milliards;1 premier première
2 deuxième second seconde;3 troisième;4 quatrième;5 cinquième;6 sixième;7 septième;8 huitième;9 neuvième
10 dixième""",
    "es": """0 cero;1 uno;2 dos;3 tres;4 cuatro;5 cinco;6 seis;7 siete;8 ocho;9 nueve;10 diez;11 once;12 doce;13 trece
14 catorce;15 quince;16 dieciséis;17 diecisiete;18 dieciocho;19 diecinueve;20 veinte;21 veintiuno veintiún
22 veintidós
23 veintitrés;24 veinticuatro;25 veinticinco;26 veintiséis;27 veintisiete;28 veintiocho;29 veintinueve;30 treinta
40 cuarenta;50 cincuenta;60 sesenta;70 setenta;80 ochenta;90 noventa;100 cien ciento;200 doscientos doscientas
300 trescientos;400 cuatrocientos;500 quinientos;600 seiscientos;700 setecientos;800 ochocientos;900 novecientos
1000 mil;1000000 millón millones;1 primero primera primer;2 segundo segunda;3 tercero tercera tercer;4 cuarto cuarta
5 quinto quinta;6 sexto sexta""",
    "pl": """0 zero;1 jeden jedna jedno;2 dwa dwie dwóch dwoje;3 trzy trzech troje;4 cztery czterech;5 pięć pięciu
6 sześć sześciu;7 siedem siedmiu;8 osiem ośmiu;9 dziewięć dziewięciu;10 dziesięć dziesięciu;11 jedenaście;12 dwanaście
13 trzynaście;14 czternaście;15 piętnaście;16 szesnaście;17 siedemnaście;18 osiemnaście;19 dziewiętnaście
20 dwadzieścia;30 trzydzieści;40 czterdzieści;50 pięćdziesiąt;60 sześćdziesiąt;70 siedemdziesiąt;80 osiemdziesiąt
90 dziewięćdziesiąt;100 sto;200 dwieście;300 trzysta;400 czterysta;500 pięćset;600 sześćset;700 siedemset;800 osiemset
900 dziewięćset;1000 tysiąc tysiące tysięcy;1000000 milion miliony milionów;1000000000 miliard miliardy miliardów
1 pierwszy pierwsza;2 drugi druga drugie;3 trzeci trzecia trzecie;4 czwarty czwarta;5 piąty piąta""",
    "uk": """0 нуль;1 один одна одне;2 два дві двох;3 три трьох;4 чотири чотирьох;5 п'ять п'яти;6 шість шести
7 сім семи
8 вісім восьми;9 дев'ять дев'яти;10 десять десяти;11 одинадцять;12 дванадцять;13 тринадцять;14 чотирнадцять
15 п'ятнадцять;16 шістнадцять;17 сімнадцять;18 вісімнадцять;19 дев'ятнадцять;20 двадцять;30 тридцять;40 сорок
50 п'ятдесят;60 шістдесят;70 сімдесят;80 вісімдесят;90 дев'яносто;100 сто;200 двісті;300 триста;400 чотириста
500 п'ятсот;600 шістсот;700 сімсот;800 вісімсот;900 дев'ятсот;1000 тисяча тисячі тисяч
1000000 мільйон мільйони мільйонів
1000000000 мільярд мільярди мільярдів;1 перший перша перше;2 другий друга друге;3 третій третя третє
4 четвертий четверта
5 п'ятий п'ята""",
    "ar": """0 صفر;2 اثنان اثنين;3 ثلاثة ثلاث;4 أربعة أربع;5 خمسة خمس;6 ستة ست;7 سبعة سبع;8 ثمانية ثماني;9 تسعة تسع
10 عشرة عشر;20 عشرون عشرين;30 ثلاثون ثلاثين;40 أربعون أربعين;50 خمسون خمسين;60 ستون ستين;70 سبعون سبعين
80 ثمانون ثمانين;90 تسعون تسعين;100 مئة مائة;200 مئتان مئتين;1000 ألف آلاف;2000 ألفان ألفين;1000000 مليون ملايين
1000000000 مليار مليارات;1 الأول الأولى;2 الثاني الثانية;3 الثالث الثالثة;4 الرابع الرابعة;5 الخامس الخامسة""",
}
_QUANTITIES = {
    "en": "half halves thirds quarter quarters once twice thrice dozen dozens hundreds thousands millions "
    "billions score "
    "doubled tripled quadrupled halved double triple",
    "de": "hälfte drittel viertel dutzend einmal zweimal dreimal halb doppelt verdoppelt verdreifacht",
    "fr": "moitié tiers quart douzaine dizaine centaine centaines milliers doublé triplé",
    "es": "mitad tercio docena decena cientos miles doble triple duplicó triplicó",
    "pl": "połowa połowę pół ćwierć tuzin podwoił potroił setki",
    "uk": "половина половину чверть десяток десятки сотні вдвічі втричі",
    "ar": "نصف ثلث ربع ضعف عشرات مئات",
}
_GERMAN_COMPOUND = regex.compile(
    r"(?:(ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun)?hundert)?(?:(ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun)und)?"
    r"(zwanzig|dreißig|vierzig|fünfzig|sechzig|siebzig|achtzig|neunzig)?"
)
JOINERS = {"en": "and", "fr": "et", "es": "y", "ar": "و"}


@lru_cache(maxsize=16)
def number_words(language: str) -> dict[str, int]:
    """What each number word of a language counts, in lower case."""
    entries = (entry.split() for entry in _VALUES[language].replace("\n", ";").split(";"))
    return {word: int(value) for value, *words in entries for word in words}


@lru_cache(maxsize=16)
def quantity_words(language: str) -> frozenset[str]:
    """Words that say how many without a number: halves, dozens, "twice"."""
    return frozenset(_QUANTITIES[language].split())


def value_of_word(word: str, language: str) -> int | None:
    """What a word of a language counts; None where it is no number."""
    lower = word.casefold().replace("’", "'").replace("ʼ", "'")
    value = number_words(language).get(word.lower().replace("’", "'").replace("ʼ", "'"))
    if value is None:
        value = number_words(language).get(lower)
    if value is None and language == "de" and len(lower) > 6:
        value = _value_of_compound(word.lower())
    return value


def _value_of_compound(word: str) -> int | None:
    match = _GERMAN_COMPOUND.fullmatch(word)
    if match is None or not word:
        return None
    words = {**number_words("de"), "ein": 1}
    hundreds = 100 * words[match[1] or "ein"] if "hundert" in word else 0
    return hundreds + (words[match[2]] if match[2] else 0) + (words[match[3]] if match[3] else 0)


def combined(values: list[int], value: int) -> bool:
    """Does a word that counts `value` go on with the number that `values` have begun?"""
    last = values[-1]
    if value in (100, 1000) or value >= 1_000_000:
        return last < value
    return (last % 100 == 0 and last >= 100 and value < last) or (20 <= last < 100 and last % 10 == 0 and value < 20)


def total(values: list[int]) -> int:
    """What the words of one number count together."""
    whole = current = 0
    for value in values:
        if value >= 1000:
            whole += max(current, 1) * value
            current = 0
        elif value == 100 and current:
            current *= 100
        else:
            current += value
    return whole + current
