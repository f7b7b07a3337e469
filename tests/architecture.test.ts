import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** One import of one source file: of a file of the same package by its path in src, of anything else by its specifier. */
interface Import {
  readonly file: string;
  readonly target: string;
}

const statement =
  /(?:^|\n)(?:import|export)\s[\w\s{},*$]*?\bfrom\s+"([^"]+)"|(?:^|\n)import\s+"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)/g;

function sourcesOf(name: string): string[] {
  const folder = join(root, "packages", name, "src");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => file.replaceAll("\\", "/"));
  return files.filter((file) => file.endsWith(".ts") && !/\.(test|contract)\.ts$|^testing\//.test(file));
}

function read(name: string, file: string): string {
  return readFileSync(join(root, "packages", name, "src", file), "utf8");
}

/** The source without its comments, so that prose about timers is not taken for timers. */
function code(name: string, file: string): string {
  return read(name, file).replaceAll(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, "$1");
}

function importsOf(name: string): Import[] {
  return sourcesOf(name).flatMap((file) =>
    Array.from(code(name, file).matchAll(statement), ([, named, effect, onDemand]) => {
      const specifier = named ?? effect ?? onDemand ?? "";
      const target = specifier.startsWith(".") ? normalize(join(dirname(file), specifier)) : specifier;
      return { file, target };
    }),
  );
}

/** What a place may import; paths of its own package end in .ts, a folder in a slash. */
interface Rule {
  readonly sentence: string;
  readonly package: string;
  readonly from: RegExp;
  readonly may: RegExp;
}

