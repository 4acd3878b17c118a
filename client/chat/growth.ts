import { type ReadonlySignal, signal } from "@preact/signals";

/** The text of one answer while it is being written. */
export interface Growth {
  /** What is on the screen: follows what arrived once per frame. */
  readonly shown: ReadonlySignal<string>;
  /** Everything that arrived. */
  text(): string;
  /** Puts a piece where it belongs; what stood there and behind it gives way. `at` in UTF-16 units. */
  put(at: number, piece: string): void;
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

/**
 * A growing text: however many pieces arrive between two frames, the screen changes once.
 * @param begin what is there already
 */
export function createGrowth(frames: Frames, begin = ""): Growth {
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
