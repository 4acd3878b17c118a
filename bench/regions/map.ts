import { label, svg } from "../load/svg.ts";
import type { Region } from "./world.ts";

/** A place on the map: who lives there, where their objects are, how long the first word takes. */
export interface Mark {
  readonly member: Region;
  readonly site: Region;
  readonly firstWordMs: number;
}

const [WIDTH, HEIGHT, TOP] = [900, 440, 50];
/** Nobody lives further north or south. */
const [NORTH, SOUTH] = [65, -50];

const x = ({ at: [, east] }: Region): number => ((east + 180) / 360) * WIDTH;
const y = ({ at: [north] }: Region): number =>
  TOP + ((NORTH - north) / (NORTH - SOUTH)) * (HEIGHT - TOP - 20);

/** Green to 300 ms, cyan to 400, yellow to the product's target of 500, red beyond. */
function shade(ms: number): string {
  if (ms <= 300) return "#39FF14";
  if (ms <= 400) return "#00FFFF";
  return ms <= 500 ? "#FFFF00" : "#FF0040";
}

/** The world with each region's first word, and a line to where its objects live. */
export function worldMap(
  title: string,
  marks: readonly Mark[],
  special: readonly Region[],
): string {
  const grid = [-120, -60, 0, 60, 120].map((east) => {
    const at = ((east + 180) / 360) * WIDTH;
    return `<line x1="${at}" x2="${at}" y1="${TOP}" y2="${HEIGHT - 20}" stroke="#1F1F1F"/>`;
  });
  const equator = y({ name: "", at: [0, 0], objects: false });
  grid.push(`<line x1="0" x2="${WIDTH}" y1="${equator}" y2="${equator}" stroke="#333"/>`);
  const lines = marks
    .filter(({ member, site }) => member !== site)
    .map(({ member, site }) => {
      const path = `x1="${x(member)}" y1="${y(member)}" x2="${x(site)}" y2="${y(site)}"`;
      return `<line ${path} stroke="#666" stroke-dasharray="4 4"/>`;
    });
  const rings = special.map(
    (region) =>
      `<circle cx="${x(region)}" cy="${y(region)}" r="14" fill="none" stroke="#BF00FF" stroke-width="2"/>`,
  );
  const dots = marks.flatMap(({ member, firstWordMs }) => [
    `<circle cx="${x(member)}" cy="${y(member)}" r="8" fill="${shade(firstWordMs)}"/>`,
    label(x(member), y(member) + 26, `${member.name} ${Math.round(firstWordMs)} ms`, "middle"),
  ]);
  const legend = label(
    10,
    HEIGHT - 4,
    "dashed: to the region's objects · ring: database, provider",
  );
  return svg(WIDTH, HEIGHT, title, [
    label(10, 24, title),
    ...grid,
    ...lines,
    ...rings,
    ...dots,
    legend,
  ]);
}
