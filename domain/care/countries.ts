import { withoutMarks } from "./letters.ts";

/** Names of countries as members type them, in small letters without accents, by ISO 3166 code. */
const NAMES: Readonly<Record<string, string>> = {
  AE: "uae|united arab emirates|emirates|dubai",
  AL: "albania",
  AR: "argentina|argentinien|argentine|arg",
  AT: "austria|osterreich|oesterreich|autriche|aut",
  AU: "australia|australien|australie|aus|oz",
  BD: "bangladesh",
  BE: "belgium|belgie|belgique|belgien|belgica|bel",
  BG: "bulgaria|bulgarien|bulgarie",
  BO: "bolivia",
  BR: "brazil|brasil|brasilien|bresil|bra",
  CA: "canada|kanada|can|quebec",
  CH: "switzerland|schweiz|suisse|svizzera|suiza|suica|che",
  CL: "chile|chl|chili",
  CN: "china|prc|peoples republic of china|zhongguo|chn|chine|volksrepublik china",
  CO: "colombia|col|kolumbien|colombie",
  CR: "costa rica",
  CZ: "czech republic|czechia|cesko|ceska republika|tschechien|cze|republica checa",
  DE: "germany|deutschland|allemagne|alemania|alemanha|deu|ger|brd|germania",
  DK: "denmark|danmark|danemark|dinamarca|dnk",
  DO: "dominican republic|republica dominicana",
  EC: "ecuador",
  EE: "estonia|eesti",
  ES: "spain|espana|spanien|espagne|espanha|esp|catalunya|cataluna",
  FI: "finland|suomi|finnland|finlande|finlandia|fin",
  FR: "france|frankreich|francia|franca|fra|la france",
  GB:
    "united kingdom|uk|great britain|britain|england|scotland|wales|northern ireland|gbr|" +
    "the united kingdom|the uk|reino unido|royaume uni|grossbritannien|inglaterra|angleterre|gran bretana",
  GH: "ghana",
  GR: "greece|hellas|ellada|griechenland|grece|grecia|grc",
  GT: "guatemala",
  HK: "hong kong|hongkong|hk sar|hong kong sar|hkg",
  HR: "croatia|hrvatska|kroatien|croatie",
  HU: "hungary|magyarorszag|ungarn|hongrie|hungria|hun",
  ID: "indonesia",
  IE: "ireland|eire|republic of ireland|irland|irlande|irlanda|irl",
  IL: "israel|isr",
  IN: "india|bharat|indien|inde|ind",
  IS: "iceland|island|islande|islandia|isl",
  IT: "italy|italia|italien|italie|ita",
  JM: "jamaica",
  JP: "japan|nippon|nihon|japon|japao|jpn",
  KE: "kenya",
  KR: "south korea|korea|republic of korea|sudkorea|coree du sud|corea del sur|coreia do sul|kor|rok",
  LT: "lithuania|lietuva",
  LU: "luxembourg|luxemburg|letzebuerg|lux",
  LV: "latvia|latvija",
  MT: "malta",
  MX: "mexico|mexiko|mexique|mejico|mex",
  MY: "malaysia|mys",
  NG: "nigeria",
  NL: "netherlands|the netherlands|holland|nederland|niederlande|pays bas|paises bajos|nld|holanda",
  NO: "norway|norge|norwegen|norvege|noruega|nor",
  NZ: "new zealand|aotearoa|neuseeland|nouvelle zelande|nueva zelanda|nzl",
  PA: "panama",
  PE: "peru|per|perou",
  PH: "philippines|the philippines|pilipinas|filipinas|phl",
  PL: "poland|polska|polen|pologne|polonia|pol",
  PR: "puerto rico|pri",
  PT: "portugal|prt",
  PY: "paraguay",
  RO: "romania|rumanien|roumanie|rumania|rou",
  RS: "serbia|srbija|serbien",
  RU: "russia|russian federation|rossiya",
  SE: "sweden|sverige|schweden|suede|suecia|swe",
  SG: "singapore|singapur|sgp",
  SI: "slovenia|slovenija|slowenien",
  SK: "slovakia|slovensko|slowakei",
  SV: "el salvador",
  TH: "thailand|tailandia|tha",
  TR: "turkey|turkiye|turkei|turquie",
  TW: "taiwan|twn|roc",
  UA: "ukraine|ukraina|ucrania|ukr",
  US:
    "united states|united states of america|the united states|usa|america|us of a|the us|the usa|the states|" +
    "estados unidos|eeuu|ee uu|eua|etats unis|vereinigte staaten|stati uniti",
  UY: "uruguay|ury",
  VE: "venezuela",
  VN: "vietnam|viet nam",
  ZA: "south africa|sudafrika|afrique du sud|sudafrica|africa do sul|rsa|zaf|suid afrika",
  ZW: "zimbabwe",
};

const CODES = new Map(
  Object.entries(NAMES).flatMap(([code, names]) =>
    names.split("|").map((name): [string, string] => [name, code]),
  ),
);

/** What request headers say for "no country" and for Tor. */
const NO_COUNTRY = new Set(["XX", "T1"]);

const read = (country: string) =>
  withoutMarks(country)
    .toLowerCase()
    .replace(/[.\u2019']/g, "")
    .replace(/[^\p{L}]+/gu, " ")
    .trim();

function codeOf(country: string): string | null {
  const name = read(country);
  const named = CODES.get(name);
  if (named) return named;
  const code = name.toUpperCase();
  if (code === "UK") return "GB";
  return /^[A-Z]{2}$/.test(code) && !NO_COUNTRY.has(code) ? code : null;
}

/**
 * The ISO 3166 code of a country: from its code, its name in several languages or what members
 * type for it ("U.S.A.", "England", "Köln, Deutschland").
 * @returns null for what names no country that is known here
 */
export function countryCode(country: string | null | undefined): string | null {
  if (!country || country.length > 200) return null;
  const whole = codeOf(country);
  if (whole) return whole;
  const parts = country.split(/[,/()\u2013\u2014;]| - /).filter((part) => read(part) !== "");
  for (const part of parts.reverse()) {
    const code = codeOf(part);
    if (code) return code;
  }
  return null;
}
