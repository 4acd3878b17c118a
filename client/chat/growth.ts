import { type ReadonlySignal, signal } from "@preact/signals";

/** The text of one answer while it is being written. */
export interface Growth {
  /** What is on the screen: follows what arrived once per frame. */
  readonly shown: ReadonlySignal<string>;
  /** Everything that arrived. */
  text(): string;
  push(delta: string): void;
  /** Begins again from nothing, without a frame in which the bubble is empty. */
  reset(): void;
  /** Shows everything at once and stops following. */
  settle(): void;
}

export interface Frames {
  request(callback: () => void): number;
  cancel(handle: number): void;
}

/** The browser's frames. */
export const browserFrames: Frames = {
  request: (callback) => requestAnimationFrame(callback),
  cancel: (handle) => cancelAnimationFrame(handle),
};

/** A growing text: however many pieces arrive between two frames, the screen changes once. */
export function createGrowth(frames: Frames): Growth {
  const shown = signal("");
  let arrived = "";
  let frame: number | null = null;

  function paint(): void {
    frame = null;
    shown.value = arrived;
  }

  return {
    shown,
    text: () => arrived,
    push(delta) {
      arrived += delta;
      frame ??= frames.request(paint);
    },
    reset() {
      arrived = "";
    },
    settle() {
      if (frame !== null) frames.cancel(frame);
      paint();
    },
  };
}
