/** The sizes that an event can have, in bytes. Most pieces of text fit into the smallest one. */
const SMALLEST = 256;
const MIDDLE = 1024;
/** The largest of the sizes. */
export const LARGEST_EVENT = 4096;

const PADDING = " ".repeat(LARGEST_EVENT);
/** What stands around an event's id, padding and data. */
const FRAME_BYTES = "id: \n:\ndata: \n\n".length;

/** How many bytes a text takes in UTF-8. Halves of pairs must not be in it: `JSON.stringify` escapes them. */
export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    // A pair takes four bytes: two for each of its units.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}

function sizeFor(bytes: number): number {
  if (bytes <= SMALLEST) return SMALLEST;
  if (bytes <= MIDDLE) return MIDDLE;
  return Math.ceil(bytes / LARGEST_EVENT) * LARGEST_EVENT;
}

/**
 * A server-sent event that a comment fills up to one of three sizes. One that is larger than the largest
 * of them is filled up to a multiple of that.
 * @param id in ASCII
 * @param data one line
 */
export function paddedEvent(id: string, data: string): string {
  const bytes = FRAME_BYTES + id.length + utf8Bytes(data);
  const padding = PADDING.slice(0, sizeFor(bytes) - bytes);
  // The data stands last, so that also a simple parser finds its end where the event ends.
  return `id: ${id}\n:${padding}\ndata: ${data}\n\n`;
}