const rules: readonly Rule[] = [
  {
    sentence: "protocol is the wire language and nothing else: it imports nothing",
    package: "protocol",
    from: /./,
    may: /\.ts$/,
  },
  {
    sentence: "credentials imports protocol only; digests come in as parameters, so that it runs everywhere",
    package: "credentials",
    from: /./,
    may: /\.ts$|^@usher\/protocol$/,
  },
  {
    sentence: "the client imports protocol only, and reaches the engine of its sockets by #websocket",
    package: "client",
    from: /^(?!websocket-node\.ts$|encrypted-channel\.ts$|react\/hooks\.ts$)/,
    may: /\.ts$|^@usher\/protocol$|^#websocket$/,
  },
  {
    sentence: "a cipher is imported by the client's encrypted channel, and that by the entry with encryption alone",
    package: "client",
    from: /^encrypted-channel\.ts$/,
    may: /\.ts$|^@usher\/protocol$|^@noble\/ciphers\//,
  },
  {
    sentence: "React is imported by the client's hooks, and by nothing else of it",
    package: "client",
    from: /^react\/hooks\.ts$/,
    may: /\.ts$|^@usher\/protocol$|^react$/,
  },
  {
    sentence: "the core of the client knows neither encryption, nor what is deprecated, nor React",
    package: "client",
    from: /^(?!(index|with-encryption|drop-in)\.ts$|web\/|react\/)/,
    may: /^(?!.*((encrypted-channel|with-encryption|drop-in)\.ts$|\/react\/))/,
  },
  {
    sentence: "ws is imported by the client's socket for Node and by nothing else of it",
    package: "client",
    from: /^websocket-node\.ts$/,
    may: /\.ts$|^ws$/,
  },
  {
    sentence:
      "app-server runs wherever there is fetch: protocol, credentials, digests and a cipher, and nothing of Node",
    package: "app-server",
    from: /^(?!(node|express|fastify)\.ts$)/,
    may: /^(?!(node|express|fastify)\.ts$).*\.ts$|^@usher\/(protocol|credentials)$|^@noble\/(hashes|ciphers)\//,
  },
  {
    sentence: "identity knows nothing of the other packages: whoever asks it fits by shape",
    package: "identity",
    from: /^(?!accounts|client\.ts$)/,
    may: /^(?!accounts|client\.ts$).*\.ts$|^jose$|^node:async_hooks$/,
  },
  {
    sentence: "the browser's side of identity is one file",
    package: "identity",
    from: /^client\.ts$/,
    may: /^$/,
  },
  {
    sentence: "accounts stand on identity, and alone know a database",
    package: "identity",
    from: /^accounts/,
    may: /\.ts$|^(kysely|@node-rs\/argon2|rate-limiter-flexible)$/,
  },
  {
    sentence: "an adapter knows Node, its framework's types, and nothing of what it mounts",
    package: "app-server",
    from: /^(node|express|fastify)\.ts$/,
    may: /^(node|log-error)\.ts$|^(express|fastify)$|^node:/,
  },
  {
    sentence: "the hub is synchronous and alone: protocol, and the types of connections, keys and fan-out",
    package: "server",
    from: /^hub\//,
    may: /^hub\/|^key\.ts$|^apps\/app\.ts$|^socket\/connection\.ts$|^transport\/transport\.ts$|^@usher\/protocol$/,
  },
  {
    sentence:
      "what a client may say needs the core, the paths, protocol and credentials: no transport, no driver, no api",
    package: "server",
    from: /^socket\//,
    may: /^socket\/|^(core|census|edges|key|publish|terminate|clock|limits)\.ts$|^(apps\/app|cache\/cache)\.ts$|^@usher\/(protocol|credentials)$|^node:crypto$/,
  },
  {
    sentence: "what an app server may say needs the core, the paths, protocol and credentials: no driver, no socket",
    package: "server",
    from: /^api\//,
    may: /^api\/|^(core|census|edges|publish|terminate|limits)\.ts$|^apps\/app\.ts$|^roster\/roster\.ts$|^transport\/transport\.ts$|^@usher\/(protocol|credentials)$/,
  },
  {
    sentence:
      "the paths publish, terminate, receive and edges know the core, keys and messages: no socket, no api, no transport",
    package: "server",
    from: /^(publish|terminate|receive|edges|census)\.ts$/,
    may: /^(core|edges|key|terminate|drain|clock|away)\.ts$|^apps\/app\.ts$|^broker\/broker\.ts$|^roster\/roster\.ts$|^webhooks\/event\.ts$|^@usher\/protocol$/,
  },
  {
    sentence:
      "what the core is made of beside its folders knows the clock and the interfaces: no socket's sentence, no api",
    package: "server",
    from: /^(watching|claims?|counts|limits|drain|refusals)\.ts$/,
    may: /^(core|clock|claim|key|log|away)\.ts$|^apps\/(app|store)\.ts$|^(roster\/roster|broker\/broker|hub\/hub|webhooks\/webhooks|socket\/connection)\.ts$|^@usher\/protocol$/,
  },
  {
    sentence: "a cache knows its own folder, the clock, the store and the line to a parent",
    package: "server",
    from: /^cache\//,
    may: /^cache\/|^(clock|away)\.ts$|^redis\/|^ipc\/link\.ts$/,
  },
  {
    sentence: "webhooks know apps, the clock, the log and how a body is signed: nobody who causes them",
    package: "server",
    from: /^webhooks\//,
    may: /^webhooks\/|^(clock|log)\.ts$|^apps\/app\.ts$|^ipc\/link\.ts$|^@usher\/credentials$|^node:(querystring|crypto)$/,
  },
  {
    sentence: "the configuration knows its own words and the apps that it describes",
    package: "server",
    from: /^config\//,
    may: /^config\/|^apps\/app\.ts$|^redis\/(address|settings)\.ts$|^zod$|^node:(fs|os)$|^@usher\/(protocol|credentials)$/,
  },
  {
    sentence: "a broker knows its own folder, keys, the clock, the store and the line to a parent",
    package: "server",
    from: /^broker\//,
    may: /^broker\/|^(key|clock|log|away)\.ts$|^redis\/|^ipc\/link\.ts$|^@usher\/protocol$|^node:crypto$/,
  },
  {
    sentence: "a roster knows its own folder, keys, the clock, the store and the line to a parent",
    package: "server",
    from: /^roster\//,
    may: /^roster\/|^(key|clock|away)\.ts$|^redis\/|^ipc\/(link|line)\.ts$|^@usher\/protocol$/,
  },
  {
    sentence: "the line between a worker and its parent knows what is said over it, and what the parent keeps",
    package: "server",
    from: /^ipc\//,
    may: /^ipc\/|^(key|clock)\.ts$|^(broker\/broker|cache\/(cache|memory)|roster\/(roster|ledger)|webhooks\/event)\.ts$/,
  },
  {
    sentence: "a parent knows its workers as processes, and nothing of connections",
    package: "server",
    from: /^workers\/parent\.ts$/,
    may: /^workers\/words\.ts$|^(clock|log|digests|edges|server)\.ts$|^(apps\/static-store|config\/config|ipc\/host|webhooks\/webhooks)\.ts$|^transport\/occupant\.ts$|^node:/,
  },
  {
    sentence: "the store knows nobody who uses it",
    package: "server",
    from: /^redis\/(?!redis\.ts$)/,
    may: /^redis\/|^(key|clock|log|away)\.ts$|^node:crypto$/,
  },
  {
    sentence: "ioredis is imported by redis/redis.ts alone",
    package: "server",
    from: /^redis\/redis\.ts$/,
    may: /^redis\/|^(away|clock)\.ts$|^ioredis$/,
  },
  {
    sentence: "the apps know credentials for the type of a key",
    package: "server",
    from: /^apps\//,
    may: /^apps\/|^@usher\/(protocol|credentials)$/,
  },
  {
    sentence: "a transport knows connections and its own engine: no hub, no broker, no roster",
    package: "server",
    from: /^transport\/(transport|choose)\.ts$/,
    may: /^transport\/|^socket\/connection\.ts$|^log\.ts$/,
  },
  {
    sentence: "uWebSockets.js is imported by transport/uws alone",
    package: "server",
    from: /^transport\/uws\//,
    may: /^transport\/(uws\/|transport\.ts|body\.ts|listen-error\.ts|occupant\.ts)|^socket\/connection\.ts$|^uWebSockets\.js$|^node:/,
  },
  {
    sentence: "the server's ws is imported by transport/node alone",
    package: "server",
    from: /^transport\/node\//,
    may: /^transport\/(node\/|transport\.ts|body\.ts|listen-error\.ts)|^socket\/connection\.ts$|^ws$|^node:/,
  },
];

