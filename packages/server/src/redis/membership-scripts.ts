import { type Script, script } from "./script.ts";

/**
 * alive: node -> when it was heard last. apps: node -> the ids of its apps, with commas. dying: node -> until when somebody sees to its burial. After a time in which nobody could
 * be heard, nobody counts as dead before a lease has passed again.
 */
export const beatScript: Script = script(`
local prefix, incarnation, lease, joins, buries = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4] == '1', ARGV[5] == '1'
local alive, dying, quiet = prefix .. 'alive', prefix .. 'dying', prefix .. 'quiet'
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local before = redis.call('ZSCORE', alive, incarnation)
if not joins and not before then return {1, 0, '', '', 0, 0} end
if joins then
  local said = redis.pcall('SPUBLISH', prefix .. 'joined', incarnation)
  if type(said) == 'table' and said.err then
    return redis.error_reply('ERR this one has no sharded pub/sub for this node: Redis 7 or newer, or Valkey, and the right to use it are needed (' .. said.err .. ')')
  end
end
if joins then redis.call('HSET', prefix .. 'apps', incarnation, ARGV[6]) end
redis.call('ZADD', alive, now, incarnation)
local heard = tonumber(redis.call('HGET', quiet, 'heard') or now)
if now - heard > lease / 2 then redis.call('HSET', quiet, 'until', now + lease) end
redis.call('HSET', quiet, 'heard', now)
local dead = ''
if buries and now >= tonumber(redis.call('HGET', quiet, 'until') or 0) then
  dead = redis.call('ZRANGEBYSCORE', alive, '-inf', '(' .. now - lease, 'LIMIT', 0, 1)[1]
    or redis.call('ZRANGEBYSCORE', dying, '-inf', '(' .. now, 'LIMIT', 0, 1)[1] or ''
  if dead ~= '' then
    redis.call('ZREM', alive, dead)
    redis.call('ZADD', dying, now + lease, dead)
  end
end
return {0, redis.call('ZCARD', alive), dead, redis.call('HGET', prefix .. 'apps', dead) or '', now, tonumber(before or 0)}`);

/** An incarnation is gone. ARGV: prefix, incarnation. */
export const forgetScript: Script = script(`
redis.call('ZREM', ARGV[1] .. 'alive', ARGV[2])
redis.call('ZREM', ARGV[1] .. 'dying', ARGV[2])
redis.call('HDEL', ARGV[1] .. 'apps', ARGV[2])
return 0`);
