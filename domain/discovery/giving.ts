import type { CategoryDiscovery } from "./category-discovery.ts";

export const GIVING: CategoryDiscovery = {
  question: "How do you love to make the world brighter?",
  echo: "The world feels warmer just from reading that.",
  theme: "Light for Others",
  tiles: [
    {
      id: "time",
      emoji: "⏳",
      label: "Time & presence",
      sublabel: "being there for someone",
      essence: "Presence",
      deeper: {
        question: "For whom are you there?",
        tiles: [
          { id: "old", emoji: "👵", label: "Older people", sublabel: "tea and stories" },
          {
            id: "young",
            emoji: "🧒",
            label: "Children & teenagers",
            sublabel: "homework, football, an ear",
          },
          { id: "neighbours", emoji: "🏘️", label: "My neighbours", sublabel: "soup and spare keys" },
          { id: "friends", emoji: "🫂", label: "Friends in need", sublabel: "at any hour" },
          {
            id: "arrivals",
            emoji: "🧳",
            label: "People who are new here",
            sublabel: "forms, words, welcome",
          },
        ],
      },
    },
    {
      id: "teaching",
      emoji: "🧑‍🏫",
      label: "Sharing what I know",
      sublabel: "teaching, mentoring",
      essence: "Wisdom",
      deeper: {
        question: "What do you pass on?",
        tiles: [
          { id: "craft", emoji: "🛠️", label: "My craft", sublabel: "hand by hand" },
          { id: "life", emoji: "🧭", label: "What life taught me", sublabel: "honest stories" },
          {
            id: "language",
            emoji: "🗣️",
            label: "Languages & letters",
            sublabel: "the first sentence read",
          },
          { id: "money", emoji: "📊", label: "How money works", sublabel: "calm and clear" },
          { id: "courage", emoji: "🔥", label: "Courage", sublabel: "you can do this" },
        ],
      },
    },
    {
      id: "money",
      emoji: "🎁",
      label: "Giving money",
      sublabel: "with joy and full hands",
      essence: "Generosity",
    },
    {
      id: "nature",
      emoji: "🌳",
      label: "Caring for the earth",
      sublabel: "trees, animals, water",
      essence: "Stewardship",
      deeper: {
        question: "What do you care for?",
        tiles: [
          { id: "trees", emoji: "🌲", label: "Trees", sublabel: "planted with my own hands" },
          { id: "animals", emoji: "🐾", label: "Animals", sublabel: "shelter, feed, protect" },
          { id: "water", emoji: "🌊", label: "Rivers & seas", sublabel: "clean shores" },
          { id: "soil", emoji: "🌻", label: "Soil & bees", sublabel: "a garden that hums" },
          { id: "city", emoji: "🚲", label: "A greener town", sublabel: "shade, paths, quiet" },
        ],
      },
    },
    {
      id: "kindness",
      emoji: "💛",
      label: "Small kindnesses",
      sublabel: "every day, unseen",
      essence: "Kindness",
    },
    {
      id: "creating",
      emoji: "📖",
      label: "Something that stays",
      sublabel: "a book, a song, a place",
      essence: "Legacy",
      deeper: {
        question: "What stays when you have moved on?",
        tiles: [
          { id: "book", emoji: "📚", label: "Words", sublabel: "a book, letters, poems" },
          { id: "place", emoji: "🏡", label: "A place", sublabel: "a garden, a school, a house" },
          { id: "music", emoji: "🎼", label: "Music & art", sublabel: "sung and seen by others" },
          { id: "company", emoji: "🏢", label: "A company", sublabel: "good work for many" },
          { id: "family", emoji: "🌳", label: "Family spirit", sublabel: "love handed down" },
        ],
      },
    },
    {
      id: "justice",
      emoji: "⚖️",
      label: "Standing up for others",
      sublabel: "a voice for what is fair",
      essence: "Courage",
    },
    {
      id: "community",
      emoji: "🤝",
      label: "Building community",
      sublabel: "bringing people together",
      essence: "Connection",
    },
  ],
};