describe("imports", () => {
  test.each(rules.map((rule) => [rule.sentence, rule] as const))("%s", (_, { package: name, from, may }) => {
    expect(sourcesOf(name).some((file) => from.test(file))).toBe(true);
    const governed = importsOf(name).filter(({ file }) => from.test(file));
    expect(governed.filter(({ target }) => !may.test(target))).toEqual([]);
  });

  test("only server.ts and the command know both sides of the server", () => {
    const sides = [
      /^socket\/(?!connection\.ts)/,
      /^api\//,
      /^transport\/(?!transport\.ts)/,
      /^(broker|roster)\/memory\.ts$/,
    ];
    const imports = importsOf("server");
    const both = sourcesOf("server").filter((file) => {
      const targets = imports.filter((one) => one.file === file);
      return sides.filter((side) => targets.some(({ target }) => side.test(target))).length > 1;
    });
    expect(both).toEqual(["server.ts"]);
  });

  test("tests, benchmarks and the demo reach packages by their names", () => {
    const reaching = ["tests", "bench/src", "apps/demo/src"].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((file) => /\.ts$/.test(file) && !file.includes("node_modules"))
        .filter((file) =>
          /from "[./]+packages\/[^"]*\/(src|dist)\//.test(readFileSync(join(root, folder, file), "utf8")),
        )
        .map((file) => join(folder, file)),
    );
    expect(reaching).toEqual([]);
  });
});

describe("the server", () => {
  const files = sourcesOf("server");

  test("reads the environment in config/settings.ts alone", () => {
    expect(files.filter((file) => /process\.env/.test(code("server", file)))).toEqual(["config/settings.ts"]);
  });

  test("knows the time by clock.ts alone, save for the goodbyes of the node transport", () => {
    const timely = files.filter((file) =>
      /\bDate\.now\(|\bset(Timeout|Interval|Immediate)\(/.test(code("server", file)),
    );
    expect(timely.sort()).toEqual(["clock.ts", "transport/node/node.ts"]);
  });

  test("never waits in the hub", () => {
    const waiting = files.filter(
      (file) => file.startsWith("hub/") && /\bawait\b|\basync\b|\bPromise\b/.test(code("server", file)),
    );
    expect(waiting).toEqual([]);
  });

  test("catches errors of clients in dispatch.ts alone, and those of app servers in routes.ts alone", () => {
    const catching = files.filter((file) => /^(socket|api)\//.test(file) && /\bcatch\b/.test(code("server", file)));
    expect(catching.sort()).toEqual(["api/routes.ts", "socket/dispatch.ts"]);
  });
});

describe.each(["protocol", "credentials", "client", "app-server", "identity", "server"])("the package %s", (name) => {
  test("keeps every file under 250 lines", () => {
    expect(sourcesOf(name).filter((file) => read(name, file).split("\n").length > 250)).toEqual([]);
  });

  test("has one index.ts, at its door", () => {
    expect(sourcesOf(name).filter((file) => file.endsWith("index.ts"))).toEqual(["index.ts"]);
  });

  test("writes the codes of the protocol in one table", () => {
    const literals = sourcesOf(name).filter((file) => /\b4(00[0-9]|100|20[0-2]|30[12])\b/.test(code(name, file)));
    expect(literals).toEqual(name === "protocol" ? ["errors.ts"] : name === "client" ? ["user.ts"] : []);
  });

  test("has no cycles", () => {
    const graph = new Map<string, string[]>();
    for (const { file, target } of importsOf(name)) graph.set(file, [...(graph.get(file) ?? []), target]);
    const cycles: string[][] = [];
    const walk = (file: string, trail: string[]): void => {
      if (trail.includes(file)) return void cycles.push([...trail.slice(trail.indexOf(file)), file]);
      for (const next of graph.get(file) ?? []) if (graph.has(next)) walk(next, [...trail, file]);
    };
    for (const file of graph.keys()) walk(file, []);
    expect(cycles).toEqual([]);
  });
});

test("the root of the repository is where this test thinks it is", () => {
  expect(relative(root, fileURLToPath(import.meta.url))).toBe(join("tests", "architecture.test.ts"));
});
