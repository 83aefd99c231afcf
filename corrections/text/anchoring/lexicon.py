"""Words whose sense is closed: numbers, dates, denials, persons, quantities, directions, units, titles, countries.

Two of them that are spelled almost alike ("fifteen", "fifty") say different things; a word that is none of them and
almost one of them ("Tusday") is a misspelling of it. In the languages that `vocabulary` knows.
"""

from functools import lru_cache

import regex
from babel import Locale
from babel.dates import get_day_names, get_month_names

from corrections.text.anchoring.vocabulary import LANGUAGES, NEGATIONS

_NUMBERS = """
en: zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion
hundreds thousands millions billions dozen dozens first second third fourth fifth sixth seventh eighth ninth tenth
half halves quarter quarters thirds once twice thrice double triple single pair couple score
de: null ein eins eine einen einem einer zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn
fünfzehn sechzehn siebzehn achtzehn neunzehn zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert
tausend million millionen milliarde milliarden billion billionen erste ersten zweite zweiten dritte dritten vierte
fünfte hälfte drittel viertel dutzend einmal zweimal dreimal halb doppelt
fr: zéro un une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt trente
quarante cinquante soixante septante huitante nonante cent cents mille million millions milliard milliards premier
première deuxième troisième quatrième demi moitié tiers quart douzaine
es: cero uno una dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis
diecisiete dieciocho diecinueve veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa cien ciento
cientos mil miles millón millones primero primera segundo segunda tercero tercera cuarto medio media mitad tercio
docena
pl: zero jeden jedna jedno dwa dwie trzy cztery pięć sześć siedem osiem dziewięć dziesięć jedenaście dwanaście
trzynaście czternaście piętnaście szesnaście siedemnaście osiemnaście dziewiętnaście dwadzieścia trzydzieści
czterdzieści pięćdziesiąt sześćdziesiąt siedemdziesiąt osiemdziesiąt dziewięćdziesiąt sto dwieście trzysta czterysta
pięćset sześćset siedemset osiemset dziewięćset tysiąc tysiące tysięcy milion miliony milionów miliard miliardy
miliardów pierwszy pierwsza drugi druga trzeci trzecia połowa pół tuzin
uk: нуль один одна одне два дві три чотири пʼять п'ять шість сім вісім дев'ять десять одинадцять дванадцять
тринадцять чотирнадцять п'ятнадцять шістнадцять сімнадцять вісімнадцять дев'ятнадцять двадцять тридцять сорок
п'ятдесят шістдесят сімдесят вісімдесят дев'яносто сто двісті триста чотириста п'ятсот шістсот сімсот вісімсот
дев'ятсот тисяча тисячі тисяч мільйон мільйони мільйонів мільярд мільярди мільярдів перший перша другий друга третій
третя половина чверть десяток
ar: صفر واحد واحدة اثنان اثنين ثلاثة ثلاث أربعة أربع خمسة خمس ستة ست سبعة سبع ثمانية ثمان تسعة تسع عشرة عشر عشرون
عشرين ثلاثون ثلاثين أربعون أربعين خمسون خمسين ستون ستين سبعون سبعين ثمانون ثمانين تسعون تسعين مئة مائة مئتان مئتين
ألف ألفين آلاف مليون مليونين ملايين مليار ملياري مليارات الأول الأولى الثاني الثانية الثالث الثالثة نصف ثلث ربع
"""

