/** A help line as a member can use it. */
export interface HelpLine {
  readonly name: string;
  /** The number as it is dialled inside the country. */
  readonly call?: string;
  /** A short message to send: the word to begin with, if one is asked for, and the number. */
  readonly text?: { readonly word?: string; readonly to: string };
  /** For what has no number: where lines of every country are listed. */
  readonly url?: string;
  /** `crisis`: whoever thinks of dying or is in distress; `abuse`: who is hurt at home. */
  readonly about: "crisis" | "abuse";
}

/** The lines of a country and its emergency number. */
export interface CountryHelp {
  /** What to dial when a life is in danger now; " / " stands between two numbers. */
  readonly emergency: string;
  readonly lines: readonly HelpLine[];
}

const crisis = (name: string, call: string, text?: HelpLine["text"]): HelpLine => ({
  name,
  call,
  ...(text && { text }),
  about: "crisis",
});
const abuse = (name: string, call: string): HelpLine => ({ name, call, about: "abuse" });

/** Lists lines of almost every country, in many languages. */
export const EVERYWHERE: HelpLine = {
  name: "Find A Helpline",
  url: "https://findahelpline.com",
  about: "crisis",
};

const SAMARITANS = crisis("Samaritans", "116 123");

/**
 * Help lines by ISO 3166 code. Only national lines that are long established or run by the state:
 * a wrong number is worse than none, and who is in no list is led to `EVERYWHERE`. To be checked
 * once a year against https://findahelpline.com and the lines' own pages.
 */
