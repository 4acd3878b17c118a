/** What a category is in the vision: one of the 12 areas of life, or one of the two bookends around them. */
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

/** The keys in the order of the document: Forward, the 12 life categories, Conclusion. */
export const CATEGORY_KEYS = [
  "forward",
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
  "conclusion",
] as const;

export type CategoryKey = (typeof CATEGORY_KEYS)[number];

/** The 14 sections of a Life Vision, in order. */
export const CATEGORIES: readonly Category[] = [
  {
    key: "forward",
    label: "Forward",
    about: "the opening that sets intention and energy",
    kind: "bookend",
  },
  { key: "fun", label: "Fun", about: "hobbies, play, joy", kind: "life" },
  { key: "health", label: "Health", about: "body and mind", kind: "life" },
  { key: "travel", label: "Travel", about: "places, adventures", kind: "life" },
  { key: "love", label: "Love", about: "romantic partnership", kind: "life" },
  { key: "family", label: "Family", about: "family life", kind: "life" },
  { key: "social", label: "Social", about: "friends, community", kind: "life" },
  { key: "home", label: "Home", about: "living space", kind: "life" },
  { key: "work", label: "Work", about: "career, contribution through work", kind: "life" },
  { key: "money", label: "Money", about: "finances", kind: "life" },
  { key: "stuff", label: "Stuff", about: "belongings", kind: "life" },
  { key: "giving", label: "Giving", about: "contribution, legacy", kind: "life" },
  { key: "spirituality", label: "Spirituality", about: "growth, connection", kind: "life" },
  { key: "conclusion", label: "Conclusion", about: "the closing seal", kind: "bookend" },
];

/** The 12 life categories, which the assessment covers. */
export const LIFE_CATEGORIES: readonly Category[] = CATEGORIES.filter((c) => c.kind === "life");

const byKey = new Map<string, Category>(CATEGORIES.map((c) => [c.key, c]));

/** The category of a key. Total, because the key is typed. */
export function category(key: CategoryKey): Category {
  const found = byKey.get(key);
  if (!found) throw new RangeError(`not a category key: ${key}`);
  return found;
}

/** Older keys and labels that stored JSON and old links still carry. */
const OLDER_NAMES: Readonly<Record<CategoryKey, readonly string[]>> = {
  forward: ["introduction"],
  fun: ["fun / recreation"],
  health: ["health / vitality", "health & vitality", "wellness", "fitness"],
  travel: ["travel / adventure"],
  love: ["romance", "love / romance"],
  family: ["family / parenting"],
  social: ["social / friends"],
  home: ["home / environment"],
  work: ["business", "career", "business / career"],
  money: ["finance", "wealth", "money / wealth"],
  stuff: ["possessions", "possessions / stuff"],
  giving: ["legacy", "giving / legacy"],
  spirituality: ["spiritual"],
  conclusion: ["closing"],
};

const byName = new Map<string, CategoryKey>(
  CATEGORIES.flatMap(({ key, label }) =>
    [key, label.toLowerCase(), ...OLDER_NAMES[key]].map((name) => [name, key] as const),
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
