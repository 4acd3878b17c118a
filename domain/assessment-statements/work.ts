import type { CategoryStatements } from "./statement-texts.ts";

export const WORK: CategoryStatements = [
  [
    "On a Monday morning I am glad to begin.",
    [
      "I can hardly wait to start.",
      "I start gladly on most Mondays.",
      "I warm up by Tuesday.",
      "Sunday evening already feels heavy.",
      "Getting there takes all the strength I have.",
    ],
  ],
  [
    "My work calls on what I do best.",
    [
      "My gifts are in use every day.",
      "Many of my gifts are in use.",
      "Now and then something calls on them.",
      "They come out in breaks, or after hours.",
      "I leave them outside the door.",
    ],
  ],
  [
    "What I do makes a difference to someone.",
    [
      "I see the faces of the people it helps.",
      "I know that it does, and I hear it now and then.",
      "I believe so, though those people are far away.",
      "I search for what it is good for.",
      "It could stay undone and nobody would notice.",
    ],
  ],
  [
    "At work I am among people who bring out the best in me.",
    [
      "We lift each other up, day after day.",
      "Most of them do, and I enjoy it.",
      "Some lift me up, some wear me down.",
      "I keep to myself to get through the day.",
      "I come home hurt or angry on most days.",
    ],
  ],
  [
    "When the working day is over, I stop.",
    [
      "I close the day, and the evening is mine.",
      "I mostly do; now and then a message slips through.",
      "Half of my evenings stay free.",
      "Work follows me into bed.",
      "Day and night run into each other.",
    ],
  ],
  [
    "I have a say in how I work.",
    [
      "I shape my hours, my ways and my place.",
      "I decide most of it.",
      "I have a say in some of it.",
      "Others decide, and I adapt.",
      "I feel like a part in a machine.",
    ],
  ],
  [
    "I believe the best of my working life is still to come.",
    [
      "I feel it coming and prepare for it with joy.",
      "I believe it and see the first steps.",
      "It could well be so.",
      "I suspect that my turn has gone by.",
      "I expect more of the same, or less.",
    ],
  ],
];
