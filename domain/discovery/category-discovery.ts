/** Something to pick: shown as a tile. */
export interface Tile {
  /** Unique in its category; a drill-down's begins with the id of the tile it belongs to. */
  readonly id: string;
  readonly emoji: string;
  readonly label: string;
  readonly sublabel: string;
}

/** A tile as the tables of drill-downs hold it: its id without the tile it belongs to. */
export type DeeperTile = Tile;

/** What a closer look at a tile asks. */
export interface Deeper {
  readonly question: string;
  readonly tiles: readonly DeeperTile[];
}

/** A tile of the first, broad step. */
export interface BroadTile extends Tile {
  /** One word for what lies in it: themes are made of these. */
  readonly essence: string;
  /** Left out where there is nothing more to ask. */
  readonly deeper?: Deeper;
}

/** Everything that discovery asks in one category when no model is at hand. */
export interface CategoryDiscovery {
  /** The first, broad question. */
  readonly question: string;
  readonly tiles: readonly BroadTile[];
  /** What VIVA says to any picks, one sentence. */
  readonly echo: string;
  /** The theme where nothing was picked and the member wrote all of it, in 2-4 words. */
  readonly theme: string;
}
