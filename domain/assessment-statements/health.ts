import type { CategoryStatements } from "./statement-texts.ts";

export const HEALTH: CategoryStatements = [
  [
    "I wake up rested.",
    [
      "Almost every morning I open my eyes clear and ready.",
      "Most of my mornings begin well rested.",
      "It is about half and half.",
      "On most days I wake up tired.",
      "I have forgotten what rested feels like.",
    ],
  ],
  [
    "I move my body in ways I enjoy.",
    [
      "Moving is a pleasure I look forward to every day.",
      "I move several times a week and mostly enjoy it.",
      "I move when it fits in, with mixed pleasure.",
      "I move because I should, and only now and then.",
      "Movement has gone from my days.",
    ],
  ],
  [
    "What I eat feels good to my body.",
    [
      "I choose with pleasure, eat slowly and feel light afterwards.",
      "Most of my meals nourish me well.",
      "Good meals and hasty ones take turns.",
      "I mostly eat what is quick, and feel it later.",
      "Food and I are at odds with each other.",
    ],
  ],
  [
    "I listen when my body speaks.",
    [
      "I notice the small signals early and answer them.",
      "I usually listen, sometimes a day late.",
      "I hear it once it gets louder.",
      "I push on until I have to stop.",
      "I feel cut off from what my body tells me.",
    ],
  ],
  [
    "My mind finds quiet.",
    [
      "Quiet is a few breaths away, several times a day.",
      "I find a quiet moment on most days.",
      "Quiet comes on holidays and good weekends.",
      "My thoughts keep running even when I sit still.",
      "My head is loud from waking to sleeping.",
    ],
  ],
  [
    "I trust my body to be well and strong.",
    [
      "I trust it deeply and thank it often.",
      "I trust it, with a worry here and there.",
      "My trust depends on how I feel that day.",
      "I keep expecting it to let me down.",
      "My body feels like an opponent.",
    ],
  ],
  [
    "I meet the person in the mirror with kindness.",
    [
      "I greet my reflection like a dear friend.",
      "I mostly like who looks back at me.",
      "On some days I smile, on others I look away.",
      "I look for flaws first.",
      "I avoid mirrors and photographs.",
    ],
  ],
];
