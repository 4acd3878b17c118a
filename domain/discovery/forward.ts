import type { CategoryDiscovery } from "./category-discovery.ts";

export const FORWARD: CategoryDiscovery = {
  question: "Every journey opens with an energy. Which ones open the life you choose?",
  echo: "With that at the front, the whole vision sets out in your own spirit.",
  theme: "A True Beginning",
  tiles: [
    {
      id: "gratitude",
      emoji: "🙏",
      label: "Gratitude",
      sublabel: "thankful for what already is",
      essence: "Gratitude",
      deeper: {
        question: "As you begin, what are you most thankful for?",
        tiles: [
          {
            id: "people",
            emoji: "❤️",
            label: "The people beside me",
            sublabel: "those who love me and whom I love",
          },
          { id: "body", emoji: "🌿", label: "This body", sublabel: "it carries me everywhere" },
          { id: "road", emoji: "🛤️", label: "The road so far", sublabel: "all that led me here" },
          {
            id: "small",
            emoji: "☕",
            label: "Small daily joys",
            sublabel: "light, bread, laughter",
          },
          { id: "chances", emoji: "🚪", label: "Open doors", sublabel: "chances that keep coming" },
        ],
      },
    },
    {
      id: "freedom",
      emoji: "🕊️",
      label: "Freedom",
      sublabel: "my time, my choices",
      essence: "Freedom",
      deeper: {
        question: "Where do you feel your freedom first?",
        tiles: [
          { id: "time", emoji: "⏳", label: "In my time", sublabel: "days I shape myself" },
          { id: "place", emoji: "🌍", label: "In where I am", sublabel: "at home in many places" },
          { id: "voice", emoji: "🗣️", label: "In my voice", sublabel: "I say what is true for me" },
          { id: "money", emoji: "💸", label: "In my means", sublabel: "plenty for what I love" },
          { id: "mind", emoji: "💭", label: "In my mind", sublabel: "open, curious, at ease" },
        ],
      },
    },
    { id: "joy", emoji: "🌞", label: "Joy", sublabel: "lightness in every day", essence: "Joy" },
    {
      id: "love",
      emoji: "💗",
      label: "Love",
      sublabel: "the reason for all of it",
      essence: "Love",
      deeper: {
        question: "Whose faces do you see when you think of it?",
        tiles: [
          {
            id: "partner",
            emoji: "💑",
            label: "My partner",
            sublabel: "here, or on the way to me",
          },
          {
            id: "children",
            emoji: "🧒",
            label: "My children",
            sublabel: "the ones I raise or teach",
          },
          {
            id: "parents",
            emoji: "🌳",
            label: "Those before me",
            sublabel: "parents, grandparents, roots",
          },
          { id: "friends", emoji: "🫂", label: "My friends", sublabel: "the family I choose" },
          { id: "self", emoji: "🪞", label: "My own", sublabel: "kindness that begins with me" },
        ],
      },
    },
    {
      id: "adventure",
      emoji: "🧭",
      label: "Adventure",
      sublabel: "curious about what comes",
      essence: "Adventure",
    },
    {
      id: "peace",
      emoji: "🌊",
      label: "Peace",
      sublabel: "calm at my core",
      essence: "Peace",
      deeper: {
        question: "How do you notice peace in yourself?",
        tiles: [
          { id: "breath", emoji: "🌬️", label: "In my breath", sublabel: "slow, deep, easy" },
          { id: "morning", emoji: "🌅", label: "In my mornings", sublabel: "an unhurried start" },
          { id: "nature", emoji: "🌲", label: "Out in nature", sublabel: "trees, water, sky" },
          { id: "trust", emoji: "🤲", label: "In my trust", sublabel: "life is for me" },
          { id: "sleep", emoji: "🌙", label: "In my nights", sublabel: "deep and restful sleep" },
        ],
      },
    },
    {
      id: "growth",
      emoji: "🌱",
      label: "Growth",
      sublabel: "becoming more of myself",
      essence: "Growth",
    },
    {
      id: "purpose",
      emoji: "🔥",
      label: "Purpose",
      sublabel: "a life that matters",
      essence: "Purpose",
    },
  ],
};
