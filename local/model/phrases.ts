import type { PhaseKey } from "../../domain/phases.ts";

/**
 * What the rehearsal can say. `{area}` is the life area in question, `{words}` the member's own
 * words. Acknowledgements and reflections ask nothing: the one question stands in `questions`.
 */
export interface Phrases {
  acknowledgements: readonly string[];
  reflections: readonly string[];
  questions: readonly string[];
}

export const PHRASES: Readonly<Record<PhaseKey, Phrases>> = {
  contrast: {
    acknowledgements: [
      "Thank you for saying it so plainly: “{words}”.",
      "I hear you. “{words}” is honest contrast, and it already points somewhere.",
      "“{words}”: that is worth pausing on, and you named it clearly.",
      "There is a lot of clarity in “{words}”. I'm glad you put it into words.",
    ],
    reflections: [
      "Contrast in {area} is never a verdict. It shows you, quite precisely, what you are ready to move beyond.",
      "When something in {area} rubs like this, a preference is usually standing right behind it, waiting to be named.",
      "Notice how knowing what drains you in {area} makes what feeds you easier to recognise.",
      "Every piece of contrast you name in {area} clears a little more room for what you choose.",
    ],
    questions: [
      "If you could set that down from tomorrow on, what would you choose in its place?",
      "Turning it around, what would {area} feel like on a day when this is simply gone?",
      "Which part of it would you most gladly stop first?",
      "What does this contrast tell you about what truly matters to you in {area}?",
    ],
  },
  peak: {
    acknowledgements: [
      "“{words}”: I can feel the life in that.",
      "What a moment to come back to. “{words}” says so much about you.",
      "Yes! “{words}” is exactly the kind of memory that carries energy.",
      "Thank you for taking me there with “{words}”.",
    ],
    reflections: [
      "In moments like this you are already the person your vision for {area} speaks of.",
      "What you touched there belongs to you, and {area} can hold much more of it.",
      "That feeling is a compass for {area}: wherever it grows stronger, you are on your way.",
      "Stay with it for a breath. The details of such a moment are where its essence lives.",
    ],
    questions: [
      "What did you feel in your body just then?",
      "If you had to give that feeling a single name, what would it be?",
      "Where exactly were you when it happened?",
      "What in you made that moment possible?",
    ],
  },
  specific: {
    acknowledgements: [
      "“{words}” is a picture I can almost step into.",
      "I love how concrete “{words}” is.",
      "Good, “{words}” gives your vision something to stand on.",
      "“{words}”: that is a clear choice, and it sounds like you.",
    ],
    reflections: [
      "The more your senses recognise {area}, the more naturally it becomes part of your days.",
      "Names, numbers and little rituals turn {area} from a thought into a place.",
      "Let us keep it believable and alive, so that {area} feels like next Tuesday and not like a film.",
      "This is {area} as you choose it, and it is taking shape.",
    ],
    questions: [
      "What is the first thing you see on an ideal day of it?",
      "On a scale from 1 to 10, how believable does this feel to you today?",
      "Who shares it with you in a good week?",
      "Which one small detail would make it unmistakably yours?",
    ],
  },
};

/** Acknowledgements of a message too short to give back. */
export const SHORT_ACKNOWLEDGEMENTS: readonly string[] = [
  "Thank you for staying with this.",
  "I'm with you, take the time you need.",
  "Good, let us keep going gently from here.",
];

/** One opening question for each phase of a greeting. */
export const OPENINGS: Readonly<Record<PhaseKey, string>> = {
  contrast: "What in {area} feels most out of tune with you right now?",
  peak: "Which moment in {area} do you remember as the one where you felt most alive?",
  specific: "If tomorrow were an ideal day in {area}, how would it begin?",
};
