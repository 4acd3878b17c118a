import type { CategoryStatements } from "./statement-texts.ts";

export const SOCIAL: CategoryStatements = [
  [
    "I have friends I could call at three in the morning.",
    [
      "I have several, and they could call me too.",
      "I have one or two, for certain.",
      "I think so, though I have never dared.",
      "I would hesitate and let them sleep.",
      "Right now nobody comes to mind.",
    ],
  ],
  [
    "Time with my friends fills me up.",
    [
      "I go home glowing.",
      "I usually feel good for the rest of the day.",
      "It depends on whom I meet.",
      "I often come home drained.",
      "I need days to recover, so I stay in.",
    ],
  ],
  [
    "I reach out first.",
    [
      "I call, write and invite the moment someone comes to mind.",
      "I often take the first step.",
      "My friends and I take turns.",
      "I wait to be asked.",
      "I have let most of the threads go.",
    ],
  ],
  [
    "New people come into my life easily.",
    [
      "I keep meeting people who interest me, and some become friends.",
      "It happens a few times a year.",
      "It happens when work or a course brings it about.",
      "I meet people, and it ends at small talk.",
      "My circle has been closed for years.",
    ],
  ],
  [
    "I belong to a community that matters to me.",
    [
      "I am at home there, giving and receiving.",
      "I belong to one and come regularly.",
      "I am at the edge of one or two.",
      "I look in from the outside.",
      "I feel that I belong nowhere in particular.",
    ],
  ],
  [
    "I celebrate the good fortune of my friends.",
    [
      "Their joy is my joy, straight away.",
      "I am glad for them nearly always.",
      "I am glad, with a small pang.",
      "I compare first and congratulate second.",
      "Their good news makes me feel small.",
    ],
  ],
  [
    "I choose the people I spend my time with.",
    [
      "Every name in my calendar is there because I love it there.",
      "Most of my time goes to people I choose.",
      "Half of it is choice, half of it is habit.",
      "I often say yes out of politeness.",
      "My time goes to whoever claims it.",
    ],
  ],
];
