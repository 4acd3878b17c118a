import type { CategoryStatements } from "./statement-texts.ts";

export const GIVING: CategoryStatements = [
  [
    "I give with a light heart.",
    [
      "Giving fills me as much as it fills others.",
      "I give gladly nearly every time.",
      "I give gladly when I have had a good week.",
      "I give because I feel I must.",
      "I feel that I have nothing left to give.",
    ],
  ],
  [
    "I give time to something larger than myself.",
    [
      "I do every week, and I love it.",
      "I do every month or so.",
      "I do now and then, when I am asked.",
      "I mean to, and the weeks go by.",
      "I live from one duty to the next.",
    ],
  ],
  [
    "I receive as gladly as I give.",
    [
      "A compliment, a gift, a helping hand: I receive it with joy.",
      "I receive well, with a small blush.",
      "I receive, and quickly return the favour.",
      "I wave it away.",
      "I would rather struggle than be helped.",
    ],
  ],
  [
    "What I know lives on in someone else.",
    [
      "I pass it on, and I watch it grow in others.",
      "I share it whenever someone asks.",
      "Some of it does, by chance.",
      "I doubt that what I know is of use to anyone.",
      "It stays with me alone.",
    ],
  ],
  [
    "Small kindnesses are part of my day.",
    [
      "I see chances everywhere and take them.",
      "Most of my days hold one.",
      "They come when I am in good spirits.",
      "I am usually too rushed to notice the chance.",
      "My days leave no room for them.",
    ],
  ],
  [
    "I know what I would love to be remembered for.",
    [
      "I know it, and I live it today.",
      "I know it and live a good part of it.",
      "I have a first idea of it.",
      "I seldom dare to ask myself.",
      "I believe that little of me will remain.",
    ],
  ],
  [
    "I give from fullness.",
    [
      "My own cup is full, and others drink from what flows over.",
      "I notice early when it is my turn.",
      "I remember myself after a weekend off.",
      "I give until I am tired.",
      "My cup has been empty for a long time.",
    ],
  ],
];