_PERSONS_AND_QUANTITIES = """
en: i you he she it we they me him her us them my your his its our their mine yours hers ours theirs himself herself
itself myself yourself ourselves themselves who whom whose which what that this these those there here where when
then than the a an and or but if so as at by for from in into of off on onto out over to under up down with without
within upon is are was were be been being am has have had having do does did done will would shall should can could
may might must all some any none every each both either neither no not many much few fewer several most more less
least little own other another such same only just also too very now never always often seldom sometimes ever still
yet already again before after during since until till about above below between against through across along around
near far man men woman women boy boys girl girls son sons daughter daughters mother father brother sister wife
husband high higher highest low lower lowest large larger largest small smaller smallest big bigger long longer
short shorter old older young younger new newer early earlier late later good better best bad worse worst first last
next left right rise rises rose risen rising fall falls fell fallen falling win wins won winning lose loses lost
losing buy buys bought sell sells sold open opened opens close closed closes begin began begun end ended ends accept
accepted accepts except reject rejected rejects increase increased increases decrease decreased decreases import
imports export exports import imported exported internal external include included includes exclude excluded
excludes legal illegal able unable possible impossible likely unlikely true false alive dead guilty innocent yes ok
north south east west northern southern eastern western former latter inside outside ally enemy friend foe employer
employers employee employees
de: ich du er sie es wir ihr mich dich ihn ihm uns euch ihnen mein dein sein unser euer meine deine seine ihre ihrem
ihren seinen seinem unsere der die das den dem des dieser diese dieses jener jene jenes alle alles allen einige
einigen manche viele vielen wenige wenigen mehr weniger meist meisten jeder jede jedes beide beiden und oder aber
wenn als wie nur auch schon schön noch immer selten oft jetzt nun hier dort mit ohne vor nach über unter für gegen
durch bei aus von auf ist sind war waren hat haben hatte hatten wird werden wurde wurden würde würden soll sollte
kann konnte könnte muss musste mann männer frau frauen sohn tochter hoch höher niedrig niedriger groß größer klein
kleiner alt älter jung jünger früher später besser schlechter gestiegen gesunken stieg sank gewann verlor kaufte
verkaufte fordern fördern forderte förderte
fr: je tu il elle on nous vous ils elles lui leur leurs mon ma mes ton ta tes son sa ses notre nos votre vos ce cet
cette ces celui celle ceux tout toute tous toutes quelque quelques plusieurs certains chaque aucun beaucoup peu plus
moins autre autres même le la les du des et ou où mais si comme aussi très dans sur sous avant après avec sans pour
contre par est sont était étaient a ont avait avaient sera seront fut homme femme fils fille haut bas grand petit
vieux jeune meilleur pire hausse baisse gagné perdu acheté vendu
es: yo tú él ella nosotros ellos ellas usted ustedes me te se nos les mi tu su sus nuestro este esta esto ese esa
aquel aquella todo toda todos todas algún alguno alguna algunos algunas cada ambos mucho muchos muchas poco pocos
pocas más menos otro otra mismo misma el la los las de del y o pero si como también muy en sobre bajo antes después
con para contra por es son era eran está están fue fueron ha han había será hombre mujer hijo hija alto bajo grande
pequeño viejo joven mejor peor subió bajó ganó perdió compró vendió
pl: ja ty on ona ono my wy oni one mnie mi ciebie jego jej ich im mój twój nasz wasz ten ta to ci te tamten wszystko
wszyscy wszystkie wszystkich kilka kilku niektóre niektórzy każdy każda każde oba obie wiele wielu mało więcej mniej
inny inna sam sama i lub albo ale jeśli jak też także bardzo w we na pod przed po z ze dla przeciw przez jest są był
była było byli były będzie będą ma mają miał miała mężczyzna kobieta syn córka wysoki niski duży mały stary młody
lepszy gorszy wzrósł spadł wzrosła spadła wygrał przegrał kupił sprzedał
uk: я ти він вона воно ми ви вони мене тебе його її їх нас вас мій твій наш ваш цей ця це ці той та те ті все всі
всіх деякі кожен кожна кожне обидва обидві багато мало більше менше інший інша сам сама і й або але якщо як також
дуже в у на під перед після з із для проти через є був була було були буде будуть має мають чоловік жінка син дочка
донька високий низький великий малий старий молодий кращий гірший зріс впав зросла впала виграв програв купив продав
ar: أنا أنت هو هي نحن هم هن هما هذا هذه ذلك تلك هؤلاء الذي التي الذين كل جميع بعض كثير قليل أكثر أقل آخر أخرى نفس و
أو لكن إذا مثل أيضا جدا في على تحت فوق قبل بعد مع من إلى عن ضد عبر كان كانت كانوا يكون تكون سوف قد رجل امرأة ابن
ابنة ابنه ابنته ارتفع انخفض ارتفعت انخفضت فاز خسر اشترى باع كبير صغير قديم جديد أول قال قالت
"""

