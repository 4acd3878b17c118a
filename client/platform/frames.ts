/** The frames of a screen: `request` calls back before the next one is painted. */
export interface Frames {
  request(callback: () => void): number;
  cancel(handle: number): void;
}

/** The browser's frames. */
export const browserFrames: Frames = {
  request: (callback) => requestAnimationFrame(callback),
  cancel: (handle) => cancelAnimationFrame(handle),
};
