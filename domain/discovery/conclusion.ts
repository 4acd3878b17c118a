import type { CategoryDiscovery } from "./category-discovery.ts";

export const CONCLUSION: CategoryDiscovery = {
  question: "Your vision comes to its close. What do you seal it with?",
  echo: "With that as its last note, your vision rings on.",
  theme: "My Whole Yes",
  tiles: [
    {
      id: "yes",
      emoji: "✨",
      label: "A wholehearted yes",
      sublabel: "I choose this life",
      essence: "Commitment",
      deeper: {
        question: "How do you say that yes?",
        tiles: [
          { id: "aloud", emoji: "🗣️", label: "Out loud", sublabel: "first thing in the morning" },
          { id: "daily", emoji: "☀️", label: "With one small step a day", sublabel: "it adds up" },
          {
            id: "together",
            emoji: "🤝",
            label: "With a witness",
            sublabel: "someone who knows my vision",
          },
          {
            id: "body",
            emoji: "💃",
            label: "With my whole body",
            sublabel: "I stand tall, I breathe",
          },
          { id: "written", emoji: "✒️", label: "In writing", sublabel: "signed with my name" },
        ],
      },
    },
    {
      id: "thanks",
      emoji: "🙏",
      label: "Thankfulness",
      sublabel: "for all that is here",
      essence: "Gratitude",
      deeper: {
        question: "Whom do you thank at the end?",
        tiles: [
          { id: "people", emoji: "❤️", label: "The people I love", sublabel: "name by name" },
          { id: "self", emoji: "🪞", label: "Myself", sublabel: "for each brave step" },
          { id: "life", emoji: "🌍", label: "Life itself", sublabel: "for carrying me" },
          {
            id: "teachers",
            emoji: "🧭",
            label: "My teachers",
            sublabel: "the gentle and the tough",
          },
          { id: "source", emoji: "✨", label: "Something greater", sublabel: "by whatever name" },
        ],
      },
    },
    { id: "trust", emoji: "🤲", label: "Trust", sublabel: "life is on my side", essence: "Trust" },
    {
      id: "celebration",
      emoji: "🎉",
      label: "Celebration",
      sublabel: "joy for how far I have come",
      essence: "Celebration",
      deeper: {
        question: "How do you celebrate it?",
        tiles: [
          { id: "feast", emoji: "🍷", label: "A feast", sublabel: "everyone at one table" },
          { id: "quiet", emoji: "🕯️", label: "A quiet moment", sublabel: "just me and the words" },
          { id: "dance", emoji: "🪩", label: "A dance", sublabel: "loud and barefoot" },
          { id: "journey", emoji: "🧳", label: "A journey", sublabel: "to a place that marks it" },
          {
            id: "gift",
            emoji: "🎁",
            label: "A gift to myself",
            sublabel: "something that reminds me",
          },
        ],
      },
    },
    {
      id: "presence",
      emoji: "🌿",
      label: "Presence",
      sublabel: "here, now, awake",
      essence: "Presence",
    },
    {
      id: "love",
      emoji: "💗",
      label: "Love",
      sublabel: "the thread through all of it",
      essence: "Love",
    },
    {
      id: "wholeness",
      emoji: "⭕",
      label: "Wholeness",
      sublabel: "every part belongs",
      essence: "Wholeness",
    },
    {
      id: "becoming",
      emoji: "🌱",
      label: "Ever becoming",
      sublabel: "it grows as I grow",
      essence: "Growth",
    },
  ],
};
