import { type Script, script } from "../../redis/script.ts";
import { bucketLua } from "./bucket-scripts.ts";
import { outboxLua } from "./outbox-scripts.ts";

/** `hold` and `release`, by the type of what is held: each answers with the version at which it is seen. `tell` is the feed. */
const holdLua = `
local function tell(name, kind, type, user, info)
  local entry = prefix .. name
  local before = redis.call('HGET', entry, 'v') or '0'
  local version = redis.call('HINCRBY', bucket, 'version', 1)
  redis.call('HSET', entry, 'v', version)
  redis.call('SPUBLISH', prefix .. 'f:' .. name,
    epoch .. ' ' .. before .. ' ' .. version .. ' ' .. kind .. ' ' .. type .. '\\n' .. user .. '\\n' .. info)
  return version
end

local function late(grace)
  return grace == 0 and 'late' or ''
end

-- It was held before the store lost its data, and not by this node since: whoever has come to it meanwhile is no news, and if nobody has, it has gone.
local function lost(subject, held, grace)
  unwrite(subject, '+')
  if not held and not redis.call('HGET', prefix .. 'rows', subject) then
    write(subject, '-', redis.call('HINCRBY', bucket, 'version', 1), grace)
  end
end

local function holds(holders, node)
  return string.find(',' .. holders .. ',', ',' .. node .. ',', 1, true) ~= nil
end

local hold, release = {}, {}

local function enters(name, node, item)
  if redis.call('HSETNX', prefix .. name, '@' .. node, '0') == 0 then return false end
  redis.call('SADD', prefix .. 'i:' .. node, item)
  return redis.call('HINCRBY', prefix .. name, 'n', 1) == 1
end

local function leaves(name, node, item)
  local count = redis.call('HGET', prefix .. name, '@' .. node)
  if not count then return false end
  redis.call('HDEL', prefix .. name, '@' .. node)
  if count ~= '0' then redis.call('HINCRBY', prefix .. name, 's', -count) end
  redis.call('SREM', prefix .. 'i:' .. node, item)
  return redis.call('HINCRBY', prefix .. name, 'n', -1) == 0
end

function hold.u(node, id)
  local name = 'u:' .. id
  if enters(name, node, 'u ' .. id) then return tell(name, '+', 'u', '', '') end
  return versionOf(name)
end

function release.u(node, id, _, grace)
  local name = 'u:' .. id
  if not leaves(name, node, 'u ' .. id) then return versionOf(name) end
  local version = tell(name, '-', 'u', '', late(grace))
  redis.call('DEL', prefix .. name)
  return version
end

function hold.c(node, channel, _, _, _, hears, again)
  local name, subject = 'c:' .. channel, 'c ' .. channel
  if settling and again then
    if not unwrite(subject, '+') then unwrite(subject, '-') end
  end
  if not enters(name, node, subject) then return versionOf(name) end
  redis.call('HSET', prefix .. 'occupied', channel, redis.call('HGET', prefix .. name, 'p') or 0)
  local version = tell(name, '+', 'c', '', '')
  if hears and not (settling and again) then write(subject, '+', version, 0) end
  return version
end

function release.c(node, channel, _, grace, hears, again)
  local name, subject = 'c:' .. channel, 'c ' .. channel
  local entry = prefix .. name
  local empties = leaves(name, node, subject)
  if not empties then
    if hears and settling and again then lost(subject, redis.call('EXISTS', entry) == 1, grace) end
    return versionOf(name)
  end
  local version = tell(name, '-', 'c', '', late(grace))
  redis.call('HDEL', prefix .. 'occupied', channel)
  if tonumber(redis.call('HGET', entry, 'p') or 0) == 0 then redis.call('DEL', entry) end
  if hears then write(subject, '-', version, grace) end
  return version
end

function hold.m(node, channel, user, info, limit, hears, again)
  local name, subject = 'c:' .. channel, 'm ' .. channel .. ' ' .. user
  local entry, field = prefix .. name, '+' .. user
  if settling and again then
    if not unwrite(subject, '+') then unwrite(subject, '-') end
  end
  local member = redis.call('HGET', entry, field)
  if member then
    local holders, known = string.match(member, '^(%S*) (.*)$')
    if not holds(holders, node) then
      holders = holders .. ',' .. node
      redis.call('SADD', prefix .. 'i:' .. node, subject)
    end
    if again then info = known end
    redis.call('HSET', entry, field, holders .. ' ' .. info)
    if info == known then return versionOf(name) end
    return tell(name, 'i', 'm', user, info)
  end
  if limit > 0 and tonumber(redis.call('HGET', entry, 'p') or 0) >= limit then return -1 end
  redis.call('HSET', entry, field, node .. ' ' .. info)
  redis.call('SADD', prefix .. 'i:' .. node, subject)
  local members = redis.call('HINCRBY', entry, 'p', 1)
  if redis.call('HEXISTS', prefix .. 'occupied', channel) == 1 then redis.call('HSET', prefix .. 'occupied', channel, members) end
  local version = tell(name, '+', 'm', user, info)
  if hears and not (settling and again) then write(subject, '+', version, 0) end
  return version
end

function release.m(node, channel, user, grace, hears, again)
  local name, subject = 'c:' .. channel, 'm ' .. channel .. ' ' .. user
  local entry, field = prefix .. name, '+' .. user
  local member = redis.call('HGET', entry, field)
  local holders, info = string.match(member or ' ', '^(%S*) (.*)$')
  if not holds(holders, node) then
    if hears and settling and again then lost(subject, member, grace) end
    return versionOf(name)
  end
  redis.call('SREM', prefix .. 'i:' .. node, subject)
  local others = {}
  for other in string.gmatch(holders, '[^,]+') do
    if other ~= node then others[#others + 1] = other end
  end
  if #others > 0 then
    redis.call('HSET', entry, field, table.concat(others, ',') .. ' ' .. info)
    return versionOf(name)
  end
  redis.call('HDEL', entry, field)
  local members = redis.call('HINCRBY', entry, 'p', -1)
  if redis.call('HEXISTS', prefix .. 'occupied', channel) == 1 then redis.call('HSET', prefix .. 'occupied', channel, members) end
  local version = tell(name, '-', 'm', user, late(grace))
  if members == 0 and tonumber(redis.call('HGET', entry, 'n') or 0) == 0 then redis.call('DEL', entry) end
  if hears then write(subject, '-', version, grace) end
  return version
end
`;

