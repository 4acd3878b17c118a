import type { CategoryDiscovery } from "./category-discovery.ts";

export const MONEY: CategoryDiscovery = {
  question: "What does money make possible in the life you choose?",
  echo: "I notice how much life there is behind those numbers.",
  theme: "Plenty That Flows",
  tiles: [
    {
      id: "ease",
      emoji: "🌊",
      label: "Ease",
      sublabel: "calm about every bill",
      essence: "Ease",
      deeper: {
        question: "Where do you feel that ease first?",
        tiles: [
          { id: "bills", emoji: "🧾", label: "Opening the post", sublabel: "paid with a smile" },
          {
            id: "market",
            emoji: "🛒",
            label: "At the market",
            sublabel: "what I like goes in the basket",
          },
          { id: "sleep", emoji: "🌙", label: "In my sleep", sublabel: "quiet nights" },
          { id: "talk", emoji: "💬", label: "In talks at home", sublabel: "numbers and dreams" },
          {
            id: "clear",
            emoji: "📊",
            label: "In a clear picture",
            sublabel: "I know what comes and goes",
          },
        ],
      },
    },
    {
      id: "freedom",
      emoji: "🕊️",
      label: "Freedom",
      sublabel: "time and choices",
      essence: "Freedom",
      deeper: {
        question: "What do you do with that freedom?",
        tiles: [
          { id: "time", emoji: "⏳", label: "Time to live", sublabel: "mornings in the garden" },
          { id: "move", emoji: "🗺️", label: "Live where I love", sublabel: "the place I choose" },
          { id: "learn", emoji: "🎓", label: "Study", sublabel: "for the joy of it" },
          {
            id: "start",
            emoji: "🚀",
            label: "Begin something of my own",
            sublabel: "with a long breath",
          },
          { id: "rest", emoji: "🏖️", label: "Take a long pause", sublabel: "a season for myself" },
        ],
      },
    },
    {
      id: "security",
      emoji: "🏦",
      label: "A strong cushion",
      sublabel: "safe whatever comes",
      essence: "Security",
    },
    {
      id: "home",
      emoji: "🏡",
      label: "A home of my own",
      sublabel: "keys in my hand",
      essence: "Home",
    },
    {
      id: "travel",
      emoji: "✈️",
      label: "Experiences",
      sublabel: "journeys, concerts, tables",
      essence: "Experience",
    },
    {
      id: "generosity",
      emoji: "🎁",
      label: "Generosity",
      sublabel: "giving with full hands",
      essence: "Generosity",
      deeper: {
        question: "Who receives from your plenty?",
        tiles: [
          {
            id: "family",
            emoji: "👵",
            label: "My family",
            sublabel: "parents, siblings, children",
          },
          { id: "friends", emoji: "🥂", label: "My friends", sublabel: "the bill is mine tonight" },
          { id: "cause", emoji: "🌍", label: "A cause I love", sublabel: "month after month" },
          { id: "strangers", emoji: "🙂", label: "Strangers", sublabel: "a quiet surprise" },
          { id: "young", emoji: "🎓", label: "Young talents", sublabel: "a first chance" },
        ],
      },
    },
    {
      id: "growth",
      emoji: "📈",
      label: "Growing wealth",
      sublabel: "money that works for me",
      essence: "Abundance",
      deeper: {
        question: "How does it grow?",
        tiles: [
          { id: "save", emoji: "🫙", label: "Steady saving", sublabel: "a little every month" },
          { id: "invest", emoji: "🌳", label: "Investing", sublabel: "trees I planted early" },
          { id: "business", emoji: "🏪", label: "My business", sublabel: "clients who come back" },
          { id: "property", emoji: "🏘️", label: "Property", sublabel: "rooms that earn" },
          { id: "ideas", emoji: "💡", label: "Ideas that pay", sublabel: "books, songs, patents" },
        ],
      },
    },
    {
      id: "worth",
      emoji: "💎",
      label: "Being paid my worth",
      sublabel: "my work is valued",
      essence: "Worth",
    },
  ],
};