export const COUNTRY_HELP: Readonly<Record<string, CountryHelp | undefined>> = {
  AR: {
    emergency: "911",
    lines: [crisis("Centro de Asistencia al Suicida", "0800 345 1435"), abuse("Línea 144", "144")],
  },
  AT: {
    emergency: "112",
    lines: [
      crisis("Telefonseelsorge", "142"),
      crisis("Rat auf Draht", "147"),
      abuse("Frauenhelpline gegen Gewalt", "0800 222 555"),
    ],
  },
  AU: {
    emergency: "000",
    lines: [
      crisis("Lifeline", "13 11 14", { to: "0477 13 11 14" }),
      crisis("Suicide Call Back Service", "1300 659 467"),
      abuse("1800RESPECT", "1800 737 732"),
    ],
  },
  BE: {
    emergency: "112",
    lines: [
      crisis("Zelfmoordlijn", "1813"),
      crisis("Centre de Prévention du Suicide", "0800 32 123"),
      abuse("Hulplijn 1712", "1712"),
      abuse("Écoute Violences Conjugales", "0800 30 030"),
    ],
  },
  BR: {
    emergency: "190 / 192",
    lines: [crisis("CVV", "188"), abuse("Ligue 180", "180")],
  },
  CA: {
    emergency: "911",
    lines: [
      crisis("9-8-8: Suicide Crisis Helpline", "988", { to: "988" }),
      crisis("Kids Help Phone", "1-800-668-6868", { word: "CONNECT", to: "686868" }),
    ],
  },
  CH: {
    emergency: "112 / 144",
    lines: [
      crisis("Die Dargebotene Hand / La Main Tendue / Telefono Amico", "143"),
      crisis("Pro Juventute", "147"),
    ],
  },
  CL: {
    emergency: "131 / 133",
    lines: [
      crisis("Línea Prevención del Suicidio", "*4141"),
      crisis("Salud Responde", "600 360 7777"),
      abuse("Fono Violencia contra la Mujer", "1455"),
    ],
  },
  CN: { emergency: "120 / 110", lines: [crisis("全国统一心理援助热线", "12356")] },
  CO: {
    emergency: "123",
    lines: [crisis("Línea 106 (Bogotá)", "106"), abuse("Línea 155", "155")],
  },
  CZ: {
    emergency: "112",
    lines: [
      crisis("Linka první psychické pomoci", "116 123"),
      crisis("Linka bezpečí", "116 111"),
      abuse("Bílý kruh bezpečí", "116 006"),
    ],
  },
  DE: {
    emergency: "112",
    lines: [
      crisis("TelefonSeelsorge", "0800 111 0 111"),
      crisis("Nummer gegen Kummer", "116 111"),
      abuse("Hilfetelefon Gewalt gegen Frauen", "116 016"),
    ],
  },
  DK: {
    emergency: "112",
    lines: [crisis("Livslinien", "70 201 201"), abuse("Lev Uden Vold", "1888")],
  },
  ES: {
    emergency: "112",
    lines: [
      crisis("Línea 024 de atención a la conducta suicida", "024"),
      crisis("Teléfono de la Esperanza", "717 003 717"),
      abuse("016, violencia de género", "016"),
    ],
  },
  FI: {
    emergency: "112",
    lines: [crisis("MIELI Kriisipuhelin", "09 2525 0111"), abuse("Nollalinja", "080 005 005")],
  },
  FR: {
    emergency: "112 / 15",
    lines: [
      crisis("3114, numéro national de prévention du suicide", "3114"),
      crisis("SOS Amitié", "09 72 39 40 50"),
      abuse("Violences Femmes Info", "3919"),
    ],
  },
  GB: {
    emergency: "999",
    lines: [
      SAMARITANS,
      { name: "Shout", text: { word: "SHOUT", to: "85258" }, about: "crisis" },
      abuse("National Domestic Abuse Helpline", "0808 2000 247"),
    ],
  },
  GR: {
    emergency: "112",
    lines: [crisis("Klimaka 1018", "1018"), abuse("SOS 15900", "15900")],
  },
  HK: {
    emergency: "999",
    lines: [
      crisis("The Samaritan Befrienders Hong Kong", "2389 2222"),
      crisis("The Samaritans Hong Kong", "2896 0000"),
      crisis("Mental Health Support Hotline", "18111"),
    ],
  },
  HU: { emergency: "112", lines: [crisis("Lelki Elsősegély", "116 123")] },
  IE: {
    emergency: "112 / 999",
    lines: [
      SAMARITANS,
      { name: "Text About It", text: { word: "HELLO", to: "50808" }, about: "crisis" },
      abuse("Women's Aid", "1800 341 900"),
    ],
  },
  IL: { emergency: "101 / 100", lines: [crisis("ERAN", "1201"), abuse("118 מוקד הרווחה", "118")] },
  IN: {
    emergency: "112",
    lines: [crisis("Tele MANAS", "14416"), abuse("Women Helpline", "181")],
  },
  IS: { emergency: "112", lines: [crisis("Hjálparsími Rauða krossins", "1717")] },
  IT: {
    emergency: "112",
    lines: [
      crisis("Telefono Amico Italia", "02 2327 2327"),
      abuse("Antiviolenza e stalking 1522", "1522"),
    ],
  },
  JP: {
    emergency: "119 / 110",
    lines: [
      crisis("よりそいホットライン (Yorisoi Hotline)", "0120-279-338"),
      crisis("TELL Lifeline (English)", "03-5774-0992"),
    ],
  },
  KR: {
    emergency: "112 / 119",
    lines: [crisis("자살예방 상담전화", "109"), abuse("여성긴급전화", "1366")],
  },
  LU: { emergency: "112", lines: [crisis("SOS Détresse", "454545")] },
  MX: {
    emergency: "911",
    lines: [crisis("Línea de la Vida", "800 911 2000"), crisis("SAPTEL", "55 5259 8121")],
  },
  MY: {
    emergency: "999",
    lines: [crisis("Befrienders KL", "03-7627 2929"), abuse("Talian Kasih", "15999")],
  },
  NL: {
    emergency: "112",
    lines: [crisis("113 Zelfmoordpreventie", "113"), abuse("Veilig Thuis", "0800 2000")],
  },
  NO: {
    emergency: "112 / 113",
    lines: [
      crisis("Mental Helse Hjelpetelefonen", "116 123"),
      crisis("Kirkens SOS", "22 40 00 40"),
      abuse("VO-linjen", "116 006"),
    ],
  },
  NZ: {
    emergency: "111",
    lines: [
      crisis("1737, Need to talk?", "1737", { to: "1737" }),
      crisis("Lifeline Aotearoa", "0800 543 354"),
      abuse("Women's Refuge", "0800 733 843"),
    ],
  },
  PE: {
    emergency: "105 / 106",
    lines: [crisis("Línea 113 (opción 5)", "113"), abuse("Línea 100", "100")],
  },
  PH: { emergency: "911", lines: [crisis("NCMH Crisis Hotline", "1553")] },
  PL: {
    emergency: "112",
    lines: [
      crisis("Telefon zaufania dla dorosłych", "116 123"),
      crisis("Telefon zaufania dla dzieci i młodzieży", "116 111"),
      abuse("Niebieska Linia", "800 12 00 02"),
    ],
  },
  PR: {
    emergency: "911",
    lines: [crisis("Línea PAS", "1-800-981-0023"), crisis("988 Línea de Prevención", "988")],
  },
  PT: {
    emergency: "112",
    lines: [
      crisis("Linha Nacional de Prevenção do Suicídio", "1411"),
      crisis("SOS Voz Amiga", "213 544 545"),
      abuse("APAV", "116 006"),
    ],
  },
  RO: { emergency: "112", lines: [crisis("TelVerde Antisuicid", "0800 801 200")] },
  SE: {
    emergency: "112",
    lines: [crisis("Mind Självmordslinjen", "90101"), abuse("Kvinnofridslinjen", "020-50 50 50")],
  },
  SG: {
    emergency: "995 / 999",
    lines: [
      crisis("Samaritans of Singapore", "1767"),
      crisis("national mindline", "1771"),
      abuse("National Anti-Violence Helpline", "1800 777 0000"),
    ],
  },
  TH: {
    emergency: "191 / 1669",
    lines: [crisis("สายด่วนสุขภาพจิต", "1323"), abuse("ศูนย์ช่วยเหลือสังคม", "1300")],
  },
  TW: {
    emergency: "119 / 110",
    lines: [crisis("安心專線", "1925"), crisis("生命線", "1995"), abuse("113 保護專線", "113")],
  },
  UA: {
    emergency: "112",
    lines: [crisis("Lifeline Ukraine", "7333"), abuse("La Strada", "116 123")],
  },
  US: {
    emergency: "911",
    lines: [
      crisis("988 Suicide & Crisis Lifeline", "988", { to: "988" }),
      { name: "Crisis Text Line", text: { word: "HOME", to: "741741" }, about: "crisis" },
      abuse("National Domestic Violence Hotline", "1-800-799-7233"),
    ],
  },
  UY: {
    emergency: "911",
    lines: [
      crisis("Línea Vida", "0800 0767"),
      abuse("Servicio de Orientación y Apoyo a Mujeres", "0800 4141"),
    ],
  },
  ZA: {
    emergency: "112 / 10111",
    lines: [
      crisis("SADAG Suicide Crisis Helpline", "0800 567 567"),
      abuse("GBV Command Centre", "0800 428 428"),
    ],
  },
};

/** Emergency numbers of countries whose lines are not listed above. */
export const EMERGENCY: Readonly<Record<string, string | undefined>> = Object.fromEntries(
  Object.entries({
    "112": "AD AL AM AZ BG CY EE GE GH GI HR KE KZ LI LT LV MC MD ME MK MT NG RU SI SK SM TR XK",
    "911": "BZ CR DO EC HN JO PA PY SV VE",
    "999": "AE BD BH QA ZW",
    "192 / 194": "RS",
    "119 / 110": "ID",
    "115 / 113": "VN",
  }).flatMap(([number, countries]) => countries.split(" ").map((code) => [code, number])),
);
