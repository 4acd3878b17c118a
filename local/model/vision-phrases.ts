/** Sentences of the rehearsal's own, all of them in the voice. `{area}` is the section's label. */
export const VISION = {
  openings: [
    "{area} is alive in my days, and I notice it with every breath.",
    "I choose {area} as it feels true to me, today and every day.",
    "{area} has a steady place in my life, and I am at ease in it.",
  ],
  rituals: [
    "Each morning I light a candle, breathe three times and let one smile begin the day.",
    "Each evening I write one line about it and read it aloud to myself.",
    "Each morning I hold my warm cup in both hands and say thank you.",
  ],
  essences: [
    "This is {area} as I live it, and I am at home in it.",
    "I am alive in it, and it is alive in me.",
    "All of this is mine, and I enjoy it with a full heart.",
  ],
  more: [
    "I give it time, and it gives me ease in return.",
    "I feel it in my shoulders, in my breath and in the way I laugh.",
    "The light falls warm through the window, and I take my time with it.",
    "I notice the small things: a sound, a scent, a friendly glance.",
    "The people around me feel it too, and we share it gladly.",
    "I move at my own pace, and my days have room for it.",
    "I know what matters to me here, and I say it simply.",
    "My body is calm and awake, and I trust what it tells me.",
    "I come back to it easily, and each time it welcomes me.",
    "I am grateful for how naturally it belongs to my life.",
  ],
  thread: "It reaches into {other} as well, where I meet the same ease.",
  theme: "I call it {theme}, and the name makes me smile.",
  stumble: "I want to stumble less, but I will try.",
} as const;

/** What is hung onto a sentence to change it, by tone. */
export const TAILS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  encouraging: ["and I trust it", "and it carries me", "and I give it room"],
  challenging: ["and I stand by it", "and I step right into it", "and I claim it"],
  balanced: ["and I feel it", "and I know it as mine", "and I let it be"],
  celebratory: ["and I celebrate it", "and I sing about it", "and I raise a glass to it"],
};

/** How strongly a tail is said. */
export const STRENGTH: Readonly<Record<string, string>> = {
  gentle: " softly",
  moderate: "",
  intense: " with my whole heart",
};

/** A sentence that stands in for one that is changed altogether, by tone. */
export const TONE_SENTENCES: Readonly<Record<string, readonly [string, ...string[]]>> = {
  encouraging: [
    "I lean into {area} with trust, and every step holds me.",
    "I am kind to myself here, and I grow with each day.",
    "I see how far my own ease reaches, and I follow it.",
  ],
  challenging: [
    "I go to the heart of {area} and give it all I am.",
    "I take the bold step first, and my courage answers.",
    "I ask a great deal of these hours, and I meet it.",
  ],
  balanced: [
    "I hold {area} with open hands, calm and clear.",
    "I give and I receive in equal measure here.",
    "I keep my rhythm, and it keeps me.",
  ],
  celebratory: [
    "I celebrate {area} out loud, with music and bright colours.",
    "I clap my hands for all that is alive here.",
    "I laugh, I shine, and I let everyone see it.",
  ],
};
