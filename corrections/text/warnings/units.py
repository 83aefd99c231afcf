"""Units, currencies and shares by any of their names, each with one sign that stands for all of them."""

_UNITS = """
km: km kilometre kilometres kilometer kilometers Kilometern kilomètre kilomètres kilómetro kilómetros kilometr
 kilometry
 kilometrów кілометр кілометри кілометрів км كيلومتر كيلومترا كيلومترات
m: m metre metres meter meters mètre mètres metro metros metr metry metrów метр метри метрів м متر مترا أمتار
cm: cm centimetre centimetres centimeter centimeters zentimeter centimètres centímetros centymetrów см сантиметрів
mm: mm millimetre millimetres millimeter millimeters
mile: mile miles meile meilen mille milles milla millas mila mil миля милі миль ميل أميال
foot: foot feet ft fuß pied pieds pie pies stopa стопа قدم
yard: yard yards
inch: inch inches zoll pouces pulgadas
ha: ha hectare hectares hektar hectáreas hektarów гектар гектари гектарів هكتار هكتارات
acre: acre acres
l: litre litres liter liters l litro litros litr litry litrów літр літри літрів لتر لترا
gallon: gallon gallons
kg: kg kilogram kilograms kilogramme kilogrammes kilo kilos kilogramm kilogramów kilogramos кілограм кілограми
 кілограмів
 кг كيلوغرام كيلوغراما
g: g gram grams gramme grammes gramm gramo gramos gramów грам грами грамів غرام غراما
t: t tonne tonnes ton tons tonnen tonelada toneladas tona tony тонна тонни тонн طن أطنان
mw: mw megawatt megawatts
gw: gw gigawatt gigawatts
kw: kw kilowatt kilowatts
kmh: km/h kmh kph
mph: mph
am: am a.m.
pm: pm p.m.
celsius: celsius °c
fahrenheit: fahrenheit °f
second: seconds sekunde sekunden secondes segundos sekund секунд секунди ثوان ثانية
minute: minute minutes minuten minuto minutos minuta minuty minut хвилина хвилини хвилин دقيقة دقائق
hour: hour hours stunde stunden heure heures hora horas godzina godziny godzin година години годин ساعة ساعات
day: day days tag tage tagen jour jours día días dzień dni день дні днів يوما أيام
week: week weeks woche wochen semaine semaines semana semanas tydzień tygodnie tygodni тиждень тижні тижнів
 أسبوعا أسابيع
month: month months monat monate monaten mois mes meses miesiąc miesiące miesięcy місяць місяці місяців شهرا أشهر شهور
year: year years jahr jahre jahren an ans année années año años rok lata lat рік роки років عاما أعوام سنة سنوات
"""
_CURRENCIES = """
USD: $ usd dollar dollars dólar dólares dolar dolary dolarów долар долари доларів دولار دولارا دولارات
EUR: € eur euro euros євро يورو
GBP: £ gbp pound pounds pfund livre livres libra libras funt funty funtów фунт фунти фунтів جنيه
UAH: ₴ uah hryvnia hryvnias hryvnya грн гривня гривні гривень гривню
PLN: pln zł złoty złote złotych
RUB: ₽ rub rouble roubles ruble rubles rubel рубль рублі рублів روبل
JPY: ¥ jpy yen
CNY: cny yuan
CHF: chf franken franc francs
INR: ₹ rupee rupees
ILS: ₪ shekel shekels
CENT: cent cents centimes céntimos
PENCE: pence penny
SEK: sek
NOK: nok
DKK: dkk
CZK: czk
SAR: sar ريال
AED: aed درهم
EGP: egp
"""
_SHARES = """
percent: % ٪ percent prozent procent procenta procentów proc. відсоток відсотки відсотків процент проценти процентів
permille: ‰
points: prozentpunkte prozentpunkten prozentpunkt
"""
SHARE_PHRASES = {
    r"percentage\s+points?": "points",
    r"points?\s+de\s+pourcentage": "points",
    r"puntos?\s+porcentual(?:es)?": "points",
    r"punkt(?:y|ów)?\s+procentow\w+": "points",
    r"відсоткови?\w*\s+пункт\w*": "points",
    r"نقاط\s+مئوية|نقطة\s+مئوية": "points",
    r"per\s+cent": "percent",
    r"per\s+mille": "permille",
    r"pour\s?cent": "percent",
    r"por\s?ciento": "percent",
    r"في\s+(?:المئة|المائة)|بالمئة|بالمائة": "percent",
}
SCALES = {
    **dict.fromkeys(
        ("thousand", "k", "tausend", "tys", "tys.", "тис", "тис.", "тисяч", "тисячі", "mil", "mille"), 1000
    ),
    **dict.fromkeys(("m", "mn", "mln", "mio", "mio.", "млн", "million", "millions", "millionen", "millones"), 10**6),
    **dict.fromkeys(("millón", "milion", "miliony", "milionów", "мільйон", "мільйони", "мільйонів", "مليون"), 10**6),
    **dict.fromkeys(("bn", "mrd", "mrd.", "mld", "mld.", "млрд", "billion", "milliard", "milliards", "مليار"), 10**9),
    **dict.fromkeys(("milliarde", "milliarden", "miliard", "miliardy", "miliardów", "мільярд", "мільярдів"), 10**9),
    **dict.fromkeys(("tn", "trillion"), 10**12),
}


def _read(table: str) -> dict[str, str]:
    signs: dict[str, str] = {}
    sign = ""
    for word in table.split():
        if word.endswith(":"):
            sign = word[:-1]
        else:
            signs[word.casefold()] = sign
    return signs


UNITS = _read(_UNITS)
CURRENCIES = _read(_CURRENCIES)
SHARES = _read(_SHARES)
