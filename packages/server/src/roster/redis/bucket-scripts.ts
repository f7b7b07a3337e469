import { type Script, script } from "../../redis/script.ts";

/**
 * What the store holds of one bucket, and what every script on it begins with: each script is one step, and touches one bucket.
 *
 * `bucket`  hash: epoch, version, settles, and `@node` -> the last batch of each incarnation that may hold here
 * `c:name`  hash of a channel: v version, n holders, p members, s subscriptions, `@node` of each holder -> its subscriptions,
 *           `+user` of each member -> "node,node info"
 * `u:id`    hash of a user: v, n, `@node`
 * `i:node`  set: what an incarnation holds here, so that others can give it back
 * `occupied` hash: channel -> its members
 * `outbox`  sorted set by the time when it is due: what backends are to be told; `rows` hash: subject -> the row that can still be taken
 *           back; `sending` hash: row -> the node that tells it
 *
 * A version is the bucket's, so that it grows for each key and none has to be kept of a key that nobody holds.
 */
export const bucketLua: string = `
local bucket, prefix = KEYS[1], ARGV[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local epoch = redis.call('HGET', bucket, 'epoch')
local settles = tonumber(redis.call('HGET', bucket, 'settles') or 0)
local settling = now < settles

local function versionOf(name)
  return tonumber(redis.call('HGET', prefix .. name, 'v') or 0)
end
`;

/**
 * Gives an incarnation a place in the bucket. ARGV: prefix, incarnation, the epoch that the node knew or nothing, lease, the version that it
 * knew. A node that knew another epoch has seen the store lose its data; one that knew a later version has seen it go back in time, which
 * begins a new epoch: for one lease, until every node has held again what it holds, goings are not believed.
 */
export const enterScript: Script = script(
  bucketLua,
  `
if not epoch then
  epoch = string.format('%.0f', now)
  redis.call('HSET', bucket, 'epoch', epoch, 'version', 0)
end
if ARGV[3] == epoch and tonumber(ARGV[5]) > tonumber(redis.call('HGET', bucket, 'version') or 0) then
  epoch = string.format('%.0f', now)
  redis.call('HSET', bucket, 'epoch', epoch, 'version', ARGV[5])
  redis.call('HDEL', bucket, 'settles')
end
if ARGV[3] ~= '' and ARGV[3] ~= epoch then redis.call('HSETNX', bucket, 'settles', now + ARGV[4]) end
redis.call('HSET', bucket, '@' .. ARGV[2], 0)
return epoch`,
);

/**
 * What is known of keys. ARGV: prefix, then the entry of each. Answers with epoch, milliseconds until goings are believed, the bucket's version,
 * and each entry.
 */
export const readScript: Script = script(
  bucketLua,
  `
local entries = {epoch or '', math.max(0, settles - now), tonumber(redis.call('HGET', bucket, 'version') or 0)}
for at = 2, #ARGV do entries[#entries + 1] = redis.call('HGETALL', prefix .. ARGV[at]) end
return entries`,
);

/** The versions of keys. ARGV: prefix, then the entry of each. Answers with epoch and each version. */
export const versionsScript: Script = script(
  bucketLua,
  `
local versions = {epoch or ''}
for at = 2, #ARGV do versions[#versions + 1] = versionOf(ARGV[at]) end
return versions`,
);

/** Who holds a key. ARGV: prefix, entry, member or nothing. */
export const holdersScript: Script = script(`
local entry = ARGV[1] .. ARGV[2]
if ARGV[3] ~= '' then
  return string.match(redis.call('HGET', entry, '+' .. ARGV[3]) or ' ', '^(%S*) ')
end
local holders = {}
for _, field in ipairs(redis.call('HKEYS', entry)) do
  if string.sub(field, 1, 1) == '@' then holders[#holders + 1] = string.sub(field, 2) end
end
return table.concat(holders, ',')`);

/** The number of an incarnation's last batch. ARGV: incarnation. */
export const lastBatchScript: Script = script(`return redis.call('HGET', KEYS[1], '@' .. ARGV[1]) or -1`);

/** How many nodes and members hold a channel. ARGV: prefix, entry. */
export const channelScript: Script = script(`return redis.call('HMGET', ARGV[1] .. ARGV[2], 'n', 'p')`);

/**
 * How many subscriptions a channel has. ARGV: prefix, entry, incarnation, how many it has; they stay for as long as it holds the channel.
 * Answers with their number, and whether they stay.
 */
export const countScript: Script = script(`
local entry, field = ARGV[1] .. ARGV[2], '@' .. ARGV[3]
local before = redis.call('HGET', entry, field)
if not before then return {tonumber(redis.call('HGET', entry, 's') or 0) + ARGV[4], 0} end
redis.call('HSET', entry, field, ARGV[4])
return {redis.call('HINCRBY', entry, 's', ARGV[4] - before), 1}`);

/** The occupied channels of a bucket, and the members of each. ARGV: prefix. */
export const occupiedScript: Script = script(`return redis.call('HGETALL', ARGV[1] .. 'occupied')`);
