import type { CategoryDiscovery } from "./category-discovery.ts";

export const FUN: CategoryDiscovery = {
  question: "What makes you feel playful and alive?",
  echo: "I can feel the lightness in that already.",
  theme: "Joy My Way",
  tiles: [
    {
      id: "dancing",
      emoji: "💃",
      label: "Dancing & music",
      sublabel: "moving, singing, playing along",
      essence: "Rhythm",
      deeper: {
        question: "What kind of music and movement is yours?",
        tiles: [
          {
            id: "social",
            emoji: "🔥",
            label: "Dancing with a partner",
            sublabel: "salsa, swing, tango",
          },
          {
            id: "floor",
            emoji: "🪩",
            label: "A full dance floor",
            sublabel: "friends, bass, late nights",
          },
          {
            id: "live",
            emoji: "🎤",
            label: "Live concerts",
            sublabel: "the band right in front of me",
          },
          {
            id: "play",
            emoji: "🎸",
            label: "Playing an instrument",
            sublabel: "my hands make the sound",
          },
          { id: "sing", emoji: "🎶", label: "Singing", sublabel: "choir, shower, campfire" },
          {
            id: "kitchen",
            emoji: "🍳",
            label: "Kitchen dancing",
            sublabel: "a favourite song while I cook",
          },
        ],
      },
    },
    {
      id: "games",
      emoji: "🎲",
      label: "Games & laughter",
      sublabel: "play nights, puzzles, jokes",
      essence: "Laughter",
      deeper: {
        question: "Which games bring out your laughter?",
        tiles: [
          {
            id: "board",
            emoji: "♟️",
            label: "Board & card games",
            sublabel: "a table full of friends",
          },
          { id: "video", emoji: "🎮", label: "Video games", sublabel: "worlds to get lost in" },
          { id: "sport", emoji: "🏐", label: "Games in motion", sublabel: "a ball, a net, a lawn" },
          {
            id: "puzzle",
            emoji: "🧩",
            label: "Puzzles & riddles",
            sublabel: "the click when it fits",
          },
          {
            id: "impro",
            emoji: "🎭",
            label: "Charades & improvisation",
            sublabel: "the sillier, the better",
          },
        ],
      },
    },
    {
      id: "outdoors",
      emoji: "🏕️",
      label: "Out in nature",
      sublabel: "trails, water, campfires",
      essence: "Nature",
      deeper: {
        question: "Where does nature call you out to play?",
        tiles: [
          {
            id: "hills",
            emoji: "🥾",
            label: "Hills & forests",
            sublabel: "hiking, picking mushrooms",
          },
          { id: "water", emoji: "🛶", label: "On the water", sublabel: "kayak, sail, swim" },
          { id: "snow", emoji: "⛷️", label: "In the snow", sublabel: "skis, sledges, red cheeks" },
          {
            id: "bike",
            emoji: "🚲",
            label: "On two wheels",
            sublabel: "long rides, wind in my face",
          },
          { id: "fire", emoji: "🔥", label: "By the campfire", sublabel: "stars, stories, tea" },
        ],
      },
    },
    {
      id: "making",
      emoji: "🎨",
      label: "Making things",
      sublabel: "painting, crafts, building",
      essence: "Creation",
      deeper: {
        question: "What do your hands love to make?",
        tiles: [
          {
            id: "paint",
            emoji: "🖌️",
            label: "Painting & drawing",
            sublabel: "colour on my fingers",
          },
          { id: "clay", emoji: "🏺", label: "Clay & wood", sublabel: "shapes that stay" },
          { id: "thread", emoji: "🧶", label: "Wool & fabric", sublabel: "knitting, sewing" },
          { id: "photo", emoji: "📷", label: "Photographs & film", sublabel: "catching the light" },
          { id: "write", emoji: "✍️", label: "Stories & poems", sublabel: "worlds out of words" },
          { id: "tinker", emoji: "🔧", label: "Tinkering", sublabel: "motors, models, gadgets" },
        ],
      },
    },
    {
      id: "stories",
      emoji: "🎬",
      label: "Stories",
      sublabel: "books, films, theatre",
      essence: "Wonder",
    },
    {
      id: "tasting",
      emoji: "🍜",
      label: "Cooking & tasting",
      sublabel: "new flavours, long tables",
      essence: "Delight",
    },
    {
      id: "learning",
      emoji: "🪄",
      label: "Learning something new",
      sublabel: "the joy of beginning",
      essence: "Curiosity",
    },
    {
      id: "nothing",
      emoji: "🌤️",
      label: "Sweet idleness",
      sublabel: "naps, hammocks, daydreams",
      essence: "Ease",
    },
  ],
};
