import { LAST_MILE_MS, REGIONS, type Region, roundTripMs } from "./world.ts";

/** Where database and provider are. */
export interface Backends {
  readonly database: Region;
  readonly provider: Region;
}

/** The round trips of a member whose object lives in `site`, in milliseconds. */
export interface Ways {
  /** Member to edge and edge to object. */
  readonly member: number;
  readonly database: number;
  readonly provider: number;
}

/** Decides where a member's object lives. */
export interface Policy {
  readonly name: string;
  site(member: Region, backends: Backends): Region;
}

/** Of a member's turns one in twenty finds no context yet and waits for the database … */
const FIRST_TURNS = 1 / 20;
/** … and to four turns comes one read that a page waits for: a list, a conversation, a resumed stream. */
const READS = 1 / 4;

/** What is measured of a member's waiting, in milliseconds. */
export interface Waiting {
  /** First word of a turn whose object knows the member … */
  readonly warm: number;
  /** … and of one that does not. */
  readonly first: number;
  /** A read from the object's own record. */
  readonly read: number;
}

/** What a member waits for each turn, all in all: the number that placements are compared by. */
export function waitPerTurn({ warm, first, read }: Waiting): number {
  return warm + FIRST_TURNS * (first - warm) + READS * read;
}

const sites = REGIONS.filter(({ objects }) => objects);

function least(cost: (site: Region) => number): Region {
  const [best] = sites.toSorted((a, b) => cost(a) - cost(b));
  if (!best) throw new RangeError("there is no place for objects");
  return best;
}

export function waysOf(member: Region, site: Region, { database, provider }: Backends): Ways {
  return {
    member: LAST_MILE_MS + roundTripMs(member, site),
    database: roundTripMs(site, database),
    provider: roundTripMs(site, provider),
  };
}

/** Near the member, near the database, or where what a member waits for is least by the map. */
export const POLICIES: readonly Policy[] = [
  { name: "near the member", site: (member) => least((site) => roundTripMs(member, site)) },
  {
    name: "near the database",
    site: (_member, { database }) => least((site) => roundTripMs(site, database)),
  },
  {
    name: "smart",
    site: (member, backends) =>
      least((site) => {
        const ways = waysOf(member, site, backends);
        const warm = ways.member + ways.provider;
        return waitPerTurn({ warm, first: warm + ways.database, read: ways.member });
      }),
  },
];
