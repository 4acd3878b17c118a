import type { CategoryDiscovery } from "./category-discovery.ts";

export const SPIRITUALITY: CategoryDiscovery = {
  question: "What connects you to something greater?",
  echo: "There is a quiet glow in what you chose.",
  theme: "Held by Life",
  tiles: [
    {
      id: "nature",
      emoji: "🌲",
      label: "Nature",
      sublabel: "forest, sea, stars",
      essence: "Nature",
      deeper: {
        question: "Where does nature speak to you most clearly?",
        tiles: [
          { id: "forest", emoji: "🌲", label: "In the forest", sublabel: "moss and silence" },
          { id: "sea", emoji: "🌊", label: "By the sea", sublabel: "breath of the waves" },
          { id: "mountain", emoji: "🏔️", label: "On a summit", sublabel: "small and endless" },
          { id: "stars", emoji: "✨", label: "Under the stars", sublabel: "wonder beyond words" },
          { id: "garden", emoji: "🌻", label: "In a garden", sublabel: "hands in the soil" },
        ],
      },
    },
    {
      id: "stillness",
      emoji: "🧘",
      label: "Stillness",
      sublabel: "meditation, breath, silence",
      essence: "Stillness",
      deeper: {
        question: "When is your time of stillness?",
        tiles: [
          { id: "dawn", emoji: "🌅", label: "At dawn", sublabel: "before anyone wakes" },
          {
            id: "noon",
            emoji: "☀️",
            label: "In the middle of the day",
            sublabel: "a pause on a bench",
          },
          { id: "dusk", emoji: "🌆", label: "At dusk", sublabel: "a candle and my breath" },
          { id: "retreat", emoji: "🏯", label: "On retreat", sublabel: "days of silence" },
          { id: "anytime", emoji: "🌬️", label: "Any time", sublabel: "three breaths are enough" },
        ],
      },
    },
    {
      id: "prayer",
      emoji: "🙏",
      label: "Prayer & faith",
      sublabel: "held and guided",
      essence: "Faith",
    },
    {
      id: "gratitude",
      emoji: "💛",
      label: "Gratitude",
      sublabel: "seeing the gifts",
      essence: "Gratitude",
      deeper: {
        question: "How do you live your gratitude?",
        tiles: [
          { id: "write", emoji: "📓", label: "In writing", sublabel: "three lines a night" },
          { id: "say", emoji: "💬", label: "Out loud", sublabel: "I tell people" },
          { id: "table", emoji: "🍞", label: "At the table", sublabel: "a moment before we eat" },
          { id: "walk", emoji: "🚶", label: "Walking", sublabel: "thank you with each step" },
          { id: "letters", emoji: "💌", label: "In letters", sublabel: "to those who shaped me" },
        ],
      },
    },
    {
      id: "growth",
      emoji: "🌱",
      label: "Inner growth",
      sublabel: "learning, healing, becoming",
      essence: "Growth",
    },
    {
      id: "intuition",
      emoji: "🔮",
      label: "Inner voice",
      sublabel: "trusting what I know",
      essence: "Intuition",
    },
    {
      id: "music",
      emoji: "🎶",
      label: "Music & art",
      sublabel: "chant, song, beauty",
      essence: "Beauty",
      deeper: {
        question: "What opens your heart?",
        tiles: [
          {
            id: "song",
            emoji: "🎤",
            label: "Singing together",
            sublabel: "many voices, one sound",
          },
          { id: "drum", emoji: "🥁", label: "Drum & dance", sublabel: "rhythm older than words" },
          { id: "listen", emoji: "🎧", label: "Listening", sublabel: "one piece, eyes closed" },
          { id: "paint", emoji: "🖌️", label: "Painting", sublabel: "colour as prayer" },
          { id: "poem", emoji: "📜", label: "Poetry", sublabel: "a line that stays all day" },
        ],
      },
    },
    {
      id: "oneness",
      emoji: "🌍",
      label: "Oneness",
      sublabel: "connected with all that lives",
      essence: "Oneness",
    },
  ],
};
