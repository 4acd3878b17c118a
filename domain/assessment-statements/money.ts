import type { CategoryStatements } from "./statement-texts.ts";

export const MONEY: CategoryStatements = [
  [
    "I look at my bank balance with a calm heart.",
    [
      "I look calmly and with curiosity, every time.",
      "I am calm on nearly every day.",
      "I am calm at the beginning of the month.",
      "I look with one eye closed.",
      "I leave it unopened.",
    ],
  ],
  [
    "I know what comes in and what goes out.",
    [
      "I have a clear picture and enjoy keeping it.",
      "I know it well enough to plan by.",
      "I know it roughly.",
      "I find out at the end of the month.",
      "I would rather look the other way.",
    ],
  ],
  [
    "I enjoy the money I spend.",
    [
      "I choose gladly, pay gladly and love what I bought.",
      "Most of what I buy feels right.",
      "Some of it I enjoy, some I think over for days.",
      "A pang of guilt comes along with most of it.",
      "Every expense hurts.",
    ],
  ],
  [
    "Money finds its way to me.",
    [
      "New sources keep opening up, expected and unexpected.",
      "Now and then it surprises me with something extra.",
      "It comes as agreed, on the agreed day.",
      "It comes after a great deal of effort.",
      "It seems to pass me by.",
    ],
  ],
  [
    "I have money set aside for whatever comes.",
    [
      "There is plenty, and it keeps growing.",
      "There is a solid cushion.",
      "There is a small cushion that comes and goes.",
      "I begin from the start each month.",
      "It is spoken for before it arrives.",
    ],
  ],
  [
    "I ask for what my work is worth.",
    [
      "I name my price with ease and receive it.",
      "I ask, with a slightly faster pulse.",
      "I ask when somebody encourages me.",
      "I take what is offered.",
      "I give the best of my work away.",
    ],
  ],
  [
    "I talk about money openly with the people close to me.",
    [
      "We talk easily, about numbers and dreams alike.",
      "We talk about most of it.",
      "We talk when a decision is due.",
      "The subject tends to end in tension.",
      "I carry it all alone.",
    ],
  ],
];
