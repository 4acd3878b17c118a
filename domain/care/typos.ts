/** How words of the phrases are often mistyped or abbreviated, and what is meant. */
const MISTYPED: Readonly<Record<string, string>> = {
  suicide:
    "suicde sucide suiside suicied suicid suiced siucide sucicide suicude suecide scuicide soicide sewercide suidice",
  suicidal:
    "suicidle suicidial sucidal suicdal suisidal suicidel siucidal suacidal sucidial suicidl suicudal",
  kill: "kil kll kiil killl klil",
  killing: "kiling killin kililng",
  myself: "myslef mysef mysself mysel meself myselff mysellf miself myelf",
  want: "wnat waant wantt whant wnt",
  wanna: "wana wannna waana wnna",
  die: "diee diie",
  live: "liv livee lvie",
  living: "livin livng",
  dead: "deadd",
  life: "lif lfe liffe",
  hurt: "hrut hurtt",
  hurting: "hurtin hurtng",
  anymore: "anymor anymroe anymre anymoer",
  without: "witout wihtout",
  going: "goin gonig",
  because: "becuase cuz coz",
  tonight: "tonite tonigt 2nite tonght",
  thoughts: "thougts thots thoughs toughts",
  thinking: "thinkin thnking thinkign",
  husband: "husbend hubby",
  suicidio: "suisidio suicido",
  suicidarme: "suisidarme suicidarm",
  quiero: "kiero qiero",
  suicidas: "suisidas",
  selbstmord: "selbsmord selbstmort",
  suizid: "suicit suizied",
  umbringen: "umbingen umbrignen",
  mourir: "mourrir mourire",
  morrer: "morer",
};

/** From the mistyped word to the meant one. */
export const TYPOS: ReadonlyMap<string, string> = new Map(
  Object.entries(MISTYPED).flatMap(([meant, mistyped]) =>
    mistyped.split(" ").map((typed): [string, string] => [typed, meant]),
  ),
);
