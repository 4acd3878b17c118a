/** The rules of vision text that single words and phrases can break. */
export type WordRule =
  | "negation"
  | "lack"
  | "wishing"
  | "turning"
  | "comparison"
  | "tense"
  | "coaching";

/** What breaks a rule: whole words and phrases, folded, blanks between the words of a phrase. */
export const LISTED: Readonly<Record<WordRule, readonly string[]>> = {
  negation: [
    ...["no longer", "no more", "no one", "no", "not", "never", "without", "cannot", "no-one"],
    ...["nothing", "nobody", "nowhere", "none", "neither", "nor"],
    // As typed without the apostrophe; with it, every "…n't" is one.
    ...["dont", "doesnt", "didnt", "cant", "wont", "isnt", "arent", "wasnt", "werent", "havent"],
    ...["hasnt", "hadnt", "wouldnt", "couldnt", "shouldnt", "aint"],
  ],
  lack: ["lack", "lacks", "lacked", "lacking", "missing", "scarce", "scarcity", "shortage"],
  wishing: [
    ...["want", "wants", "wanted", "wanting", "wanna", "will", "gonna"],
    ...["wish", "wishes", "wished", "wishing", "hope", "hopes", "hoped", "hoping", "hopefully"],
    ...["try", "tries", "tried", "trying", "someday", "some day"],
  ],
  turning: ["but", "however", "even though"],
  comparison: [
    ...["used to", "anymore", "any more", "instead of", "rather than", "than before", "than ever"],
    ...["compared to", "compared with", "unlike", "back then", "in the past"],
    ...["previously", "formerly"],
  ],
  tense: [
    ...["would", "could", "should", "shall", "eventually", "in the future", "i'd", "we'd"],
    ...["i was", "we were", "it was", "life was", "there was", "i had", "we had", "i did"],
  ],
  coaching: [
    ...["green line", "vibrational assessment", "my score", "my scores", "diagnosis", "diagnosed"],
    ...["limiting belief", "limiting beliefs", "mindset", "goals"],
  ],
};

/** Names that are also listed words. A capital inside a sentence says that they are names. */
export const NAMES_AMONG_THEM: ReadonlySet<string> = new Set(["will", "hope"]);

/** Words of the language itself and of the voice ("I choose", "I notice"): nobody's own. */
export const COMMON_WORDS: ReadonlySet<string> = new Set(
  (
    "a an the and or nor so yet if then than as at by for from in into of off on onto out over to " +
    "toward towards under up upon with within through across along around about after before " +
    "between during until while when where who whom whose which what why how that this these " +
    "those there here i me my mine myself we us our ours ourselves you your yours yourself he him " +
    "his himself she her hers herself it its itself they them their theirs themselves am is are " +
    "was were be been being do does did done doing have has had having can could may might must " +
    "shall should will would not no also just very too more most much many some any all each every " +
    "both few own same such only even still again always often now today already ever one two " +
    "i'm i've i'll i'd we're we've we'll it's that's there's he's she's they're let " +
    "choose chooses enjoy enjoys notice notices feel feels know knows let lets"
  ).split(" "),
);
