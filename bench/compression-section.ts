import type { CompressionResult } from "./compression.ts";
import { type Section, told, two } from "./section.ts";
import { summarise, table } from "./statistics.ts";

const whole = (value: number): string => Math.round(value).toLocaleString("en");

/** What is pressed, and what that does to a stream. */
export function compressionSection({ whole: bodies, streams }: CompressionResult): Section {
  const bodyRows = bodies.map(({ what, bytes, gzipBytes, encoding }) => [
    what,
    whole(bytes),
    whole(gzipBytes),
    `${(bytes / gzipBytes).toFixed(1)}×`,
    encoding ?? "plain",
  ]);
  const streamRows = streams.map(({ what, encoding, pieces, words, bytes, delaysMs }) => {
    const { p50, p99 } = summarise(delaysMs);
    const together = `${pieces.toFixed(0)} for ${words}`;
    return [what, encoding ?? "none", together, whole(bytes), two(p50), two(p99)];
  });
  return {
    title: "Compression",
    text: [
      table(["sent whole", "bytes", "as gzip", "smaller", "from bare workerd"], bodyRows),
      "",
      "The Worker sends JSON plain and says what it is: Cloudflare's edge presses it on the way to a client that " +
        "takes gzip, Brotli or Zstandard, and files of the client alike. Pressing it in the Worker would only " +
        "spend its processor time.",
      "",
      told(
        [
          "sent word by word, 10 ms apart",
          "Content-Encoding",
          "pieces for words",
          "bytes",
          "delay p50 ms",
          "p99",
        ],
        streamRows,
        [
          "Where there are as many pieces as words, nothing is held back; where there are few, words wait in the " +
            "compressor for a whole block. This is workerd alone: what Cloudflare's edge does with a stream that may be " +
            "pressed cannot be seen here. A turn says `Content-Encoding: identity` and `no-transform`, so that " +
            "nothing on the way presses it.",
        ],
      ),
    ].join("\n"),
    verdicts: [],
    ratios: {},
  };
}
