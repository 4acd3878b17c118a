/** Where a request came in, as Cloudflare says; empty where it says nothing. */
export interface RequestPlace {
  readonly colo: string;
  readonly country: string;
  readonly region: string;
}

/** The part of `request.cf` that is read here; in tests and elsewhere it may be missing. */
interface CloudflarePlace {
  readonly colo?: string;
  readonly country?: string;
  readonly continent?: string;
  readonly region?: string;
  readonly longitude?: string;
}

/**
 * The Middle East and South Asia have no objects of their own. Western Europe lies between them and
 * providers and databases in Europe or America: there the first word of a warm turn came 74 to 82 ms
 * sooner than from the place next to the member (`npm run regions`, bench/regions/result.md).
 */
const BETWEEN = new Set(
  "AE AF AM AZ BD BH BT CY GE IL IN IQ IR JO KW LB LK MV NP OM PK PS QA SA SY TR YE".split(" "),
);
const NORTH_EAST_ASIA = new Set("CN HK JP KP KR MN MO TW".split(" "));
const SOUTH_EAST_ASIA = new Set("BN ID KH LA MM MY PH SG TH TL VN".split(" "));

function cfOf(request: Request): CloudflarePlace {
  return (request.cf ?? {}) as CloudflarePlace;
}

/** Where a request came in, as Cloudflare says. */
export function requestPlace(request: Request): RequestPlace {
  const { colo = "", country = "", region = "" } = cfOf(request);
  return { colo, country, region };
}

/**
 * Where the member's object should live: near where they are when it is first reached, or on their
 * way to the provider where nothing is near. It only counts then; later the hint changes nothing.
 */
export function locationHint(request: Request): DurableObjectLocationHint | undefined {
  const { continent, country = "", longitude } = cfOf(request);
  const east = Number(longitude ?? Number.NaN);
  switch (continent) {
    case "NA":
      return east < -100 ? "wnam" : "enam";
    case "SA":
      return "sam";
    case "EU":
      return east > 20 ? "eeur" : "weur";
    case "AF":
      return "afr";
    case "OC":
      return "oc";
    case "AS":
      if (BETWEEN.has(country)) return "weur";
      if (NORTH_EAST_ASIA.has(country)) return "apac-ne";
      return SOUTH_EAST_ASIA.has(country) ? "apac-se" : "apac";
    default:
      return undefined;
  }
}
