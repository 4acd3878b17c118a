import type { CategoryStatements } from "./statement-texts.ts";

export const TRAVEL: CategoryStatements = [
  [
    "I see new places as often as I choose to.",
    [
      "New places are part of my year, just the way I like it.",
      "I get away often, a little less than I would enjoy.",
      "One journey comes together every year or so.",
      "My journeys stay plans for a long time.",
      "It has been years since I saw somewhere new.",
    ],
  ],
  [
    "I find adventure close to home.",
    [
      "I can turn an ordinary Saturday into an expedition.",
      "I explore a new corner every month.",
      "I do when visitors come.",
      "I take the same roads past the same places.",
      "My surroundings have turned grey to me.",
    ],
  ],
  [
    "I pay for my journeys with an easy heart.",
    [
      "I set money aside with joy and spend it with joy.",
      "It is mostly easy; a big trip takes some arranging.",
      "I can, and I keep counting while I am away.",
      "I put journeys off because of what they cost.",
      "Travel feels priced for other people.",
    ],
  ],
  [
    "Away from home I feel alive and at ease.",
    [
      "I arrive, breathe in and feel at home in the world.",
      "After a day I am fully there.",
      "I enjoy it between thoughts about the details.",
      "I need days to settle, and then it is time to leave.",
      "Being away unsettles me.",
    ],
  ],
  [
    "I let a journey surprise me.",
    [
      "I leave whole days open and love what comes.",
      "I keep a few hours free for the unexpected.",
      "I like a surprise as long as the plan holds.",
      "I plan each hour to feel safe.",
      "One change of plan and the joy is gone for me.",
    ],
  ],
  [
    "I travel in good company, my own included.",
    [
      "My companions and I shine together, and I love going alone too.",
      "I mostly travel with people who suit me.",
      "I go with whoever is free and adapt to them.",
      "I wait for company that seldom comes along.",
      "I have nobody to go with, so I stay where I am.",
    ],
  ],
  [
    "A journey leaves something new in my life.",
    [
      "Each one changes how I cook, think, dress or dream.",
      "I bring home ideas and live many of them.",
      "The feeling stays with me for a week or two.",
      "By Monday it is as if I had been nowhere.",
      "I come home more worn out than I left.",
    ],
  ],
];
