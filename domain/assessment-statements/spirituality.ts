import type { CategoryStatements } from "./statement-texts.ts";

export const SPIRITUALITY: CategoryStatements = [
  [
    "I feel connected to something greater than myself.",
    [
      "I feel held by it all through the day.",
      "I feel it on most of my days.",
      "I feel it in nature, in music, at rare moments.",
      "I long for it and seldom feel it.",
      "I feel alone in the universe.",
    ],
  ],
  [
    "I have a practice that brings me back to myself.",
    [
      "I keep it daily, and it is the heart of my day.",
      "I keep it several times a week.",
      "I remember it when life gets rough.",
      "I begin one and drift away from it.",
      "I have none right now.",
    ],
  ],
  [
    "I trust my inner voice.",
    [
      "I hear it clearly and follow it.",
      "I hear it, and I mostly follow it.",
      "I hear it, and then I ask five other people.",
      "I understand afterwards what it was telling me.",
      "It has gone silent.",
    ],
  ],
  [
    "Gratitude lives in my days.",
    [
      "It rises by itself, many times a day.",
      "I feel it daily, whenever I pause.",
      "I feel it on my good days.",
      "I know the reasons, and they stay in my head.",
      "Right now I see little to be thankful for.",
    ],
  ],
  [
    "I grow through what life brings me.",
    [
      "I can name the gift in almost everything that came my way.",
      "I see the gift after some time.",
      "I see it in some of what happens.",
      "The same lesson keeps knocking at my door.",
      "Things just seem to happen to me.",
    ],
  ],
  [
    "I forgive, and I begin with myself.",
    [
      "I forgive fully, and it sets me free.",
      "I forgive, and it takes me a few days.",
      "I forgive others sooner than myself.",
      "I say that I have, and it keeps coming back.",
      "I am still holding on to what was done.",
    ],
  ],
  [
    "My life feels meaningful.",
    [
      "My days have a direction that I love.",
      "I feel the meaning in most weeks.",
      "Here and there I catch sight of the thread.",
      "I search for the meaning and seldom find it.",
      "It feels empty at the core.",
    ],
  ],
];
