import type { CategoryDiscovery } from "./category-discovery.ts";

export const TRAVEL: CategoryDiscovery = {
  question: "Which journeys are calling you?",
  echo: "I can almost hear the suitcase closing.",
  theme: "The World Is Mine",
  tiles: [
    {
      id: "sea",
      emoji: "🏖️",
      label: "Sun & sea",
      sublabel: "salt on my skin",
      essence: "Sea",
      deeper: {
        question: "Which sea is it?",
        tiles: [
          { id: "island", emoji: "🏝️", label: "A small island", sublabel: "ferries, coves, figs" },
          { id: "surf", emoji: "🏄", label: "Waves to ride", sublabel: "boards and wet hair" },
          { id: "dive", emoji: "🤿", label: "Under the surface", sublabel: "corals and silence" },
          {
            id: "north",
            emoji: "🌫️",
            label: "A northern coast",
            sublabel: "wind, dunes, wool socks",
          },
          { id: "sail", emoji: "⛵", label: "Out on a boat", sublabel: "wherever the wind goes" },
        ],
      },
    },
    {
      id: "mountains",
      emoji: "🏔️",
      label: "Mountains & wild places",
      sublabel: "big sky, deep quiet",
      essence: "Wilderness",
      deeper: {
        question: "What do you do out there?",
        tiles: [
          {
            id: "hike",
            emoji: "🥾",
            label: "Hike from hut to hut",
            sublabel: "all I need on my back",
          },
          { id: "safari", emoji: "🦒", label: "Watch animals", sublabel: "still, close, amazed" },
          { id: "desert", emoji: "🏜️", label: "Cross a desert", sublabel: "sand and stars" },
          {
            id: "snow",
            emoji: "❄️",
            label: "Follow the snow",
            sublabel: "skis, huskies, northern lights",
          },
          { id: "van", emoji: "🚐", label: "Live in a van", sublabel: "a new view each morning" },
        ],
      },
    },
    {
      id: "cities",
      emoji: "🏙️",
      label: "Great cities",
      sublabel: "streets, museums, cafés",
      essence: "Discovery",
      deeper: {
        question: "What do you look for in a city?",
        tiles: [
          {
            id: "art",
            emoji: "🖼️",
            label: "Art & museums",
            sublabel: "hours in front of one painting",
          },
          { id: "food", emoji: "🍜", label: "Markets & food", sublabel: "the queue of locals" },
          {
            id: "walk",
            emoji: "🗺️",
            label: "Getting lost on foot",
            sublabel: "every corner a gift",
          },
          {
            id: "night",
            emoji: "🌃",
            label: "Music & nights",
            sublabel: "small clubs, late trams",
          },
          {
            id: "past",
            emoji: "🏛️",
            label: "Old stones",
            sublabel: "stories of two thousand years",
          },
        ],
      },
    },
    {
      id: "cultures",
      emoji: "🎎",
      label: "Other cultures",
      sublabel: "languages, feasts, friendships",
      essence: "Connection",
    },
    {
      id: "slow",
      emoji: "🏡",
      label: "Staying a while",
      sublabel: "living somewhere for a season",
      essence: "Belonging",
      deeper: {
        question: "How do you live there?",
        tiles: [
          {
            id: "work",
            emoji: "💻",
            label: "Working from there",
            sublabel: "the view is new, the work is mine",
          },
          {
            id: "language",
            emoji: "🗣️",
            label: "Learning the language",
            sublabel: "jokes with the baker",
          },
          {
            id: "rhythm",
            emoji: "🧺",
            label: "In the local rhythm",
            sublabel: "markets, siestas, evenings outside",
          },
          { id: "help", emoji: "🤝", label: "Lending a hand", sublabel: "farm, school, reef" },
          { id: "house", emoji: "🗝️", label: "In a house of my own", sublabel: "my second home" },
        ],
      },
    },
    {
      id: "roots",
      emoji: "🌳",
      label: "The places I come from",
      sublabel: "roots and relatives",
      essence: "Roots",
    },
    {
      id: "near",
      emoji: "🚲",
      label: "Adventures nearby",
      sublabel: "microtrips, a tent, a train",
      essence: "Spontaneity",
    },
    {
      id: "together",
      emoji: "👨‍👩‍👧",
      label: "Journeys together",
      sublabel: "with the people I love",
      essence: "Togetherness",
    },
  ],
};
