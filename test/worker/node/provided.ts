/** Where the tests' real Supabase and model are, and what opens them. Made in Node, read in workerd. */
export interface ProvidedWorld {
  /** What the Worker takes for Supabase: the recording proxy before the real one. */
  readonly supabaseUrl: string;
  /** The proxy's own address for `GET /recorded`. */
  readonly recordedUrl: string;
  /** Supabase itself: `POST /control` and `POST /query`. */
  readonly databaseUrl: string;
  readonly publishableKey: string;
  readonly secretKey: string;
  /** Secret of the HS256 tokens. */
  readonly jwtSecret: string;
  /** Base of the model's `/control` and `/log`. */
  readonly modelOrigin: string;
  /** Private half of the ES256 key that the proxy publishes, as JSON; its `kid` is in it. */
  readonly signingKey: string;
  /** Public half, as JSON. */
  readonly publicKey: string;
}

/** A call that the Worker or its objects made to Supabase. */
export interface RecordedCall {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly method: string;
  /** Path with its query. */
  readonly path: string;
  /** The member it was made for: `sub` of the token, or `p_user` of the body. */
  readonly member: string | null;
  /** Whether it was made with the secret key. */
  readonly asService: boolean;
}

declare module "vitest" {
  interface ProvidedContext {
    world: ProvidedWorld;
    bindings: Record<string, string>;
    /** The random search of who-pays-at-random.test.ts. */
    whoPays: { readonly seed: string; readonly actions: number };
  }
}
