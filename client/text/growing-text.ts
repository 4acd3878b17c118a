import { type ReadonlySignal, signal } from "@preact/signals";
import type { Frames } from "../platform/frames.ts";

/** The text of one answer while it is being written. */
export interface GrowingText {
  /** What is on the screen: follows what arrived once per frame. */
  readonly shown: ReadonlySignal<string>;
  /** Everything that arrived. */
  text(): string;
  /** Puts a piece where it belongs; what stood there and behind it gives way. `at` in UTF-16 units. */
  put(at: number, piece: string): void;
  /** Shows everything at once and stops following. */
  settle(): void;
}

/**
 * A growing text: however many pieces arrive between two frames, the screen changes once.
 * @param begin what is there already
 */
export function createGrowingText(frames: Frames, begin = ""): GrowingText {
  const shown = signal(begin);
  let arrived = begin;
  let frame: number | null = null;

  function paint(): void {
    frame = null;
    shown.value = arrived;
  }

  return {
    shown,
    text: () => arrived,
    put(at, piece) {
      arrived = arrived.slice(0, at) + piece;
      frame ??= frames.request(paint);
    },
    settle() {
      if (frame !== null) frames.cancel(frame);
      paint();
    },
  };
}
