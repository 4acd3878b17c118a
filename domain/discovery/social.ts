import type { CategoryDiscovery } from "./category-discovery.ts";

export const SOCIAL: CategoryDiscovery = {
  question: "What kind of company makes you come alive?",
  echo: "What a circle you are drawing around yourself.",
  theme: "My Kind of People",
  tiles: [
    {
      id: "close",
      emoji: "🫂",
      label: "A few close friends",
      sublabel: "known and loved for years",
      essence: "Closeness",
      deeper: {
        question: "What do you and your closest friends share?",
        tiles: [
          { id: "talks", emoji: "💬", label: "Long talks", sublabel: "everything may be said" },
          { id: "trips", emoji: "🧳", label: "Weekends away", sublabel: "one house, old friends" },
          { id: "everyday", emoji: "🛒", label: "Everyday life", sublabel: "errands, keys, soup" },
          {
            id: "celebrate",
            emoji: "🥂",
            label: "Celebrations",
            sublabel: "birthdays, milestones",
          },
          {
            id: "silence",
            emoji: "🌅",
            label: "Easy silence",
            sublabel: "just being side by side",
          },
        ],
      },
    },
    {
      id: "gatherings",
      emoji: "🎉",
      label: "Gatherings",
      sublabel: "a full house, good food",
      essence: "Celebration",
      deeper: {
        question: "What does your gathering look like?",
        tiles: [
          {
            id: "dinner",
            emoji: "🍝",
            label: "Dinner for eight",
            sublabel: "candles and second helpings",
          },
          { id: "garden", emoji: "🌿", label: "Garden party", sublabel: "barefoot until late" },
          { id: "games", emoji: "🎲", label: "Games night", sublabel: "snacks and laughter" },
          { id: "music", emoji: "🎸", label: "House concert", sublabel: "friends who play" },
          {
            id: "brunch",
            emoji: "🥐",
            label: "Sunday brunch",
            sublabel: "open door, come as you are",
          },
        ],
      },
    },
    {
      id: "community",
      emoji: "🏘️",
      label: "A community",
      sublabel: "neighbours, clubs, circles",
      essence: "Belonging",
      deeper: {
        question: "Which community is yours?",
        tiles: [
          { id: "street", emoji: "🏡", label: "My street", sublabel: "keys, eggs, summer feasts" },
          { id: "sport", emoji: "🏐", label: "A team", sublabel: "training and the hour after" },
          {
            id: "faith",
            emoji: "🕯️",
            label: "A circle of faith",
            sublabel: "prayer, song, silence",
          },
          {
            id: "creative",
            emoji: "🎭",
            label: "A creative group",
            sublabel: "choir, theatre, writing",
          },
          {
            id: "cause",
            emoji: "🌍",
            label: "A shared cause",
            sublabel: "people who act together",
          },
        ],
      },
    },
    {
      id: "new",
      emoji: "👋",
      label: "New people",
      sublabel: "curious meetings",
      essence: "Curiosity",
    },
    {
      id: "inspiring",
      emoji: "✨",
      label: "Inspiring minds",
      sublabel: "talks that lift me",
      essence: "Inspiration",
      deeper: {
        question: "Where do you find them?",
        tiles: [
          {
            id: "talks",
            emoji: "🎙️",
            label: "Talks & salons",
            sublabel: "questions until midnight",
          },
          { id: "work", emoji: "🧑‍💻", label: "Around my work", sublabel: "people I learn from" },
          { id: "mentors", emoji: "🧭", label: "With a mentor", sublabel: "someone further along" },
          {
            id: "masterminds",
            emoji: "⭕",
            label: "In a circle of peers",
            sublabel: "honest and ambitious",
          },
          { id: "travel", emoji: "🚆", label: "On the road", sublabel: "the seat beside me" },
        ],
      },
    },
    {
      id: "active",
      emoji: "🚴",
      label: "Friends in motion",
      sublabel: "walks, rides, matches",
      essence: "Vitality",
    },
    {
      id: "depth",
      emoji: "🔥",
      label: "Real talk",
      sublabel: "honest, tender, deep",
      essence: "Honesty",
    },
    {
      id: "quiet",
      emoji: "📮",
      label: "Quiet friendship",
      sublabel: "letters, calls, small signs",
      essence: "Tenderness",
    },
  ],
};
