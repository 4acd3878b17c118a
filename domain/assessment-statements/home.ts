import type { CategoryStatements } from "./statement-texts.ts";

export const HOME: CategoryStatements = [
  [
    "My shoulders soften when I come through my door.",
    [
      "Every single time: I am home.",
      "They do on most evenings.",
      "They do once I have tidied a little.",
      "I see chores before I see anything else.",
      "I would rather stay outside a while longer.",
    ],
  ],
  [
    "My home looks like me.",
    [
      "Every room tells who I am.",
      "Most of it does, and the rest is on its way.",
      "Some corners are mine, others just came about.",
      "It looks like somebody else's taste.",
      "I feel like a guest among furniture.",
    ],
  ],
  [
    "At home I have a place that is all my own.",
    [
      "I have one, and I am there every day.",
      "I have one and get to it in most weeks.",
      "I borrow a corner when the others are out.",
      "I keep meaning to make one.",
      "There is no spot I could call mine.",
    ],
  ],
  [
    "Order comes easily in my rooms.",
    [
      "Everything has its place, and tidying takes minutes.",
      "They are mostly in order, with one wild drawer.",
      "Order and chaos take turns.",
      "Piles have settled in and stay.",
      "I feel buried under what lies around.",
    ],
  ],
  [
    "The place where I live suits me.",
    [
      "I step outside my door and smile.",
      "I like it here, with a small thing or two left to change.",
      "Parts of the street, the town or the landscape suit me.",
      "In most weeks I dream of living elsewhere.",
      "I feel that I am in the wrong place.",
    ],
  ],
  [
    "People feel welcome in my home.",
    [
      "My door is open and my table is full of life.",
      "I love having people over, and do it now and then.",
      "I invite people when I have had time to prepare.",
      "I keep visits short, or we meet elsewhere.",
      "I let nobody in.",
    ],
  ],
  [
    "I tend my home with love.",
    [
      "Flowers, fresh sheets, small repairs: I enjoy them all.",
      "I look after most things with pleasure.",
      "I look after what can no longer wait.",
      "Small repairs have been waiting for months.",
      "I have given up on it for now.",
    ],
  ],
];
