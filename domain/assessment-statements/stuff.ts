import type { CategoryStatements } from "./statement-texts.ts";

export const STUFF: CategoryStatements = [
  [
    "What I own serves me or delights me.",
    [
      "Everything around me does one or the other.",
      "Most of my things do.",
      "I could say it of about half of them.",
      "Much of it is here because it was here.",
      "My things have come to own me.",
    ],
  ],
  [
    "I let go of things easily.",
    [
      "I thank them, pass them on and feel light.",
      "I clear things out gladly, once or twice a year.",
      "I let go of some, after a lot of thought.",
      "I keep things, just in case.",
      "Parting with anything at all hurts.",
    ],
  ],
  [
    "I have the tools for what I love to do.",
    [
      "They are good ones, within reach and in shape.",
      "I have nearly all of them.",
      "I get by with what is there.",
      "I borrow them, or do something else instead.",
      "What I love is waiting because of it.",
    ],
  ],
  [
    "I buy what I truly love.",
    [
      "I wait for the right thing, and it finds me.",
      "I choose with care most of the time.",
      "Sometimes I choose with care, sometimes in a rush.",
      "I buy to feel better for an hour.",
      "Parcels arrive and I have forgotten what is in them.",
    ],
  ],
  [
    "I take good care of my things.",
    [
      "I oil, mend and polish with pleasure.",
      "I look after the ones that matter to me.",
      "I see to a thing when it breaks.",
      "I replace things sooner than I repair them.",
      "Things wear out around me, and it wears on me.",
    ],
  ],
  [
    "The clothes I wear feel like me.",
    [
      "I open my wardrobe and like all that I see.",
      "Most of what I wear suits me well.",
      "I have a few favourites, and a full rail besides.",
      "I dress to please, or to disappear.",
      "There is nothing in it that I feel well in.",
    ],
  ],
  [
    "I feel that I have plenty.",
    [
      "I have plenty, and I feel it every day.",
      "I feel it on nearly every day.",
      "I feel it until I see what others have.",
      "Something always seems to be missing.",
      "I see the gap wherever I look.",
    ],
  ],
];
