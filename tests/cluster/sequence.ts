import fc from "fast-check";

/** Few names, so that what happens to one happens to others. */
export const channels = ["news", "private-desk", "presence-room", "presence-hall"] as const;
const users = ["ann", "bob", "cleo", "dan"] as const;
/** Clients have a place; whoever is in place 4 is a client of node 1. */
const places = 9;
export const nodeOf = (place: number): number => place % 3;

/** What a client or an app server does. */
export type Action =
  | { readonly do: "open"; readonly place: number }
  | { readonly do: "close"; readonly place: number; readonly rudely: boolean }
  | {
      readonly do: "enter" | "flicker";
      readonly place: number;
      readonly channel: string;
      readonly user: string;
      readonly info: string;
    }
  | { readonly do: "leave"; readonly place: number; readonly channel: string }
  | { readonly do: "reenter"; readonly place: number; readonly channel: string; readonly info: string }
  | { readonly do: "signin"; readonly place: number; readonly user: string; readonly watchlist: readonly string[] }
  | { readonly do: "publish"; readonly node: number; readonly channel: string; readonly except: number | undefined }
  | { readonly do: "tell"; readonly node: number; readonly user: string }
  | { readonly do: "terminate"; readonly node: number; readonly user: string; readonly late: number | undefined };

/** What goes wrong. */
export type Failure =
  | { readonly fails: "kill"; readonly node: number; readonly late: boolean }
  | { readonly fails: "pause"; readonly node: number }
  | { readonly fails: "store lost" }
  | { readonly fails: "store silent" }
  | { readonly fails: "lines cut" };

/** What happens at the same time; with a failure, `actions` meet its beginning and `then` its end. */
export interface Group {
  readonly failure: Failure | undefined;
  readonly actions: readonly Action[];
  readonly afterwards: readonly Action[];
}

const place = fc.nat(places - 1);
const node = fc.nat(2);
const channel = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom("news", "private-desk") },
  { weight: 2, arbitrary: fc.constantFrom("presence-room", "presence-hall") },
);
const user = fc.constantFrom(...users);
const info = fc.constantFrom("plain", "bright");
const is = <Name extends string>(name: Name) => fc.constant(name);

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ do: is("open"), place }) },
  { weight: 3, arbitrary: fc.record({ do: is("close"), place, rudely: fc.boolean() }) },
  { weight: 9, arbitrary: fc.record({ do: is("enter"), place, channel, user, info }) },
  { weight: 2, arbitrary: fc.record({ do: is("flicker"), place, channel, user, info }) },
  { weight: 3, arbitrary: fc.record({ do: is("leave"), place, channel }) },
  { weight: 2, arbitrary: fc.record({ do: is("reenter"), place, channel, info }) },
  { weight: 5, arbitrary: fc.record({ do: is("signin"), place, user, watchlist: fc.subarray([...users]) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: is("publish"), node, channel, except: fc.option(place, { nil: undefined }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: is("tell"), node, user }) },
  { weight: 2, arbitrary: fc.record({ do: is("terminate"), node, user, late: fc.option(node, { nil: undefined }) }) },
);

const failure: fc.Arbitrary<Failure> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ fails: is("kill"), node, late: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ fails: is("pause"), node }) },
  { weight: 3, arbitrary: fc.record({ fails: is("store lost") }) },
  { weight: 1, arbitrary: fc.record({ fails: is("store silent") }) },
  { weight: 2, arbitrary: fc.record({ fails: is("lines cut") }) },
);

const calm = fc.record({
  failure: fc.constant(undefined),
  actions: fc.array(action, { minLength: 3, maxLength: 9, size: "max" }),
  afterwards: fc.constant([]),
});
/** More users than a channel may have, from all nodes at once. */
const rush: fc.Arbitrary<Group> = fc
  .record({
    channel: fc.constantFrom("presence-room", "presence-hall"),
    places: fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7, 8], { minLength: 4, maxLength: 8 }),
    more: fc.array(action, { maxLength: 2 }),
  })
  .map(({ channel, places, more }) => {
    const enters = places.map((place, at): Action => {
      const user = users[at % users.length] ?? "ann";
      return { do: "enter", place, channel, user, info: "plain" };
    });
    return { failure: undefined, actions: [...enters, ...more], afterwards: [] };
  });
const group = fc.oneof({ weight: 4, arbitrary: calm }, { weight: 1, arbitrary: rush });
const stormy = fc.record({
  failure,
  actions: fc.array(action, { maxLength: 5, size: "max" }),
  afterwards: fc.array(action, { maxLength: 4, size: "max" }),
});

/** Groups of actions: people come, something may fail, people come and go. */
export const sequences: fc.Arbitrary<Group[]> = fc
  .tuple(
    fc.array(group, { minLength: 1, maxLength: 3, size: "max" }),
    fc.option(stormy, { freq: 3, nil: undefined }),
    fc.array(group, { minLength: 1, maxLength: 2, size: "max" }),
  )
  .map(([before, middle, after]) => [...before, ...(middle ? [middle] : []), ...after]);
