import type { CategoryDiscovery } from "./category-discovery.ts";

export const STUFF: CategoryDiscovery = {
  question: "What do you love to have around you?",
  echo: "Your things seem to tell quite a story.",
  theme: "Chosen With Love",
  tiles: [
    {
      id: "clothes",
      emoji: "👗",
      label: "Clothes that feel like me",
      sublabel: "a wardrobe I love",
      essence: "Style",
      deeper: {
        question: "How do you feel in what you wear?",
        tiles: [
          { id: "soft", emoji: "🧥", label: "Soft & at ease", sublabel: "linen, wool, bare feet" },
          { id: "sharp", emoji: "👔", label: "Sharp", sublabel: "well cut, well made" },
          { id: "colour", emoji: "🌈", label: "Colourful", sublabel: "prints, scarves, joy" },
          { id: "simple", emoji: "🤍", label: "Simple", sublabel: "few pieces, all favourites" },
          { id: "vintage", emoji: "🎩", label: "One of a kind", sublabel: "finds with a past" },
        ],
      },
    },
    {
      id: "tools",
      emoji: "🧰",
      label: "Good tools",
      sublabel: "for what I love to do",
      essence: "Craft",
      deeper: {
        question: "What do your tools let you do?",
        tiles: [
          { id: "cook", emoji: "🔪", label: "Cook", sublabel: "the good knife, the iron pan" },
          { id: "create", emoji: "🎨", label: "Create", sublabel: "brushes, camera, loom" },
          { id: "build", emoji: "🪚", label: "Build", sublabel: "a bench of my own" },
          { id: "sound", emoji: "🎹", label: "Make music", sublabel: "the instrument I dream of" },
          { id: "work", emoji: "💻", label: "Work well", sublabel: "fast, quiet, beautiful" },
        ],
      },
    },
    {
      id: "vehicle",
      emoji: "🚲",
      label: "My way of moving",
      sublabel: "bike, car, boat, boots",
      essence: "Motion",
      deeper: {
        question: "What carries you?",
        tiles: [
          { id: "bike", emoji: "🚴", label: "A great bicycle", sublabel: "light and fast" },
          { id: "car", emoji: "🚗", label: "The car I love", sublabel: "quiet, safe, mine" },
          { id: "van", emoji: "🚐", label: "A camper van", sublabel: "bed, stove, sea view" },
          { id: "boat", emoji: "⛵", label: "A boat", sublabel: "ropes and horizon" },
          { id: "boots", emoji: "🥾", label: "Good boots", sublabel: "broken in and ready" },
        ],
      },
    },
    {
      id: "art",
      emoji: "🖼️",
      label: "Art & beauty",
      sublabel: "pieces that move me",
      essence: "Beauty",
    },
    {
      id: "books",
      emoji: "📚",
      label: "Books & music",
      sublabel: "shelves that know me",
      essence: "Stories",
    },
    {
      id: "heirlooms",
      emoji: "🕰️",
      label: "Things with a history",
      sublabel: "passed on with love",
      essence: "Heritage",
    },
    {
      id: "few",
      emoji: "🪶",
      label: "Few and fine",
      sublabel: "light, clear, chosen",
      essence: "Simplicity",
    },
    {
      id: "technology",
      emoji: "🎧",
      label: "Technology that delights",
      sublabel: "simply works",
      essence: "Delight",
    },
  ],
};