/**
 * Holds and releases, in their order. ARGV: prefix, incarnation, number of the batch, then for each: `+` or `-`, its type (c, m, u),
 * channel or user, member, info, limit or grace, flags (h: webhooks hear of the app, a: held in an earlier life).
 *
 * Answers with the version at which each is seen; -1 for full. Refuses incarnations that have no place in the bucket, and batches that
 * are older than one it has seen.
 */
export const changeScript: Script = script(
  bucketLua,
  outboxLua,
  holdLua,
  `
local node = ARGV[2]
local last = redis.call('HGET', bucket, '@' .. node)
if not last then return redis.error_reply('LAPSED this incarnation has no place here') end
if tonumber(ARGV[3]) <= tonumber(last) then return redis.error_reply('STALE a later batch was here before') end
redis.call('HSET', bucket, '@' .. node, ARGV[3])
local versions = {}
for at = 4, #ARGV, 7 do
  local act, type, name, user, info = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
  local number, flags = tonumber(ARGV[at + 5]), ARGV[at + 6]
  local hears, again = string.find(flags, 'h') ~= nil, string.find(flags, 'a') ~= nil
  if act == '+' then
    versions[#versions + 1] = hold[type](node, name, user, info, number, hears, again)
  else
    versions[#versions + 1] = release[type](node, name, user, number, hears, again)
  end
end
return versions`,
);

/**
 * Takes the place of an incarnation away, and gives back some of what it held. ARGV: prefix, incarnation, how much at most, grace, whether
 * webhooks hear of the app. Answers with what is left.
 */
export const leaveScript: Script = script(
  bucketLua,
  outboxLua,
  holdLua,
  `
local node = ARGV[2]
redis.call('HDEL', bucket, '@' .. node)
local index = prefix .. 'i:' .. node
for _, item in ipairs(redis.call('SRANDMEMBER', index, ARGV[3])) do
  local type, name, user = string.match(item, '^(%S) (%S+) ?(.*)$')
  if type == 'u' then name = string.sub(item, 3) end
  release[type](node, name, user, tonumber(ARGV[4]), ARGV[5] == '1', false)
end
return redis.call('SCARD', index)`,
);