_UNITS_AND_TITLES = """
en: km kg cm mm mg ml kilometre kilometres kilometer kilometers metre metres meter meters centimetre centimetres
millimetre millimetres mile miles yard yards foot feet inch inches hectare hectares acre acres litre litres liter
liters gallon gallons pint pints kilogram kilograms kilogramme kilogrammes kilo kilos gram grams tonne tonnes ton
tons pound pounds ounce ounces kilowatt kilowatts megawatt megawatts gigawatt gigawatts watt watts volt volts hour
hours minute minutes day days week weeks month months year years decade decades century centuries degree degrees
celsius fahrenheit percent percentage cent cents pence penny euro euros dollar dollars yen yuan rouble roubles ruble
rubles hryvnia hryvnias franc francs peso pesos rupee rupees
de: kilometer meter zentimeter millimeter meile meilen hektar liter kilogramm gramm tonne tonnen pfund kilowatt
megawatt gigawatt stunde stunden minute minuten sekunde sekunden tag tage tagen woche wochen monat monate monaten
jahr jahre jahren jahrzehnt jahrhundert prozent prozentpunkte dollar franken
fr: kilomètre kilomètres mètre mètres millimètre millimètres centimètre litre litres gramme grammes kilogramme heure
heures seconde secondes jour jours semaine semaines mois an ans année années décennie siècle livre livres franc
francs
es: kilómetro kilómetros metro metros litro litros gramo gramos kilogramo tonelada toneladas hora horas segundos día
días semana semanas mes meses año años siglo libra libras dólar dólares
pl: kilometr kilometry kilometrów metr metry metrów litr litry litrów gram gramy gramów kilogram tona tony ton
godzina godziny godzin minuta minuty minut dzień dni tydzień tygodnie tygodni miesiąc miesiące miesięcy rok lata lat
złoty złote złotych
uk: кілометр кілометри кілометрів метр метри метрів літр літри літрів грам грами грамів кілограм тонна тонни тонн
година години годин хвилина хвилини хвилин секунда секунди секунд день дні днів тиждень тижні тижнів місяць місяці
місяців рік роки років гривня гривні гривень
ar: كيلومتر كيلومترا كيلومترات متر مترا أمتار لتر لترا كيلوغرام غرام طن أطنان ساعة ساعات دقيقة دقائق ثانية يوم أيام
أسبوع أسابيع شهر شهور أشهر سنة سنوات عام أعوام دولار دولارا يورو جنيه ريال درهم دينار
en: mr mrs ms miss dr prof professor sir lord lady dame king queen prince princess duke duchess count countess
president premier minister chancellor chairman chairwoman mayor senator governor secretary deputy director captain
colonel general major marshal sergeant lieutenant admiral judge justice bishop pope
de: herr frau doktor professorin präsident präsidentin minister ministerin kanzler kanzlerin könig königin fürst
fürstin bürgermeister bürgermeisterin direktor direktorin oberst oberstleutnant hauptmann
fr: monsieur madame mademoiselle mme mlle docteur président présidente ministre roi reine prince princesse maire
directeur directrice
es: señor señora señorita don doña doctor doctora presidente presidenta ministro ministra rey reina príncipe
princesa alcalde alcaldesa director directora
pl: pan pani panowie prezydent prezydentka ministra król królowa książę księżna burmistrz dyrektor dyrektorka
premier
uk: пан пані президент президентка міністр міністерка король королева князь княгиня мер мерка директор директорка
прем'єр
ar: السيد السيدة الدكتور الدكتورة الرئيس الرئيسة الوزير الوزيرة الملك الملكة الأمير الأميرة المدير المديرة
"""

