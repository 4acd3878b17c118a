import type { CategoryDiscovery } from "./category-discovery.ts";

export const HOME: CategoryDiscovery = {
  question: "What does the home you love feel like?",
  echo: "I can picture you turning the key.",
  theme: "Where I Belong",
  tiles: [
    {
      id: "light",
      emoji: "🪟",
      label: "Light & space",
      sublabel: "tall windows, open rooms",
      essence: "Light",
      deeper: {
        question: "Where does the light fall?",
        tiles: [
          {
            id: "kitchen",
            emoji: "🍋",
            label: "On the kitchen table",
            sublabel: "breakfast in the sun",
          },
          {
            id: "studio",
            emoji: "🎨",
            label: "In a room to create",
            sublabel: "easel, desk, machine",
          },
          { id: "bed", emoji: "🌅", label: "Across the bed", sublabel: "curtains wide open" },
          { id: "bath", emoji: "🛁", label: "Into the bath", sublabel: "plants and steam" },
          { id: "window", emoji: "🪑", label: "On a window seat", sublabel: "book, blanket, cat" },
        ],
      },
    },
    {
      id: "nature",
      emoji: "🌿",
      label: "Green all around",
      sublabel: "garden, trees, water",
      essence: "Nature",
      deeper: {
        question: "What grows, flows or sings around your home?",
        tiles: [
          {
            id: "garden",
            emoji: "🥕",
            label: "A kitchen garden",
            sublabel: "tomatoes, herbs, bees",
          },
          { id: "forest", emoji: "🌲", label: "Trees", sublabel: "owls and resin" },
          { id: "sea", emoji: "🌊", label: "Water", sublabel: "the sound of it at night" },
          { id: "balcony", emoji: "🪴", label: "A lush balcony", sublabel: "jasmine in the city" },
          { id: "meadow", emoji: "🌾", label: "A wide view", sublabel: "fields to the horizon" },
        ],
      },
    },
    {
      id: "cosy",
      emoji: "🕯️",
      label: "Warmth & cosiness",
      sublabel: "fire, wool, candles",
      essence: "Warmth",
    },
    {
      id: "order",
      emoji: "🧺",
      label: "Calm & order",
      sublabel: "a place for everything",
      essence: "Calm",
    },
    {
      id: "open",
      emoji: "🚪",
      label: "An open house",
      sublabel: "friends, guests, laughter",
      essence: "Welcome",
      deeper: {
        question: "Who comes through your door?",
        tiles: [
          { id: "friends", emoji: "🍷", label: "Friends at my table", sublabel: "again and again" },
          { id: "family", emoji: "👵", label: "Family to stay", sublabel: "a bed always made" },
          {
            id: "children",
            emoji: "🧒",
            label: "A house full of children",
            sublabel: "ours and the neighbours'",
          },
          {
            id: "travellers",
            emoji: "🎒",
            label: "Guests from far away",
            sublabel: "a key under the pot",
          },
          {
            id: "neighbours",
            emoji: "🏘️",
            label: "Neighbours",
            sublabel: "for sugar and for hours",
          },
        ],
      },
    },
    {
      id: "retreat",
      emoji: "🏯",
      label: "A place of my own",
      sublabel: "a room, a corner, a door",
      essence: "Retreat",
      deeper: {
        question: "What is that place for?",
        tiles: [
          { id: "read", emoji: "📚", label: "Reading", sublabel: "shelves up to the ceiling" },
          { id: "make", emoji: "🧵", label: "Making", sublabel: "tools on the wall" },
          { id: "move", emoji: "🧘", label: "Moving", sublabel: "a mat and a mirror" },
          { id: "music", emoji: "🎹", label: "Music", sublabel: "the piano and I" },
          { id: "rest", emoji: "🛋️", label: "Resting", sublabel: "a door I can close" },
        ],
      },
    },
    {
      id: "beauty",
      emoji: "🖼️",
      label: "Beauty",
      sublabel: "colours, art, fabrics I love",
      essence: "Beauty",
    },
    {
      id: "place",
      emoji: "🗺️",
      label: "The right place",
      sublabel: "town, coast, village, view",
      essence: "Belonging",
    },
  ],
};
