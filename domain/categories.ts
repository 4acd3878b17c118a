/** What a category is in the vision: an area of life, or one of the two bookends around them. */
export type CategoryKind = "life" | "bookend";

/** A row of the one table of categories. */
export interface Category {
  /** The key used in requests, columns and JSON. */
  readonly key: CategoryKey;
  /** The name a member reads. */
  readonly label: string;
  /** What the section is about, for prompts and hints. */
  readonly about: string;
  readonly kind: CategoryKind;
}

/** The life categories in the order of the document. The assessment covers them. */
const LIFE_CATEGORY_KEYS = [
  "fun",
  "health",
  "travel",
  "love",
  "family",
  "social",
  "home",
  "work",
  "money",
  "stuff",
  "giving",
  "spirituality",
] as const;

/** The sections of a Life Vision in the order of the document: Forward, the life categories, Conclusion. */
export const CATEGORY_KEYS = ["forward", ...LIFE_CATEGORY_KEYS, "conclusion"] as const;

export type LifeCategoryKey = (typeof LIFE_CATEGORY_KEYS)[number];
export type CategoryKey = (typeof CATEGORY_KEYS)[number];

/** How many sections a Life Vision has, and how many of them are life categories: for texts that name a number. */
export const SECTION_COUNT = CATEGORY_KEYS.length;
export const LIFE_CATEGORY_COUNT = LIFE_CATEGORY_KEYS.length;
/** Statements of the assessment: in each life category, and in all. Here, so that a page can name them without their texts. */
export const STATEMENTS_PER_CATEGORY = 7;
export const STATEMENT_COUNT = LIFE_CATEGORY_COUNT * STATEMENTS_PER_CATEGORY;

/** `olderNames`: older keys and labels that stored JSON and old links still carry. */
const TABLE: Readonly<
  Record<
    CategoryKey,
    Pick<Category, "label" | "about"> & { readonly olderNames: readonly string[] }
  >
> = {
  forward: {
    label: "Forward",
    about: "the opening that sets intention and energy",
    olderNames: ["introduction"],
  },
  fun: { label: "Fun", about: "hobbies, play, joy", olderNames: ["fun / recreation"] },
  health: {
    label: "Health",
    about: "body and mind",
    olderNames: ["health / vitality", "health & vitality", "wellness", "fitness"],
  },
  travel: { label: "Travel", about: "places, adventures", olderNames: ["travel / adventure"] },
  love: { label: "Love", about: "romantic partnership", olderNames: ["romance", "love / romance"] },
  family: { label: "Family", about: "family life", olderNames: ["family / parenting"] },
  social: { label: "Social", about: "friends, community", olderNames: ["social / friends"] },
  home: { label: "Home", about: "living space", olderNames: ["home / environment"] },
  work: {
    label: "Work",
    about: "career, contribution through work",
    olderNames: ["business", "career", "business / career"],
  },
  money: { label: "Money", about: "finances", olderNames: ["finance", "wealth", "money / wealth"] },
  stuff: {
    label: "Stuff",
    about: "belongings",
    olderNames: ["possessions", "possessions / stuff"],
  },
  giving: {
    label: "Giving",
    about: "contribution, legacy",
    olderNames: ["legacy", "giving / legacy"],
  },
  spirituality: { label: "Spirituality", about: "growth, connection", olderNames: ["spiritual"] },
  conclusion: { label: "Conclusion", about: "the closing seal", olderNames: ["closing"] },
};

const rowOf = <Key extends CategoryKey>(key: Key) => ({
  key,
  label: TABLE[key].label,
  about: TABLE[key].about,
  kind: key === "forward" || key === "conclusion" ? ("bookend" as const) : ("life" as const),
});

/** Every section of a Life Vision, in order. */
export const CATEGORIES: readonly Category[] = CATEGORY_KEYS.map(rowOf);

/** The life categories, in the same order. */
export const LIFE_CATEGORIES: readonly (Category & { readonly key: LifeCategoryKey })[] =
  LIFE_CATEGORY_KEYS.map(rowOf);

const byKey = new Map<string, Category>(CATEGORIES.map((c) => [c.key, c]));

/** The category of a key. Total, because the key is typed. */
export function category(key: CategoryKey): Category {
  const found = byKey.get(key);
  if (!found) throw new RangeError(`not a category key: ${key}`);
  return found;
}

const byName = new Map<string, CategoryKey>(
  CATEGORIES.flatMap(({ key, label }) =>
    [key, label.toLowerCase(), ...TABLE[key].olderNames].map((name) => [name, key] as const),
  ),
);

/**
 * The key that a key, label or older name stands for, in any letter case and spacing.
 * `undefined` for anything else: an unknown category is refused, never guessed.
 */
export function normaliseCategory(name: string): CategoryKey | undefined {
  const folded = name
    .trim()
    .toLowerCase()
    .replace(/\s+/g, " ")
    .replace(/ ?\/ ?/g, " / ");
  return byName.get(folded);
}
