import { type Script, script } from "../../redis/script.ts";
import { bucketLua } from "./bucket-scripts.ts";

/** So much of one bucket may wait to be told: where no backend receives anything, the newest is lost. */
const mostRows = 10_000;

/** `write` puts a row into the outbox, or takes back the one that it is the opposite of; `unwrite` only takes back. */
export const outboxLua: string = `local function unwrite(subject, kind)
  local row = redis.call('HGET', prefix .. 'rows', subject)
  if not row or string.match(row, '^%S+ (%S+)') ~= kind then return false end
  redis.call('HDEL', prefix .. 'rows', subject)
  return redis.call('ZREM', prefix .. 'outbox', row) == 1
end

local function write(subject, kind, version, grace)
  if unwrite(subject, kind == '+' and '-' or '+') then return end
  if redis.call('ZCARD', prefix .. 'outbox') >= ${mostRows} then return end
  local due = math.max(now + grace, settles)
  local row = epoch .. '-' .. version .. ' ' .. kind .. ' ' .. subject
  redis.call('ZADD', prefix .. 'outbox', due, row)
  if due > now then redis.call('HSET', prefix .. 'rows', subject, row) end
  redis.call('SPUBLISH', prefix .. 'outbox', due - now)
end
`;

/**
 * Takes the rows of the outbox that are due. ARGV: prefix, node, how many, whether those that were left, too. Answers with the
 * rows, and the milliseconds until the next one is due: 0 if there are more, -1 if there is none.
 */
export const takeScript: Script = script(
  bucketLua,
  `
local node, rows = ARGV[2], {}
local sending = ARGV[4] == '1' and redis.call('HGETALL', prefix .. 'sending') or {}
for at = 1, #sending, 2 do
  redis.call('HSET', prefix .. 'sending', sending[at], node)
  rows[#rows + 1] = sending[at]
end
local due = redis.call('ZRANGEBYSCORE', prefix .. 'outbox', '-inf', now, 'LIMIT', 0, ARGV[3])
for _, row in ipairs(due) do
  redis.call('ZREM', prefix .. 'outbox', row)
  redis.call('HSET', prefix .. 'sending', row, node)
  local subject = string.match(row, '^%S+ %S+ (.*)$')
  if redis.call('HGET', prefix .. 'rows', subject) == row then redis.call('HDEL', prefix .. 'rows', subject) end
  rows[#rows + 1] = row
end
local next = redis.call('ZRANGE', prefix .. 'outbox', 0, 0, 'WITHSCORES')
return {rows, next[2] and math.max(0, tonumber(next[2]) - now) or -1}`,
);

/** Strikes rows that were told. ARGV: prefix, then each. */
export const settleScript: Script = script(`
for at = 2, #ARGV do redis.call('HDEL', ARGV[1] .. 'sending', ARGV[at]) end
return 0`);

/** Says for which apps a node is to tell, for one lease. ARGV: prefix, node, lease, whether it wants to, then the apps. */
export const lendScript: Script = script(`
local prefix, node, lease, wants, lent = ARGV[1], ARGV[2], ARGV[3], ARGV[4] == '1', {}
for at = 5, #ARGV do
  local key = prefix .. 'teller:' .. ARGV[at]
  local teller = redis.call('GET', key)
  if not wants and teller == node then redis.call('DEL', key) end
  if wants and (not teller or teller == node) then
    redis.call('SET', key, node, 'PX', lease)
    lent[#lent + 1] = ARGV[at]
  end
end
return lent`);
