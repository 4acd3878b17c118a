import type { CategoryDiscovery } from "./category-discovery.ts";

export const FAMILY: CategoryDiscovery = {
  question: "What makes family feel good to you?",
  echo: "I can hear the voices around your table.",
  theme: "Roots and Wings",
  tiles: [
    {
      id: "meals",
      emoji: "🍲",
      label: "Meals together",
      sublabel: "one table, many stories",
      essence: "Togetherness",
      deeper: {
        question: "Which table do you see?",
        tiles: [
          {
            id: "sunday",
            emoji: "🥘",
            label: "The long Sunday lunch",
            sublabel: "everyone brings something",
          },
          {
            id: "breakfast",
            emoji: "🥞",
            label: "Slow breakfasts",
            sublabel: "pyjamas and pancakes",
          },
          { id: "feasts", emoji: "🎄", label: "Feast days", sublabel: "our own traditions" },
          {
            id: "cooking",
            emoji: "👩‍🍳",
            label: "Cooking together",
            sublabel: "small hands in the dough",
          },
          {
            id: "garden",
            emoji: "🌳",
            label: "The table outside",
            sublabel: "lanterns and late light",
          },
        ],
      },
    },
    {
      id: "children",
      emoji: "🧒",
      label: "Time with children",
      sublabel: "play, bedtime, wonder",
      essence: "Wonder",
      deeper: {
        question: "What do you love doing with them?",
        tiles: [
          {
            id: "play",
            emoji: "🧸",
            label: "Playing on the floor",
            sublabel: "blocks, dragons, hide and seek",
          },
          { id: "stories", emoji: "📖", label: "Stories at bedtime", sublabel: "one more chapter" },
          { id: "outside", emoji: "🌳", label: "Being outside", sublabel: "puddles, trees, bikes" },
          {
            id: "teach",
            emoji: "🪁",
            label: "Showing them the world",
            sublabel: "how things work",
          },
          {
            id: "talk",
            emoji: "💬",
            label: "Listening to them",
            sublabel: "what they think about",
          },
          {
            id: "alone",
            emoji: "🎈",
            label: "One child at a time",
            sublabel: "a day just for us two",
          },
        ],
      },
    },
    {
      id: "parents",
      emoji: "🌳",
      label: "Parents & elders",
      sublabel: "honouring where I come from",
      essence: "Roots",
      deeper: {
        question: "How do you spend time with them?",
        tiles: [
          {
            id: "call",
            emoji: "📞",
            label: "Calls every week",
            sublabel: "news, recipes, laughter",
          },
          { id: "visit", emoji: "🏠", label: "Visits", sublabel: "cake on the old plates" },
          {
            id: "stories",
            emoji: "📼",
            label: "Gathering their stories",
            sublabel: "photos, tapes, names",
          },
          { id: "help", emoji: "🤲", label: "Being there for them", sublabel: "patient and glad" },
          {
            id: "trips",
            emoji: "🧳",
            label: "A journey together",
            sublabel: "the place they dream of",
          },
        ],
      },
    },
    {
      id: "siblings",
      emoji: "🤼",
      label: "Brothers & sisters",
      sublabel: "old jokes, new closeness",
      essence: "Closeness",
    },
    {
      id: "traditions",
      emoji: "🕯️",
      label: "Rituals & feasts",
      sublabel: "what we do every year",
      essence: "Tradition",
    },
    {
      id: "peace",
      emoji: "🕊️",
      label: "Peace between us",
      sublabel: "kind truth, open doors",
      essence: "Peace",
    },
    {
      id: "growing",
      emoji: "👶",
      label: "A growing family",
      sublabel: "room for someone new",
      essence: "Welcome",
    },
    {
      id: "chosen",
      emoji: "🫂",
      label: "Family I choose",
      sublabel: "the ones who became mine",
      essence: "Belonging",
    },
  ],
};
