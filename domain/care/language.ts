import { type Crisis, crisisIn } from "./find.ts";
import { CARE_LANGUAGES, type CareLanguage } from "./kinds.ts";
import { withoutMarks } from "./letters.ts";

/** Words that hold a language together, most of them in no other of the five. */
const COMMON: Readonly<Record<CareLanguage, string>> = {
  en: "the and to of i my is it that you for was on with this have be are not what do im dont want just like feel when about can he she they at from but because so his her has been would",
  es: "el la los las y que de en un una yo mi es no me se lo con por para pero muy como mas quiero estoy soy tengo esta este cuando porque todo ya nada hay siento ella del al le su",
  fr: "le la les et je de des un une est que ne pas j ai suis mon ma mes dans pour avec ce c qui il elle plus veux tout mais sur du au moi on m l n me tu vous nous ca sans quand parce",
  de: "ich und der die das ist nicht ein eine mein meine mir mich zu mit es den dem auf fur wie aber habe bin will so sie er wir auch noch wenn von im dass war werde kann mehr nur schon hab",
  pt: "todo mundo sem mim ficaria o a os as e que de em um uma eu meu minha nao e com por para mas muito como mais quero estou sou tenho esta isso quando porque tudo ja nada sinto ele ela do da no na voce pra to me se foi",
};

const LANGUAGES_OF = new Map<string, CareLanguage[]>();
for (const language of CARE_LANGUAGES) {
  for (const word of new Set(COMMON[language].split(" "))) {
    LANGUAGES_OF.set(word, [...(LANGUAGES_OF.get(word) ?? []), language]);
  }
}

/** A phrase that was found says almost as much as one word that only its language has. */
const FOUND_WEIGHT = 0.9;
/** How much of a text is looked at, in UTF-16 units. */
const ENOUGH = 600;

/**
 * The language to answer a message in: by the crisis found in it and by the small words around it.
 * Only as good as an answer in five languages needs; English where nothing speaks for another.
 * @param crisis what `crisisIn` found, if the caller knows
 */
export function languageOf(text: string, crisis: Crisis | null = crisisIn(text)): CareLanguage {
  const scores: Record<CareLanguage, number> = { en: 0, es: 0, fr: 0, de: 0, pt: 0 };
  const words =
    withoutMarks(text.slice(0, ENOUGH))
      .toLowerCase()
      .match(/[a-z]+/g) ?? [];
  for (const word of words) {
    const languages = LANGUAGES_OF.get(word);
    // A word that several share speaks for each of them, but less.
    if (languages) for (const language of languages) scores[language] += 1 / languages.length;
  }
  if (crisis) scores[crisis.language] += FOUND_WEIGHT;
  let best: CareLanguage = "en";
  for (const language of CARE_LANGUAGES) if (scores[language] > scores[best]) best = language;
  return best;
}