_CONFUSABLE_WORDS = """
form/from county/country untied/united casual/causal trail/trial martial/marital diary/dairy scared/sacred calm/clam
public/pubic adapt/adopt former/farmer prison/poison charged/changed charge/change stationary/stationery
complement/compliment complemented/complimented personal/personnel prescribed/proscribed prescribe/proscribe
moral/morale landing/lending bonding/binding hangar/hanger desert/dessert conservation/conversation launch/lunch
loses/looses breach/beach preach/peach reach/roach border/boarder border/bordre batter/better bitter/better
international/intranational intrastate/interstate inflation/inflection statue/statute assure/assume defuse/diffuse
illusion/allusion eligible/illegible discreet/discrete ingenious/ingenuous veracity/voracity considered/considerate
infected/injected inflected/inflicted inflicted/infected marred/married starred/stared hopping/hoping
planning/planing barred/bared filing/filling tilling/tiling sniped/snipped scraped/scrapped scraping/scrapping
striped/stripped planed/planned hoped/hopped robed/robbed riding/ridding dinning/dining sitting/siting cloth/clothe
breath/breathe bellow/below wonder/wander wondered/wandered signed/singed hostile/hostel tortuous/torturous
exercise/exorcise exercised/exorcised recant/recent patients/patience presents/presence residents/residence
incidents/incidence assistants/assistance poled/polled caned/canned fatal/foetal spiting/spitting writing/writhing
reality/realty conscious/conscience mourning/morning ordnance/ordinance cession/cessation expansive/expensive
expand/expend expanded/expended insured/ensured ensure/insure inquired/acquired precedent/president
precedents/presidents principal/principle council/counsel councillor/counsellor dependent/defendant
rational/national notional/national schon/schön fordern/fördern fordert/fördert forderten/förderten
gefordert/gefördert drucken/drücken wurde/würde konnte/könnte musste/müsste hatte/hätte zahlen/zählen stadt/staat
städte/stätte politik/politiker wahl/wahn
"""

_NUMBER_PARTS = regex.compile(
    r"(?:zwanzig|dreißig|dreissig|vierzig|fünfzig|sechzig|siebzig|achtzig|neunzig|hundert|tausend|zehn$|cincuenta"
    r"|^veinti|^dieci|надцят|десят|сот$|naście|dzieści|dziesiąt|teenth$|tieth$)"
)


@lru_cache(maxsize=1)
def _languages_by_word() -> dict[str, frozenset[str]]:
    """Each word with the languages that have it."""
    languages: dict[str, set[str]] = {}
    for listed in (_NUMBERS, _PERSONS_AND_QUANTITIES, _UNITS_AND_TITLES):
        language = ""
        for word in listed.split():
            if word.endswith(":"):
                language = word[:-1]
            else:
                languages.setdefault(_bare(word), set()).add(language)
    for language in LANGUAGES:
        countries = (part for name in Locale(language).territories.values() for part in name.split())
        for word in (*NEGATIONS[language].split(), *_date_names_in(language), *countries):
            languages.setdefault(_bare(word), set()).add(language)
    return {word: frozenset(codes) for word, codes in languages.items()}


def _bare(word: str) -> str:
    return regex.sub(r"['’ʼ.(),]", "", word).casefold()


@lru_cache(maxsize=1)
def date_names() -> frozenset[str]:
    """Months and days of the week, in full and short, as each language writes them, in lower case."""
    return frozenset(name for language in LANGUAGES for name in _date_names_in(language))


def _date_names_in(language: str) -> set[str]:
    names: set[str] = set()
    for width in ("wide", "abbreviated"):
        for context in ("format", "stand-alone"):
            for named in (get_month_names, get_day_names):
                for name in named(width, context, language).values():
                    names.update(part.strip(".").casefold() for part in name.split())
    return names


@lru_cache(maxsize=1)
def _negations() -> frozenset[str]:
    return frozenset(word for words in NEGATIONS.values() for word in words.split())


@lru_cache(maxsize=1)
def _pairs() -> frozenset[frozenset[str]]:
    return frozenset(frozenset(pair.split("/")) for pair in _CONFUSABLE_WORDS.split())


def is_closed_class(word: str) -> bool:
    """Is `word` (in lower case, without apostrophes) one whose sense is closed?"""
    return word in _languages_by_word() or _NUMBER_PARTS.search(word) is not None


def are_closed_class(one: str, other: str) -> bool:
    """Are both words such ones, in one language?"""
    if _NUMBER_PARTS.search(one) and _NUMBER_PARTS.search(other):
        return True
    return bool(_languages_by_word().get(one, frozenset()) & _languages_by_word().get(other, frozenset()))


def is_negation(word: str) -> bool:
    """Does `word` (in lower case) deny, in any language that we speak?"""
    return word in _negations() or word.endswith("n't")


def are_confusable_words(one: str, other: str) -> bool:
    """Are these two words of their own that are often taken for each other?"""
    return frozenset((one, other)) in _pairs()
