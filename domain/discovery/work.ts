import type { CategoryDiscovery } from "./category-discovery.ts";

export const WORK: CategoryDiscovery = {
  question: "What makes work feel like yours?",
  echo: "That sounds like work which gives energy back.",
  theme: "Work That Sings",
  tiles: [
    {
      id: "craft",
      emoji: "🛠️",
      label: "Mastery",
      sublabel: "being really good at it",
      essence: "Mastery",
      deeper: {
        question: "What is the craft you love to master?",
        tiles: [
          { id: "make", emoji: "🪚", label: "Making things", sublabel: "wood, code, bread" },
          { id: "words", emoji: "✍️", label: "Words", sublabel: "writing, teaching, telling" },
          { id: "people", emoji: "🫱", label: "People", sublabel: "listening, healing, guiding" },
          { id: "ideas", emoji: "💡", label: "Ideas", sublabel: "strategy, research, design" },
          { id: "order", emoji: "📐", label: "Order", sublabel: "numbers, systems, plans" },
          { id: "stage", emoji: "🎤", label: "The stage", sublabel: "speaking, singing, leading" },
        ],
      },
    },
    {
      id: "impact",
      emoji: "🌍",
      label: "Making a difference",
      sublabel: "it matters to someone",
      essence: "Contribution",
      deeper: {
        question: "Whose life is brighter through your work?",
        tiles: [
          { id: "one", emoji: "🙂", label: "One person at a time", sublabel: "I see the face" },
          {
            id: "children",
            emoji: "🧒",
            label: "Children & young people",
            sublabel: "their first steps",
          },
          { id: "sick", emoji: "🩹", label: "People who heal", sublabel: "strength coming back" },
          { id: "planet", emoji: "🌱", label: "The earth", sublabel: "soil, water, air" },
          {
            id: "makers",
            emoji: "🚀",
            label: "Those who build",
            sublabel: "founders, artists, teams",
          },
        ],
      },
    },
    {
      id: "freedom",
      emoji: "🕊️",
      label: "Freedom",
      sublabel: "my hours, my place, my way",
      essence: "Freedom",
      deeper: {
        question: "Where does your freedom show?",
        tiles: [
          { id: "hours", emoji: "⏰", label: "In my hours", sublabel: "mornings are mine" },
          { id: "place", emoji: "🏝️", label: "In where I work", sublabel: "studio, train, beach" },
          {
            id: "clients",
            emoji: "🤝",
            label: "In whom I work with",
            sublabel: "people I respect",
          },
          { id: "days", emoji: "📆", label: "In fewer days", sublabel: "four are plenty" },
          { id: "own", emoji: "🗝️", label: "In my own business", sublabel: "my name on the door" },
        ],
      },
    },
    {
      id: "team",
      emoji: "🧑‍🤝‍🧑",
      label: "Good people",
      sublabel: "a team that lifts me",
      essence: "Team",
    },
    {
      id: "leading",
      emoji: "🧭",
      label: "Leading",
      sublabel: "opening doors for others",
      essence: "Leadership",
    },
    {
      id: "creating",
      emoji: "🎨",
      label: "Creating",
      sublabel: "something new under the sun",
      essence: "Creation",
    },
    {
      id: "recognition",
      emoji: "🏆",
      label: "Recognition",
      sublabel: "seen, thanked, well paid",
      essence: "Appreciation",
    },
    {
      id: "balance",
      emoji: "⚖️",
      label: "A good day's end",
      sublabel: "energy left for life",
      essence: "Balance",
    },
  ],
};
