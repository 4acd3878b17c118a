import type { CategoryDiscovery } from "./category-discovery.ts";

export const HEALTH: CategoryDiscovery = {
  question: "What does feeling well look like in your body and mind?",
  echo: "Your body seems to know very clearly what it loves.",
  theme: "At Home in Me",
  tiles: [
    {
      id: "movement",
      emoji: "🏃",
      label: "Moving with joy",
      sublabel: "strong, supple, in motion",
      essence: "Vitality",
      deeper: {
        question: "Which ways of moving feel like play?",
        tiles: [
          { id: "walk", emoji: "🚶", label: "Walking", sublabel: "fresh air, my own pace" },
          { id: "run", emoji: "👟", label: "Running", sublabel: "rhythm and a clear head" },
          {
            id: "strength",
            emoji: "🏋️",
            label: "Strength",
            sublabel: "lifting, climbing, building",
          },
          { id: "yoga", emoji: "🧘", label: "Yoga & stretching", sublabel: "length and breath" },
          { id: "swim", emoji: "🏊", label: "Swimming", sublabel: "held by water" },
          { id: "dance", emoji: "💃", label: "Dancing", sublabel: "music does the work" },
        ],
      },
    },
    {
      id: "food",
      emoji: "🥗",
      label: "Food that loves me back",
      sublabel: "fresh, tasty, nourishing",
      essence: "Nourishment",
      deeper: {
        question: "What is on your table when you eat well?",
        tiles: [
          {
            id: "market",
            emoji: "🧺",
            label: "Fresh from the market",
            sublabel: "colours of the season",
          },
          { id: "home", emoji: "🍲", label: "Home-cooked meals", sublabel: "pots, spices, time" },
          { id: "slow", emoji: "🕯️", label: "Slow meals", sublabel: "seated, savoured, shared" },
          {
            id: "garden",
            emoji: "🌱",
            label: "From my garden",
            sublabel: "herbs and tomatoes I grew",
          },
          {
            id: "light",
            emoji: "🍓",
            label: "Light & simple",
            sublabel: "I rise from the table with energy",
          },
        ],
      },
    },
    {
      id: "sleep",
      emoji: "😴",
      label: "Deep rest",
      sublabel: "nights that restore me",
      essence: "Rest",
      deeper: {
        question: "What makes your nights so good?",
        tiles: [
          {
            id: "early",
            emoji: "🌘",
            label: "Early to bed",
            sublabel: "the hours before midnight",
          },
          {
            id: "room",
            emoji: "🛏️",
            label: "A cool, quiet room",
            sublabel: "fresh sheets, dark and still",
          },
          { id: "unplug", emoji: "📵", label: "Screens away", sublabel: "a book and a lamp" },
          { id: "wind", emoji: "🫖", label: "A gentle landing", sublabel: "tea, bath, stretching" },
          {
            id: "wake",
            emoji: "🌅",
            label: "Waking by myself",
            sublabel: "light in place of an alarm",
          },
        ],
      },
    },
    {
      id: "calm",
      emoji: "🌊",
      label: "A quiet mind",
      sublabel: "calm, present, clear",
      essence: "Calm",
      deeper: {
        question: "How does your mind come to rest?",
        tiles: [
          {
            id: "meditate",
            emoji: "🧘",
            label: "Meditation",
            sublabel: "a few minutes of stillness",
          },
          { id: "write", emoji: "📓", label: "Writing", sublabel: "thoughts find their page" },
          { id: "nature", emoji: "🌲", label: "Time in nature", sublabel: "green all around" },
          { id: "breathe", emoji: "🌬️", label: "Breathing", sublabel: "slow out, slow in" },
          { id: "talk", emoji: "🫂", label: "A good talk", sublabel: "someone who listens" },
        ],
      },
    },
    {
      id: "energy",
      emoji: "⚡",
      label: "Steady energy",
      sublabel: "bright from morning to night",
      essence: "Energy",
    },
    {
      id: "nature",
      emoji: "☀️",
      label: "Light & fresh air",
      sublabel: "outside every day",
      essence: "Freshness",
    },
    {
      id: "care",
      emoji: "🩺",
      label: "Caring for myself early",
      sublabel: "good people look after me",
      essence: "Care",
    },
    {
      id: "mirror",
      emoji: "🪞",
      label: "Loving my body",
      sublabel: "warmth for who I see",
      essence: "Acceptance",
    },
  ],
};
