export * from "./core.ts";
export type {
  Authorizer,
  ChannelAuthorizerGenerator,
  ClusterOptions,
  DeprecatedAuthOptions,
  DeprecatedAuthorizerOptions,
  DropInOptions,
} from "./drop-in.ts";
// What `require` gives is exported under the last name: the class itself.
export { DropIn as default, DropIn as Pusher, DropIn as Usher, DropIn as "module.exports" } from "./drop-in.ts";
