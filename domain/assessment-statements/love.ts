import type { CategoryStatements } from "./statement-texts.ts";

export const LOVE: CategoryStatements = [
  [
    "I feel loved for who I am.",
    [
      "I feel it daily, rough edges and all.",
      "I feel it most of the time.",
      "I feel it when I am at my brightest.",
      "I show only the parts that are easy to love.",
      "I feel unseen in love.",
    ],
  ],
  [
    "I say what I need in love.",
    [
      "I say it kindly, clearly and early.",
      "I say it, sometimes after a detour.",
      "I drop hints and wait to be understood.",
      "I keep it to myself to keep the peace.",
      "I have lost touch with what I need.",
    ],
  ],
  [
    "There is tenderness in my days.",
    [
      "Touch, glances and kind words are everywhere in my day.",
      "Most of my days hold a tender moment.",
      "Tenderness comes and goes in waves.",
      "Many days pass between one tender moment and the next.",
      "I live far from tenderness right now.",
    ],
  ],
  [
    "I believe that great love is meant for me, too.",
    [
      "I know it in my bones and live that way.",
      "I believe it on nearly every day.",
      "I believe it for others, and sometimes for myself.",
      "I doubt that it comes to me, or that it stays.",
      "I have closed that door.",
    ],
  ],
  [
    "My heart is open.",
    [
      "I love freely; what once hurt has become wisdom.",
      "It is mostly open, with one guarded corner.",
      "It opens and closes with the day.",
      "I keep a wall up, just in case.",
      "My heart is behind a locked gate.",
    ],
  ],
  [
    "I make time for romance.",
    [
      "Romance has its own evenings, and I look forward to each one.",
      "I make time for it in most weeks.",
      "It has birthdays, anniversaries and now and then a Friday.",
      "Everyday life usually goes first.",
      "My last romantic evening is too long ago to recall.",
    ],
  ],
  [
    "After a disagreement I find the way back to closeness.",
    [
      "I reach out soon, I listen, and we end up closer than before.",
      "I find my way back within a day.",
      "It takes a while, and often the other one begins.",
      "I withdraw and wait for it to pass.",
      "Disagreements leave a distance that lasts.",
    ],
  ],
];
