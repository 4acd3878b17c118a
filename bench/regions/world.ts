/**
 * The world of the simulation: ten regions and the published round-trip times between them, all in
 * milliseconds.
 *
 * Between regions: "Azure network round-trip latency statistics", P50 over the 30 days to 21 July 2023,
 * https://learn.microsoft.com/azure/networking/azure-network-latency (source in MicrosoftDocs/azure-docs).
 * Other clouds differ by a tenth or so: compare https://cloudping.co for AWS.
 * Within a region: under 1 ms at AWS by https://cloudping.co, taken as 1.
 * Member to the nearest edge: "within approximately 50 ms of 95 % of the world's Internet-connected
 * population", https://www.cloudflare.com/network/. All members are taken to be that far: most are nearer.
 */

/** A place of members; its edge is in the same place. */
export interface Region {
  readonly name: string;
  /** Degrees north and east, to draw it. */
  readonly at: readonly [north: number, east: number];
  /**
   * Whether objects live there. Cloudflare creates none in South America, Africa and the Middle East but
   * in the nearest place that has them: https://developers.cloudflare.com/durable-objects/reference/data-location/.
   * India counts as without, too: its hint (`apac`) promises no place within the continent.
   */
  readonly objects: boolean;
}

const region = (name: string, north: number, east: number, objects: boolean): Region => ({
  name,
  at: [north, east],
  objects,
});

/** In the order of the table below. */
export const REGIONS: readonly Region[] = [
  region("Virginia", 38.9, -77.4, true),
  region("California", 37.4, -122, true),
  region("São Paulo", -23.5, -46.6, false),
  region("Frankfurt", 50.1, 8.7, true),
  region("Johannesburg", -26.2, 28, false),
  region("Dubai", 25.2, 55.3, false),
  region("Pune", 18.5, 73.9, false),
  region("Singapore", 1.3, 103.8, true),
  region("Tokyo", 35.7, 139.7, true),
  region("Sydney", -33.9, 151.2, true),
];

/** From each region to those after it. */
const BETWEEN: readonly (readonly number[])[] = [
  [64, 116, 87, 243, 190, 203, 223, 156, 204],
  [180, 147, 312, 258, 218, 169, 106, 148],
  [189, 345, 292, 305, 340, 275, 319],
  [180, 116, 129, 155, 217, 237],
  [257, 270, 296, 358, 378],
  [33, 80, 148, 167],
  [50, 118, 140],
  [70, 89],
  [102],
  [],
];

/** Round trip within a region. */
const WITHIN_MS = 1;
/** Round trip between a member and the nearest edge. */
export const LAST_MILE_MS = 50;

/** @throws RangeError for a name that is none of the ten */
export function regionOf(name: string): Region {
  const found = REGIONS.find((one) => one.name === name);
  if (!found) throw new RangeError(`no region ${name}: ${REGIONS.map((r) => r.name).join(", ")}`);
  return found;
}

/** Round trip between two regions. */
export function roundTripMs(one: Region, other: Region): number {
  const [first = 0, second = 0] = [REGIONS.indexOf(one), REGIONS.indexOf(other)].toSorted(
    (a, b) => a - b,
  );
  return first === second ? WITHIN_MS : (BETWEEN[first]?.[second - first - 1] ?? Number.NaN);
}
