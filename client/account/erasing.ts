import { acceptedToken, createApi } from "../api/http.ts";
import { tokens } from "../auth/session.ts";
import { pause } from "../platform/network.ts";
import { storage } from "../platform/storage.ts";
import { createErasure } from "./erasure.ts";

/** The erase that this browser knows of. It outlives the session that asked for it. */
export const erasure = createErasure({
  storage,
  token: () => acceptedToken(createApi({ tokens }), tokens),
  apiOf: (token) =>
    createApi({
      tokens: { current: async () => token, renew: async () => null, revoked: () => {} },
      fetch: (input, init) => fetch(input, init),
    }),
  pause,
  now: Date.now,
});
