import type { CategoryDiscovery } from "./category-discovery.ts";

export const LOVE: CategoryDiscovery = {
  question: "How does love feel when it is just right for you?",
  echo: "There is so much tenderness in what you chose.",
  theme: "Loved as I Am",
  tiles: [
    {
      id: "tenderness",
      emoji: "🤗",
      label: "Tenderness",
      sublabel: "touch, closeness, warmth",
      essence: "Tenderness",
      deeper: {
        question: "Which tenderness do you treasure most?",
        tiles: [
          {
            id: "morning",
            emoji: "🌅",
            label: "Waking up entwined",
            sublabel: "five more minutes",
          },
          {
            id: "hands",
            emoji: "🤝",
            label: "Hand in hand",
            sublabel: "in the street, at the cinema",
          },
          {
            id: "kiss",
            emoji: "💋",
            label: "Kisses in passing",
            sublabel: "at the stove, at the door",
          },
          {
            id: "sofa",
            emoji: "🛋️",
            label: "Evenings on the sofa",
            sublabel: "feet under one blanket",
          },
          { id: "words", emoji: "💌", label: "Loving words", sublabel: "notes, whispers, names" },
        ],
      },
    },
    {
      id: "talk",
      emoji: "💬",
      label: "Deep conversation",
      sublabel: "seen, heard, understood",
      essence: "Understanding",
      deeper: {
        question: "When do your best conversations happen?",
        tiles: [
          { id: "walk", emoji: "🚶", label: "On walks", sublabel: "side by side" },
          { id: "table", emoji: "🕯️", label: "At the table", sublabel: "long after dinner" },
          { id: "drive", emoji: "🚗", label: "On the road", sublabel: "two seats, one horizon" },
          { id: "bed", emoji: "🌙", label: "In the dark", sublabel: "head to head, half asleep" },
          {
            id: "coffee",
            emoji: "☕",
            label: "Over the first coffee",
            sublabel: "before the world wakes",
          },
        ],
      },
    },
    {
      id: "passion",
      emoji: "🔥",
      label: "Passion",
      sublabel: "desire, spark, play",
      essence: "Passion",
    },
    {
      id: "trust",
      emoji: "🫶",
      label: "Trust",
      sublabel: "safe to be all of me",
      essence: "Trust",
      deeper: {
        question: "What does that trust rest on?",
        tiles: [
          { id: "truth", emoji: "🪞", label: "Honesty", sublabel: "kind and clear" },
          { id: "loyalty", emoji: "🏔️", label: "Loyalty", sublabel: "we stand by each other" },
          { id: "space", emoji: "🕊️", label: "Room to breathe", sublabel: "each of us whole" },
          {
            id: "repair",
            emoji: "🧵",
            label: "Finding back",
            sublabel: "closer after every storm",
          },
          { id: "time", emoji: "⏳", label: "Years together", sublabel: "all that we share" },
        ],
      },
    },
    {
      id: "adventure",
      emoji: "🎈",
      label: "Adventures for two",
      sublabel: "trips, firsts, surprises",
      essence: "Adventure",
      deeper: {
        question: "Which adventures do you share?",
        tiles: [
          { id: "trips", emoji: "🧳", label: "Journeys", sublabel: "new places, one map" },
          {
            id: "nights",
            emoji: "🍷",
            label: "Date nights",
            sublabel: "dressed up for each other",
          },
          {
            id: "learn",
            emoji: "💃",
            label: "Learning together",
            sublabel: "tango, pottery, Portuguese",
          },
          { id: "outside", emoji: "🏕️", label: "Out in nature", sublabel: "tents, trails, lakes" },
          {
            id: "dreams",
            emoji: "🏡",
            label: "Building something",
            sublabel: "house, family, project",
          },
        ],
      },
    },
    {
      id: "home",
      emoji: "🏡",
      label: "A shared everyday life",
      sublabel: "a team in everything",
      essence: "Partnership",
    },
    {
      id: "laughter",
      emoji: "😂",
      label: "Laughing together",
      sublabel: "our own silly language",
      essence: "Laughter",
    },
    {
      id: "arriving",
      emoji: "🌹",
      label: "Meeting my person",
      sublabel: "open, ready, magnetic",
      essence: "Openness",
    },
  ],
};
