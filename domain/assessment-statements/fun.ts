import type { CategoryStatements } from "./statement-texts.ts";

export const FUN: CategoryStatements = [
  [
    "Play has a place in my week.",
    [
      "I play several times a week, and that time is dear to me.",
      "I play in most weeks; some fill up with other things.",
      "Some weeks have play in them, others go by in earnest.",
      "I play about once a month, when everything else is done.",
      "I find it hard to remember when I last played.",
    ],
  ],
  [
    "I laugh until my belly aches.",
    [
      "Laughter like that runs through most of my days.",
      "It finds me nearly every week.",
      "It comes with certain people, at certain times.",
      "I smile politely more often than I laugh.",
      "My laughter has been quiet for a long while.",
    ],
  ],
  [
    "I know what delights me.",
    [
      "I could name ten things right now, and I do them.",
      "I know them well and get to many of them.",
      "I know a few and am curious about the rest.",
      "I have a vague idea and mostly follow what others enjoy.",
      "I draw a blank when someone asks me.",
    ],
  ],
  [
    "I let myself enjoy things before the to-do list is done.",
    [
      "Joy goes first, and the list gets done all the same.",
      "I do it gladly, with a quick glance at the list.",
      "I do when the list is short.",
      "I rest once everything is ticked off, and seldom sooner.",
      "The list never ends, so enjoyment keeps waiting.",
    ],
  ],
  [
    "I love being a beginner.",
    [
      "I am learning something new right now and adore being clumsy at it.",
      "I took something up this year and enjoy it.",
      "I play with the idea of starting something, and sometimes I do.",
      "I stay with what I already do well.",
      "Starting anything new feels far too heavy.",
    ],
  ],
  [
    "What I do for fun gives me energy.",
    [
      "Every time, I come away brighter than I began.",
      "I usually feel refreshed afterwards.",
      "Sometimes it fills me, sometimes it is one more appointment.",
      "My hobbies have turned into duties.",
      "There is nothing in my life right now that I do for fun.",
    ],
  ],
  [
    "I can be silly in front of other people.",
    [
      "I dance, sing and joke, whoever is watching.",
      "With people I like, I let go easily.",
      "It takes me a while, or a small circle.",
      "I watch others be silly and hold myself back.",
      "I keep myself composed at all times.",
    ],
  ],
];
