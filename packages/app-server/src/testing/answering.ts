import { type Usher as Instance, Usher, type UsherOptions } from "../index.ts";

/** What a server is asked in a test, and how it answers. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it has sent
  readonly body: any;
  readonly signal: AbortSignal | null | undefined;
}

/** An app whose server answers as it is told, request by request. What it throws is what `fetch` throws. */
export function answering(
  answer: (asked: Asked, count: number) => Response | Promise<Response>,
  options: Partial<UsherOptions> = {},
): { readonly usher: Instance; readonly asked: Asked[] } {
  const asked: Asked[] = [];
  const fetch: typeof globalThis.fetch = async (url, { method = "", body, signal } = {}) => {
    const { pathname, searchParams } = new URL(String(url));
    const params = Object.fromEntries([...searchParams].filter(([name]) => !/^(auth_|body_md5)/.test(name)));
    const parsed = typeof body === "string" ? JSON.parse(body) : undefined;
    asked.push({ method, path: pathname.replace("/apps/1", ""), params, body: parsed, signal });
    return answer(asked.at(-1) as Asked, asked.length);
  };
  return { usher: new Usher({ appId: "1", key: "f00d", secret: "tofu", host: "h.test", fetch, ...options }), asked };
}

/** How Node says that nobody listens there. */
export function refused(): TypeError {
  const cause = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED" });
  return new TypeError("fetch failed", { cause });
}

/** How Node says that the connection broke, at whatever moment. */
export function broken(): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }) });
}
