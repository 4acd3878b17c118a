import type { CategoryStatements } from "./statement-texts.ts";

export const FAMILY: CategoryStatements = [
  [
    "I look forward to time with my family.",
    [
      "I count the days, and being together gives me energy.",
      "I look forward to it nearly every time.",
      "I look forward to some of it.",
      "I go because it is expected of me.",
      "I brace myself before every visit.",
    ],
  ],
  [
    "Among my family I am fully myself.",
    [
      "I bring all of me, and all of me is welcome.",
      "I am mostly myself, with a topic or two left out.",
      "With some of them I am.",
      "I slip into an old role at the front door.",
      "I hide what matters most to me.",
    ],
  ],
  [
    "In my family we tell each other the truth with love.",
    [
      "We speak openly, and it feels safe.",
      "We say most things, and we say them kindly.",
      "We talk about some things and step around others.",
      "A great deal stays unsaid.",
      "There is silence between us, or there is shouting.",
    ],
  ],
  [
    "I am the parent, child, sibling or relative I choose to be.",
    [
      "I act from love, patient and present.",
      "I am that person on most days.",
      "On calm days I am; under pressure I simply react.",
      "I hear myself repeat what I meant to leave behind.",
      "I feel far away from the person I would love to be with them.",
    ],
  ],
  [
    "Our family has rituals that hold us together.",
    [
      "Sunday meals, songs, calls: our rituals carry us through the year.",
      "We have a few and keep them gladly.",
      "The big holidays bring us together.",
      "Our rituals have slowly faded.",
      "I cannot think of one that is left.",
    ],
  ],
  [
    "I say yes and no to my family with a calm heart.",
    [
      "Both come easily, and both are respected.",
      "I say what I mean, with a slightly faster heartbeat.",
      "I manage it with some of my relatives.",
      "I say yes and feel cross afterwards.",
      "My time and space belong to everyone else.",
    ],
  ],
  [
    "I am at peace with the family I come from.",
    [
      "I honour where I come from, and I feel free.",
      "I am at peace with nearly all of it.",
      "I am making peace, one story at a time.",
      "Old stories still sting me often.",
      "The past sits at every table with us.",
    ],
  ],
];
