import type { Breach } from "./breach.ts";

const subscribe = "socket/subscribe.js";
const claims = "claims.js";
const holds = "roster/redis/hold-scripts.js";
const replicas = "roster/redis/replicas.js";
const roster = "roster/redis/redis.js";
const outbox = "roster/redis/outbox-scripts.js";
const broker = "broker/redis.js";

/** The laws of the cluster, each broken in the ways that a mistake would break it. */
export const breaches: readonly Breach[] = [
  {
    law: "Nothing is delivered before the success, and nothing to who has left",
    does: "delivers to a subscriber before the cluster has answered",
    edits: [
      {
        file: subscribe,
        is: "    const { presenceMembers } = app.limits;\n",
        becomes:
          "    const { presenceMembers } = app.limits;\n    core.hub.admit(connection, { channel: channel.name });\n",
      },
    ],
    seeds: [5, 8],
  },
  {
    law: "Nothing is delivered before the success, and nothing to who has left",
    does: "sends the success of a subscription to who has left meanwhile",
    edits: [{ file: subscribe, is: " || connection.subscriptions.get(channel.name) !== subscription)", becomes: ")" }],
    seeds: [13, 21],
  },
  {
    law: "The roster follows the hub",
    does: "does not look again at what is wanted, once the roster has been told",
    edits: [
      {
        file: claims,
        is: "            while (isBehind(claim)) {",
        becomes: "            for (let once = 0; once < 1 && isBehind(claim); once++) {",
      },
      { file: claims, is: "continue; // it was told for nothing", becomes: "{ once--; continue; }" },
    ],
    seeds: [2, 22],
  },
  {
    law: "The store announces, and nobody else",
    does: "tells of a member that has left one node, though it is on another",
    edits: [
      {
        file: "edges.js",
        is: " && shown && !roster.copy(key.app, key.channel)?.has(key.userId))",
        becomes: " && shown)",
      },
    ],
    seeds: [37, 43],
  },
  {
    law: "Snapshot and changes are of one copy",
    does: "begins a copy with nobody in it",
    edits: [
      {
        file: replicas,
        is: "            this.#reset(followed, snapshot);",
        becomes:
          "            this.#reset(followed, followed.replica.known ? snapshot : { ...snapshot, members: new Map(), held: false });",
      },
    ],
    seeds: [2, 6],
  },
  {
    law: "Snapshot and changes are of one copy",
    does: "never reads a copy again, whatever was missed",
    edits: [{ file: replicas, is: "        this.#read(followed).catch(() => { });", becomes: "" }],
    seeds: [16, 25, 19],
  },
  {
    law: "Nodes are fenced",
    does: "goes on as if it had not been buried",
    edits: [
      {
        file: holds,
        is: "if not last then return redis.error_reply('LAPSED this incarnation has no place here') end",
        becomes: "last = last or '0'",
      },
      { file: "redis/membership.js", is: "lapsed: lapsed === 1 || wentBack", becomes: "lapsed: false" },
    ],
    seeds: [21, 48],
  },
  {
    law: "Nodes are fenced",
    does: "holds nothing again when it comes back",
    edits: [{ file: roster, is: "this.#again.map((listener) => listener())", becomes: "[]" }],
    seeds: [21, 48],
  },
  {
    law: "Nodes are fenced",
    does: "believes at once that those have gone whom the store has lost",
    edits: [
      {
        file: "roster/redis/replica.js",
        is: "this.#known && (snapshot.settles > 0 || snapshot.epoch !== this.#epoch)",
        becomes: "false",
      },
    ],
    seeds: [28, 39, 37],
  },
  {
    law: "A termination binds the sockets that were open",
    does: "lets who was open when a user was ended sign in with what was signed before",
    edits: [
      {
        file: "hub/hub.js",
        is: "state.connections.size > 0)\n            state",
        becomes: "false)\n            state",
      },
    ],
    seeds: [6, 13],
  },
  {
    law: "A termination binds the sockets that were open",
    does: "ends a user's connections on its own node alone",
    edits: [
      {
        file: "terminate.js",
        is: "holders.filter((node) => node !== broker.node)",
        becomes: "[]",
      },
      {
        file: broker,
        is: "        const connections = (await this.#receiver?.terminate(message)) ?? 0;\n",
        becomes:
          "        if (of.length === 0) return;\n        const connections = (await this.#receiver?.terminate(message)) ?? 0;\n",
      },
    ],
    seeds: [6, 34],
  },
  {
    law: "A termination binds the sockets that were open",
    does: "tells only the nodes on which the user is",
    edits: [
      {
        file: broker,
        is: "        const connections = (await this.#receiver?.terminate(message)) ?? 0;\n        if (!of.includes(this.node))\n            return;\n",
        becomes:
          "        if (!of.includes(this.node))\n            return;\n        const connections = (await this.#receiver?.terminate(message)) ?? 0;\n",
      },
    ],
    seeds: [6, 13],
  },
  {
    law: "Every node says how many subscriptions it has",
    does: "counts its own subscriptions alone",
    edits: [
      {
        file: roster,
        is: "        return { count, kept: kept === 1 };",
        becomes: "        return { count: own, kept: true };",
      },
    ],
    seeds: [2, 6],
  },
  {
    law: "A backend is told once",
    does: "does not take back what has not been told yet and is over",
    edits: [{ file: outbox, is: "  if unwrite(subject, kind == '+' and '-' or '+') then return end\n", becomes: "" }],
    seeds: [13, 3],
  },
  {
    law: "A backend is told once",
    does: "writes twice what a backend is to be told",
    edits: [
      {
        file: outbox,
        is: "  redis.call('ZADD', prefix .. 'outbox', due, row)\n",
        becomes:
          "  redis.call('ZADD', prefix .. 'outbox', due, row)\n  redis.call('ZADD', prefix .. 'outbox', due, epoch .. '-' .. version .. '.5 ' .. kind .. ' ' .. subject)\n",
      },
    ],
    seeds: [9, 37],
  },
  {
    law: "A backend is told once",
    does: "does not note what it has told",
    edits: [
      {
        file: outbox,
        is: "for at = 2, #ARGV do redis.call('HDEL', ARGV[1] .. 'sending', ARGV[at]) end\n",
        becomes: "",
      },
    ],
    seeds: [9, 2, 36],
  },
  {
    law: "Everything about a key lies in one place, and what a node holds is written down",
    does: "keeps no list of what it holds",
    edits: [
      { file: holds, is: "  redis.call('SADD', prefix .. 'i:' .. node, item)\n", becomes: "" },
      { file: holds, is: "      redis.call('SADD', prefix .. 'i:' .. node, subject)\n", becomes: "" },
      {
        file: holds,
        is: "\n  redis.call('SADD', prefix .. 'i:' .. node, subject)\n  local members",
        becomes: "\n  local members",
      },
    ],
    seeds: [5, 8],
  },
  {
    law: "Everything about a key lies in one place, and what a node holds is written down",
    does: "looks for a key where no other node does",
    edits: [
      {
        file: "redis/layout.js",
        is: "    let hash = 0x811c9dc5;",
        becomes: "    let hash = 0x811c9dc5 ^ process.pid;",
      },
    ],
    seeds: [2, 6],
  },
  {
    law: "A node follows whom somebody watches",
    does: "asks once whether they are there",
    edits: [
      {
        file: "watching.js",
        is: "const { held } = await roster.follow(watched.key);",
        becomes: "const held = (await roster.holders(watched.key)).length > 0;",
      },
    ],
    seeds: [36, 13, 47],
  },
  {
    law: "A limit holds over all nodes",
    does: "looks at the limit before it holds, not while it does",
    edits: [
      {
        file: roster,
        is: '        const version = await this.#act("+", key, info, limit, again);',
        becomes:
          '        if (key.kind === "member" && limit > 0) {\n          const now = await this.members(key.app, key.channel);\n          if (!now.has(key.userId) && now.size >= limit) return "full";\n        }\n        const version = await this.#act("+", key, info, 0, again);',
      },
    ],
    seeds: [15, 24],
  },
  {
    law: "A publisher can leave a socket out, wherever it is",
    does: "forgets on other nodes whom the publisher has left out",
    edits: [{ file: broker, is: "except: except || undefined", becomes: "except: undefined" }],
    seeds: [13],
  },
];
